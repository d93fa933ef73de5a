import type { Context } from '../../context.js';
import { releaseJob } from '../../core/order/book-order.js';
import type { JobStatus } from '../../core/domain.js';
import { isOrderUnresolved } from '../../core/order/order.js';
import type { PositionState } from '../../core/position/position.js';
import { refuse, type ReasonCode } from '../../core/reasons.js';
import { isJobTerminal, nextJobStatus } from '../../core/order/trade-job.js';
import { Batch } from '../../infra/database/database.js';
import type { LiveNotifier } from '../../ports.js';
import { addBooking, type BookingWrites } from './booking-writes.store.js';
import { readBooking, type BookingRecords } from './booking.store.js';
import { unsellableAlert } from '../../core/position/unsellable-alert.js';

function markUnsellable(
  { job }: BookingRecords,
  positions: readonly PositionState[],
  { code, message }: { code: ReasonCode; message: string },
): Pick<BookingWrites, 'positions' | 'alerts'> {
  return {
    positions: positions.map((position) => ({ ...position, unsellable: code })),
    alerts: positions.map(({ id }) => unsellableAlert({ positionId: id, symbol: job.symbol, code, message })),
  };
}

/**
 * Books a definitive refusal: the execution is REJECTED, the job FAILED with the reason, its reservation and
 * reservations return, once. `isUnsellable`: nothing of its positions can be sold, which they and an alert then say. Changes
 * nothing when the order turned out otherwise in the meantime.
 */
export async function bookRefusal(
  ctx: Pick<Context, 'db' | 'clock'> & { live: LiveNotifier },
  input: { executionId: number; code: ReasonCode; message: string; sentAt?: number; isUnsellable?: boolean },
): Promise<{ status: JobStatus }> {
  const result = await ctx.db.transaction(async (tx) => {
    const records = await readBooking(tx, input.executionId);
    if (!records) throw new Error(`there is no execution ${input.executionId}`);
    const status = nextJobStatus(records.job.status, 'FAIL', records.execution.fills.length > 0);
    if (!status || !isOrderUnresolved(records.execution.status)) {
      await tx.rollback();
      return { status: records.job.status };
    }
    const now = ctx.clock.now();
    const batch = new Batch().add(
      `UPDATE trade_executions SET status_exchange = 'REJECTED', error_message = ?, booked_at = ?,
         sent_at = COALESCE(sent_at, ?), acknowledged_at = COALESCE(acknowledged_at, ?) WHERE id = ?`,
      [
        input.message.slice(0, 500),
        new Date(now),
        input.sentAt === undefined ? null : new Date(input.sentAt),
        // An order that was never sent was never answered either.
        input.sentAt === undefined ? null : new Date(now),
        input.executionId,
      ],
    );
    const job = { status, reason: refuse(input.code, input.message), ended: isJobTerminal(status) };
    const released = releaseJob({ ...records, now });
    const marked = input.isUnsellable ? markUnsellable(records, released.positions, input) : {};
    await tx.commit(addBooking(batch, records, { ...released, ...marked, job, now }));
    return { status, userId: records.account.userId };
  });
  if (result.userId !== undefined) ctx.live.notify(result.userId);
  return { status: result.status };
}
