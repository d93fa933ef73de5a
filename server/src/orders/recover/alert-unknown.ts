import { openUnknownOrderAlert } from '../../alerts/alert-writes.store.js';
import type { Context } from '../../context.js';
import { orderUnknownKey } from '../../core/order/outcome-alerts.js';
import type { LiveNotifier } from '../../ports.js';
import type { OpenOrder } from './open-order.store.js';

/** Alerts the owner once that the outcome of an order stays unknown. */
export async function alertUnknown(
  ctx: Pick<Context, 'db'> & { live: LiveNotifier },
  { executionId, clientOrderId, symbol, account: { userId } }: OpenOrder,
): Promise<void> {
  const message = `It is not known whether the exchange has order ${clientOrderId} (${symbol}).`;
  const openKey = orderUnknownKey(executionId);
  if (await openUnknownOrderAlert(ctx.db, { executionId, openKey, message, userId })) ctx.live.notify(userId);
}
