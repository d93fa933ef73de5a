import type { ExchangeName, OrderSide, OrderType, TraceEntry, TradeMode } from '../../core/domain.js';
import type { Allocation, SellablePosition } from '../../core/plan/fifo.js';
import type { Posted } from '../../core/ledger/ledger.js';
import { toText, type D } from '../../core/money/money.js';
import type { Refusal } from '../../core/reasons.js';
import type { Batch } from '../../infra/database/database.js';

/** The job's moments, ms since 1970. */
export interface JobTimestamps {
  committedAt: number;
  queuedAt: number;
  claimedAt: number;
}
const timestampValues = ({ committedAt, queuedAt, claimedAt }: JobTimestamps): Date[] =>
  [committedAt, queuedAt, claimedAt].map((at) => new Date(at));
const TIMESTAMPS = 'committed_at = COALESCE(committed_at, ?), queued_at = ?, claimed_at = ?';

export function addSkippedJob(
  batch: Batch,
  job: { id: number; eventId: number | null; refusal: Refusal; trace: readonly TraceEntry[]; timestamps: JobTimestamps },
): void {
  const { refusal, timestamps } = job;
  batch.add(
    `UPDATE trade_jobs SET status = 'SKIPPED', reason_code = ?, reason_message = ?, trace_json = ?, ${TIMESTAMPS} WHERE id = ?`,
    [refusal.code, refusal.message.slice(0, 500), JSON.stringify(job.trace), ...timestampValues(timestamps), job.id],
  );
  if (job.eventId === null) return;
  batch.add("UPDATE webhook_events SET status = 'PROCESSED', processed_at = ? WHERE id = ?", [
    new Date(timestamps.claimedAt),
    job.eventId,
  ]);
}

export function addSizedJob(
  batch: Batch,
  job: {
    id: number;
    orderType: OrderType;
    quantity: D;
    limitPrice: D | null;
    quoteAmount: D;
    vaultId: number | null;
    reserve: D | null;
    trace: readonly TraceEntry[];
    timestamps: JobTimestamps;
  },
): void {
  batch.add(
    `UPDATE trade_jobs SET status = 'EXECUTING', order_type = ?, quote_amount = ?, base_quantity = ?, limit_price = ?, vault_id = ?,
       reserved_amount = ?, trace_json = ?, admitted_at = ?, ${TIMESTAMPS} WHERE id = ?`,
    [
      ...[job.orderType, toText(job.quoteAmount), toText(job.quantity), job.limitPrice && toText(job.limitPrice)],
      ...[job.vaultId, job.reserve && toText(job.reserve), JSON.stringify(job.trace)],
      ...[new Date(job.timestamps.claimedAt), ...timestampValues(job.timestamps), job.id],
    ],
  );
}

/** A job that was sized before keeps its numbers; only the moments of the claim are new. */
export function addClaimTimestamp(batch: Batch, jobId: number, timestamps: JobTimestamps): void {
  batch.add(`UPDATE trade_jobs SET ${TIMESTAMPS} WHERE id = ?`, [...timestampValues(timestamps), jobId]);
}

/** What one job holds of a vault, and the state it left the vault in. */
export interface Reservation {
  jobId: number;
  vaultId: number;
  posted: Posted;
}

/** Writes reservations down in the order in which they were made. The vaults' rows must be locked and their states just read. */
export function addReservations(batch: Batch, asset: string, reservations: readonly Reservation[]): void {
  if (reservations.length === 0) return;
  const lastOf = new Map(reservations.map(({ vaultId, posted }) => [vaultId, posted.after]));
  for (const [vaultId, after] of lastOf) {
    batch.add('UPDATE vault_balances SET reserved = ? WHERE vault_id = ? AND asset = ?', [
      toText(after.reserved),
      vaultId,
      asset,
    ]);
  }
  batch.add(
    `INSERT INTO vault_transactions (vault_id, type, asset, amount, balance_delta, reserved_delta, dedupe_key, trade_job_id)
     VALUES ${reservations.map(() => "(?, 'BUY_RESERVE', ?, ?, ?, ?, ?, ?)").join(', ')}`,
    reservations.flatMap(({ jobId, vaultId, posted: { entry } }) => [
      vaultId,
      asset,
      ...[entry.amount, entry.balanceDelta, entry.reservedDelta].map(toText),
      `job:${jobId}:reserve`,
      jobId,
    ]),
  );
}

/**
 * Reserves for the job its share of each position: the one way in which quantity is set aside for a sell. The positions'
 * rows must be locked and just read. A job inserted in the same batch is named by a SQL variable.
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
    const reserved = position?.qtyReserved.add(qty);
    if (!position || !reserved || reserved.gt(position.qtyRemaining)) {
      throw new RangeError(`a sell was reserved more than position ${positionId} has`);
    }
    batch.add('UPDATE trade_positions SET qty_reserved = ? WHERE id = ?', [toText(reserved), positionId]);
  }
  const [job, jobValue] = typeof jobId === 'number' ? ['?', [jobId]] : [jobId.sql, []];
  batch.add(
    `INSERT INTO position_reservations (trade_job_id, position_id, qty) VALUES ${allocations.map(() => `(${job}, ?, ?)`).join(', ')}`,
    allocations.flatMap(({ positionId, qty }) => [...jobValue, positionId, toText(qty)]),
  );
}

/** One order to be sent. */
export interface ExecutionRow {
  jobId: number;
  accountId: number;
  exchange: ExchangeName;
  tradeMode: TradeMode;
  clientOrderId: string;
  attempt: number;
  side: OrderSide;
  orderType: OrderType;
  quantity: D;
  limitPrice: D | null;
  /** ms since 1970 */
  sendBefore: number;
}

export function addExecution(batch: Batch, row: ExecutionRow): void {
  batch.add(
    `INSERT INTO trade_executions (trade_job_id, exchange_account_id, trade_mode, exchange, client_order_id, status_exchange,
       attempt, side, order_type, requested_qty, limit_price, send_before)
     VALUES (?, ?, ?, ?, ?, 'SENDING', ?, ?, ?, ?, ?, ?)`,
    [
      ...[
        row.jobId,
        row.accountId,
        row.tradeMode,
        row.exchange,
        row.clientOrderId,
        row.attempt,
        row.side,
        row.orderType,
      ],
      ...[toText(row.quantity), row.limitPrice && toText(row.limitPrice), new Date(row.sendBefore)],
    ],
  );
}
