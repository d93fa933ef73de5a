import { countsFrom } from '../../core/order/recovery-plan.js';
import type { Exchange } from '../../exchange/exchange.js';
import { touchOrders } from '../stores/trade-order.store.js';
import { alertUnknown } from './alert-unknown.js';
import { isUnresolved, type OpenOrder } from './open-order.store.js';
import {
  beginRound,
  recoverOrder,
  type RecoverOutcome,
  type RecoveryContext,
  type RecoveryRound,
} from './recover-order.js';
import type { Recoverer } from './recoverer.js';

/** The number of executions per outcome in one sweep. */
export interface Recovered extends Record<RecoverOutcome, number> {
  looked: number;
  /** The exchange could not be asked; nothing was changed. */
  unreachable: number;
}

export const NOTHING_RECOVERED: Readonly<Recovered> = {
  ...{ looked: 0, booked: 0, absent: 0, retried: 0, failed: 0, unreachable: 0 },
};

/** An order with an unknown outcome raises an alert after this time. */
const ALERT_AFTER_MS = 120_000;
const ORDERS_AT_ONCE = 8;

/**
 * Looks for the due orders of one account: first one, to see whether its exchange answers, then several at a time, all
 * with the same lists. At an exchange where others trade too, only one process does so at a time.
 */
export async function recoverAccount(
  ctx: RecoveryContext,
  orders: readonly OpenOrder[],
  { recoverer, recovered }: { recoverer: Recoverer; recovered: Recovered },
): Promise<void> {
  const [first] = orders;
  if (!first) return;
  const found = ctx.exchanges.forAccount(first.account);
  if (!found.ok) {
    recovered.looked += orders.length;
    recovered.unreachable += orders.length;
    return sendToEnd(ctx, orders);
  }
  const { exchange } = found;
  if (!exchange.remote) {
    await lookForAll(ctx, exchange, orders, { recoverer, recovered });
    return;
  }
  const due = orders.filter((order) => !isUnresolved(order) || recoverer.isDue(order.executionId));
  if (due.length === 0) return;
  await recoverer.alone(ctx.db, first.account.id, async (signal) => {
    const isReachable = await lookForAll(ctx, exchange, due, { recoverer, recovered, signal });
    // Another process may be able to reach it.
    if (!isReachable) await recoverer.release(ctx.db, first.account.id);
  });
}

interface Looks {
  recoverer: Recoverer;
  recovered: Recovered;
  signal?: AbortSignal;
}

/** Returns whether the exchange could be asked. */
async function lookForAll(
  ctx: RecoveryContext,
  exchange: Exchange,
  orders: readonly OpenOrder[],
  looks: Looks,
): Promise<boolean> {
  const { recovered, signal } = looks;
  const round = beginRound(ctx, exchange, orders.filter(isUnresolved), signal);
  const [first, ...waiting] = orders;
  if (!first) return true;
  let isReachable = await recoverOne(ctx, exchange, first, { ...looks, round });
  const work = async (): Promise<void> => {
    while (isReachable && !signal?.aborted) {
      const next = waiting.shift();
      if (!next) return;
      if (!(await recoverOne(ctx, exchange, next, { ...looks, round }))) isReachable = false;
    }
  };
  await Promise.all(Array.from({ length: ORDERS_AT_ONCE }, work));
  if (isReachable) return true;
  recovered.looked += waiting.length;
  recovered.unreachable += waiting.length;
  await sendToEnd(ctx, waiting);
  return false;
}

/**
 * Returns whether the exchange could be asked. An error on our side must not stop the sweep; the next sweep tries
 * again.
 */
async function recoverOne(
  ctx: RecoveryContext,
  exchange: Exchange,
  order: OpenOrder,
  { recoverer, recovered, round }: Looks & { round: RecoveryRound },
): Promise<boolean> {
  recovered.looked++;
  try {
    const outcome = await recoverOrder(ctx, exchange, order, round);
    recovered[outcome]++;
    if (outcome === 'absent' && isUnresolved(order)) noteMiss(ctx, exchange, order, { recoverer, round });
    if (outcome === 'absent' || !isUnresolved(order)) await sendToEnd(ctx, [order]);
    return true;
  } catch (err) {
    ctx.log.warn({ err, executionId: order.executionId }, 'an order could not be looked up');
    recovered.unreachable++;
    await sendToEnd(ctx, [order]);
    return false;
  }
}

function noteMiss(
  ctx: RecoveryContext,
  { admission }: Exchange,
  order: OpenOrder,
  { recoverer, round }: { recoverer: Recoverer; round: RecoveryRound },
): void {
  const from = countsFrom(order, admission);
  const notFoundCount = order.notFoundCount + (round.askedAt > from ? 1 : 0);
  recoverer.missed(order.executionId, { now: ctx.clock.now(), countsFrom: from, notFoundCount });
}

/**
 * Moves orders to the end of the queue, and alerts their owner about those whose outcome stays unknown for too long.
 */
async function sendToEnd(ctx: RecoveryContext, orders: readonly OpenOrder[]): Promise<void> {
  if (orders.length === 0) return;
  await touchOrders(
    ctx.db,
    orders.map(({ executionId }) => executionId),
  );
  const now = ctx.clock.now();
  for (const order of orders) {
    if (isUnresolved(order) && now - order.sendBefore >= ALERT_AFTER_MS) await alertUnknown(ctx, order);
  }
}
