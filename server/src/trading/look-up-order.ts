import type { Context } from '../context.js';
import { d, sum } from '../core/money.js';
import type { Exchange, ListedOrder, OrderSnapshot, RemoteAccount } from '../exchange/exchange.js';
import type { OpenOrder } from './open-order.store.js';

export type LookUp =
  | { kind: 'found'; order: OrderSnapshot }
  | { kind: 'absent' }
  /** Trades were made that could be the order's: neither found nor absent. */
  | { kind: 'doubtful' };

/** The exchange's clock may be behind ours by this much. */
const CLOCK_MARGIN_MS = 60_000;

/**
 * Looks for an order of unknown fate everywhere before it may count as absent: by the id we gave it, then among the
 * symbol's orders since it was sent, then by trades of its side that belong to no order we can name. Throws on a fault
 * of the wire.
 */
export async function lookUpOrder(ctx: Pick<Context, 'db'>, exchange: Exchange, order: OpenOrder): Promise<LookUp> {
  const { clientOrderId, symbol } = order;
  const found = await exchange.findOrder({ clientOrderId, symbol });
  if (found) return { kind: 'found', order: found };
  const { remote } = exchange;
  if (!remote) return { kind: 'absent' };
  const since = order.createdAt - CLOCK_MARGIN_MS;
  const listed = await remote.ordersSince(symbol, since);
  const ours = listed.find((one) => one.clientOrderId === clientOrderId);
  if (ours) return { kind: 'found', order: await withTrades(remote, ours, since) };
  const trades = (await remote.tradesSince(symbol, since)).filter(({ side }) => side === order.side);
  const nameless = new Set(trades.map(({ exchangeOrderId }) => exchangeOrderId));
  for (const { exchangeOrderId } of listed) nameless.delete(exchangeOrderId);
  for (const known of await readKnown(ctx, order, [...nameless])) nameless.delete(known);
  return { kind: nameless.size > 0 ? 'doubtful' : 'absent' };
}

/** A list may leave the trades of an order out. */
async function withTrades(remote: RemoteAccount, order: ListedOrder, since: number): Promise<OrderSnapshot> {
  if (sum(order.fills.map(({ qty }) => d(qty))).gte(d(order.executedQty))) return order;
  const trades = await remote.tradesSince(order.symbol, since);
  return { ...order, fills: trades.filter(({ exchangeOrderId }) => exchangeOrderId === order.exchangeOrderId) };
}

/** Those of these exchange order ids that belong to other orders: of ours, or made by hand and noted before. */
async function readKnown(
  ctx: Pick<Context, 'db'>,
  { account, symbol }: OpenOrder,
  exchangeOrderIds: readonly string[],
): Promise<string[]> {
  if (exchangeOrderIds.length === 0) return [];
  const marks = exchangeOrderIds.map(() => '?').join(', ');
  const rows = await ctx.db.query<{ exchange_order_id: string }[]>(
    `SELECT e.exchange_order_id FROM trade_executions e JOIN trade_jobs j ON j.id = e.trade_job_id
      WHERE e.exchange_account_id = ? AND e.exchange_order_id IN (${marks}) AND j.symbol = ?
     UNION SELECT exchange_order_id FROM foreign_orders
      WHERE exchange_account_id = ? AND exchange_order_id IN (${marks}) AND symbol = ?`,
    [account.id, ...exchangeOrderIds, symbol, account.id, ...exchangeOrderIds, symbol],
  );
  return rows.map(({ exchange_order_id }) => exchange_order_id);
}
