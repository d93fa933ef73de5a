import type { BookedFill } from '../../core/order/booked-fill.js';
import type { ReservationState } from '../../core/order/book-order.js';
import type { CloseReason, ExecutionStatus, JobStatus, OrderSide, OrderType, TraceEntry } from '../../core/domain.js';
import type { VaultState } from '../../core/ledger/ledger.js';
import { d, roundMoney } from '../../core/money/money.js';
import { openingTrace } from '../../core/position/opening-trace.js';
import { NO_DEFAULTS, type OpeningDefaults, type PositionState } from '../../core/position/position.js';
import type { ReasonCode } from '../../core/reasons.js';
import { isJobTerminal } from '../../core/order/trade-job.js';
import type { ExitReason } from '../../core/exits/triggers.js';
import { ACCOUNT_REF_COLUMNS, toAccountRef } from '../../exchange/account-ref.store.js';
import type { AccountRef } from '../../exchange/exchange.js';
import { Batch, fromJson, type Tx } from '../../infra/database/database.js';

/** Everything a booking decides from: read in one transaction, each row that will be written locked. */
export interface BookingRecords {
  job: {
    id: number;
    status: JobStatus;
    side: OrderSide;
    origin: string;
    exitReason: ExitReason | null;
    symbol: string;
    tradeMode: string;
    vaultId: number | null;
    reserved: ReturnType<typeof d> | null;
    /** SELL: what of it the wallet turned out not to hold. */
    missing: ReturnType<typeof d> | null;
    eventId: number | null;
    createdAt: number;
  };
  execution: {
    id: number;
    status: ExecutionStatus;
    orderType: OrderType;
    clientOrderId: string;
    fills: BookedFill[];
    absences: number;
    /** ms since 1970 */
    sendBefore: number;
    /** When it was sent, as far as its sender said so. */
    sentAt: number | null;
    /** When its last booking was. */
    bookedAt: number | null;
  };
  account: AccountRef & { userId: number };
  /** For the position a BUY opens. */
  defaults: OpeningDefaults;
  /** Where they come from. */
  openingTrace: TraceEntry[];
  position: PositionState | undefined;
  reservations: ReservationState[];
  /** Vault id → its row of the quote asset. Bookings that are read together share it. */
  vaults: Map<number, VaultState>;
  base: string;
  quote: string;
}

type Row = Record<string, unknown>;
const text = (value: unknown): string => String(value);
const textOrNull = (value: unknown): string | null => (value === null ? null : String(value));
const timeOrNull = (value: unknown): number | null => (value === null ? null : (value as Date).getTime());
const numberOrNull = (value: unknown): number | null => (value === null ? null : Number(value));

/** `positionState` reads the rows of these columns of `trade_positions p`. */
export const POSITION_COLUMNS = `p.id AS position_id, p.vault_id, p.status AS position_status, p.qty_total, p.qty_remaining,
  p.qty_reserved, p.price_open, p.cost_quote, p.realized_profit_usd, p.fees_quote, p.dust_qty, p.dust_value_quote,
  p.fee_qty, p.shortfall_qty, p.shortfall_value_quote, p.write_off_quote, p.written_off_at, p.unsellable_reason, p.close_reason,
  p.closed_at, p.sl_triggered, p.trailing_triggered`;

/** Where a booking finds its rows; none of it changes once there is an execution. */
export interface BookingKey {
  executionId: number;
  jobId: number;
  side: OrderSide;
  /** BUY: the vault that holds its reservation. */
  vaultId: number | null;
  quote: string;
}

/** What a booking of one execution decides from, see `readBookings`; undefined when there is no such execution. */
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
    `SELECT j.id, j.side, j.vault_id, j.symbol FROM trade_executions x JOIN trade_jobs j ON j.id = x.trade_job_id
     WHERE x.id = ?`,
    [executionId],
  );
  if (!row) return undefined;
  const { quote } = assetsOf(text(row.symbol));
  const side = text(row.side) as OrderSide;
  return { executionId, jobId: Number(row.id), side, vaultId: numberOrNull(row.vault_id), quote };
}

const assetsOf = (symbol: string) => {
  const [base = '', quote = ''] = symbol.split('/');
  return { base, quote };
};

/**
 * Reads executions of one quote asset and all that their bookings touch, FOR UPDATE in the order of the house: jobs,
 * executions, vault balances, positions. Buys take one round trip; each sell takes one more, because which vaults it
 * returns to is known only from its reservations and each vault row must be locked by its key (a join here was seen to
 * scan and so to wait for the vaults of strangers). Answers by execution id.
 */
export async function readBookings(tx: Tx, keys: readonly BookingKey[]): Promise<Map<number, BookingRecords>> {
  const results = (await tx.run(firstReads(keys))) as Row[][];
  const [jobs = [], executions = [], accounts = [], reserved = [], vaultRows = [], positions = []] = results;
  const vaults = new Map(vaultRows.map((row) => [Number(row.vault_id), vaultState(row)]));
  const records = new Map<number, BookingRecords>();
  for (const { executionId, jobId, side, quote } of keys) {
    const job = jobs.find((row) => row.id === jobId);
    const execution = executions.find((row) => row.id === executionId);
    const account = accounts.find((row) => row.job_id === jobId);
    if (!job || !execution || !account) continue;
    const position = positions.find((row) => row.trade_job_id_open === jobId);
    const sold = reserved.filter((row) => row.trade_job_id === jobId);
    records.set(executionId, {
      ...decodeHead(job, execution, account),
      ...{ vaults, ...assetsOf(text(job.symbol)) },
      position: position && positionState(position),
      reservations: side === 'SELL' ? await readReservations(tx, jobId, sold, quote, vaults) : [],
    });
  }
  return records;
}

function firstReads(keys: readonly BookingKey[]): Batch {
  const jobIds = keys.map(({ jobId }) => jobId);
  const buys = keys.filter(({ side }) => side === 'BUY');
  const batch = new Batch()
    .add(
      `SELECT id, status, side, origin, exit_reason, symbol, trade_mode, vault_id, reserved_amount, missing_quantity,
         webhook_event_id, created_at
       FROM trade_jobs FORCE INDEX (PRIMARY) WHERE id IN (?) ORDER BY id FOR UPDATE`,
      [jobIds],
    )
    .add(
      `SELECT id, status_exchange, order_type, client_order_id, fills_json, absences, send_before, sent_at, booked_at
       FROM trade_executions FORCE INDEX (PRIMARY) WHERE id IN (?) ORDER BY id FOR UPDATE`,
      [keys.map(({ executionId }) => executionId)],
    )
    .add(
      `SELECT j.id AS job_id, ${ACCOUNT_REF_COLUMNS}, a.user_id, tp.id AS parameter_id,
         tp.updated_at AS parameter_at, tp.default_sl_enabled, tp.default_sl_pct, tp.default_tp_enabled, tp.default_tp_pct, tp.trailing_stop_enabled, tp.trailing_distance_pct,
         tp.trailing_arming_pct, tp.default_time_stop_hours, tp.default_targets_json, tp.default_break_even, tp.min_profit_pct
       FROM trade_jobs j JOIN exchange_accounts a ON a.id = j.exchange_account_id
       LEFT JOIN trade_parameters tp ON tp.exchange_account_id = j.exchange_account_id AND tp.symbol = j.symbol
         AND tp.side IN ('BUY', 'BOTH')
       WHERE j.id IN (?) ORDER BY tp.side = 'BUY' DESC`,
      [jobIds],
    )
    .add(
      `SELECT pp.trade_job_id, p.vault_id, p.id AS position_id, o.status AS opening_status FROM position_reservations pp
       JOIN trade_positions p ON p.id = pp.position_id JOIN trade_jobs o ON o.id = p.trade_job_id_open
       WHERE pp.trade_job_id IN (?)`,
      [jobIds],
    );
  const [first] = buys;
  if (!first) return batch;
  return batch
    .add(
      `SELECT vault_id, balance, reserved FROM vault_balances FORCE INDEX (vault_balances_vault_id_asset_key)
       WHERE vault_id IN (?) AND asset = ? ORDER BY vault_id FOR UPDATE`,
      [[...new Set(buys.map(({ vaultId }) => vaultId))], first.quote],
    )
    .add(
      `SELECT ${POSITION_COLUMNS}, p.trade_job_id_open FROM trade_positions p FORCE INDEX (trade_positions_trade_job_id_open_key)
       WHERE p.trade_job_id_open IN (?) ORDER BY p.trade_job_id_open FOR UPDATE`,
      [buys.map(({ jobId }) => jobId)],
    );
}

async function readReservations(
  tx: Tx,
  jobId: number,
  reserved: Row[],
  quote: string,
  vaults: Map<number, VaultState>,
): Promise<ReservationState[]> {
  const vaultIds = [...new Set(reserved.map((row) => numberOrNull(row.vault_id)))].filter((id) => id !== null);
  const batch = new Batch();
  for (const id of vaultIds.sort((a, b) => a - b)) {
    batch.add('SELECT vault_id, balance, reserved FROM vault_balances WHERE vault_id = ? AND asset = ? FOR UPDATE', [
      id,
      quote,
    ]);
  }
  batch.add(
    `SELECT pp.id AS reservation_id, pp.qty, pp.qty_sold, pp.is_live, ${POSITION_COLUMNS}
     FROM position_reservations pp STRAIGHT_JOIN trade_positions p ON p.id = pp.position_id
     WHERE pp.trade_job_id = ? ORDER BY pp.id FOR UPDATE`,
    [jobId],
  );
  const results = (await tx.run(batch)) as Row[][];
  for (const [row] of results.slice(0, -1)) if (row) vaults.set(Number(row.vault_id), vaultState(row));
  const openings = new Map(reserved.map((row) => [Number(row.position_id), text(row.opening_status) as JobStatus]));
  return (results.at(-1) ?? []).map((row) => ({
    id: Number(row.reservation_id),
    qty: d(text(row.qty)),
    qtySold: d(text(row.qty_sold)),
    isLive: Boolean(row.is_live),
    position: positionState(row),
    flags: { slTriggered: Boolean(row.sl_triggered), trailingTriggered: Boolean(row.trailing_triggered) },
    isOpeningDone: isJobTerminal(openings.get(Number(row.position_id)) ?? 'EXECUTING'),
  }));
}

function decodeHead(
  job: Row,
  execution: Row,
  account: Row,
): Pick<BookingRecords, 'job' | 'execution' | 'account' | 'defaults' | 'openingTrace'> {
  const defaults = openingDefaults(account);
  return {
    job: {
      id: Number(job.id),
      status: text(job.status) as JobStatus,
      side: text(job.side) as OrderSide,
      origin: text(job.origin),
      exitReason: textOrNull(job.exit_reason) as ExitReason | null,
      symbol: text(job.symbol),
      tradeMode: text(job.trade_mode),
      vaultId: numberOrNull(job.vault_id),
      reserved: job.reserved_amount === null ? null : d(text(job.reserved_amount)),
      missing: job.missing_quantity === null ? null : d(text(job.missing_quantity)),
      eventId: numberOrNull(job.webhook_event_id),
      createdAt: (job.created_at as Date).getTime(),
    },
    execution: {
      id: Number(execution.id),
      status: text(execution.status_exchange) as ExecutionStatus,
      orderType: text(execution.order_type) as OrderType,
      clientOrderId: text(execution.client_order_id),
      fills: fromJson<BookedFill[]>(execution.fills_json) ?? [],
      absences: Number(execution.absences),
      sendBefore: (execution.send_before as Date).getTime(),
      sentAt: timeOrNull(execution.sent_at),
      bookedAt: timeOrNull(execution.booked_at),
    },
    account: { ...toAccountRef(account), userId: Number(account.user_id) },
    defaults,
    openingTrace: openingTrace(
      defaults,
      account.parameter_id === null
        ? null
        : { id: Number(account.parameter_id), updatedAt: (account.parameter_at as Date).getTime() },
    ),
  };
}

/** The LEFT JOIN answers NULLs when no parameter covers the symbol any more. */
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

/** A row of before that nobody has recomputed yet cost its opening price. */
const costOfRow = ({ cost_quote, price_open, qty_remaining }: Row) =>
  cost_quote === null ? roundMoney(d(text(price_open)).mul(d(text(qty_remaining)))) : d(text(cost_quote));

export function positionState(row: Row): PositionState {
  return {
    id: Number(row.position_id),
    vaultId: numberOrNull(row.vault_id),
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
    writtenOffAt: row.written_off_at === null ? null : (row.written_off_at as Date).getTime(),
    unsellable: textOrNull(row.unsellable_reason) as ReasonCode | null,
    closeReason: textOrNull(row.close_reason) as CloseReason | null,
    closedAt: row.closed_at === null ? null : (row.closed_at as Date).getTime(),
  };
}
