import type { Context } from '../../context.js';
import { isOrderUnresolved } from '../../core/order/order.js';
import { Batch } from '../../infra/database/database.js';
import type { LiveNotifier } from '../../ports.js';
import { addNotPlaced } from './add-not-placed.js';
import { readBooking } from './booking.store.js';

/**
 * Books that an order did not leave, or that the exchange looked at nothing. A fresh job waits, PENDING, for its next
 * attempt: the sweep makes it, so that an exchange that asks for patience gets some. Changes nothing when the order
 * turned out otherwise in the meantime.
 */
export async function bookUnsent(
  ctx: Pick<Context, 'db' | 'clock'> & { live: LiveNotifier },
  { executionId, message }: { executionId: number; message: string },
): Promise<'RETRY' | 'FAILED' | 'NOTHING'> {
  const now = ctx.clock.now();
  const { outcome, userId } = await ctx.db.transaction(async (tx) => {
    const records = await readBooking(tx, executionId);
    if (!records || !isOrderUnresolved(records.execution.status)) {
      await tx.rollback();
      return { outcome: 'NOTHING' as const, userId: undefined };
    }
    const batch = new Batch();
    const added = addNotPlaced(batch, records, { message, now });
    await tx.commit(batch);
    return { outcome: added, userId: records.account.userId };
  });
  if (userId !== undefined) ctx.live.notify(userId);
  return outcome;
}
