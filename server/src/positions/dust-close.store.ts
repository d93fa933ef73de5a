import type { CloseReason } from '../core/domain.js';
import type { D } from '../core/money/money.js';
import { closePosition, type PositionState } from '../core/position/position.js';
import type { Batch } from '../infra/database/database.js';
import { addAlertEnds } from '../alerts/alert-writes.store.js';
import { unsellableKey } from '../core/position/unsellable-alert.js';
import { addPositionState } from '../orders/stores/trade-position.store.js';

/** Ends a position of which no order could sell the rest; the dust and its value go on record. The row must be locked. */
export function addDustClose(
  batch: Batch,
  { state, reason, price, now }: { state: PositionState; reason: CloseReason; price: D; now: number },
): void {
  addPositionState(batch, closePosition(state, reason, now, price), now);
  if (state.unsellable) addAlertEnds(batch, [unsellableKey(state.id)], now);
  batch.add('UPDATE trade_positions SET sl_triggered = ?, tp_triggered = ?, trailing_triggered = ? WHERE id = ?', [
    ...[reason === 'STOP_LOSS', reason === 'TAKE_PROFIT', reason === 'TRAILING_STOP', state.id],
  ]);
}
