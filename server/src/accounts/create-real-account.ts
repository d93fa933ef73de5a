import type { Context } from '../context.js';
import type { ExchangeName } from '../core/domain.js';
import { EXCHANGE_KEY_RULES, readApiKeys } from '../core/exchange/exchange-keys.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { checkProxy } from './check-proxy.js';
import { sealedKeys, sealedProxy } from './seal-credentials.js';

export interface NewRealAccount {
  label: string;
  exchange: ExchangeName;
  testnet: boolean;
  apiKey: string;
  apiSecret: string;
  passphrase?: string | null | undefined;
  proxyUrl?: string | null | undefined;
}

/**
 * Makes an account at a real exchange; storing keys is allowed while trading with real money is switched off. The keys
 * are sealed for the row, so the row comes first, in the same transaction: there is no moment in which it lies there
 * without them. Refusals: INVALID_CREDENTIALS, NO_TESTNET, INVALID_PROXY, PRIVATE_ADDRESS.
 */
export async function createRealAccount(
  ctx: Pick<Context, 'db' | 'secrets' | 'env'>,
  ownerUserId: number,
  input: NewRealAccount,
): Promise<{ accountId: number } | { refusal: Refusal }> {
  const read = readApiKeys(input.exchange, input);
  if ('refusal' in read) return read;
  if (input.testnet && !EXCHANGE_KEY_RULES[input.exchange].testnet) return { refusal: refuse('NO_TESTNET') };
  const proxy = input.proxyUrl?.trim() ? checkProxy(ctx, input.proxyUrl) : null;
  if (proxy && 'refusal' in proxy) return proxy;
  return ctx.db.prisma.$transaction(async (tx) => {
    const { id } = await tx.exchangeAccount.create({
      data: {
        user_id: ownerUserId,
        label: input.label.trim(),
        exchange: input.exchange,
        is_simulation: false,
        testnet: input.testnet,
        credentials_version: 1,
      },
      select: { id: true },
    });
    await tx.exchangeAccount.update({
      where: { id },
      data: { ...sealedKeys(ctx.secrets, id, read.keys), ...sealedProxy(ctx.secrets, id, proxy) },
      select: { id: true },
    });
    return { accountId: id };
  });
}
