import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { ExchangeFault, toExchangeFault, type ExchangeFaultCode } from '../exchange/exchange-fault.js';
import type { ConnectionReport } from '../exchange/exchange.js';
import { writeConnection } from './account-writes.store.js';
import { readRemoteAccount } from './balances.store.js';
import { syncBalances } from './sync-balances.js';

/** The result of a test, as it is stored with the account (exchange_accounts.connection_json). */
export type ConnectionResult =
  ({ ok: true } & ConnectionReport) | { ok: false; fault: ExchangeFaultCode; exchangeCode: string | null };

/**
 * Asks the exchange for the permissions of an account's keys and stores the result. It also reads the balances when the
 * keys permit it. Works while trading with real money is switched off. A fault of the exchange is stored as well.
 * Refusals: ACCOUNT_NOT_FOUND, MODE_MISMATCH for a simulated account, REAL_NOT_AVAILABLE.
 */
export async function testConnection(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'exchanges' | 'live'>,
  ownerUserId: number,
  accountId: number,
): Promise<{ ok: true } | Refusal> {
  const account = await readRemoteAccount(ctx.db, { id: accountId, ownerUserId });
  if (!account) return refuse('ACCOUNT_NOT_FOUND');
  const found = ctx.exchanges.forReading(account);
  if (!found.ok) return found;
  const { remote } = found.exchange;
  if (!remote) return refuse('MODE_MISMATCH', 'Only a real account has a connection to test.');
  const answer = account.hasKeys
    ? await remote.testConnection().catch(toExchangeFault)
    : new ExchangeFault('KEYS_MISSING');
  const result: ConnectionResult =
    answer instanceof ExchangeFault
      ? { ok: false, fault: answer.code, exchangeCode: answer.exchangeCode }
      : { ok: true, ...answer };
  // Not stored when the keys were replaced meanwhile, because the result belongs to the old ones.
  await writeConnection(ctx.db, account, { result, at: new Date(ctx.clock.now()) });
  if (result.ok && result.canRead) await syncBalances(ctx, account);
  return { ok: true };
}
