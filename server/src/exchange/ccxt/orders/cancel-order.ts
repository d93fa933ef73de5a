import { setTimeout as delay } from 'node:timers/promises';
import type { OrderName, OrderSnapshot } from '../../exchange.js';
import { CallFault } from '../call-fault.js';
import { findOrder, keyOf } from './find-order.js';
import type { JsonObject } from '../dialects/dialect.js';
import type { Session } from '../session/session.js';

/** A cancel can be taken before it is done: the order is asked for again after so long, each time. */
const LOOK_AFTER_MS = [0, 50, 150, 400, 800];

const isOpen = ({ status }: OrderSnapshot): boolean => status === 'NEW' || status === 'PARTIALLY_FILLED';

/**
 * Cancels what is left and answers how the order stands then; undefined when there is no such order. Still open in the
 * answer: the exchange took the cancel and has not done it yet. Throws CallFault.
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
    // It ended in the meantime; how, the exchange says when it is asked again.
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
