import type { Context } from '../../context.js';
import { Batch } from '../../infra/database/database.js';
import { addLiveEvents } from '../../infra/database/live-events.js';
import type { LiveNotifier } from '../../ports.js';
import { orderUnknownKey } from '../outcome/book-orders.js';
import type { OpenOrder } from './open-order.store.js';

/** Tells the owner of an order that its fate stays unknown, once until it is known. */
export async function alertUnknown(
  ctx: Pick<Context, 'db'> & { live: LiveNotifier },
  { executionId, clientOrderId, symbol, account }: OpenOrder,
): Promise<void> {
  const isNew = await ctx.db.transaction(async (tx) => {
    const batch = new Batch().add(
      `INSERT IGNORE INTO system_alerts (alert_type, severity, message, service_name, user_id, open_key)
       SELECT 'ORDER_UNKNOWN', 'high', ?, 'EXECUTOR', ?, ? FROM trade_executions
       WHERE id = ? AND status_exchange IN ('SENDING', 'UNKNOWN')`,
      [
        `It is not known whether the exchange has order ${clientOrderId} (${symbol}).`,
        ...[account.userId, orderUnknownKey(executionId), executionId],
      ],
    );
    const [result] = (await tx.run(batch)) as { affectedRows: number; insertId: number }[];
    if (result?.affectedRows !== 1) {
      await tx.rollback();
      return false;
    }
    await tx.commit(addLiveEvents(new Batch(), account.userId, [{ topic: 'ALERT', entityId: result.insertId }]));
    return true;
  });
  if (isNew) ctx.live.notify(account.userId);
}
