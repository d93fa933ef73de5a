import type { EditedExits, ExitSettings, TargetInput } from '../core/exits/edit-exits.js';
import type { TrailingRise } from '../core/exits/trigger-index.js';
import type { ExitReason } from '../core/exits/triggers.js';
import type { CloseReason, TradeMode } from '../core/domain.js';
import { toText, type D } from '../core/money/money.js';
import type { BookedFill } from '../core/order/booked-fill.js';
import { closePosition, type PositionState } from '../core/position/position.js';
import type { Recomputed } from '../core/position/recompute-results.js';
import { readPriceKey, type PriceKey } from '../core/price/price-key.js';
import { positionsAt } from '../exchange/account-ref.store.js';
import { Batch, type Database } from '../infra/database/database.js';
import { addAlertEnds } from '../alerts/alert-writes.store.js';
import { unsellableKey } from '../core/position/unsellable-alert.js';
import { addPositionState } from '../orders/stores/trade-position.store.js';

/** Locks a position against webhook sells, or unlocks it. */
export const addSellLock = (batch: Batch, positionId: number, isLocked: boolean): Batch =>
  batch.add('UPDATE trade_positions SET lock_sell_by_webhook = ? WHERE id = ?', [isLocked, positionId]);

/** Closes a position whose rest no order could sell, and records the dust with its value. The row must be locked. */
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

/** Restarts a trailing stop: at the opening price, or without a maximum until a profit arms it. */
const restarted = ({ trailingArmingPct }: ExitSettings): string =>
  `, trailing_version = trailing_version + 1, ${
    trailingArmingPct === null
      ? 'trailing_max_price = price_open, trailing_armed_at = UTC_TIMESTAMP(3)'
      : 'trailing_max_price = NULL, trailing_armed_at = NULL'
  }`;

/** Prices count for the new settings from now on, also those that arrive before a watcher has read them. */
export function addExitSettings(batch: Batch, positionId: number, { settings, restartsTrailing }: EditedExits): void {
  batch.add(
    `UPDATE trade_positions SET sl_enabled = ?, sl_pct = ?, tp_enabled = ?, tp_pct = ?, min_profit_pct = ?,
       trailing_enabled = ?, trailing_distance_pct = ?, trailing_arming_pct = ?, time_stop_hours = ?,
       break_even_after_first = ?${restartsTrailing ? restarted(settings) : ''}, exits_since = UTC_TIMESTAMP(3),
       updated_at = UTC_TIMESTAMP(3) WHERE id = ?`,
    [
      ...[settings.slEnabled, settings.slPct, settings.tpEnabled, settings.tpPct, settings.minProfitPct],
      ...[settings.trailingEnabled, settings.trailingDistancePct, settings.trailingArmingPct, settings.timeStopHours],
      ...[settings.breakEvenAfterFirst, positionId],
    ],
  );
}

/** Replaces the targets that have not fired. */
export function addTargets(
  batch: Batch,
  positionId: number,
  { targets, lastOrdinal }: { targets: readonly TargetInput[]; lastOrdinal: number },
): void {
  batch.add('DELETE FROM position_targets WHERE position_id = ? AND triggered_at IS NULL', [positionId]);
  targets.forEach(({ pct, sharePct }, index) =>
    batch.add('INSERT INTO position_targets (position_id, ordinal, pct, share_pct) VALUES (?, ?, ?, ?)', [
      ...[positionId, lastOrdinal + 1 + index, pct, sharePct],
    ]),
  );
}

/**
 * Sets the flags of the current exit, and clears those of an earlier exit that sold nothing. If this one also sells
 * nothing, later prices decide and not the earlier ones: `exits_since` is cleared.
 */
export function addExitFlags(
  batch: Batch,
  positionId: number,
  { reason, trailingMax }: { reason: ExitReason; trailingMax: D | null },
): void {
  const max = trailingMax && toText(trailingMax);
  // Other monitors may have followed later prices: a maximum is never lowered.
  const followed = `trailing_max_price = GREATEST(COALESCE(trailing_max_price, CAST(? AS DECIMAL(36,18))),
       COALESCE(CAST(? AS DECIMAL(36,18)), trailing_max_price))`;
  if (reason === 'PARTIAL_TAKE_PROFIT') {
    batch.add(`UPDATE trade_positions SET partial_tp_triggered = TRUE, exits_since = NULL, ${followed} WHERE id = ?`, [
      max,
      max,
      positionId,
    ]);
    return;
  }
  batch.add(
    `UPDATE trade_positions SET sl_triggered = ?, tp_triggered = ?, trailing_triggered = ?, exits_since = NULL,
       ${followed} WHERE id = ?`,
    [reason === 'STOP_LOSS', reason === 'TAKE_PROFIT', reason === 'TRAILING_STOP', max, max, positionId],
  );
}

/** Marks the targets that an exit fired; `job` is a SQL variable of the same batch. */
export function addFiredTargets(
  batch: Batch,
  positionId: number,
  { ordinals, job, now }: { ordinals: readonly number[]; job: { sql: string }; now: number },
): void {
  if (ordinals.length === 0) return;
  batch.add(
    `UPDATE position_targets SET triggered_at = ?, trade_job_id = ${job.sql} WHERE position_id = ?
       AND ordinal IN (${ordinals.map(() => '?').join(', ')})`,
    [new Date(now), positionId, ...ordinals],
  );
}

/** The rises of a price key's trailing stops since they were last saved. */
export interface TrailingProgress extends TrailingRise {
  key: PriceKey;
}

const IDS_MAX = 1_000;

/**
 * Saves the rises. One statement per high raises all stops of a key, however many: each stop that was armed at that
 * price has followed it. Nothing is ever lowered, and `updated_at` stays, because no setting changed.
 */
export async function writeTrailing(
  db: Pick<Database, 'run' | 'query'>,
  { key, armed, risen }: TrailingProgress,
): Promise<void> {
  const batch = new Batch();
  for (const { max, at, trailingVersion, ids } of groupAlike(armed)) {
    for (let from = 0; from < ids.length; from += IDS_MAX) {
      const some = ids.slice(from, from + IDS_MAX);
      batch.add(
        `UPDATE trade_positions SET trailing_max_price = ?, trailing_armed_at = COALESCE(trailing_armed_at, ?),
            updated_at = updated_at
          WHERE id IN (${some.map(() => '?').join(', ')}) AND trailing_version = ?
            AND (trailing_max_price IS NULL OR trailing_max_price < CAST(? AS DECIMAL(36,18)))`,
        [max, new Date(at), ...some, trailingVersion, max],
      );
    }
  }
  const { venue, symbol } = readPriceKey(key);
  const owners = await positionsAt(db, venue);
  for (const { max, at } of risen) {
    batch.add(
      `UPDATE trade_positions SET trailing_max_price = CAST(? AS DECIMAL(36,18)), updated_at = updated_at
        WHERE status = 'OPEN' AND symbol = ? AND ${owners.sql} AND trailing_enabled
          AND COALESCE(trailing_armed_at, created_at) <= ? AND trailing_max_price < CAST(? AS DECIMAL(36,18))`,
      [max, symbol, ...owners.values, new Date(at), max],
    );
  }
  await db.run(batch);
}

function groupAlike(armed: TrailingRise['armed']) {
  const groups = new Map<string, { max: string; at: number; trailingVersion: number; ids: number[] }>();
  for (const { id, max, at, trailingVersion } of armed) {
    const key = `${toText(max)} ${at} ${trailingVersion}`;
    const group = groups.get(key) ?? { max: toText(max), at, trailingVersion, ids: [] };
    group.ids.push(id);
    groups.set(key, group);
  }
  return groups.values();
}

/** Writes the recomputed results of a position and its fills. */
export function addRecomputed(batch: Batch, positionId: number, results: Recomputed): void {
  for (const fill of results.fills) {
    batch.add('UPDATE position_fills SET realized_quote = ?, is_counted = FALSE WHERE id = ?', [
      toText(fill.realized),
      fill.id,
    ]);
  }
  batch.add(
    `UPDATE trade_positions SET cost_quote = ?, realized_profit_usd = ?, dust_qty = ?, dust_value_quote = ?,
       shortfall_qty = ?, shortfall_value_quote = ?, write_off_quote = ?, written_off_at = ?, is_counted = FALSE WHERE id = ?`,
    [
      ...[results.cost, results.realizedPnl, results.dustQty, results.dustValue].map(toText),
      ...[results.shortfallQty, results.shortfallValue, results.writeOff].map(toText),
      ...[results.writtenOffAt === null ? null : new Date(results.writtenOffAt), positionId],
    ],
  );
}

/** Writes the cost of a position's remaining coins when its results cannot be recomputed. */
export const addCost = (batch: Batch, positionId: number, cost: D): Batch =>
  batch.add('UPDATE trade_positions SET cost_quote = ?, is_counted = FALSE WHERE id = ?', [toText(cost), positionId]);

/** A position opened with coins that the account already holds. */
export interface OpenedPosition {
  accountId: number;
  tradeMode: TradeMode;
  symbol: string;
  state: PositionState;
  exits: ExitSettings;
  fills: readonly BookedFill[];
  /** ms since 1970 */
  now: number;
}

/**
 * Adds such a position with its fills. `@job` and `@execution` of the same batch are its job and order; afterwards
 * `@position` is its id.
 */
export function addOpenedPosition(batch: Batch, opened: OpenedPosition): void {
  const { accountId, tradeMode, symbol, state, exits, fills, now } = opened;
  const at = new Date(now);
  batch
    .add(
      `INSERT INTO trade_positions (exchange_account_id, trade_mode, symbol, trade_job_id_open, qty_total, qty_remaining,
         price_open, cost_quote, status, realized_profit_usd, fees_quote, sl_enabled, sl_pct, tp_enabled, tp_pct, trailing_enabled,
         trailing_distance_pct, min_profit_pct, trace_json, exits_since, trailing_max_price, trailing_armed_at)
       VALUES (?, ?, ?, @job, ?, ?, ?, ?, 'OPEN', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        ...[accountId, tradeMode, symbol, toText(state.qtyTotal), toText(state.qtyRemaining), toText(state.entryPrice)],
        ...[
          toText(state.cost),
          toText(state.realizedPnl),
          toText(state.feesQuote),
          exits.slEnabled,
          exits.slPct,
          exits.tpEnabled,
        ],
        ...[exits.tpPct, exits.trailingEnabled, exits.trailingDistancePct, exits.minProfitPct],
        JSON.stringify([{ name: 'exits', value: 'as given', source: 'the owner, when the holding was adopted' }]),
        at,
        ...(exits.trailingEnabled ? [toText(state.entryPrice), at] : [null, null]),
      ],
    )
    .add('SET @position := LAST_INSERT_ID()');
  for (const { qty, price, tradeId, feeAmount, feeAsset, at: filledAt } of fills) {
    batch.add(
      `INSERT INTO position_fills (position_id, trade_execution_id, side, qty, price, trade_id, fee_amount, fee_asset,
         filled_at, exchange_account_id, symbol) VALUES (@position, @execution, 'BUY', ?, ?, ?, ?, ?, ?, ?, ?)`,
      [...[qty, price, tradeId, feeAmount, feeAsset || null], new Date(filledAt), accountId, symbol],
    );
  }
}
