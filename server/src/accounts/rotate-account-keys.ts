import { Prisma } from '../generated/prisma/client.js';
import type { Context } from '../context.js';
import type { ExchangeName } from '../core/domain.js';
import { readApiKeys } from '../core/exchange/exchange-keys.js';
import type { Refusal } from '../core/reasons.js';
import { sealedKeys } from './seal-credentials.js';

/** What was known by means of the old keys says nothing about the new ones. */
const FORGET = { connection_json: Prisma.DbNull, connection_tested_at: null, balances_fault: null } as const;

/** Replaces the keys of a real account. `undefined`: the owner has no such account. Refusal: INVALID_CREDENTIALS. */
export async function rotateAccountKeys(
  ctx: Pick<Context, 'db' | 'secrets'>,
  ownerUserId: number,
  input: { accountId: number; apiKey: string; apiSecret: string; passphrase?: string | null | undefined },
): Promise<{ accountId: number } | { refusal: Refusal } | undefined> {
  const { accountId: id } = input;
  const mine = { id, user_id: ownerUserId, is_simulation: false };
  const account = await ctx.db.prisma.exchangeAccount.findFirst({ where: mine, select: { exchange: true } });
  if (!account) return undefined;
  const read = readApiKeys(account.exchange as ExchangeName, input);
  if ('refusal' in read) return read;
  await ctx.db.prisma.exchangeAccount.update({
    where: { id },
    data: { ...sealedKeys(ctx.secrets, id, read.keys), ...FORGET, credentials_version: { increment: 1 } },
    select: { id: true },
  });
  return { accountId: id };
}

/** Deletes the keys and the proxy of a real account and switches it off. False: the owner has no such account. */
export async function removeAccountKeys(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  accountId: number,
): Promise<boolean> {
  const { count } = await ctx.db.prisma.exchangeAccount.updateMany({
    where: { id: accountId, user_id: ownerUserId, is_simulation: false },
    data: {
      ...{ api_key_enc: null, api_secret_enc: null, api_passphrase_enc: null, api_key_hint: null },
      ...{ proxy_url: null, proxy_hint: null, is_active: false },
      ...FORGET,
      credentials_version: { increment: 1 },
    },
  });
  return count === 1;
}
