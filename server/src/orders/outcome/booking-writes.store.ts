import { NEW_POSITION, type Booking, type PositionFillEntry, type VaultMove } from '../../core/order/book-order.js';
import type { JobStatus } from '../../core/domain.js';
import { sum, toText } from '../../core/money/money.js';
import type { PositionState } from '../../core/position/position.js';
import type { Refusal } from '../../core/reasons.js';
import type { Batch } from '../../infra/database/database.js';
import { addLiveEventsOfUsers, type LiveChange, type UserChange } from '../../infra/database/live-events.js';
import type { BookingRecords } from './booking.store.js';
import { unsellableKey } from '../../core/position/unsellable-alert.js';

export interface AlertWrite {
  type: 'LEDGER_DRIFT' | 'POSITION_INVALID_QTY' | 'ORDER_UNKNOWN' | 'POSITION_SHORTFALL' | 'POSITION_UNSELLABLE';
  severity: 'high' | 'critical';
  message: string;
  /** One open alert per key. */
  openKey: string;
}

/** What a booking leaves behind, beside the row of the execution itself. */
export interface BookingWrites extends Partial<Pick<Booking, 'fills' | 'positions' | 'reservations' | 'vaultMoves'>> {
  job?: { status: JobStatus; reason?: Refusal | undefined; ended: boolean } | undefined;
  alerts?: readonly AlertWrite[];
  now: number;
}

/**
 * Adds all writes of a booking to the last batch of its transaction and ends it with the owner's live events.
 * The values are those computed in code from rows held under lock: nothing is added up in SQL.
 */
export const addBooking = (batch: Batch, records: BookingRecords, writes: BookingWrites): Batch =>
  addBookings(batch, [{ records, writes }]);

/** The same for several bookings of one quote asset whose vault moves were made one after the other. */
export function addBookings(
  batch: Batch,
  bookings: readonly { records: BookingRecords; writes: BookingWrites }[],
): Batch {
  const changes: UserChange[] = [];
  for (const { records, writes } of bookings) {
    const { userId } = records.account;
    const own: LiveChange[] = [{ topic: 'JOB', entityId: records.job.id }];
    for (const position of writes.positions ?? []) own.push(addPosition(batch, records, { position, writes }));
    own.push(...addFills(batch, records, writes.fills ?? []));
    if (writes.positions?.some(({ id }) => id === NEW_POSITION)) addTargets(batch, records);
    for (const reservation of writes.reservations ?? []) {
      batch.add('UPDATE position_reservations SET qty_sold = ?, is_live = ? WHERE id = ?', [
        toText(reservation.qtySold),
        reservation.isLive,
        reservation.id,
      ]);
    }
    for (const alert of writes.alerts ?? []) own.push(addAlert(batch, userId, alert));
    changes.push(...own.map((change) => ({ ...change, userId })));
  }
  addVaultMoves(batch, bookings);
  addJobs(batch, bookings);
  return addLiveEventsOfUsers(batch, changes);
}

function addPosition(
  batch: Batch,
  records: BookingRecords,
  { position, writes }: { position: PositionState; writes: BookingWrites },
): LiveChange {
  const openedAt = openingOf(position, writes);
  if (position.id !== NEW_POSITION) {
    if (openedAt) addGrowth(batch, position, openedAt);
    addPositionState(batch, position, writes.now);
    const before = records.reservations.find((one) => one.position.id === position.id)?.position;
    if (before?.unsellable && !position.unsellable) endUnsellable(batch, position.id, writes.now);
    return { topic: 'POSITION', entityId: position.id };
  }
  const { job, account, defaults, openingTrace } = records;
  const isTrailing = defaults.trailingEnabled && defaults.trailingArmingPct === null;
  batch.add(
    `INSERT INTO trade_positions (${POSITION_VALUES.join(', ')}, exchange_account_id, trade_mode, symbol, side,
       trade_job_id_open, vault_id, sl_enabled, sl_pct, tp_enabled, tp_pct, trailing_enabled, trailing_distance_pct,
       trailing_arming_pct, time_stop_hours, break_even_after_first, min_profit_pct, trace_json, exits_since,
       trailing_max_price, trailing_armed_at)
     VALUES (${POSITION_VALUES.map(() => '?').join(', ')}, ?, ?, ?, 'LONG', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      ...positionValues(position),
      ...[account.id, job.tradeMode, job.symbol, job.id, job.vaultId],
      ...[defaults.slEnabled, defaults.slPct, defaults.tpEnabled, defaults.tpPct],
      ...[defaults.trailingEnabled, defaults.trailingDistancePct, defaults.trailingArmingPct, defaults.timeStopHours],
      ...[defaults.breakEvenAfterFirst, defaults.minProfitPct, JSON.stringify(openingTrace), openedAt ?? null],
      ...(isTrailing ? [toText(position.entryPrice), openedAt ?? null] : [null, null]),
    ],
  );
  return { topic: 'POSITION', entityId: newPositionOf(job.id) };
}

/**
 * When a buy opened the position, or last made it grow: from then on prices count for its exits. An exchange whose clock
 * is ahead must not make us deaf to the first prices, so it is never later than now.
 */
function openingOf({ id }: PositionState, { fills = [], now }: BookingWrites): Date | undefined {
  const bought = fills.flatMap(({ positionId, side, at }) => (positionId === id && side === 'BUY' ? at : []));
  if (bought.length === 0) return undefined;
  const at = id === NEW_POSITION ? Math.min(...bought) : Math.max(...bought);
  return new Date(Math.min(at, now));
}

/**
 * Before the row itself is changed: a new opening price makes new levels, which only prices from now on are held
 * against, and lifts a trailing maximum that waits for no profit. One that opens again was not followed meanwhile.
 */
function addGrowth(batch: Batch, { id, entryPrice }: PositionState, at: Date): void {
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

/** Writes all numbers of a position whose row is locked and was just read. */
export function addPositionState(batch: Batch, position: PositionState, now: number): void {
  batch.add(
    `UPDATE trade_positions SET ${POSITION_VALUES.map((name) => `${name} = ?`).join(', ')},
       unsellable_at = IF(unsellable_reason IS NULL, NULL, COALESCE(unsellable_at, ?)) WHERE id = ?`,
    [...positionValues(position), new Date(now), position.id],
  );
}

/** What kept an exit from selling is over as soon as something was sold. */
export function endUnsellable(batch: Batch, positionId: number, now: number): void {
  batch.add('UPDATE system_alerts SET resolved_at = ?, open_key = NULL WHERE open_key = ?', [
    new Date(now),
    unsellableKey(positionId),
  ]);
}

/** The position that a job has opened. */
const newPositionOf = (jobId: number) => ({
  sql: '(SELECT id FROM trade_positions WHERE trade_job_id_open = ?)',
  values: [jobId],
});

/** The ladder of a position that this booking opens. */
function addTargets(batch: Batch, { job, defaults: { targets } }: BookingRecords): void {
  if (targets.length === 0) return;
  const { sql, values } = newPositionOf(job.id);
  batch.add(
    `INSERT INTO position_targets (position_id, ordinal, pct, share_pct)
     VALUES ${targets.map(() => `(${sql}, ?, ?, ?)`).join(', ')}`,
    targets.flatMap(({ pct, sharePct }, index) => [...values, index + 1, pct, sharePct]),
  );
}

/** The columns of `positionValues`, in its order. */
const POSITION_VALUES = [
  ...['qty_total', 'qty_remaining', 'qty_reserved', 'price_open', 'cost_quote', 'realized_profit_usd', 'fees_quote'],
  ...[
    'dust_qty',
    'dust_value_quote',
    'fee_qty',
    'shortfall_qty',
    'shortfall_value_quote',
    'write_off_quote',
    'written_off_at',
  ],
  ...['unsellable_reason', 'status', 'close_reason', 'closed_at'],
];

const positionValues = (position: PositionState): unknown[] => [
  toText(position.qtyTotal),
  toText(position.qtyRemaining),
  toText(position.qtyReserved),
  toText(position.entryPrice),
  toText(position.cost),
  toText(position.realizedPnl),
  toText(position.feesQuote),
  toText(position.dustQty),
  toText(position.dustValueQuote),
  toText(position.feeQty),
  toText(position.shortfallQty),
  toText(position.shortfallValue),
  toText(position.writeOff),
  position.writtenOffAt === null ? null : new Date(position.writtenOffAt),
  position.unsellable,
  position.status,
  position.closeReason,
  position.closedAt === null ? null : new Date(position.closedAt),
];

/** Fills of a position that this booking opens follow its row at once: its id is the last one inserted. */
function addFills(batch: Batch, { execution }: BookingRecords, fills: readonly PositionFillEntry[]): LiveChange[] {
  if (fills.length === 0) return [];
  const isNew = ({ positionId }: PositionFillEntry) => positionId === NEW_POSITION;
  batch.add(
    `INSERT INTO position_fills (position_id, trade_execution_id, side, qty, price, trade_id, fee_amount, fee_asset,
       realized_quote, filled_at)
     VALUES ${fills.map((fill) => `(${isNew(fill) ? 'LAST_INSERT_ID()' : '?'}, ?, ?, ?, ?, ?, ?, ?, ?, ?)`).join(', ')}`,
    fills.flatMap((fill) => [
      ...(isNew(fill) ? [] : [fill.positionId]),
      ...[execution.id, fill.side, toText(fill.qty), toText(fill.price), fill.tradeId],
      ...[toText(fill.feeAmount), fill.feeAsset, toText(fill.realized), new Date(fill.at)],
    ]),
  );
  // By their key: consecutive ids of one multi-row insert are not promised on every server.
  return fills.map((fill) => {
    const idOf = 'SELECT id FROM position_fills WHERE trade_execution_id = ? AND trade_id = ?';
    const key = [execution.id, fill.tradeId];
    const entityId = isNew(fill)
      ? { sql: `(${idOf})`, values: key }
      : { sql: `(${idOf} AND position_id = ?)`, values: [...key, fill.positionId] };
    return { topic: 'FILL', entityId };
  });
}

/** One row of vault_balances is written once, with what all moves together made of it. */
function addVaultMoves(batch: Batch, bookings: readonly { records: BookingRecords; writes: BookingWrites }[]): void {
  const moves = bookings.flatMap(({ records, writes }) => (writes.vaultMoves ?? []).map((move) => ({ records, move })));
  const [first] = moves;
  if (!first) return;
  const asset = first.records.quote;
  for (const vaultId of new Set(moves.map(({ move }) => move.vaultId))) {
    const ofVault = moves.flatMap(({ move }) => (move.vaultId === vaultId ? [move] : []));
    addVaultState(batch, { vaultId, asset, moves: ofVault });
  }
  batch.add(
    `INSERT INTO vault_transactions (vault_id, type, asset, amount, balance_delta, reserved_delta, dedupe_key,
       trade_job_id, meta_json) VALUES ${moves.map(() => '(?, ?, ?, ?, ?, ?, ?, ?, ?)').join(', ')}`,
    moves.flatMap(({ records, move: { vaultId, dedupeKey, posted } }) => [
      ...[vaultId, posted.entry.type, asset, toText(posted.entry.amount)],
      ...[toText(posted.entry.balanceDelta), toText(posted.entry.reservedDelta), dedupeKey, records.job.id],
      posted.shortfall.gt(0) ? JSON.stringify({ shortfall: toText(posted.shortfall) }) : null,
    ]),
  );
}

function addVaultState(
  batch: Batch,
  { vaultId, asset, moves }: { vaultId: number; asset: string; moves: readonly VaultMove[] },
): void {
  if (moves.some(({ isFirst }) => isFirst)) {
    const deltas = (['balanceDelta', 'reservedDelta'] as const).map((key) =>
      toText(sum(moves.map(({ posted }) => posted.entry[key]))),
    );
    // No row was there to lock, so another transaction may make it first: VALUES() adds exactly, `col + ?` would not.
    batch.add(
      `INSERT INTO vault_balances (vault_id, asset, balance, reserved) VALUES (?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE balance = balance + VALUES(balance), reserved = reserved + VALUES(reserved)`,
      [vaultId, asset, ...deltas],
    );
    return;
  }
  const after = moves.at(-1)?.posted.after;
  if (!after) return;
  batch.add('UPDATE vault_balances SET balance = ?, reserved = ? WHERE vault_id = ? AND asset = ?', [
    ...[toText(after.balance), toText(after.reserved)],
    ...[vaultId, asset],
  ]);
}

/** Jobs that come to the same end are written together. */
function addJobs(batch: Batch, bookings: readonly { records: BookingRecords; writes: BookingWrites }[]): void {
  const ends = new Map<string, { values: unknown[]; ids: number[] }>();
  const ended: number[] = [];
  for (const { records, writes } of bookings) {
    if (!writes.job) continue;
    const { status, reason } = writes.job;
    const values = [status, reason?.code ?? null, reason?.message.slice(0, 500) ?? null];
    const end = ends.get(JSON.stringify(values)) ?? { values, ids: [] };
    end.ids.push(records.job.id);
    ends.set(JSON.stringify(values), end);
    if (writes.job.ended && records.job.eventId !== null) ended.push(records.job.eventId);
  }
  for (const { values, ids } of ends.values()) {
    batch.add('UPDATE trade_jobs SET status = ?, reason_code = ?, reason_message = ? WHERE id IN (?)', [
      ...values,
      ids,
    ]);
  }
  if (ended.length === 0) return;
  batch.add(
    "UPDATE webhook_events SET status = 'PROCESSED', processed_at = ? WHERE id IN (?) AND status = 'RECEIVED'",
    [new Date(bookings[0]?.writes.now ?? 0), ended],
  );
}

function addAlert(batch: Batch, userId: number, alert: AlertWrite): LiveChange {
  batch.add(
    `INSERT INTO system_alerts (alert_type, severity, message, service_name, user_id, open_key)
     VALUES (?, ?, ?, 'EXECUTOR', ?, ?) ON DUPLICATE KEY UPDATE message = VALUES(message)`,
    [alert.type, alert.severity, alert.message.slice(0, 1000), userId, alert.openKey],
  );
  const sql = '(SELECT id FROM system_alerts WHERE open_key = ?)';
  return { topic: 'ALERT', entityId: { sql, values: [alert.openKey] } };
}
