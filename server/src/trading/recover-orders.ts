import type { Context } from '../context.js';
import { isOrderOver } from '../core/order.js';
import { ACCOUNT_REF_COLUMNS, toAccountRef } from '../exchange/account-ref.store.js';
import type { Exchange } from '../exchange/exchange.js';
import { Batch } from '../infra/database.js';
import { addLiveEvents, type LiveWaker } from '../infra/live-events.js';
import { bookAbsence, bookStaleRetry, FRESH_FOR_MS } from './book-absence.js';
import { bookOrder } from './book-order.js';
import { orderUnknownKey } from './book-orders.js';

type RecoveryContext = Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'trades'> & { live: LiveWaker };

/** How many executions came to which end in one sweep. */
export interface Recovered {
  looked: number;
  booked: number;
  /** Not at the exchange; not proven yet, or too early to count. */
  absent: number;
  retried: number;
  failed: number;
  /** The exchange could not be asked; nothing was changed. */
  unreachable: number;
}

interface OpenOrder {
  id: number;
  client_order_id: string;
  status_exchange: 'SENDING' | 'UNKNOWN' | 'NEW' | 'PARTIALLY_FILLED';
  send_before: Date;
  absences: number;
  symbol: string;
  limit_order_expires_at: Date | null;
  account_id: number;
  user_id: number;
}

/** Beyond the exchange's own window: clocks differ, requests linger. */
const ABSENCE_MARGIN_MS = 1_000;
/** An order of unknown fate is an alert from here on. */
const ALERT_AFTER_MS = 120_000;
const CONCURRENCY = 8;

/**
 * Looks up the orders that the database believes to be on their way: first those whose fate is not known and whose
 * sender has given up, then the resting ones. Found: booked. Absent twice past the admission window: not placed.
 * A resting order past its deadline is cancelled at the exchange first. Jobs that waited too long for their next attempt
 * fail. `limit` bounds each group; those
 * looked at least recently come first, so that no dead exchange holds up the others. Safe to run any number of times
 * at once.
 */
export async function recoverOrders(ctx: RecoveryContext, { limit }: { limit: number }): Promise<Recovered> {
  const now = ctx.clock.now();
  const unresolved = await readOpen(ctx, ['SENDING', 'UNKNOWN'], now, limit);
  const resting = await readOpen(ctx, ['NEW', 'PARTIALLY_FILLED'], now, limit);
  const recovered: Recovered = { looked: 0, booked: 0, absent: 0, retried: 0, failed: 0, unreachable: 0 };
  const queue = [...unresolved, ...resting];
  const work = async () => {
    for (let order = queue.shift(); order; order = queue.shift()) {
      recovered.looked++;
      recovered[await recoverOne(ctx, order)]++;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  for (const executionId of await readStaleRetries(ctx, now, limit)) {
    if (await bookStaleRetry(ctx, { executionId })) recovered.failed++;
  }
  return recovered;
}

async function readStaleRetries(ctx: RecoveryContext, now: number, limit: number): Promise<number[]> {
  const rows = await ctx.db.query<{ id: number }[]>(
    `SELECT MAX(e.id) AS id FROM trade_jobs j JOIN trade_executions e ON e.trade_job_id = j.id
     WHERE j.status = 'PENDING' AND j.created_at <= ? GROUP BY j.id ORDER BY j.id LIMIT ?`,
    [new Date(now - FRESH_FOR_MS), limit],
  );
  return rows.map(({ id }) => id);
}

function readOpen(ctx: RecoveryContext, statuses: string[], now: number, limit: number): Promise<OpenOrder[]> {
  return ctx.db.query<OpenOrder[]>(
    `SELECT e.id, e.client_order_id, e.status_exchange, e.send_before, e.absences, j.symbol, j.limit_order_expires_at,
       a.user_id, ${ACCOUNT_REF_COLUMNS}
     FROM trade_executions e JOIN trade_jobs j ON j.id = e.trade_job_id JOIN exchange_accounts a ON a.id = e.exchange_account_id
     WHERE e.status_exchange IN (?, ?) AND e.send_before < ? ORDER BY e.updated_at, e.id LIMIT ?`,
    [...statuses, new Date(now), limit],
  );
}

async function recoverOne(ctx: RecoveryContext, order: OpenOrder): Promise<Exclude<keyof Recovered, 'looked'>> {
  const isUnresolved = order.status_exchange === 'SENDING' || order.status_exchange === 'UNKNOWN';
  const found = ctx.exchanges.forAccount(toAccountRef(order));
  if ('refusal' in found) {
    await touch(ctx, order, isUnresolved);
    return 'unreachable';
  }
  try {
    return isUnresolved ? await resolve(ctx, order, found.exchange) : await follow(ctx, order, found.exchange);
  } catch (error) {
    // A fault of the wire proves nothing; a fault of ours must not stop the sweep. Either way: next time.
    ctx.log.warn({ err: error, executionId: order.id }, 'an order could not be looked up');
    await touch(ctx, order, isUnresolved);
    return 'unreachable';
  }
}

/** An order nobody knows the fate of. */
async function resolve(
  ctx: RecoveryContext,
  order: OpenOrder,
  exchange: Exchange,
): Promise<Exclude<keyof Recovered, 'looked'>> {
  // Taken before the question: an answer given earlier than the window's end proves nothing.
  const askedAt = ctx.clock.now();
  const snapshot = await exchange.findOrder({ clientOrderId: order.client_order_id, symbol: order.symbol });
  if (snapshot) {
    await bookOrder(ctx, { executionId: order.id, order: snapshot });
    return 'booked';
  }
  if (askedAt <= order.send_before.getTime() + exchange.admission.windowMs + ABSENCE_MARGIN_MS) {
    await touch(ctx, order, true);
    return 'absent';
  }
  const outcome = await bookAbsence(ctx, { executionId: order.id, absences: order.absences });
  if (outcome === 'RETRY') return 'retried';
  return outcome === 'FAILED' ? 'failed' : 'absent';
}

/** An order that rests at the exchange: cancelled when its time is up, else asked how it stands. */
async function follow(
  ctx: RecoveryContext,
  order: OpenOrder,
  exchange: Exchange,
): Promise<Exclude<keyof Recovered, 'looked'>> {
  const key = { clientOrderId: order.client_order_id, symbol: order.symbol };
  const deadline = order.limit_order_expires_at?.getTime();
  const isExpired = deadline !== undefined && deadline <= ctx.clock.now();
  const snapshot = isExpired ? await exchange.cancel(key) : await exchange.findOrder(key);
  if (!snapshot) {
    ctx.log.error({ executionId: order.id }, 'the exchange no longer knows an order it had accepted');
    await touch(ctx, order, false);
    return 'absent';
  }
  const stopReason = isExpired && isOrderOver(snapshot.status) ? ({ stopReason: 'EXPIRED' } as const) : {};
  await bookOrder(ctx, { executionId: order.id, order: snapshot, ...stopReason });
  await touch(ctx, order, false);
  return 'booked';
}

/** Sends the order to the end of the line, and alerts its owner when its fate stays unknown for too long. */
async function touch(ctx: RecoveryContext, order: OpenOrder, isUnresolved: boolean): Promise<void> {
  const now = ctx.clock.now();
  await ctx.db.query('UPDATE trade_executions SET updated_at = UTC_TIMESTAMP(3) WHERE id = ?', [order.id]);
  if (!isUnresolved || now - order.send_before.getTime() < ALERT_AFTER_MS) return;
  await ctx.db.transaction(async (tx) => {
    const batch = new Batch().add(
      `INSERT IGNORE INTO system_alerts (alert_type, severity, message, service_name, user_id, open_key)
       SELECT 'ORDER_UNKNOWN', 'high', ?, 'EXECUTOR', ?, ? FROM trade_executions
       WHERE id = ? AND status_exchange IN ('SENDING', 'UNKNOWN')`,
      [
        `It is not known whether the exchange has order ${order.client_order_id} (${order.symbol}).`,
        order.user_id,
        orderUnknownKey(order.id),
        order.id,
      ],
    );
    const [result] = (await tx.run(batch)) as { affectedRows: number; insertId: number }[];
    if (result?.affectedRows !== 1) return tx.rollback();
    await tx.commit(addLiveEvents(new Batch(), order.user_id, [{ topic: 'ALERT', entityId: result.insertId }]));
  });
  ctx.live.wake(order.user_id);
}
