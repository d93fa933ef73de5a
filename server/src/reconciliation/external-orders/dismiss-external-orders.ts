import type { Context } from '../../context.js';
import { closeAlert } from '../../alerts/alert-writes.store.js';
import { countUndismissed } from './external-order.store.js';
import { externalAlertKey } from './note-external-orders.js';

/**
 * The owner has seen these orders of others: they leave the list until something new is known of them. Answers how
 * many there were.
 */
export async function dismissExternalOrders(
  ctx: Pick<Context, 'db' | 'clock' | 'live'>,
  ownerUserId: number,
  ids: readonly number[],
): Promise<number> {
  if (ids.length === 0) return 0;
  const marks = ids.map(() => '?').join(', ');
  const owned = await ctx.db.query<{ id: number; exchange_account_id: number }[]>(
    `SELECT o.id, o.exchange_account_id FROM external_orders o JOIN exchange_accounts a ON a.id = o.exchange_account_id
      WHERE o.id IN (${marks}) AND a.user_id = ?`,
    [...ids, ownerUserId],
  );
  if (owned.length === 0) return 0;
  await ctx.db.query(
    `UPDATE external_orders SET dismissed_at = COALESCE(dismissed_at, ?) WHERE id IN (${owned.map(() => '?').join(', ')})`,
    [new Date(ctx.clock.now()), ...owned.map(({ id }) => id)],
  );
  for (const accountId of new Set(owned.map((one) => one.exchange_account_id))) await endExternalAlert(ctx, accountId);
  ctx.live.notify(ownerUserId);
  return owned.length;
}

/** Ends the alert of an account when none of the orders of others waits for its owner any more. */
export async function endExternalAlert(ctx: Pick<Context, 'db' | 'clock'>, accountId: number): Promise<void> {
  const [count] = await ctx.db.query<{ waiting: number }[]>(...countUndismissed(accountId));
  if (Number(count?.waiting ?? 0) > 0) return;
  await closeAlert(ctx.db, { openKey: externalAlertKey(accountId), now: ctx.clock.now() });
}
