import type { ConfirmPassword } from '../auth/confirm-password.js';
import type { Context } from '../context.js';
import type { ExchangeName } from '../core/domain.js';
import { EXCHANGE_KEY_RULES, readApiKeys } from '../core/exchange/exchange-keys.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { Batch } from '../infra/database/database.js';
import { withinQuota } from '../users/within-quota.js';
import { addAccountChange, insertRealAccount } from './account-writes.store.js';
import { checkProxy } from './check-proxy.js';
import { checkKeys } from './keys/check-keys.js';
import { sealedKeys, sealedProxy } from './keys/seal-credentials.js';

export interface NewRealAccount {
  label: string;
  exchange: ExchangeName;
  testnet: boolean;
  apiKey: string;
  apiSecret: string;
  passphrase?: string | null | undefined;
  proxyUrl?: string | null | undefined;
  /** The owner insists on a key that may withdraw. */
  acceptsWithdraw?: boolean | undefined;
}

/**
 * Creates an account at a real exchange after the owner's password is confirmed. Storing keys is allowed while trading
 * with real money is switched off. The keys are sealed for the id of the row, so the row is inserted first, in the same
 * transaction; other transactions never see it without keys. Refusals: INVALID_CREDENTIALS, NO_TESTNET, INVALID_PROXY,
 * PRIVATE_ADDRESS, KEY_MAY_WITHDRAW, QUOTA_REACHED.
 */
export async function createRealAccount(
  ctx: Pick<Context, 'db' | 'secrets' | 'env' | 'exchanges' | 'clock'>,
  ownerUserId: number,
  input: NewRealAccount,
  confirmPassword: ConfirmPassword,
): Promise<{ ok: true; accountId: number } | Refusal> {
  await confirmPassword();
  const read = readApiKeys(input.exchange, input);
  if (!read.ok) return read;
  if (input.testnet && !EXCHANGE_KEY_RULES[input.exchange].testnet) return refuse('NO_TESTNET');
  const proxy = input.proxyUrl?.trim() ? checkProxy(ctx, input.proxyUrl) : null;
  if (proxy && !proxy.ok) return proxy;
  const { label, exchange, testnet, acceptsWithdraw = false } = input;
  const keys = { ...read.keys, proxyUrl: proxy?.proxyUrl ?? null };
  const checked = await checkKeys(ctx, { exchange, testnet }, { keys, acceptsWithdraw });
  if (!checked.ok) return checked;
  const create = () =>
    ctx.db.transaction(async (tx): Promise<{ ok: true; accountId: number }> => {
      const accountId = await insertRealAccount(tx, { ownerUserId, label: label.trim(), exchange, testnet });
      const sealed = {
        ...sealedKeys(ctx.secrets, accountId, read.keys),
        ...sealedProxy(ctx.secrets, accountId, proxy),
        ...checked.columns,
      };
      await tx.commit(addAccountChange(new Batch(), accountId, { columns: sealed, newCredentials: true }));
      return { ok: true, accountId };
    });
  return withinQuota(ctx, { userId: ownerUserId, what: 'accounts' }, create);
}
