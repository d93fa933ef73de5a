import { setTimeout as delay } from 'node:timers/promises';
import type { OrderName, OrderSnapshot } from '../../exchange.js';
import { CallFault } from '../call-fault.js';
import { findOrder, keyOf } from './find-order.js';
import type { JsonObject } from '../dialects/dialect.js';
import type { Session } from '../session/session.js';

/** A cancel can be accepted before it is done, so the order is read again after each of these pauses. */
const LOOK_AFTER_MS = [0, 50, 150, 400, 800];

const isOpen = ({ status }: OrderSnapshot): boolean => status === 'NEW' || status === 'PARTIALLY_FILLED';

/**
 * Cancels the rest of an order and returns its state; undefined when there is no such order. If the returned order is
 * still open, the exchange accepted the cancel and has not done it yet. Throws CallFault.
 */
export async function cancelOrder(asked: Session, ours: OrderName): Promise<OrderSnapshot | undefined> {
  const session = asked.as({ priority: 'follow' });
  const key = keyOf(session, ours);
  const found = await findOrder(session, ours);
  if (!key || !found || !isOpen(found)) return found;
  const { exchangeOrderId } = found;
  try {
    await session.ask(session.dialect.cancel({ ...key, exchangeOrderId, raw: found.raw as JsonObject }));
  } catch (error) {
    // It ended in the meantime. The next read tells how.
    const ended = error instanceof CallFault && (error.errorMeaning === 'OVER' || error.errorMeaning === 'ABSENT');
    if (!ended) throw error;
  }
  let after: OrderSnapshot | undefined = found;
  for (const waitMs of LOOK_AFTER_MS) {
    if (waitMs > 0) await delay(waitMs);
    after = await findOrder(session, ours);
    if (after && !isOpen(after)) return after;
  }
  return after;
}
