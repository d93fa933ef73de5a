import { inParallel } from '../infra/in-parallel.js';
import { claimSync, readSyncedAccounts } from './account-sync.store.js';
import { reconcileAccount } from './reconcile-account.js';
import type { ReconcileContext } from './reconcile-orders.js';

const ACCOUNTS_AT_ONCE = 8;

export interface OrdersSynced {
  accounts: number;
  failed: number;
}

/**
 * The scheduled job `orders_sync_real`: compares every account at a real exchange, unless a process did so within
 * `notWithinMs`. This is how several monitors share the accounts.
 */
export async function syncOrders(
  ctx: ReconcileContext,
  { notWithinMs }: { notWithinMs: number },
): Promise<OrdersSynced> {
  const synced: OrdersSynced = { accounts: 0, failed: 0 };
  await inParallel(await readSyncedAccounts(ctx.db), ACCOUNTS_AT_ONCE, async (account) => {
    const found = ctx.exchanges.forReading(account);
    if (!found.ok) return;
    const now = ctx.clock.now();
    if (!(await claimSync(ctx.db, account.id, { now, dueBefore: now - notWithinMs }))) return;
    synced.accounts++;
    if (!(await reconcileAccount(ctx, account))) synced.failed++;
  });
  return synced;
}
