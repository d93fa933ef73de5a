import { NEW_POSITION, type Booking, type PositionFillEntry, type VaultMove } from '../core/book-order.js';
import type { JobStatus } from '../core/domain.js';
import { toText } from '../core/money.js';
import type { PositionState } from '../core/position.js';
import type { Refusal } from '../core/reasons.js';
import type { Batch } from '../infra/database.js';
import { addLiveEvents, type LiveTopic } from '../infra/live-events.js';
import type { BookingRecords } from './booking.store.js';

export interface AlertWrite {
  type: 'LEDGER_DRIFT' | 'POSITION_INVALID_QTY' | 'ORDER_UNKNOWN';
  severity: 'high' | 'critical';
  message: string;
  /** One open alert per key. */
  openKey: string;
}

/** What a booking leaves behind, beside the row of the execution itself. */
export interface BookingWrites extends Partial<Pick<Booking, 'fills' | 'positions' | 'promises' | 'vaultMoves'>> {
  job?: { status: JobStatus; reason?: Refusal | undefined; ended: boolean } | undefined;
  alerts?: readonly AlertWrite[];
  now: number;
}

type Change = Parameters<typeof addLiveEvents>[2][number];

/**
 * Adds all writes of a booking to the last batch of its transaction and ends it with the owner's live events.
 * The values are those computed in code from rows held under lock: nothing is added up in SQL.
 */
export function addBooking(batch: Batch, records: BookingRecords, writes: BookingWrites): Batch {
  const changes: Change[] = [{ topic: 'JOB', entityId: records.job.id }];
  for (const position of writes.positions ?? []) changes.push(addPosition(batch, records, position));
  (writes.fills ?? []).forEach((fill, index) => changes.push(addFill(batch, records, fill, index)));
  for (const promise of writes.promises ?? []) {
    batch.add('UPDATE position_promises SET qty_sold = ?, is_live = ? WHERE id = ?', [
      toText(promise.qtySold),
      promise.isLive,
      promise.id,
    ]);
  }
  for (const move of writes.vaultMoves ?? []) addVaultMove(batch, records, move);
  if (writes.job) addJob(batch, records, writes.job, new Date(writes.now));
  (writes.alerts ?? []).forEach((alert, index) => changes.push(addAlert(batch, records.account.userId, alert, index)));
  return addLiveEvents(batch, records.account.userId, changes);
}

function addPosition(batch: Batch, records: BookingRecords, position: PositionState): Change {
  if (position.id !== NEW_POSITION) {
    batch.add(
      `UPDATE trade_positions SET qty_total = ?, qty_remaining = ?, qty_promised = ?, price_open = ?,
         realized_profit_usd = ?, fees_quote = ?, dust_qty = ?, dust_value_quote = ?, status = ?, close_reason = ?,
         closed_at = ? WHERE id = ?`,
      [...positionValues(position), position.id],
    );
    return { topic: 'POSITION', entityId: position.id };
  }
  const { job, account, defaults, openingTrace } = records;
  batch.add(
    `INSERT INTO trade_positions (qty_total, qty_remaining, qty_promised, price_open, realized_profit_usd, fees_quote,
       dust_qty, dust_value_quote, status, close_reason, closed_at, exchange_account_id, trade_mode, symbol, side,
       trade_job_id_open, vault_id, sl_enabled, sl_pct, tp_enabled, tp_pct, trailing_enabled, trailing_distance_pct,
       trailing_arming_pct, time_stop_hours, break_even_after_first, min_profit_pct, trace_json)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'LONG', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      ...positionValues(position),
      ...[account.id, job.tradeMode, job.symbol, job.id, job.vaultId],
      ...[defaults.slEnabled, defaults.slPct, defaults.tpEnabled, defaults.tpPct],
      ...[defaults.trailingEnabled, defaults.trailingDistancePct, defaults.trailingArmingPct, defaults.timeStopHours],
      ...[defaults.breakEvenAfterFirst, defaults.minProfitPct, JSON.stringify(openingTrace)],
    ],
  );
  batch.add('SET @position := LAST_INSERT_ID()');
  if (defaults.targets.length > 0) {
    batch.add(
      `INSERT INTO position_targets (position_id, ordinal, pct, share_pct)
       VALUES ${defaults.targets.map(() => '(@position, ?, ?, ?)').join(', ')}`,
      defaults.targets.flatMap(({ pct, sharePct }, index) => [index + 1, pct, sharePct]),
    );
  }
  return { topic: 'POSITION', entityId: { sql: '@position' } };
}

const positionValues = (position: PositionState): unknown[] => [
  toText(position.qtyTotal),
  toText(position.qtyRemaining),
  toText(position.qtyPromised),
  toText(position.priceOpen),
  toText(position.realizedProfit),
  toText(position.feesQuote),
  toText(position.dustQty),
  toText(position.dustValueQuote),
  position.status,
  position.closeReason,
  position.closedAt === null ? null : new Date(position.closedAt),
];

function addFill(batch: Batch, records: BookingRecords, fill: PositionFillEntry, index: number): Change {
  const isNew = fill.positionId === NEW_POSITION;
  batch.add(
    `INSERT INTO position_fills (position_id, trade_execution_id, side, qty, price, trade_id, fee_amount, fee_asset,
       realized_quote, filled_at) VALUES (${isNew ? '@position' : '?'}, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      ...(isNew ? [] : [fill.positionId]),
      ...[records.execution.id, fill.side, toText(fill.qty), toText(fill.price), fill.tradeId],
      ...[toText(fill.feeAmount), fill.feeAsset, toText(fill.realized), new Date(fill.at)],
    ],
  );
  // One variable for each fill: consecutive ids of one multi-row insert are not promised on every server.
  batch.add(`SET @fill_${index} := LAST_INSERT_ID()`);
  return { topic: 'FILL', entityId: { sql: `@fill_${index}` } };
}

function addVaultMove(batch: Batch, records: BookingRecords, move: VaultMove): void {
  const { entry, after, shortfall } = move.posted;
  const asset = records.quote;
  const delta = [toText(entry.balanceDelta), toText(entry.reservedDelta)];
  if (move.isFirst) {
    // No row was there to lock, so another transaction may make it first: VALUES() adds exactly, `col + ?` would not.
    batch.add(
      `INSERT INTO vault_balances (vault_id, asset, balance, reserved) VALUES (?, ?, ?, ?)
       ON DUPLICATE KEY UPDATE balance = balance + VALUES(balance), reserved = reserved + VALUES(reserved)`,
      [move.vaultId, asset, ...delta],
    );
  } else {
    const values = [toText(after.balance), toText(after.reserved), move.vaultId, asset];
    batch.add('UPDATE vault_balances SET balance = ?, reserved = ? WHERE vault_id = ? AND asset = ?', values);
  }
  const meta = shortfall.gt(0) ? JSON.stringify({ shortfall: toText(shortfall) }) : null;
  batch.add(
    `INSERT INTO vault_transactions (vault_id, type, asset, amount, balance_delta, reserved_delta, dedupe_key,
       trade_job_id, meta_json) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [move.vaultId, entry.type, asset, toText(entry.amount), ...delta, move.dedupeKey, records.job.id, meta],
  );
}

function addJob(batch: Batch, records: BookingRecords, job: NonNullable<BookingWrites['job']>, at: Date): void {
  const { status, reason, ended } = job;
  batch.add('UPDATE trade_jobs SET status = ?, reason_code = ?, reason_message = ? WHERE id = ?', [
    status,
    reason?.code ?? null,
    reason?.message.slice(0, 500) ?? null,
    records.job.id,
  ]);
  if (ended && records.job.eventId !== null) {
    batch.add("UPDATE webhook_events SET status = 'PROCESSED', processed_at = ? WHERE id = ? AND status = 'RECEIVED'", [
      at,
      records.job.eventId,
    ]);
  }
}

function addAlert(batch: Batch, userId: number, alert: AlertWrite, index: number): Change {
  batch.add(
    `INSERT INTO system_alerts (alert_type, severity, message, service_name, user_id, open_key)
     VALUES (?, ?, ?, 'EXECUTOR', ?, ?) ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id), message = VALUES(message)`,
    [alert.type, alert.severity, alert.message.slice(0, 1000), userId, alert.openKey],
  );
  batch.add(`SET @alert_${index} := LAST_INSERT_ID()`);
  return { topic: 'ALERT' satisfies LiveTopic, entityId: { sql: `@alert_${index}` } };
}
