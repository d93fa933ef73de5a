import { readRemoteAccount } from '../accounts/balances.store.js';
import { syncBalances, type SyncContext } from '../accounts/sync-balances.js';
import type { AccountRef } from '../exchange/exchange.js';
import { lookOnce } from '../orders/recover/look-once.js';
import { withTimeout } from '../infra/with-timeout.js';
import { readSyncedAccount } from './account-sync.store.js';
import { isRemote } from '../exchange/exchange.js';
import { reconcileOrders, type ReconcileContext } from './reconcile-orders.js';

const BALANCES_TIMEOUT_MS = 5_000;
/**
 * Entries wait this long for orders with unknown outcomes, which keep their reservations while recovery looks for them.
 */
const LOOK_TIMEOUT_MS = 5_000;

/**
 * Compares the orders of an account before it trades again, and reads its balances, because old balances must not size
 * an entry. Rejects when the orders cannot be compared now; without balances its exits may still trade.
 */
export async function reconcileAtStart(
  ctx: ReconcileContext & SyncContext,
  { id }: Pick<AccountRef, 'id'>,
): Promise<void> {
  const account = await readSyncedAccount(ctx.db, id);
  if (!account) throw new Error(`there is no account ${id}`);
  const found = ctx.exchanges.forAccount(account);
  if (!found.ok) throw new Error(found.message);
  if (!isRemote(found.exchange)) return;
  const startedAt = performance.now();
  const result = await reconcileOrders(ctx, account, found.exchange);
  const isLooked = await lookOnce(ctx, { accountId: id, timeoutMs: LOOK_TIMEOUT_MS, waits: true });
  if (!isLooked) ctx.log.warn({ accountId: id }, 'orders with unknown outcomes are looked up while the account trades');
  const remote = await readRemoteAccount(ctx.db, { id });
  if (remote) {
    await withTimeout(syncBalances(ctx, remote), BALANCES_TIMEOUT_MS).catch((err: unknown) =>
      ctx.log.warn({ err, accountId: id }, 'the balances of an account could not be read at the start'),
    );
  }
  ctx.log.info({ accountId: id, ...result, tookMs: Math.round(performance.now() - startedAt) }, 'an account may trade');
}
