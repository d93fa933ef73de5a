import type { Context } from '../context.js';
import { isOrderOver } from '../core/order.js';
import type { Exchange } from '../exchange/exchange.js';
import type { LiveWaker } from '../infra/live-events.js';
import { withinTime } from '../infra/within-time.js';
import { bookAbsence } from './book-absence.js';
import { bookOrder } from './book-order.js';
import { lookUpOrder, type LookUp } from './look-up-order.js';
import { isUnresolved, type OpenOrder } from './open-order.store.js';

export type RecoveryContext = Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'trades'> & {
  live: LiveWaker;
};

/** `absent`: not at the exchange; not proven yet, or too early to count. */
export type RecoverOutcome = 'booked' | 'absent' | 'retried' | 'failed';

/** Beyond the exchange's own window: clocks differ, requests linger. */
const ABSENCE_MARGIN_MS = 1_000;
/** An exchange that says nothing for this long is asked again by the next sweep. */
const PATIENCE_MS = 5_000;

/**
 * Finds out what became of one open order and books it. Unknown fate: found is booked, absent twice past the admission
 * window is not placed. In the book: cancelled when its time is up, else asked how it stands. Throws when the exchange
 * cannot be asked, which proves nothing.
 */
export function recoverOrder(ctx: RecoveryContext, exchange: Exchange, order: OpenOrder): Promise<RecoverOutcome> {
  return isUnresolved(order) ? resolve(ctx, exchange, order) : follow(ctx, exchange, order);
}

async function resolve(ctx: RecoveryContext, exchange: Exchange, order: OpenOrder): Promise<RecoverOutcome> {
  const { executionId, clientOrderId, symbol } = order;
  // Taken before the question: an answer given earlier than the window's end proves nothing.
  const askedAt = ctx.clock.now();
  const isPast = askedAt > order.sendBefore + exchange.admission.windowMs + ABSENCE_MARGIN_MS;
  // When the database's time was set, `send_before` may be of the time before: it proves nothing until every window that
  // could be open is over by our own watch.
  const mayCount = isPast && !ctx.clock.standing?.().steppedMs;
  const quick = async (): Promise<LookUp> => {
    const found = await exchange.findOrder({ clientOrderId, symbol });
    return found ? { kind: 'found', order: found } : { kind: 'absent' };
  };
  const looked = await withinTime(mayCount ? lookUpOrder(ctx, exchange, order) : quick(), PATIENCE_MS);
  if (looked.kind === 'found') {
    await bookOrder(ctx, { executionId, order: looked.order });
    return 'booked';
  }
  if (looked.kind === 'doubtful') {
    ctx.log.warn({ executionId }, 'the exchange knows no such order, but there are trades that could be its');
  }
  if (!mayCount || looked.kind === 'doubtful') return 'absent';
  const outcome = await bookAbsence(ctx, { executionId, absences: order.absences });
  if (outcome === 'RETRY') return 'retried';
  return outcome === 'FAILED' ? 'failed' : 'absent';
}

async function follow(ctx: RecoveryContext, exchange: Exchange, order: OpenOrder): Promise<RecoverOutcome> {
  const { executionId, expiresAt } = order;
  const key = { clientOrderId: order.clientOrderId, symbol: order.symbol };
  // Looking is always allowed; cancelling is trading, which may be switched off here.
  const mayTrade = 'exchange' in ctx.exchanges.forAccount(order.account);
  const isExpired = mayTrade && expiresAt !== undefined && expiresAt <= ctx.clock.now();
  const snapshot = await withinTime(isExpired ? exchange.cancel(key) : exchange.findOrder(key), PATIENCE_MS);
  if (!snapshot) {
    ctx.log.error({ executionId }, 'the exchange no longer knows an order it had accepted');
    return 'absent';
  }
  const stopReason = isExpired && isOrderOver(snapshot.status) ? ({ stopReason: 'EXPIRED' } as const) : {};
  await bookOrder(ctx, { executionId, order: snapshot, ...stopReason });
  return 'booked';
}
