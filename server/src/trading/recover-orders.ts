import type { TradeMode } from '../core/domain.js';
import type { Exchange } from '../exchange/exchange.js';
import { Batch } from '../infra/database.js';
import { addLiveEvents } from '../infra/live-events.js';
import { inParallel } from '../infra/in-parallel.js';
import { FRESH_FOR_MS } from './add-not-placed.js';
import { bookStaleRetry } from './book-absence.js';
import { orderUnknownKey } from './book-orders.js';
import {
  isUnresolved,
  modeIn,
  readResting,
  readUnresolved,
  type OpenOrder,
  type OpenOrderQuery,
} from './open-order.store.js';
import { recoverOrder, type RecoveryContext, type RecoverOutcome } from './recover-order.js';

/** How many executions came to which end in one sweep. */
export interface Recovered extends Record<RecoverOutcome, number> {
  looked: number;
  /** The exchange could not be asked; nothing was changed. */
  unreachable: number;
}

/** An order of unknown fate is an alert from here on. */
const ALERT_AFTER_MS = 120_000;
const BOTH_MODES = ['REAL', 'SIMULATION'] as const;
/** Accounts have connections of their own: a dead one costs the others nothing. */
const ACCOUNTS_AT_ONCE = 32;
const ORDERS_AT_ONCE = 4;
/** So long a slow account may keep the next sweep waiting. */
const ACCOUNT_BUDGET_MS = 5_000;

/**
 * Looks up the orders that the database believes to be on their way: first those whose fate is not known and whose
 * sender has given up, then the resting ones that want a look. Jobs that waited too long for their next attempt fail.
 * `limit` bounds each group; those looked at least recently come first. Each account is asked by itself, and when it
 * does not answer its other orders wait for the next sweep, so that a dead exchange is asked one question at a time and
 * is noticed the moment it answers again. One mode or both. Safe to run any number of times at once.
 */
export async function recoverOrders(
  ctx: RecoveryContext,
  { limit, tradeModes = BOTH_MODES }: { limit: number; tradeModes?: readonly TradeMode[] },
): Promise<Recovered> {
  // Two absences make a proof, and each is judged by a time that was just asked for.
  await ctx.clock.sync?.();
  const query = { now: ctx.clock.now(), limit, tradeModes };
  const unresolved = await readUnresolved(ctx.db, query);
  const orders = [...unresolved, ...(await readResting(ctx.db, query))];
  const recovered: Recovered = { looked: 0, booked: 0, absent: 0, retried: 0, failed: 0, unreachable: 0 };
  const byAccount = new Map<number, OpenOrder[]>();
  for (const order of orders) byAccount.set(order.account.id, [...(byAccount.get(order.account.id) ?? []), order]);
  await inParallel([...byAccount.values()], ACCOUNTS_AT_ONCE, (some) => recoverAccount(ctx, some, recovered));
  for (const executionId of await readStaleRetries(ctx, query)) {
    if (await bookStaleRetry(ctx, { executionId })) recovered.failed++;
  }
  return recovered;
}

/** The orders of one account: one first, to see whether its exchange answers. */
async function recoverAccount(ctx: RecoveryContext, orders: OpenOrder[], recovered: Recovered): Promise<void> {
  const [first, ...rest] = orders;
  if (!first) return;
  recovered.looked += orders.length;
  const found = ctx.exchanges.forAccount(first.account);
  if ('refusal' in found) {
    recovered.unreachable += orders.length;
    return sendToEnd(ctx, orders);
  }
  const until = performance.now() + ACCOUNT_BUDGET_MS;
  const waiting = [...rest];
  let isReachable = await recoverOne(ctx, found.exchange, first, recovered);
  const work = async (): Promise<void> => {
    while (isReachable && performance.now() < until) {
      const next = waiting.shift();
      if (!next) return;
      if (!(await recoverOne(ctx, found.exchange, next, recovered))) isReachable = false;
    }
  };
  await Promise.all(Array.from({ length: ORDERS_AT_ONCE }, work));
  if (isReachable) {
    recovered.looked -= waiting.length;
    return;
  }
  recovered.unreachable += waiting.length;
  await sendToEnd(ctx, waiting);
}

/** Answers whether the exchange could be asked. A fault of ours must not stop the sweep either: next time. */
async function recoverOne(
  ctx: RecoveryContext,
  exchange: Exchange,
  order: OpenOrder,
  recovered: Recovered,
): Promise<boolean> {
  try {
    const outcome = await recoverOrder(ctx, exchange, order);
    recovered[outcome]++;
    if (outcome === 'absent' || !isUnresolved(order)) await sendToEnd(ctx, [order]);
    return true;
  } catch (err) {
    ctx.log.warn({ err, executionId: order.executionId }, 'an order could not be looked up');
    recovered.unreachable++;
    await sendToEnd(ctx, [order]);
    return false;
  }
}

/** Sends orders to the end of the line, and alerts their owner of those whose fate stays unknown for too long. */
async function sendToEnd(ctx: RecoveryContext, orders: readonly OpenOrder[]): Promise<void> {
  if (orders.length === 0) return;
  const marks = orders.map(() => '?').join(', ');
  const ids = orders.map(({ executionId }) => executionId);
  await ctx.db.query(`UPDATE trade_executions SET updated_at = UTC_TIMESTAMP(3) WHERE id IN (${marks})`, ids);
  const now = ctx.clock.now();
  for (const order of orders) {
    if (isUnresolved(order) && now - order.sendBefore >= ALERT_AFTER_MS) await alertUnknown(ctx, order);
  }
}

async function alertUnknown(ctx: RecoveryContext, order: OpenOrder): Promise<void> {
  const { executionId, clientOrderId, symbol, account } = order;
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
  if (isNew) ctx.live.wake(account.userId);
}

async function readStaleRetries(ctx: RecoveryContext, { now, limit, tradeModes }: OpenOrderQuery): Promise<number[]> {
  const rows = await ctx.db.query<{ id: number }[]>(
    `SELECT MAX(e.id) AS id FROM trade_jobs j JOIN trade_executions e ON e.trade_job_id = j.id
     WHERE j.status = 'PENDING' AND j.created_at <= ? AND ${modeIn(tradeModes)} GROUP BY j.id ORDER BY j.id LIMIT ?`,
    [new Date(now - FRESH_FOR_MS), ...tradeModes, limit],
  );
  return rows.map(({ id }) => id);
}
