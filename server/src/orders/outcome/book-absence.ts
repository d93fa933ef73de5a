import type { Context } from '../../context.js';
import { releaseJob } from '../../core/order/book-order.js';
import { isOrderUnresolved } from '../../core/order/order.js';
import { refuse } from '../../core/reasons.js';
import { Batch } from '../../infra/database/database.js';
import type { LiveNotifier } from '../../ports.js';
import { addNotPlaced, mayRetry } from './add-not-placed.js';
import { addBooking } from './booking-writes.store.js';
import { readBooking, type BookingRecords } from './booking.store.js';

/** So many lookups past the admission window prove that the exchange never took the order. */
const ABSENCES_FOR_PROOF = 2;

export type AbsenceOutcome = 'COUNTED' | 'RETRY' | 'FAILED' | 'NOTHING';

/**
 * Counts a lookup that found nothing; `absences` is the count the caller saw, so that two recoverers count one
 * lookup each at most. The second one proves that the order was not placed: the job goes back to PENDING while its
 * signal is fresh, keeping its size, its reservation and its reservations for the next attempt; else it FAILS and gives
 * them back.
 */
export async function bookAbsence(
  ctx: Pick<Context, 'db' | 'clock' | 'trades'> & { live: LiveNotifier },
  input: { executionId: number; absences: number },
): Promise<AbsenceOutcome> {
  const now = ctx.clock.now();
  const { outcome, records } = await ctx.db.transaction(async (tx) => {
    const records = await readBooking(tx, input.executionId);
    const { status, absences } = records?.execution ?? {};
    if (!records || !status || !isOrderUnresolved(status) || absences !== input.absences) {
      await tx.rollback();
      return { outcome: 'NOTHING' as const, records };
    }
    const batch = new Batch();
    const outcome = addAbsence(batch, records, now);
    await tx.commit(batch);
    return { outcome, records };
  });
  if (records && outcome !== 'NOTHING') ctx.live.notify(records.account.userId);
  if (records && outcome === 'RETRY') {
    const { id: jobId, side } = records.job;
    ctx.trades.enqueue([{ jobId, committedAt: now, queuedAt: now, isUrgent: side === 'SELL' }]);
  }
  return outcome;
}

function addAbsence(batch: Batch, records: BookingRecords, now: number): AbsenceOutcome {
  const { execution } = records;
  const absences = execution.absences + 1;
  if (absences < ABSENCES_FOR_PROOF) {
    batch.add("UPDATE trade_executions SET absences = ?, status_exchange = 'UNKNOWN' WHERE id = ?", [
      absences,
      execution.id,
    ]);
    addBooking(batch, records, { now });
    return 'COUNTED';
  }
  batch.add('UPDATE trade_executions SET absences = ? WHERE id = ?', [absences, execution.id]);
  return addNotPlaced(batch, records, { message: 'The exchange does not know the order.', now });
}

/**
 * Ends a job whose order was proven absent, that waits for its next attempt and has grown too old for it: FAILED with
 * NOT_PLACED, its reservation and reservations returned. `executionId` is any of its executions. Answers false when the
 * job is not waiting (any more) or still fresh.
 */
export async function bookStaleRetry(
  ctx: Pick<Context, 'db' | 'clock'> & { live: LiveNotifier },
  { executionId }: { executionId: number },
): Promise<boolean> {
  const now = ctx.clock.now();
  const userId = await ctx.db.transaction(async (tx) => {
    const records = await readBooking(tx, executionId);
    const provenAt = records?.execution.bookedAt ?? now;
    if (records?.job.status !== 'PENDING' || mayRetry(records, { now, provenAt })) {
      await tx.rollback();
      return undefined;
    }
    const job = { status: 'FAILED', reason: refuse('NOT_PLACED'), ended: true } as const;
    await tx.commit(addBooking(new Batch(), records, { ...releaseJob({ ...records, now }), job, now }));
    return records.account.userId;
  });
  if (userId !== undefined) ctx.live.notify(userId);
  return userId !== undefined;
}
