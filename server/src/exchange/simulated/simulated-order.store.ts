import { d, toText } from '../../core/money/money.js';
import { Batch, fromJson, type Database } from '../../infra/database/database.js';
import { mergeChanges, type BalanceChange, type SimulatedFill, type SimulatedOrder } from './simulated-order.js';

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

export interface BalanceRow {
  asset: string;
  free: string;
  locked: string;
}

/** Locks the two balances of a market, always before any order and by name, so that two of us never wait in a circle. */
export const lockBalances = (batch: Batch, accountId: number, assets: readonly [string, string]): Batch =>
  batch.add(
    `SELECT asset, free, locked FROM account_balances_cache
      WHERE exchange_account_id = ? AND trade_mode = 'SIMULATION' AND asset IN (?, ?) ORDER BY asset FOR UPDATE`,
    [accountId, ...assets],
  );

/**
 * Writes what happened to the account. The differences are added in SQL, exactly (see ARCHITECTURE.md, Money), and
 * not written as results: a row that did not exist when the balances were locked may have come into being since.
 */
export function addBalanceChanges(
  batch: Batch,
  accountId: number,
  { changes, at }: { changes: readonly BalanceChange[]; at: Date },
): Batch {
  for (const { asset, free, locked } of mergeChanges(changes)) {
    const amounts = [toText(free), toText(locked)];
    if (free.isNegative() || locked.isNegative()) {
      batch.add(
        `UPDATE account_balances_cache SET free = free + CAST(? AS DECIMAL(36,18)),
            locked = locked + CAST(? AS DECIMAL(36,18)), last_sync_at = ?
          WHERE exchange_account_id = ? AND trade_mode = 'SIMULATION' AND asset = ?`,
        [...amounts, at, accountId, asset],
      );
    } else {
      batch.add(
        `INSERT INTO account_balances_cache (exchange_account_id, trade_mode, asset, free, locked, last_sync_at)
          VALUES (?, 'SIMULATION', ?, ?, ?, ?)
          ON DUPLICATE KEY UPDATE free = free + VALUES(free), locked = locked + VALUES(locked), last_sync_at = VALUES(last_sync_at)`,
        [accountId, asset, ...amounts, at],
      );
    }
  }
  return batch;
}

/** Starts the time, in seconds, within which `insertOrder` of the same transaction must arrive. */
export const BEGIN_ADMISSION = 'SET @admit_until = SYSDATE(3) + INTERVAL ? SECOND';

/** Fails (a required column is null) when `BEGIN_ADMISSION` is too long ago. */
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

/**
 * Gives an account that has no balances yet those of `initial_balances_json`. Answers whether it has any now. One
 * statement, so that nobody sees half of them; a second process doing the same changes nothing.
 */
export async function startBalances(db: Database, accountId: number): Promise<boolean> {
  const [found, accounts] = (await db.run(
    new Batch()
      .add(
        `SELECT id FROM account_balances_cache WHERE exchange_account_id = ? AND trade_mode = 'SIMULATION' LIMIT 1`,
        [accountId],
      )
      .add('SELECT initial_balances_json FROM exchange_accounts WHERE id = ?', [accountId]),
  )) as [unknown[], { initial_balances_json: unknown }[]];
  if (found.length > 0) return true;
  const initial = Object.entries(fromJson<Record<string, string>>(accounts[0]?.initial_balances_json) ?? {});
  if (initial.length === 0) return false;
  await db.query(
    `INSERT INTO account_balances_cache (exchange_account_id, trade_mode, asset, free)
      VALUES ${initial.map(() => "(?, 'SIMULATION', ?, ?)").join(', ')}
      ON DUPLICATE KEY UPDATE asset = VALUES(asset)`,
    initial
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([asset, free]) => [accountId, asset, toText(d(String(free)))]),
  );
  return true;
}
