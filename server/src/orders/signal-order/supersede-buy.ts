import type { Context } from '../../context.js';
import { releaseJob } from '../../core/order/book-order.js';
import { supersededBy } from '../../core/plan/signal-order.js';
import { Batch, type Tx } from '../../infra/database/database.js';
import { addLiveEvents } from '../../infra/database/live-events.js';
import { addBooking } from '../outcome/booking-writes.store.js';
import { readBooking } from '../outcome/booking.store.js';
import { addSkippedJob } from '../claim/execution-writes.store.js';

interface JobRow {
  status: string;
  webhook_event_id: number | null;
  committed_at: Date | null;
  created_at: Date;
  user_id: number;
  execution_id: number | null;
}

/**
 * Skips a buy that was not sent before a close came: whatever it waits for, it never opens anything behind the close.
 * What an attempt that never reached the exchange has reserved returns. Answers false when it is not PENDING any more.
 */
export async function supersedeBuy(
  ctx: Pick<Context, 'db' | 'clock' | 'live'>,
  { jobId, closeJobId }: { jobId: number; closeJobId: number },
): Promise<boolean> {
  const userId = await ctx.db.transaction(async (tx) => {
    const job = await lockJob(tx, jobId);
    if (job?.status !== 'PENDING') {
      await tx.rollback();
      return undefined;
    }
    const now = ctx.clock.now();
    const refusal = supersededBy(closeJobId);
    const batch = new Batch();
    const records = job.execution_id === null ? undefined : await readBooking(tx, job.execution_id);
    if (records) {
      const skipped = { status: 'SKIPPED', reason: refusal, ended: true } as const;
      addBooking(batch, records, { ...releaseJob({ ...records, now }), job: skipped, now });
    } else {
      const committedAt = (job.committed_at ?? job.created_at).getTime();
      const timestamps = { committedAt, queuedAt: now, claimedAt: now };
      const trace = [{ name: 'decision', value: refusal.code, source: refusal.message }];
      addSkippedJob(batch, { id: jobId, eventId: job.webhook_event_id, refusal, trace, timestamps });
      addLiveEvents(batch, job.user_id, [{ topic: 'JOB', entityId: jobId }]);
    }
    await tx.commit(batch);
    return job.user_id;
  });
  if (userId !== undefined) ctx.live.notify(userId);
  return userId !== undefined;
}

async function lockJob(tx: Tx, jobId: number): Promise<JobRow | undefined> {
  const [row] = await tx.query<JobRow[]>(
    `SELECT j.status, j.webhook_event_id, j.committed_at, j.created_at,
       (SELECT a.user_id FROM exchange_accounts a WHERE a.id = j.exchange_account_id) AS user_id,
       (SELECT MAX(x.id) FROM trade_executions x WHERE x.trade_job_id = j.id) AS execution_id
     FROM trade_jobs j FORCE INDEX (PRIMARY) WHERE j.id = ? FOR UPDATE`,
    [jobId],
  );
  return row;
}
