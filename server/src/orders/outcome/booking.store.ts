import type { ExecutionStatus, JobStatus, OrderSide, OrderType, TraceEntry } from '../../core/domain.js';
import type { ExitReason } from '../../core/exits/triggers.js';
import type { VaultState } from '../../core/ledger/ledger.js';
import { d, sum, type D } from '../../core/money/money.js';
import type { OrderState } from '../../core/order/apply-outcome.js';
import type { ReservationState } from '../../core/order/booking.js';
import type { BookedFill } from '../../core/order/booked-fill.js';
import type { OrderRequest } from '../../core/plan/order-request.js';
import { isJobTerminal } from '../../core/order/trade-job.js';
import { openingTrace } from '../../core/position/opening-trace.js';
import { NO_DEFAULTS, type OpeningDefaults, type PositionState } from '../../core/position/position.js';
import { ACCOUNT_REF_COLUMNS, toAccountRef } from '../../exchange/account-ref.store.js';
import type { AccountRef } from '../../exchange/exchange.js';
import { Batch, fromJson, type Tx } from '../../infra/database/database.js';
import { idsOf, POSITION_COLUMNS, positionState, VAULT_IDS_OF_JOB } from '../stores/trade-position.store.js';

/**
 * Everything that deciding and booking an outcome needs: read in one transaction, with a lock on each row that will be
 * written.
 */
export interface BookingRecords extends Omit<OrderState, 'market' | 'priceOf'> {
  job: OrderState['job'] & { tradeMode: string; eventId: number | null; exitReason: ExitReason | null };
  account: AccountRef & { userId: number };
  /** For the position a BUY opens. */
  defaults: OpeningDefaults;
  /** Where they come from. */
  openingTrace: TraceEntry[];
  /** Vault id → its row of the quote asset. Bookings that are read together share this map. */
  vaults: Map<number, VaultState>;
}

type Row = Record<string, unknown>;
const text = (value: unknown): string => String(value);
const textOrNull = (value: unknown): string | null => (value === null ? null : String(value));
const timeOrNull = (value: unknown): number | null => (value === null ? null : (value as Date).getTime());
const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value));

/** The keys of the rows of a booking; they never change once the execution exists. */
export interface BookingKey {
  executionId: number;
  jobId: number;
  side: OrderSide;
  /** The vaults it settles with: of a BUY the one with its reservation, of a SELL those of the positions it sells. */
  vaultIds: readonly number[];
  quote: string;
}

/** Reads what the booking of one execution needs, see `readBookings`; undefined when the execution does not exist. */
export async function readBooking(
  tx: Tx,
  executionId: number,
  known?: BookingKey,
): Promise<BookingRecords | undefined> {
  const key = known ?? (await readKey(tx, executionId));
  return key && (await readBookings(tx, [key])).get(executionId);
}

async function readKey(tx: Tx, executionId: number): Promise<BookingKey | undefined> {
  const [row] = await tx.query<Row[]>(
    `SELECT j.id, j.side, ${VAULT_IDS_OF_JOB} AS vault_ids, j.symbol FROM trade_executions x JOIN trade_jobs j ON j.id = x.trade_job_id
     WHERE x.id = ?`,
    [executionId],
  );
  if (!row) return undefined;
  const { quote } = assetsOf(text(row.symbol));
  const side = text(row.side) as OrderSide;
  return { executionId, jobId: Number(row.id), side, vaultIds: idsOf(row.vault_ids), quote };
}

const assetsOf = (symbol: string) => {
  const [base = '', quote = ''] = symbol.split('/');
  return { base, quote };
};

/**
 * Reads executions of one quote asset and everything their bookings touch, FOR UPDATE in the lock order of the project:
 * jobs (whose lock also covers their executions), vault balances, positions. It takes one round trip, and one more for a
 * buy that has already opened its position. Each vault row is locked by its key: a join here scanned the table and waited
 * for unrelated vaults. The result is by execution id.
 */
export async function readBookings(tx: Tx, keys: readonly BookingKey[]): Promise<Map<number, BookingRecords>> {
  const [locked = [], heads = [], reserved = []] = (await tx.run(firstReads(keys))) as Row[][];
  const vaults = new Map(locked.flatMap((row) => (row.what === 'VAULT' ? [[Number(row.id), vaultState(row)]] : [])));
  const opened = heads.flatMap((row) => positionIdOf(row) ?? []);
  await lockOtherVaults(tx, { vaults, reserved, quote: keys[0]?.quote ?? '' });
  const positions = opened.length > 0 ? await lockPositions(tx, opened) : [];
  const records = new Map<number, BookingRecords>();
  for (const { executionId, jobId } of keys) {
    const head = heads.find((row) => row.execution_id === executionId);
    if (!head) continue;
    const position = positions.find(({ id }) => id === positionIdOf(head));
    // A position that was closed before the order filled does not open again; the buy opens one of its own.
    const isAdding = head.position_id === null && head.adds_to_position_id !== null && position?.status === 'OPEN';
    const isOwn = head.position_id !== null;
    records.set(executionId, {
      ...decodeHead(head),
      ...{ vaults, ...assetsOf(text(head.symbol)) },
      position: isOwn || isAdding ? position : undefined,
      ...(head.adds_to_position_id !== null && {
        boughtBefore: await readBoughtBefore(tx, { head, executionId, grows: isAdding ? position : undefined }),
      }),
      reservations: reserved.filter((row) => row.trade_job_id === jobId).map(reservationState),
    });
  }
  return records;
}

/** The position that a buy opened, else the one that it adds to. */
const positionIdOf = (head: Row): number | null => numberOrNull(head.position_id ?? head.adds_to_position_id);

/**
 * For a buy that adds to a position: what other orders bought of it; a position without fills on record counts with its
 * opening price. Once that position was closed and the buy has one of its own, what the buy bought of the other one is
 * subtracted. A locking read, because the snapshot of the transaction may be older than the lock of the position.
 */
async function readBoughtBefore(
  tx: Tx,
  { head, executionId, grows }: { head: Row; executionId: number; grows: PositionState | undefined },
): Promise<{ qty: D; quote: D }> {
  const rows = await tx.query<Row[]>(
    `SELECT qty, price FROM position_fills
     WHERE position_id = ? AND side = 'BUY' AND trade_execution_id ${grows ? '<>' : '='} ? LOCK IN SHARE MODE`,
    [head.adds_to_position_id, executionId],
  );
  const fills = rows.map((row) => ({ qty: d(text(row.qty)), price: d(text(row.price)) }));
  const bought = { qty: sum(fills.map(({ qty }) => qty)), quote: sum(fills.map(({ qty, price }) => qty.mul(price))) };
  if (!grows) return { qty: bought.qty.neg(), quote: bought.quote.neg() };
  if (fills.length > 0) return bought;
  return { qty: grows.qtyTotal, quote: grows.qtyTotal.mul(grows.entryPrice) };
}

function firstReads(keys: readonly BookingKey[]): Batch {
  const sells = keys.filter(({ side }) => side === 'SELL');
  const batch = new Batch();
  addBookingLocks(batch, {
    jobIds: keys.map(({ jobId }) => jobId),
    vaultIds: [...new Set(keys.flatMap(({ vaultIds }) => vaultIds))],
    quote: keys[0]?.quote ?? '',
  });
  // Only the holder of a job's lock writes its executions, so they are read without a lock.
  batch.add(
    `SELECT ${JOB_COLUMNS}, x.id AS execution_id, x.status_exchange, x.order_type, x.client_order_id, x.fills_json, x.not_found_count, x.send_before,
       x.sent_at, x.booked_at, p.id AS position_id, ${ACCOUNT_REF_COLUMNS}, a.user_id, tp.id AS parameter_id,
       tp.updated_at AS parameter_at, tp.default_sl_enabled, tp.default_sl_pct, tp.default_tp_enabled, tp.default_tp_pct, tp.trailing_stop_enabled, tp.trailing_distance_pct,
       tp.trailing_arming_pct, tp.default_time_stop_hours, tp.default_targets_json, tp.default_break_even, tp.min_profit_pct
     FROM trade_executions x JOIN trade_jobs j ON j.id = x.trade_job_id
     JOIN exchange_accounts a ON a.id = j.exchange_account_id
     LEFT JOIN trade_positions p ON p.trade_job_id_open = j.id
     LEFT JOIN trade_parameters tp ON tp.exchange_account_id = j.exchange_account_id AND tp.symbol = j.symbol
       AND tp.side IN ('BUY', 'BOTH')
     WHERE x.id IN (?) ORDER BY tp.side = 'BUY' DESC`,
    [keys.map(({ executionId }) => executionId)],
  );
  if (sells.length > 0)
    addReservationsRead(
      batch,
      sells.map(({ jobId }) => jobId),
    );
  return batch;
}

/**
 * Locks jobs, then vault balances, each by its key. One statement whose parts run in order; the 0 in each list keeps
 * the server from reading a row of a later part too early.
 */
function addBookingLocks(
  batch: Batch,
  { jobIds, vaultIds, quote }: { jobIds: number[]; vaultIds: number[]; quote: string },
): void {
  const parts: { sql: string; values: unknown[] }[] = [];
  if (jobIds.length > 0) {
    const sql = `(SELECT 'JOB' AS what, id, NULL AS balance, NULL AS reserved FROM trade_jobs FORCE INDEX (PRIMARY)
       WHERE id IN (0, ?) FOR UPDATE)`;
    parts.push({ sql, values: [jobIds] });
  }
  if (vaultIds.length > 0) {
    const sql = `(SELECT 'VAULT' AS what, vault_id AS id, balance, reserved
       FROM vault_balances FORCE INDEX (vault_balances_vault_id_asset_key)
       WHERE vault_id IN (0, ?) AND asset = ? FOR UPDATE)`;
    parts.push({ sql, values: [vaultIds, quote] });
  }
  const sql = parts.map((part) => part.sql).join(' UNION ALL ');
  batch.add(
    sql,
    parts.flatMap(({ values }) => values),
  );
}

/**
 * The key of a sell names the vaults of its positions when the sell was claimed. A vault that it does not name would be
 * booked as if it were empty.
 */
async function lockOtherVaults(
  tx: Tx,
  { vaults, reserved, quote }: { vaults: Map<number, VaultState>; reserved: readonly Row[]; quote: string },
): Promise<void> {
  const missing = [...new Set(reserved.flatMap((row) => numberOrNull(row.vault_id) ?? []))].filter(
    (id) => !vaults.has(id),
  );
  if (missing.length === 0) return;
  const batch = new Batch();
  addBookingLocks(batch, { jobIds: [], vaultIds: missing, quote });
  const [rows = []] = (await tx.run(batch)) as Row[][];
  for (const row of rows) vaults.set(Number(row.id), vaultState(row));
}

async function lockPositions(tx: Tx, ids: readonly number[]): Promise<PositionState[]> {
  const rows = await tx.query<Row[]>(
    `SELECT ${POSITION_COLUMNS} FROM trade_positions p FORCE INDEX (PRIMARY) WHERE p.id IN (?) ORDER BY p.id FOR UPDATE`,
    [ids],
  );
  return rows.map(positionState);
}

/** A job before its first order or between two orders, with its reservations of positions. */
export type JobBooking = Pick<BookingRecords, 'reservations' | 'vaults' | 'quote'> & {
  job: BookingRecords['job'];
  account: { id: number; userId: number };
  committedAt: number;
  /** Its last order. */
  executionId: number | null;
};

/** Reads a job and its reservations FOR UPDATE; undefined when there is no such job. */
export async function readJobBooking(tx: Tx, jobId: number): Promise<JobBooking | undefined> {
  const [row] = await tx.query<Row[]>(
    `SELECT ${JOB_COLUMNS}, j.committed_at, j.exchange_account_id,
       (SELECT a.user_id FROM exchange_accounts a WHERE a.id = j.exchange_account_id) AS user_id,
       (SELECT MAX(x.id) FROM trade_executions x WHERE x.trade_job_id = j.id) AS execution_id
     FROM trade_jobs j FORCE INDEX (PRIMARY) WHERE j.id = ? FOR UPDATE`,
    [jobId],
  );
  if (!row) return undefined;
  const job = decodeJob(row);
  const { quote } = assetsOf(job.symbol);
  const vaults = new Map<number, VaultState>();
  return {
    ...{ job, vaults, quote, executionId: numberOrNull(row.execution_id) },
    account: { id: Number(row.exchange_account_id), userId: Number(row.user_id) },
    committedAt: timeOrNull(row.committed_at) ?? job.createdAt,
    reservations: job.side === 'SELL' ? await readReservations(tx, jobId) : [],
  };
}

/** Locks the reservations of jobs and their positions. The lock does not reach the openings, which are only read. */
function addReservationsRead(batch: Batch, jobIds: readonly number[]): void {
  batch.add(
    `SELECT pp.id AS reservation_id, pp.trade_job_id, pp.qty, pp.qty_sold, pp.is_live, ${POSITION_COLUMNS},
       (SELECT o.status FROM trade_jobs o WHERE o.id = p.trade_job_id_open) AS opening_status
     FROM position_reservations pp STRAIGHT_JOIN trade_positions p ON p.id = pp.position_id
     WHERE pp.trade_job_id IN (?) ORDER BY pp.id FOR UPDATE`,
    [jobIds],
  );
}

async function readReservations(tx: Tx, jobId: number): Promise<ReservationState[]> {
  const batch = new Batch();
  addReservationsRead(batch, [jobId]);
  const [rows = []] = (await tx.run(batch)) as Row[][];
  return rows.map(reservationState);
}

const reservationState = (row: Row): ReservationState => ({
  id: Number(row.reservation_id),
  qty: d(text(row.qty)),
  qtySold: d(text(row.qty_sold)),
  isLive: Boolean(row.is_live),
  position: positionState(row),
  flags: { slTriggered: Boolean(row.sl_triggered), trailingTriggered: Boolean(row.trailing_triggered) },
  isOpeningDone: isJobTerminal(text(row.opening_status) as JobStatus),
});

/** The columns of `trade_jobs j` that `decodeJob` reads. */
const JOB_COLUMNS = `j.id AS job_id, j.status, j.side, j.origin, j.exit_reason, j.symbol, j.trade_mode,
  j.request_json, j.adds_to_position_id, j.vault_id AS job_vault_id, j.reserved_amount, j.missing_quantity, j.webhook_event_id, j.created_at`;

const decodeJob = (row: Row): BookingRecords['job'] => ({
  id: Number(row.job_id),
  status: text(row.status) as JobStatus,
  side: text(row.side) as OrderSide,
  origin: text(row.origin),
  exitReason: textOrNull(row.exit_reason) as ExitReason | null,
  symbol: text(row.symbol),
  tradeMode: text(row.trade_mode),
  vaultId: numberOrNull(row.job_vault_id),
  reserved: row.reserved_amount === null ? null : d(text(row.reserved_amount)),
  missing: row.missing_quantity === null ? null : d(text(row.missing_quantity)),
  eventId: numberOrNull(row.webhook_event_id),
  createdAt: (row.created_at as Date).getTime(),
});

function decodeHead(row: Row): Pick<BookingRecords, 'job' | 'execution' | 'account' | 'defaults' | 'openingTrace'> {
  const requested = fromJson<OrderRequest>(row.request_json)?.exits;
  const defaults = requested ?? openingDefaults(row);
  const parameter =
    row.parameter_id === null
      ? null
      : { id: Number(row.parameter_id), updatedAt: (row.parameter_at as Date).getTime() };
  return {
    job: decodeJob(row),
    execution: {
      id: Number(row.execution_id),
      status: text(row.status_exchange) as ExecutionStatus,
      orderType: text(row.order_type) as OrderType,
      clientOrderId: text(row.client_order_id),
      fills: fromJson<BookedFill[]>(row.fills_json) ?? [],
      notFoundCount: Number(row.not_found_count),
      sendBefore: (row.send_before as Date).getTime(),
      sentAt: timeOrNull(row.sent_at),
      bookedAt: timeOrNull(row.booked_at),
    },
    account: { ...toAccountRef(row), userId: Number(row.user_id) },
    defaults,
    openingTrace: openingTrace(defaults, requested ? 'owner' : parameter),
  };
}

/** The LEFT JOIN returns NULLs when no parameter covers the symbol any more. */
function openingDefaults(row: Row): OpeningDefaults {
  if (row.default_sl_enabled === null) return NO_DEFAULTS;
  return {
    slEnabled: Boolean(row.default_sl_enabled),
    slPct: textOrNull(row.default_sl_pct),
    tpEnabled: Boolean(row.default_tp_enabled),
    tpPct: textOrNull(row.default_tp_pct),
    trailingEnabled: Boolean(row.trailing_stop_enabled),
    trailingDistancePct: textOrNull(row.trailing_distance_pct),
    trailingArmingPct: textOrNull(row.trailing_arming_pct),
    timeStopHours: numberOrNull(row.default_time_stop_hours),
    breakEvenAfterFirst: Boolean(row.default_break_even),
    targets: fromJson<OpeningDefaults['targets']>(row.default_targets_json) ?? [],
    minProfitPct: textOrNull(row.min_profit_pct),
  };
}

const vaultState = (row: Row): VaultState => ({ balance: d(text(row.balance)), reserved: d(text(row.reserved)) });
