import type { Context } from '../../context.js';
import { endWaitingJob } from '../../core/order/apply-outcome.js';
import { supersededBy } from '../../core/plan/signal-order.js';
import { count } from '../../infra/metrics/metrics.js';
import { Batch } from '../../infra/database/database.js';
import { addLiveEvents } from '../../infra/database/live-events.js';
import { addOutcomes } from '../outcome/add-outcomes.js';
import { readBooking, readJobBooking } from '../outcome/booking.store.js';
import { addSkippedJob } from '../stores/trade-order.store.js';

/**
 * Skips a buy that was not sent before a close came, so that it opens nothing after the close. Releases the reservation
 * of an attempt that never reached the exchange. Returns false when the job is not PENDING any more.
 */
export async function supersedeBuy(
  ctx: Pick<Context, 'db' | 'clock' | 'live'>,
  { jobId, closeJobId }: { jobId: number; closeJobId: number },
): Promise<boolean> {
  const userId = await ctx.db.transaction(async (tx) => {
    const waiting = await readJobBooking(tx, jobId);
    if (waiting?.job.status !== 'PENDING') {
      await tx.rollback();
      return undefined;
    }
    const now = ctx.clock.now();
    const { executionId, account, committedAt } = waiting;
    const reason = supersededBy(closeJobId);
    const batch = new Batch();
    const records = executionId === null ? undefined : await readBooking(tx, executionId);
    const outcome = records && endWaitingJob(records, { event: 'SKIP', reason, now });
    if (records && outcome) addOutcomes(batch, [{ records, outcome, now }]);
    else {
      const timestamps = { committedAt, queuedAt: now, claimedAt: now };
      const trace = [{ name: 'decision', value: reason.code, source: reason.message }];
      addSkippedJob(batch, { id: jobId, refusal: reason, trace, timestamps });
      addLiveEvents(batch, account.userId, [{ topic: 'JOB', entityId: jobId }]);
    }
    await tx.commit(batch);
    return account.userId;
  });
  if (userId === undefined) return false;
  count('jobs_total', { status: 'SKIPPED', reason: supersededBy(closeJobId).code });
  ctx.live.notify(userId);
  return true;
}
