import type { Context } from '../context.js';
import { lockAlert, addResolved } from './alert-writes.store.js';
import { readAdminIds } from './alert-writes.store.js';
import { Batch } from '../infra/database/database.js';

/**
 * Resolves an alert by hand: the user's own, or as an admin the operators'. Returns false when this user sees no such
 * alert. An alert that is already resolved stays as it is. If the problem is still there, the system may raise a new
 * alert.
 */
export async function resolveAlert(
  ctx: Pick<Context, 'db' | 'clock' | 'live'>,
  userId: number,
  alertId: number,
): Promise<boolean> {
  const adminIds = await readAdminIds(ctx.db);
  const result = await ctx.db.transaction(async (tx) => {
    const alert = await lockAlert(tx, alertId);
    const readers = alert?.userId === null ? adminIds : alert ? [alert.userId] : [];
    if (!alert || alert.isResolved || !readers.includes(userId)) {
      await tx.rollback();
      return { isSeen: readers.includes(userId), told: [] };
    }
    await tx.commit(addResolved(new Batch(), { alertId, userId, now: ctx.clock.now(), told: readers }));
    return { isSeen: true, told: readers };
  });
  for (const reader of result.told) ctx.live.notify(reader);
  return result.isSeen;
}
