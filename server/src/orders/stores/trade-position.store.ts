import type { CloseReason, TraceEntry } from '../../core/domain.js';
import { d, roundMoney, toText, type D } from '../../core/money/money.js';
import { NEW_POSITION, type PositionFillEntry } from '../../core/order/booking.js';
import type { Allocation, SellablePosition } from '../../core/plan/fifo.js';
import type { OpeningDefaults, PositionState } from '../../core/position/position.js';
import type { ReasonCode } from '../../core/reasons.js';
import type { Batch } from '../../infra/database/database.js';
import type { LiveChange } from '../../infra/database/live-events.js';

type Row = Record<string, unknown>;
const text = (value: unknown): string => String(value);
const timeOrNull = (value: unknown): number | null => (value === null ? null : (value as Date).getTime());
const dateOrNull = (at: number | null): Date | null => (at === null ? null : new Date(at));

/** The columns of `trade_positions p` that `positionState` reads. */
export const POSITION_COLUMNS = `p.id AS position_id, p.vault_id, p.status AS position_status, p.qty_total, p.qty_remaining,
  p.qty_reserved, p.price_open, p.cost_quote, p.realized_profit_usd, p.fees_quote, p.dust_qty, p.dust_value_quote,
  p.fee_qty, p.shortfall_qty, p.shortfall_value_quote, p.write_off_quote, p.written_off_at, p.unsellable_reason, p.close_reason,
  p.closed_at, p.sl_triggered, p.trailing_triggered`;

/**
 * SQL: the ids of the vaults that orders of `trade_jobs j` settle with, as text with commas; see `idsOf`. Of a BUY the vault
 * with its reservation, of a SELL those of the positions it sells.
 */
export const VAULT_IDS_OF_JOB = `IF(j.side = 'BUY', j.vault_id,
  (SELECT GROUP_CONCAT(DISTINCT p.vault_id) FROM position_reservations pp JOIN trade_positions p ON p.id = pp.position_id
    WHERE pp.trade_job_id = j.id))`;

/** The ids of a list that SQL has joined with commas; NULL has none. */
export const idsOf = (list: unknown): number[] => (list === null ? [] : text(list).split(',').map(Number));

/** An old row without a recomputed cost counts with its opening price. */
const costOfRow = ({ cost_quote, price_open, qty_remaining }: Row) =>
  cost_quote === null ? roundMoney(d(text(price_open)).mul(d(text(qty_remaining)))) : d(text(cost_quote));

export function positionState(row: Row): PositionState {
  return {
    id: Number(row.position_id),
    vaultId: row.vault_id === null ? null : Number(row.vault_id),
    status: text(row.position_status) as PositionState['status'],
    qtyTotal: d(text(row.qty_total)),
    qtyRemaining: d(text(row.qty_remaining)),
    qtyReserved: d(text(row.qty_reserved)),
    entryPrice: d(text(row.price_open)),
    cost: costOfRow(row),
    realizedPnl: d(text(row.realized_profit_usd)),
    feesQuote: d(text(row.fees_quote)),
    dustQty: d(text(row.dust_qty)),
    dustValueQuote: d(text(row.dust_value_quote)),
    feeQty: d(text(row.fee_qty)),
    shortfallQty: d(text(row.shortfall_qty)),
    shortfallValue: d(text(row.shortfall_value_quote)),
    writeOff: d(text(row.write_off_quote)),
    writtenOffAt: timeOrNull(row.written_off_at),
    unsellable: (row.unsellable_reason === null ? null : text(row.unsellable_reason)) as ReasonCode | null,
    closeReason: (row.close_reason === null ? null : text(row.close_reason)) as CloseReason | null,
    closedAt: timeOrNull(row.closed_at),
  };
}

/** The columns of `positionValues`, in its order. */
const POSITION_VALUES = [
  ...['qty_total', 'qty_remaining', 'qty_reserved', 'price_open', 'cost_quote', 'realized_profit_usd', 'fees_quote'],
  ...['dust_qty', 'dust_value_quote', 'fee_qty', 'shortfall_qty', 'shortfall_value_quote', 'write_off_quote'],
  ...['written_off_at', 'unsellable_reason', 'status', 'close_reason', 'closed_at'],
];

const positionValues = (position: PositionState): unknown[] => [
  ...[position.qtyTotal, position.qtyRemaining, position.qtyReserved, position.entryPrice].map(toText),
  ...[position.cost, position.realizedPnl, position.feesQuote, position.dustQty].map(toText),
  ...[position.dustValueQuote, position.feeQty, position.shortfallQty, position.shortfallValue].map(toText),
  ...[toText(position.writeOff), dateOrNull(position.writtenOffAt), position.unsellable, position.status],
  ...[position.closeReason, dateOrNull(position.closedAt)],
];

/** Assignments of all numbers of a position; each uses the row's old values, in any order of execution. */
const POSITION_SET = `${POSITION_VALUES.map((name) => `p.${name} = ?`).join(', ')}, p.is_counted = FALSE,
  p.unsellable_at = IF(? IS NULL, NULL, COALESCE(p.unsellable_at, ?))`;
const positionSetValues = (position: PositionState, now: number): unknown[] => [
  ...positionValues(position),
  ...[position.unsellable, new Date(now)],
];

/** Writes all numbers of a position whose row is locked and was just read. */
export function addPositionState(batch: Batch, position: PositionState, now: number): void {
  batch.add(`UPDATE trade_positions p SET ${POSITION_SET} WHERE p.id = ?`, [
    ...positionSetValues(position, now),
    position.id,
  ]);
}

/** The reservation of a sell on a position, after its order. */
export interface ReservationChange {
  id: number;
  qtySold: D;
  isLive: boolean;
}

/** Writes a position, and the reservation of a sell on it. */
export function addSoldPosition(
  batch: Batch,
  { position, reservation, now }: { position: PositionState; reservation: ReservationChange; now: number },
): void {
  batch.add(
    `UPDATE trade_positions p JOIN position_reservations pp ON pp.position_id = p.id
       SET ${POSITION_SET}, pp.qty_sold = ?, pp.is_live = ? WHERE p.id = ? AND pp.id = ?`,
    [
      ...positionSetValues(position, now),
      ...[toText(reservation.qtySold), reservation.isLive, position.id, reservation.id],
    ],
  );
}

export function addReservationState(batch: Batch, { id, qtySold, isLive }: ReservationChange): void {
  batch.add('UPDATE position_reservations SET qty_sold = ?, is_live = ? WHERE id = ?', [toText(qtySold), isLive, id]);
}

/** Settings of a position that a buy opens, besides its numbers. */
export interface Opening {
  jobId: number;
  accountId: number;
  tradeMode: string;
  symbol: string;
  vaultId: number | null;
  defaults: OpeningDefaults;
  trace: readonly TraceEntry[];
  /** The time from which prices count for its exits. */
  openedAt: Date | undefined;
}

/** Adds the position that a buy opens; its fills must be added right after it. */
export function addNewPosition(batch: Batch, position: PositionState, opening: Opening): LiveChange {
  const { jobId, defaults, openedAt } = opening;
  const isTrailing = defaults.trailingEnabled && defaults.trailingArmingPct === null;
  batch.add(
    `INSERT INTO trade_positions (${POSITION_VALUES.join(', ')}, exchange_account_id, trade_mode, symbol, side,
       trade_job_id_open, vault_id, sl_enabled, sl_pct, tp_enabled, tp_pct, trailing_enabled, trailing_distance_pct,
       trailing_arming_pct, time_stop_hours, break_even_after_first, min_profit_pct, trace_json, exits_since,
       trailing_max_price, trailing_armed_at, webhook_source_id)
     VALUES (${POSITION_VALUES.map(() => '?').join(', ')}, ?, ?, ?, 'LONG', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
       (SELECT j.webhook_source_id FROM trade_jobs j WHERE j.id = ?))`,
    [
      ...positionValues(position),
      ...[opening.accountId, opening.tradeMode, opening.symbol, jobId, opening.vaultId],
      ...[defaults.slEnabled, defaults.slPct, defaults.tpEnabled, defaults.tpPct],
      ...[defaults.trailingEnabled, defaults.trailingDistancePct, defaults.trailingArmingPct, defaults.timeStopHours],
      ...[defaults.breakEvenAfterFirst, defaults.minProfitPct, JSON.stringify(opening.trace), openedAt ?? null],
      ...(isTrailing ? [toText(position.entryPrice), openedAt ?? null] : [null, null]),
      jobId,
    ],
  );
  return { topic: 'POSITION', entityId: newPositionOf(jobId) };
}

/** The position that a job opened. */
const newPositionOf = (jobId: number) => ({
  sql: '(SELECT id FROM trade_positions WHERE trade_job_id_open = ?)',
  values: [jobId],
});

/** Adds the targets of a position that was added in the same batch. */
export function addOpeningTargets(batch: Batch, jobId: number, targets: OpeningDefaults['targets']): void {
  if (targets.length === 0) return;
  const { sql, values } = newPositionOf(jobId);
  batch.add(
    `INSERT INTO position_targets (position_id, ordinal, pct, share_pct)
     VALUES ${targets.map(() => `(${sql}, ?, ?, ?)`).join(', ')}`,
    targets.flatMap(({ pct, sharePct }, index) => [...values, index + 1, pct, sharePct]),
  );
}

/**
 * Runs before the row itself changes. A new opening price makes new exit levels, which only later prices can reach, and
 * raises a trailing maximum that waits for no profit. A reopened position was not followed while it was closed.
 */
export function addGrowth(batch: Batch, { id, entryPrice }: PositionState, at: Date): void {
  const open = toText(entryPrice);
  batch.add(
    `UPDATE trade_positions SET
       exits_since = IF(status = 'CLOSED' OR price_open <> CAST(? AS DECIMAL(36,18)), ?, exits_since),
       trailing_armed_at = IF(status = 'CLOSED' AND trailing_armed_at IS NOT NULL, ?, trailing_armed_at),
       trailing_max_price = IF(trailing_enabled AND trailing_arming_pct IS NULL,
         GREATEST(COALESCE(trailing_max_price, CAST(? AS DECIMAL(36,18))), CAST(? AS DECIMAL(36,18))), trailing_max_price)
     WHERE id = ?`,
    [open, at, at, open, open, id],
  );
}

/**
 * Adds fills. Those of a position that this batch opens must directly follow its row: its id is the last one inserted.
 */
export function addFills(
  batch: Batch,
  { executionId, accountId, symbol }: { executionId: number; accountId: number; symbol: string },
  fills: readonly PositionFillEntry[],
): LiveChange[] {
  if (fills.length === 0) return [];
  const isNew = ({ positionId }: PositionFillEntry) => positionId === NEW_POSITION;
  const rowOf = (fill: PositionFillEntry): string => {
    const position = isNew(fill) ? 'LAST_INSERT_ID()' : '?';
    return `(${position}, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT p.webhook_source_id FROM trade_positions p WHERE p.id = ${position}))`;
  };
  batch.add(
    `INSERT INTO position_fills (position_id, trade_execution_id, side, qty, price, trade_id, fee_amount, fee_asset,
       realized_quote, filled_at, exchange_account_id, symbol, webhook_source_id)
     VALUES ${fills.map(rowOf).join(', ')}`,
    fills.flatMap((fill) => [
      ...(isNew(fill) ? [] : [fill.positionId]),
      ...[executionId, fill.side, toText(fill.qty), toText(fill.price), fill.tradeId],
      ...[toText(fill.feeAmount), fill.feeAsset, toText(fill.realized), new Date(fill.at), accountId, symbol],
      ...(isNew(fill) ? [] : [fill.positionId]),
    ]),
  );
  // By their key: not every server guarantees consecutive ids in one multi-row insert.
  return fills.map((fill) => {
    const idOf = 'SELECT id FROM position_fills WHERE trade_execution_id = ? AND trade_id = ?';
    const key = [executionId, fill.tradeId];
    const entityId = isNew(fill)
      ? { sql: `(${idOf})`, values: key }
      : { sql: `(${idOf} AND position_id = ?)`, values: [...key, fill.positionId] };
    return { topic: 'FILL', entityId };
  });
}

/**
 * Reserves for the job its share of each position; no other code reserves quantity for a sell. The positions' rows must
 * be locked and just read. A job inserted in the same batch is named by a SQL variable.
 */
export function addPositionReservations(
  batch: Batch,
  {
    jobId,
    allocations,
    positions,
  }: {
    jobId: number | { sql: string };
    allocations: readonly Allocation[];
    positions: readonly Pick<SellablePosition, 'id' | 'qtyRemaining' | 'qtyReserved'>[];
  },
): void {
  if (allocations.length === 0) return;
  const byId = new Map(positions.map((position) => [position.id, position]));
  for (const { positionId, qty } of allocations) {
    const position = byId.get(positionId);
    if (!position || position.qtyReserved.add(qty).gt(position.qtyRemaining)) {
      throw new RangeError(`a sell would reserve more than position ${positionId} has`);
    }
  }
  const [job, jobValue] = typeof jobId === 'number' ? ['?', [jobId]] : [jobId.sql, []];
  batch.add(
    `INSERT INTO position_reservations (trade_job_id, position_id, qty) VALUES ${allocations.map(() => `(${job}, ?, ?)`).join(', ')}`,
    allocations.flatMap(({ positionId, qty }) => [...jobValue, positionId, toText(qty)]),
  );
  // Both columns are decimals, so that their sum is exact.
  batch.add(
    `UPDATE position_reservations pp FORCE INDEX (position_reservations_trade_job_id_position_id_key)
       STRAIGHT_JOIN trade_positions p FORCE INDEX (PRIMARY) ON p.id = pp.position_id
        SET p.qty_reserved = p.qty_reserved + pp.qty WHERE pp.trade_job_id = ${job}`,
    jobValue,
  );
}
