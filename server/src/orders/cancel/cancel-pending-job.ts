import type { Context } from '../../context.js';
import type { JobStatus } from '../../core/domain.js';
import { d, toText } from '../../core/money/money.js';
import { refuse, type ReasonCode, type Refusal } from '../../core/reasons.js';
import { Batch } from '../../infra/database/database.js';
import { addLiveEvents } from '../../infra/database/live-events.js';

interface ReservationRow {
  position_id: number;
  qty: string;
  qty_reserved: string;
}

/**
 * Cancels a job before any executor took it. Its reservations return; a reservation it cannot have yet unless an earlier
 * order of it was proven absent, and then it is about to be sent again: that one is refused as busy.
 */
export async function cancelPendingJob(
  ctx: Pick<Context, 'db' | 'live'>,
  { jobId, ownerUserId, stopReason }: { jobId: number; ownerUserId: number; stopReason: ReasonCode },
): Promise<{ status: JobStatus } | Refusal> {
  const result = await ctx.db.transaction(async (tx): Promise<{ status: JobStatus } | Refusal> => {
    const [jobs, reservations] = (await tx.run(
      new Batch().add('SELECT status, reserved_amount FROM trade_jobs WHERE id = ? FOR UPDATE', [jobId]).add(
        `SELECT pp.position_id, pp.qty, p.qty_reserved FROM position_reservations pp
             STRAIGHT_JOIN trade_positions p ON p.id = pp.position_id
            WHERE pp.trade_job_id = ? AND pp.is_live ORDER BY pp.id FOR UPDATE`,
        [jobId],
      ),
    )) as [{ status: JobStatus; reserved_amount: string | null }[], ReservationRow[]];
    const [job] = jobs;
    if (job?.status !== 'PENDING' || job.reserved_amount !== null) {
      await tx.rollback();
      return refuse('ORDER_BUSY');
    }
    const { code, message } = refuse(stopReason);
    const writes = new Batch().add(
      "UPDATE trade_jobs SET status = 'CANCELED', reason_code = ?, reason_message = ? WHERE id = ?",
      [code, message, jobId],
    );
    for (const { position_id, qty, qty_reserved } of reservations) {
      writes.add('UPDATE trade_positions SET qty_reserved = ? WHERE id = ?', [
        toText(d(qty_reserved).sub(d(qty))),
        position_id,
      ]);
    }
    writes.add('UPDATE position_reservations SET is_live = FALSE WHERE trade_job_id = ?', [jobId]);
    addLiveEvents(writes, ownerUserId, [
      { topic: 'JOB', entityId: jobId },
      ...reservations.map(({ position_id }) => ({ topic: 'POSITION' as const, entityId: position_id })),
    ]);
    await tx.commit(writes);
    return { status: 'CANCELED' };
  });
  if ('status' in result) ctx.live.notify(ownerUserId);
  return result;
}
