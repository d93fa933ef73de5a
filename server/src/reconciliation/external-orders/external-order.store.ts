import type { OrderSide, OrderType } from '../../core/domain.js';
import { d, sum, toText } from '../../core/money/money.js';
import type { ListedOrder, ListedTrade } from '../../exchange/exchange.js';
import type { Batch, Database } from '../../infra/database/database.js';

type Db = Pick<Database, 'query'>;

/** An external order, as far as it is known. GONE: the order left the book. TRADED: only its trades are known. */
export interface ExternalOrder {
  symbol: string;
  exchangeOrderId: string;
  clientOrderId: string | null;
  side: OrderSide;
  type: OrderType | null;
  status: ListedOrder['status'] | 'GONE' | 'TRADED';
  quantity: string | null;
  limitPrice: string | null;
  executedQty: string;
  /** ms since 1970 */
  placedAt: number;
  trades: ListedTrade[];
}

export const externalKey = ({ symbol, exchangeOrderId }: { symbol: string; exchangeOrderId: string }): string =>
  `${symbol} ${exchangeOrderId}`;

/** Combines external orders and trades by order. */
export function externalOrdersOf(orders: readonly ListedOrder[], trades: readonly ListedTrade[]): ExternalOrder[] {
  const tradesOf = new Map<string, ListedTrade[]>();
  const all = [...trades, ...orders.flatMap((one) => one.fills.map((fill) => ({ ...fill, ...identityOf(one) })))];
  for (const trade of all) {
    const some = tradesOf.get(externalKey(trade)) ?? [];
    if (!some.some(({ tradeId }) => tradeId === trade.tradeId)) some.push(trade);
    tradesOf.set(externalKey(trade), some);
  }
  const listed = orders.map((order): ExternalOrder => {
    const { clientOrderId, type, status, quantity, limitPrice, executedQty, createdAt: placedAt } = order;
    const own = tradesOf.get(externalKey(order)) ?? [];
    tradesOf.delete(externalKey(order));
    const details = { clientOrderId: clientOrderId || null, type, status, quantity, limitPrice, executedQty, placedAt };
    return { ...identityOf(order), ...details, trades: own };
  });
  const nameless = [...tradesOf.values()].flatMap((some): ExternalOrder[] => {
    const [first] = some;
    if (!first) return [];
    const executedQty = toText(sum(some.map(({ qty }) => d(qty))));
    const unknown = { clientOrderId: null, type: null, quantity: null, limitPrice: null };
    const placedAt = Math.min(...some.map(({ at }) => at));
    return [{ ...identityOf(first), ...unknown, status: 'TRADED', executedQty, placedAt, trades: some }];
  });
  return [...listed, ...nameless];
}

const identityOf = ({
  symbol,
  side,
  exchangeOrderId,
}: {
  symbol: string;
  side: OrderSide;
  exchangeOrderId: string;
}) => ({
  symbol,
  side,
  exchangeOrderId,
});

/** What is already saved of each of these orders: its status and the ids of its trades. */
export async function readExternal(
  db: Db,
  accountId: number,
  orders: readonly ExternalOrder[],
): Promise<Map<string, { status: string; executedQty: string; tradeIds: Set<string> }>> {
  if (orders.length === 0) return new Map();
  const rows = await db.query<
    { symbol: string; exchange_order_id: string; status: string; executed_qty: string; trade_id: string | null }[]
  >(
    `SELECT o.symbol, o.exchange_order_id, o.status, o.executed_qty, t.trade_id
       FROM external_orders o LEFT JOIN external_trades t ON t.external_order_id = o.id
      WHERE o.exchange_account_id = ? AND o.exchange_order_id IN (${orders.map(() => '?').join(', ')})`,
    [accountId, ...orders.map(({ exchangeOrderId }) => exchangeOrderId)],
  );
  const known = new Map<string, { status: string; executedQty: string; tradeIds: Set<string> }>();
  for (const { symbol, exchange_order_id: exchangeOrderId, status, executed_qty: executedQty, trade_id } of rows) {
    const key = externalKey({ symbol, exchangeOrderId });
    const entry = known.get(key) ?? { status, executedQty, tradeIds: new Set() };
    if (trade_id !== null) entry.tradeIds.add(trade_id);
    known.set(key, entry);
  }
  return known;
}

/**
 * Adds the writes of one order. New trades put it back on the owner's list. A known client order id, type or limit
 * price stays, and so does the status when only trades came.
 */
export function addExternalOrder(batch: Batch, accountId: number, order: ExternalOrder): void {
  const keepsStatus = order.status === 'TRADED';
  batch.add(
    `INSERT INTO external_orders (exchange_account_id, symbol, exchange_order_id, client_order_id, side, order_type, status,
       quantity, limit_price, executed_qty, placed_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id),
       dismissed_at = IF(VALUES(executed_qty) > executed_qty, NULL, dismissed_at),
       client_order_id = COALESCE(VALUES(client_order_id), client_order_id),
       order_type = COALESCE(VALUES(order_type), order_type), quantity = COALESCE(VALUES(quantity), quantity),
       limit_price = COALESCE(VALUES(limit_price), limit_price),
       ${keepsStatus ? '' : 'status = VALUES(status),'} executed_qty = GREATEST(executed_qty, VALUES(executed_qty))`,
    [
      ...[accountId, order.symbol, order.exchangeOrderId, order.clientOrderId, order.side, order.type, order.status],
      ...[order.quantity, order.limitPrice, order.executedQty, new Date(order.placedAt)],
    ],
  );
  batch.add('SET @external := LAST_INSERT_ID()');
  for (const { tradeId, qty, price, feeAmount, feeAsset, at } of order.trades) {
    batch.add(
      `INSERT INTO external_trades (external_order_id, trade_id, qty, price, fee_amount, fee_asset, traded_at)
       VALUES (@external, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE trade_id = VALUES(trade_id)`,
      [tradeId, qty, price, feeAmount, feeAsset, new Date(at)],
    );
  }
  // Trades arrive page by page; together they may be more than each page reported.
  batch.add(
    `UPDATE external_orders SET executed_qty = GREATEST(executed_qty, (SELECT COALESCE(SUM(t.qty), 0) FROM external_trades t
       WHERE t.external_order_id = @external)) WHERE id = @external`,
  );
}

export const countUndismissed = (accountId: number): [sql: string, values: unknown[]] => [
  'SELECT COUNT(*) AS waiting FROM external_orders WHERE exchange_account_id = ? AND dismissed_at IS NULL',
  [accountId],
];

/** External orders that rested at the last comparison. */
export async function readRestingExternal(
  db: Db,
  accountId: number,
): Promise<{ id: number; symbol: string; exchangeOrderId: string; placedAt: number }[]> {
  const rows = await db.query<{ id: number; symbol: string; exchange_order_id: string; placed_at: Date }[]>(
    `SELECT id, symbol, exchange_order_id, placed_at FROM external_orders
      WHERE exchange_account_id = ? AND status IN ('NEW', 'PARTIALLY_FILLED')`,
    [accountId],
  );
  return rows.map(({ id, symbol, exchange_order_id, placed_at }) => ({
    ...{ id, symbol, exchangeOrderId: exchange_order_id, placedAt: placed_at.getTime() },
  }));
}

export async function setExternalStatus(db: Db, { id, status }: { id: number; status: 'GONE' }): Promise<void> {
  await db.query('UPDATE external_orders SET status = ? WHERE id = ?', [status, id]);
}

/** Executions of an account by their client order ids. */
export async function readOwnOrders(
  db: Db,
  { accountId, clientOrderIds }: { accountId: number; clientOrderIds: readonly string[] },
): Promise<Set<string>> {
  if (clientOrderIds.length === 0) return new Set();
  const rows = await db.query<{ client_order_id: string }[]>(
    `SELECT client_order_id FROM trade_executions
      WHERE exchange_account_id = ? AND client_order_id IN (${clientOrderIds.map(() => '?').join(', ')})`,
    [accountId, ...clientOrderIds],
  );
  return new Set(rows.map(({ client_order_id }) => client_order_id));
}

/** Records that an external order became a position; `position` is a SQL variable of the same batch. */
export const addAdopted = (
  batch: Batch,
  id: number,
  { position, at }: { position: { sql: string }; at: Date },
): Batch =>
  batch.add(`UPDATE external_orders SET position_id = ${position.sql}, dismissed_at = ? WHERE id = ?`, [at, id]);

/** The orders among these at accounts of this owner, with their account. */
export async function readOwnedExternal(
  db: Db,
  ownerUserId: number,
  ids: readonly number[],
): Promise<{ id: number; accountId: number }[]> {
  if (ids.length === 0) return [];
  const rows = await db.query<{ id: number; exchange_account_id: number }[]>(
    `SELECT o.id, o.exchange_account_id FROM external_orders o JOIN exchange_accounts a ON a.id = o.exchange_account_id
      WHERE o.id IN (${ids.map(() => '?').join(', ')}) AND a.user_id = ?`,
    [...ids, ownerUserId],
  );
  return rows.map(({ id, exchange_account_id: accountId }) => ({ id, accountId }));
}

/** Records that the owner dismissed these orders; the first time stays. */
export async function dismissExternal(db: Db, ids: readonly number[], at: Date): Promise<void> {
  await db.query(
    `UPDATE external_orders SET dismissed_at = COALESCE(dismissed_at, ?) WHERE id IN (${ids.map(() => '?').join(', ')})`,
    [at, ...ids],
  );
}
