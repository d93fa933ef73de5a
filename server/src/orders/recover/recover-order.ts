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

/** `absent`: not found at the exchange, but not proven yet or too early to count. */
export type RecoverOutcome = 'booked' | 'absent' | 'retried' | 'failed';

/** One round of lookups, shared by the orders of an account. */
export interface RecoveryRound {
  reading: OrderReading | undefined;
  /** ms since 1970, before the first question. An answer from before the end of an order's window proves nothing. */
  askedAt: number;
  signal?: AbortSignal | undefined;
}

/** An exchange that does not answer within this time is asked again by the next sweep. */
const TIMEOUT_MS = 5_000;

/** Begins a round for these orders; asks nothing yet. */
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
 * Finds out the state of one open order and books it. With an unknown outcome: a found order is booked, one that is
 * absent twice past the admission window was not placed. In the order book: it is canceled after its deadline,
 * otherwise its state is read. Throws when the exchange cannot be asked, which proves nothing.
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
  // After a change of the database's time, `send_before` may be in the old time. It proves nothing until every window
  // that could be open has ended by our monotonic clock.
  const isEarly = askedAt <= countsFrom(order, exchange.admission) || !!ctx.clock.standing?.().steppedMs;
  const looked: LookUp = await lookUpOrder(ctx, exchange, order, { reading, isEarly, signal });
  if (looked.kind === 'found') {
    await bookOutcome(ctx, { executionId, answer: { kind: 'reported', order: looked.order } });
    return 'booked';
  }
  if (looked.kind === 'doubtful') {
    ctx.log.warn({ executionId }, 'the exchange does not know the order, but some trades may belong to it');
  }
  if (isEarly || looked.kind === 'doubtful') return 'absent';
  const answer = { kind: 'not found', notFoundCount: order.notFoundCount } as const;
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
  // Looking is always allowed; canceling is trading, which may be disabled here.
  const mayTrade = 'exchange' in ctx.exchanges.forAccount(order.account);
  const isExpired = mayTrade && expiresAt !== undefined && expiresAt <= ctx.clock.now();
  const snapshot = await orGiveUp(
    (given) => (isExpired ? exchange.cancel(name, { signal: given }) : exchange.findOrder(name, { signal: given })),
    TIMEOUT_MS,
    signal,
  );
  if (!snapshot) {
    ctx.log.error({ executionId }, 'the exchange no longer knows an order that it had accepted');
    return 'absent';
  }
  const stopReason = isExpired && isOrderTerminal(snapshot.status) ? 'EXPIRED' : undefined;
  await bookOutcome(ctx, { executionId, answer: { kind: 'reported', order: snapshot, stopReason } });
  return 'booked';
}
