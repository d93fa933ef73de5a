import type { Context } from '../../context.js';
import type { Market } from '../../core/domain.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import type { ExchangeBalance } from '../../exchange/exchange.js';
import { withTimeout } from '../../infra/with-timeout.js';
import { readSyncedAccount, type SyncedAccount } from '../account-sync.store.js';
import { readAllocations, compareAll, type ComparedAsset } from './holdings.store.js';

type AskContext = Pick<Context, 'log' | 'exchanges'>;

const TIMEOUT_MS = 10_000;

/** The current balances of an account at its exchange, and the market of a symbol. */
export async function askHoldings(
  ctx: AskContext,
  { account, symbol }: { account: SyncedAccount; symbol: string },
): Promise<{ ok: true; market: Market; balances: ExchangeBalance[] } | Refusal> {
  const found = ctx.exchanges.forReading(account);
  if (!found.ok) return found;
  const { exchange } = found;
  try {
    const market = await withTimeout(exchange.market(symbol), TIMEOUT_MS);
    if (!market) return refuse('UNKNOWN_MARKET');
    return { ok: true, market, balances: await withTimeout(exchange.balances(), TIMEOUT_MS) };
  } catch (err) {
    ctx.log.warn({ err, accountId: account.id }, 'the exchange did not report the balances of the account');
    return refuse('EXCHANGE_UNREACHABLE');
  }
}

/**
 * Compares the current balances of one of the owner's accounts with our positions. Refusals: ACCOUNT_NOT_FOUND,
 * REAL_NOT_AVAILABLE, EXCHANGE_UNREACHABLE.
 */
export async function compareHoldings(
  ctx: AskContext & Pick<Context, 'db'>,
  ownerUserId: number,
  accountId: number,
): Promise<{ ok: true; assets: ComparedAsset[] } | Refusal> {
  const account = await readSyncedAccount(ctx.db, accountId);
  if (account?.userId !== ownerUserId) return refuse('ACCOUNT_NOT_FOUND');
  const found = ctx.exchanges.forReading(account);
  if (!found.ok) return found;
  try {
    const balances = await withTimeout(found.exchange.balances(), TIMEOUT_MS);
    return { ok: true, assets: compareAll(balances, await readAllocations(ctx.db, account.id)) };
  } catch (err) {
    ctx.log.warn({ err, accountId: account.id }, 'the exchange did not report the balances of the account');
    return refuse('EXCHANGE_UNREACHABLE');
  }
}
