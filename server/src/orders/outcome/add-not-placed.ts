import { SEND_WITHIN_MS } from '../../core/order/order.js';
import { mayRetry as mayRetrySide } from '../../core/order/freshness.js';
import { releaseJob } from '../../core/order/book-order.js';
import { refuse } from '../../core/reasons.js';
import { isJobTerminal, nextJobStatus } from '../../core/order/trade-job.js';
import type { Batch } from '../../infra/database/database.js';
import { addBooking } from './booking-writes.store.js';
import { addAlertEnd } from './book-orders.js';
import type { BookingRecords } from './booking.store.js';

/** Whether the job of this execution, which was not placed, may have another. */
export const mayRetry = (
  { job, execution }: Pick<BookingRecords, 'job' | 'execution'>,
  { now, provenAt }: { now: number; provenAt: number },
): boolean =>
  mayRetrySide(job.side, {
    ...{ now, provenAt, createdAt: job.createdAt },
    sentAt: execution.sentAt ?? execution.sendBefore - SEND_WITHIN_MS,
  });

/**
 * Adds what follows when it is certain that the exchange does not have the order: the job goes back to PENDING, keeping
 * its size, its reservation and its reservations for the next attempt. A buy whose signal is no longer fresh FAILS and gives
 * them back.
 */
export function addNotPlaced(
  batch: Batch,
  records: BookingRecords,
  { message, now }: { message: string; now: number },
): 'RETRY' | 'FAILED' {
  const { execution, job } = records;
  batch.add(
    "UPDATE trade_executions SET status_exchange = 'NOT_PLACED', booked_at = ?, error_message = ? WHERE id = ?",
    [new Date(now), message.slice(0, 500), execution.id],
  );
  addAlertEnd(batch, execution.id, now);
  const isFresh = mayRetry(records, { now, provenAt: now });
  const status = nextJobStatus(job.status, isFresh ? 'RETRY' : 'FAIL', execution.fills.length > 0);
  if (!status) throw new Error(`job ${job.id} is ${job.status} while its order was never placed`);
  if (isFresh) {
    addBooking(batch, records, { job: { status, ended: false }, now });
    return 'RETRY';
  }
  const failed = { status, reason: refuse('NOT_PLACED', message), ended: isJobTerminal(status) };
  addBooking(batch, records, { ...releaseJob({ ...records, now }), job: failed, now });
  return 'FAILED';
}
