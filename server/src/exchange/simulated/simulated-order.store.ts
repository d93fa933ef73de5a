import type { OrderSide } from '../../core/domain.js';
import { d, toText } from '../../core/money/money.js';
import { fromJson, type Batch, type Database } from '../../infra/database/database.js';
import type { SimulatedFill, SimulatedOrder } from './simulated-order.js';

interface OrderRow {
  id: number;
  client_order_id: string;
  symbol: string;
  side: SimulatedOrder['side'];
  order_type: SimulatedOrder['type'];
  status: SimulatedOrder['status'];
  base_quantity: string;
  limit_price: string | null;
  executed_qty: string;
  cumm_quote_qty: string;
  locked_asset: string;
  locked_amount: string;
  fills_json: unknown;
}

const ORDER_COLUMNS = `id, client_order_id, symbol, side, order_type, status, base_quantity, limit_price, executed_qty,
  cumm_quote_qty, locked_asset, locked_amount, fills_json`;
export const SELECT_ORDER = `SELECT ${ORDER_COLUMNS} FROM simulated_orders WHERE exchange_account_id = ? AND client_order_id = ?`;

/** The first order of a SELECT's answer. */
export function readOrder(rows: unknown): SimulatedOrder | undefined {
  const row = (rows as OrderRow[])[0];
  if (!row) return undefined;
  const limitPrice = row.limit_price === null ? null : d(row.limit_price);
  const fills = fromJson<SimulatedFill[]>(row.fills_json) ?? [];
  return {
    id: row.id,
    clientOrderId: row.client_order_id,
    symbol: row.symbol,
    side: row.side,
    type: row.order_type,
    status: row.status,
    quantity: d(row.base_quantity),
    // A MARKET order is complete from the start, at the price of its only fill.
    lockPrice: limitPrice ?? d(fills[0]?.price ?? '0'),
    limitPrice,
    executedQty: d(row.executed_qty),
    cummQuoteQty: d(row.cumm_quote_qty),
    lockedAsset: row.locked_asset,
    lockedAmount: d(row.locked_amount),
    fills,
  };
}

/** Starts the time limit, in seconds, for `insertOrder` of the same transaction. */
export const BEGIN_ADMISSION = 'SET @admit_until = SYSDATE(3) + INTERVAL ? SECOND';

/** Fails (a required column is null) when that time limit is over. */
export const insertOrder = (batch: Batch, accountId: number, order: SimulatedOrder, at: Date): Batch =>
  batch.add(
    `INSERT INTO simulated_orders (exchange_account_id, client_order_id, symbol, side, order_type, status, base_quantity,
        limit_price, executed_qty, cumm_quote_qty, locked_asset, locked_amount, fills_json, created_at, updated_at)
      VALUES (?, IF(SYSDATE(3) <= @admit_until, ?, NULL), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      ...[accountId, order.clientOrderId, order.symbol, order.side, order.type, order.status, toText(order.quantity)],
      ...[order.limitPrice && toText(order.limitPrice), toText(order.executedQty), toText(order.cummQuoteQty)],
      ...[order.lockedAsset, toText(order.lockedAmount), JSON.stringify(order.fills), at, at],
    ],
  );

export const updateOrder = (batch: Batch, order: SimulatedOrder, at: Date): Batch =>
  batch.add(
    `UPDATE simulated_orders SET status = ?, executed_qty = ?, cumm_quote_qty = ?, locked_amount = ?, fills_json = ?,
        updated_at = ? WHERE id = ?`,
    [
      ...[order.status, toText(order.executedQty), toText(order.cummQuoteQty), toText(order.lockedAmount)],
      ...[JSON.stringify(order.fills), at, order.id],
    ],
  );

/** Resting orders of a symbol and side that a price reaches, oldest first, at most 500. */
export async function readCrossedOrders(
  db: Pick<Database, 'query'>,
  { symbol, side, reach }: { symbol: string; side: OrderSide; reach: string },
): Promise<{ accountId: number; clientOrderId: string }[]> {
  const rows = await db.query<{ exchange_account_id: number; client_order_id: string }[]>(
    `SELECT exchange_account_id, client_order_id FROM simulated_orders
      WHERE status IN ('NEW', 'PARTIALLY_FILLED') AND symbol = ? AND side = ?
        AND limit_price ${side === 'BUY' ? '>=' : '<='} CAST(? AS DECIMAL(36,18))
      ORDER BY id LIMIT 500`,
    [symbol, side, reach],
  );
  return rows.map((row) => ({ accountId: row.exchange_account_id, clientOrderId: row.client_order_id }));
}

/** The highest and the lowest resting limit of each symbol and side. */
export const readRestingLimits = (
  db: Pick<Database, 'query'>,
): Promise<{ symbol: string; side: OrderSide; highest: string; lowest: string }[]> =>
  db.query(
    `SELECT symbol, side, MAX(limit_price) AS highest, MIN(limit_price) AS lowest FROM simulated_orders
      WHERE status IN ('NEW', 'PARTIALLY_FILLED') GROUP BY symbol, side`,
  );
