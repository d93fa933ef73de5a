import type { Context } from '../context.js';
import { Batch } from '../infra/database/database.js';
import { addAcknowledged, lockAlert, readAdminIds } from './alert-writes.store.js';

/**
 * Records that a user took note of an alert, so that it is not raised again: the user's own, or as an admin the
 * operators'. Returns false when this user sees no such alert. The first acknowledgment stays, and an alert that is
 * resolved stays as it is.
 */
export async function acknowledgeAlert(
  ctx: Pick<Context, 'db' | 'clock' | 'live'>,
  userId: number,
  alertId: number,
): Promise<boolean> {
  const adminIds = await readAdminIds(ctx.db);
  const result = await ctx.db.transaction(async (tx) => {
    const alert = await lockAlert(tx, alertId);
    const readers = alert?.userId === null ? adminIds : alert ? [alert.userId] : [];
    if (!alert || alert.isResolved || alert.isAcknowledged || !readers.includes(userId)) {
      await tx.rollback();
      return { isSeen: readers.includes(userId), told: [] };
    }
    await tx.commit(addAcknowledged(new Batch(), { alertId, userId, now: ctx.clock.now(), told: readers }));
    return { isSeen: true, told: readers };
  });
  for (const reader of result.told) ctx.live.notify(reader);
  return result.isSeen;
}
