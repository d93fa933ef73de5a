import type { CloseReason, OrderSide } from '../core/domain.js';
import { d, type D } from '../core/money/money.js';
import type { OldFill, OldPosition } from '../core/position/recompute-results.js';
import type { Database, Tx } from '../infra/database/database.js';

type Row = Record<string, unknown>;
const text = (value: unknown): string => String(value);

/** Positions with an id above `after` that were booked before fees became part of the cost, at most `limit`. */
export async function readWithoutCost(
  db: Pick<Database, 'query'>,
  { after, limit }: { after: number; limit: number },
): Promise<number[]> {
  const rows = await db.query<{ id: number }[]>(
    'SELECT id FROM trade_positions WHERE id > ? AND cost_quote IS NULL ORDER BY id LIMIT ?',
    [after, limit],
  );
  return rows.map(({ id }) => id);
}

/** Locks such a position and reads it with its fills; undefined when another process has updated it. */
export async function lockOldResults(tx: Tx, id: number): Promise<(OldPosition & { entryPrice: D }) | undefined> {
  const [row] = await tx.query<Row[]>(
    `SELECT symbol, qty_remaining, price_open, dust_qty, dust_value_quote, close_reason, closed_at
       FROM trade_positions WHERE id = ? AND cost_quote IS NULL FOR UPDATE`,
    [id],
  );
  if (!row) return undefined;
  const fills = await tx.query<Row[]>(
    `SELECT id, side, qty, price, fee_amount, fee_asset, realized_quote FROM position_fills
      WHERE position_id = ? ORDER BY id`,
    [id],
  );
  return {
    base: text(row.symbol).split('/')[0] ?? '',
    entryPrice: d(text(row.price_open)),
    qtyRemaining: d(text(row.qty_remaining)),
    dustQty: d(text(row.dust_qty)),
    dustValue: d(text(row.dust_value_quote)),
    closeReason: row.close_reason as CloseReason | null,
    closedAt: row.closed_at === null ? null : (row.closed_at as Date).getTime(),
    fills: fills.map(oldFill),
  };
}

const oldFill = (row: Row): OldFill => ({
  id: Number(row.id),
  side: text(row.side) as OrderSide,
  qty: d(text(row.qty)),
  price: d(text(row.price)),
  feeAmount: d(text(row.fee_amount)),
  feeAsset: row.fee_asset === null ? null : text(row.fee_asset),
  realized: d(text(row.realized_quote)),
});
