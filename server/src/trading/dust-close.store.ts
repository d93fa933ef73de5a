import type { CloseReason } from '../core/domain.js';
import { toText, type D } from '../core/money.js';
import { closePosition, emptyPosition } from '../core/position.js';
import type { Batch } from '../infra/database.js';

/** Ends a position of which no order could sell the rest; the dust and its value go on record. The row must be locked. */
export function addDustClose(
  batch: Batch,
  {
    positionId,
    qtyRemaining,
    reason,
    price,
    now,
  }: {
    positionId: number;
    qtyRemaining: D;
    reason: CloseReason;
    price: D;
    now: number;
  },
): void {
  const after = closePosition({ ...emptyPosition(positionId, null), qtyRemaining }, reason, now, price);
  batch.add(
    `UPDATE trade_positions SET status = 'CLOSED', close_reason = ?, closed_at = ?, qty_remaining = 0,
       dust_qty = dust_qty + CAST(? AS DECIMAL(36,18)), dust_value_quote = dust_value_quote + CAST(? AS DECIMAL(36,18)),
       sl_triggered = ?, tp_triggered = ?, trailing_triggered = ? WHERE id = ?`,
    [
      ...[reason, new Date(now), toText(after.dustQty), toText(after.dustValueQuote)],
      ...[reason === 'STOP_LOSS', reason === 'TAKE_PROFIT', reason === 'TRAILING_STOP', positionId],
    ],
  );
}
