import type { Context } from '../../context.js';
import { isOrderTerminal } from '../../core/order/order.js';
import { isJobTerminal } from '../../core/order/trade-job.js';
import { countsFrom } from '../../core/order/recovery-plan.js';
import type { Exchange } from '../../exchange/exchange.js';
import type { LiveNotifier } from '../../ports.js';
import { orGiveUp } from '../../infra/with-timeout.js';
import { bookOutcome } from '../outcome/book-outcome.js';
import { lookUpOrder, type LookUp } from './look-up-order.js';
import { isUnresolved, type OpenOrder } from './open-order.store.js';
import { createReading, type OrderReading } from './order-reading.js';

export type RecoveryContext = Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'trades'> & {
  live: LiveNotifier;
};

/** `absent`: not at the exchange; not proven yet, or too early to count. */
export type RecoverOutcome = 'booked' | 'absent' | 'retried' | 'failed';

/** A round of looking, shared by the orders of an account. */
export interface RecoveryRound {
  reading: OrderReading | undefined;
  /** ms since 1970, before anything was asked: an answer given earlier than a window's end proves nothing. */
  askedAt: number;
  signal?: AbortSignal | undefined;
}

/** An exchange that says nothing for this long is asked again by the next sweep. */
const TIMEOUT_MS = 5_000;

/** Begins a round over these orders; nothing is asked yet. */
export const beginRound = (
  { clock }: Pick<Context, 'clock'>,
  { remote, admission: { windowMs } }: Exchange,
  orders: readonly OpenOrder[],
  signal?: AbortSignal,
): RecoveryRound => ({
  reading: remote && createReading(remote, orders, { windowMs, signal }),
  askedAt: clock.now(),
  signal,
});

/**
 * Finds out what became of one open order and books it. Unknown fate: found is booked, absent twice past the admission
 * window is not placed. In the book: canceled when its time is up, else asked how it stands. Throws when the exchange
 * cannot be asked, which proves nothing.
 */
export function recoverOrder(
  ctx: RecoveryContext,
  exchange: Exchange,
  order: OpenOrder,
  round = beginRound(ctx, exchange, [order]),
): Promise<RecoverOutcome> {
  return isUnresolved(order) ? resolve(ctx, exchange, order, round) : follow(ctx, exchange, order, round);
}

async function resolve(
  ctx: RecoveryContext,
  exchange: Exchange,
  order: OpenOrder,
  { reading, askedAt, signal }: RecoveryRound,
): Promise<RecoverOutcome> {
  const { executionId } = order;
  // When the database's time was set, `send_before` may be of the time before: it proves nothing until every window that
  // could be open is over by our own watch.
  const isEarly = askedAt <= countsFrom(order, exchange.admission) || !!ctx.clock.standing?.().steppedMs;
  const looked: LookUp = await lookUpOrder(ctx, exchange, order, { reading, isEarly, signal });
  if (looked.kind === 'found') {
    await bookOutcome(ctx, { executionId, answer: { kind: 'reported', order: looked.order } });
    return 'booked';
  }
  if (looked.kind === 'doubtful') {
    ctx.log.warn({ executionId }, 'the exchange knows no such order, but there are trades that could be its');
  }
  if (isEarly || looked.kind === 'doubtful') return 'absent';
  const answer = { kind: 'not found', absences: order.absences } as const;
  const { status, isBooked, retries } = await bookOutcome(ctx, { executionId, answer });
  if (retries) {
    const now = ctx.clock.now();
    ctx.trades.enqueue([{ jobId: order.jobId, committedAt: now, queuedAt: now, isUrgent: order.side === 'SELL' }]);
    return 'retried';
  }
  return isBooked && isJobTerminal(status) ? 'failed' : 'absent';
}

async function follow(
  ctx: RecoveryContext,
  exchange: Exchange,
  order: OpenOrder,
  { signal }: RecoveryRound,
): Promise<RecoverOutcome> {
  const { executionId, expiresAt } = order;
  const name = { clientOrderId: order.clientOrderId, symbol: order.symbol, sentAt: order.createdAt };
  // Looking is always allowed; canceling is trading, which may be switched off here.
  const mayTrade = 'exchange' in ctx.exchanges.forAccount(order.account);
  const isExpired = mayTrade && expiresAt !== undefined && expiresAt <= ctx.clock.now();
  const snapshot = await orGiveUp(
    (given) => (isExpired ? exchange.cancel(name, { signal: given }) : exchange.findOrder(name, { signal: given })),
    TIMEOUT_MS,
    signal,
  );
  if (!snapshot) {
    ctx.log.error({ executionId }, 'the exchange no longer knows an order it had accepted');
    return 'absent';
  }
  const stopReason = isExpired && isOrderTerminal(snapshot.status) ? 'EXPIRED' : undefined;
  await bookOutcome(ctx, { executionId, answer: { kind: 'reported', order: snapshot, stopReason } });
  return 'booked';
}
