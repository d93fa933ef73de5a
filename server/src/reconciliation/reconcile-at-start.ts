import type { AccountRef } from '../exchange/exchange.js';
import { readSyncedAccount } from './account-sync.store.js';
import { isRemote, reconcileOrders, type ReconcileContext } from './reconcile-orders.js';

/** Compares the orders of an account before it trades again; rejects when that is not possible now. */
export async function reconcileAtStart(ctx: ReconcileContext, { id }: Pick<AccountRef, 'id'>): Promise<void> {
  const account = await readSyncedAccount(ctx.db, id);
  if (!account) throw new Error(`there is no account ${id}`);
  const found = ctx.exchanges.forAccount(account);
  if ('refusal' in found) throw new Error(found.refusal.message);
  if (!isRemote(found.exchange)) return;
  const startedAt = performance.now();
  const result = await reconcileOrders(ctx, account, found.exchange);
  ctx.log.info({ accountId: id, ...result, tookMs: Math.round(performance.now() - startedAt) }, 'an account may trade');
}
