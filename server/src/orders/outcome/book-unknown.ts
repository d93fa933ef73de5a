import type { Context } from '../../context.js';
import { Batch } from '../../infra/database/database.js';
import type { LiveNotifier } from '../../ports.js';
import { addBooking } from './booking-writes.store.js';
import { readBooking } from './booking.store.js';

/**
 * Writes down that nobody knows whether the exchange has the order: the execution is UNKNOWN, the job stays
 * EXECUTING and keeps its reservation, and recoverOrders looks the order up. Nothing is ever sent again on this.
 */
export async function bookUnknown(
  ctx: Pick<Context, 'db' | 'clock'> & { live: LiveNotifier },
  input: { executionId: number; message: string; sentAt?: number },
): Promise<void> {
  // By the clock that the claim wrote send_before with, before anything is waited for here.
  const now = ctx.clock.now();
  const userId = await ctx.db.transaction(async (tx) => {
    const records = await readBooking(tx, input.executionId);
    if (!records) throw new Error(`there is no execution ${input.executionId}`);
    if (records.execution.status !== 'SENDING') {
      await tx.rollback();
      return undefined;
    }
    const batch = new Batch().add(
      // Its sender is done: nothing leaves any more, so that the exchange's window runs from now.
      `UPDATE trade_executions SET status_exchange = 'UNKNOWN', error_message = ?, sent_at = COALESCE(sent_at, ?),
         send_before = LEAST(send_before, ?) WHERE id = ?`,
      [
        ...[input.message.slice(0, 500), input.sentAt === undefined ? null : new Date(input.sentAt)],
        ...[new Date(now), input.executionId],
      ],
    );
    await tx.commit(addBooking(batch, records, { now }));
    return records.account.userId;
  });
  if (userId !== undefined) ctx.live.notify(userId);
}
