import type { Context } from '../../context.js';
import type { JobStatus } from '../../core/domain.js';
import { endWaitingJob } from '../../core/order/apply-outcome.js';
import { refuse, type ReasonCode, type Refusal } from '../../core/reasons.js';
import { Batch } from '../../infra/database/database.js';
import { count } from '../../infra/metrics/metrics.js';
import { addOutcomes } from '../outcome/add-outcomes.js';
import { readJobBooking } from '../outcome/booking.store.js';

/**
 * Cancels a job that no executor has claimed yet and releases what it reserved of positions. A job holds a reservation
 * in a vault only after an earlier order of it was proven absent. It is about to be sent again then, so the cancel is
 * refused as busy.
 */
export async function cancelPendingJob(
  ctx: Pick<Context, 'db' | 'clock' | 'live'>,
  { jobId, ownerUserId, stopReason }: { jobId: number; ownerUserId: number; stopReason: ReasonCode },
): Promise<{ ok: true; status: JobStatus } | Refusal> {
  const now = ctx.clock.now();
  const status = await ctx.db.transaction(async (tx) => {
    const records = await readJobBooking(tx, jobId);
    const outcome =
      records?.job.reserved === null
        ? endWaitingJob(records, { event: 'CANCEL', reason: refuse(stopReason), now })
        : undefined;
    if (!records || !outcome?.job) {
      await tx.rollback();
      return undefined;
    }
    await tx.commit(addOutcomes(new Batch(), [{ records, outcome, now }]));
    return outcome.job.status;
  });
  if (!status) return refuse('ORDER_BUSY');
  count('jobs_total', { status, reason: stopReason });
  ctx.live.notify(ownerUserId);
  return { ok: true, status };
}
