import type {
  ExchangeName,
  ExecutionStatus,
  JobStatus,
  OrderSide,
  OrderType,
  TraceEntry,
  TradeMode,
} from '../../core/domain.js';
import { toText, type D } from '../../core/money/money.js';
import type { ExecutionChange, JobChange } from '../../core/order/apply-outcome.js';
import { moveExecution, startExecution } from '../../core/order/order.js';
import { jobStatusAfter, moveJob, startJob } from '../../core/order/trade-job.js';
import { REASONS, type Refusal } from '../../core/reasons.js';
import type { Batch, Database } from '../../infra/database/database.js';

/** All writes of jobs and their orders (trade_jobs, trade_executions), and of a job's event. */

const dateOf = (ms: number | null | undefined): Date | null => (ms === null || ms === undefined ? null : new Date(ms));

/** The job's timestamps, ms since 1970. */
export interface JobTimestamps {
  committedAt: number;
  queuedAt: number;
  claimedAt: number;
}
const timestampValues = ({ committedAt, queuedAt, claimedAt }: JobTimestamps): Date[] =>
  [committedAt, queuedAt, claimedAt].map((at) => new Date(at));
const TIMESTAMPS = 'j.committed_at = COALESCE(j.committed_at, ?), j.queued_at = ?, j.claimed_at = ?';

/**
 * Adds a job for each event of a receipt that ingest has just added. Jobs that must not trade are added as SKIPPED,
 * with their reason. `refusedSymbol` is an expression over an account `a`: why the signal's symbol names no single
 * market there.
 */
export function addSignalJobs(
  batch: Batch,
  signal: {
    receipt: string;
    side: OrderSide;
    isSimulation: boolean;
    refusedSymbol: { sql: string; values: readonly unknown[] };
    committedAt: Date;
  },
): void {
  const { receipt, side, isSimulation, refusedSymbol, committedAt } = signal;
  const [waits, skipped] = ['PENDING', 'SKIPPED'] satisfies [JobStatus, JobStatus];
  batch.add(
    `INSERT INTO trade_jobs
         (webhook_event_id, webhook_source_id, exchange_account_id, trade_mode, symbol, side, order_type, status, reason_code,
          reason_message, origin, committed_at)
       SELECT e.id, e.webhook_source_id, a.id, e.trade_mode, e.symbol_normalized, ?, 'MARKET',
              CASE WHEN a.is_simulation = ? AND a.is_active = 1 AND ${refusedSymbol.sql} IS NULL THEN ? ELSE ? END,
              CASE WHEN a.is_simulation <> ? THEN 'MODE_MISMATCH' WHEN a.is_active = 0 THEN 'ACCOUNT_INACTIVE'
                WHEN ${refusedSymbol.sql} IS NOT NULL THEN 'SYMBOL_AMBIGUOUS' END,
              CASE WHEN a.is_simulation <> ? THEN ? WHEN a.is_active = 0 THEN ? ELSE ${refusedSymbol.sql} END,
              'WEBHOOK', ?
         FROM webhook_events e JOIN exchange_accounts a ON a.id = e.target_account_id
        WHERE e.webhook_receipt_id = (SELECT r.id FROM webhook_receipts r WHERE r.receipt = ?)
        ORDER BY e.id`,
    [
      side,
      ...[isSimulation, ...refusedSymbol.values, waits, skipped],
      ...[isSimulation, ...refusedSymbol.values],
      ...[isSimulation, REASONS.MODE_MISMATCH, REASONS.ACCOUNT_INACTIVE, ...refusedSymbol.values],
      ...[committedAt, receipt],
    ],
  );
}

/** Skips a PENDING job that must not trade, and ends its event. */
export function addSkippedJob(
  batch: Batch,
  job: { id: number; refusal: Refusal; trace: readonly TraceEntry[]; timestamps: JobTimestamps },
): void {
  const { refusal, timestamps } = job;
  batch.add(
    `UPDATE trade_jobs j LEFT JOIN webhook_events e ON e.id = j.webhook_event_id
        SET j.status = ?, j.reason_code = ?, j.reason_message = ?, j.trace_json = ?, ${TIMESTAMPS},
            e.status = 'PROCESSED', e.processed_at = ?
      WHERE j.id = ?`,
    [
      ...[jobStatusAfter('PENDING', 'SKIP'), refusal.code, refusal.message.slice(0, 500), JSON.stringify(job.trace)],
      ...[...timestampValues(timestamps), new Date(timestamps.claimedAt), job.id],
    ],
  );
}

/** Writes the size of a claimed job that was PENDING. */
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
    `UPDATE trade_jobs j SET j.status = ?, j.order_type = ?, j.quote_amount = ?, j.base_quantity = ?, j.limit_price = ?,
       j.vault_id = ?, j.reserved_amount = ?, j.trace_json = ?, j.admitted_at = ?, ${TIMESTAMPS} WHERE j.id = ?`,
    [
      ...[jobStatusAfter('PENDING', 'CLAIM'), job.orderType, toText(job.quoteAmount), toText(job.quantity)],
      ...[job.limitPrice && toText(job.limitPrice), job.vaultId, job.reserve && toText(job.reserve)],
      ...[JSON.stringify(job.trace), new Date(job.timestamps.claimedAt), ...timestampValues(job.timestamps), job.id],
    ],
  );
}

/** Claims a job that already has a size if it is still PENDING: the statement then changes one row. */
export function addSizedClaim(batch: Batch, jobId: number): void {
  batch.add('UPDATE trade_jobs FORCE INDEX (PRIMARY) SET status = ? WHERE id = ? AND status = ?', [
    ...[jobStatusAfter('PENDING', 'CLAIM'), jobId, 'PENDING' satisfies JobStatus],
  ]);
}

/** A job that already has a size keeps its numbers; only the claim's timestamps are new. */
export function addClaimTimestamp(batch: Batch, jobId: number, timestamps: JobTimestamps): void {
  batch.add(`UPDATE trade_jobs j SET ${TIMESTAMPS} WHERE j.id = ?`, [...timestampValues(timestamps), jobId]);
}

/** An order to send. */
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

/** A column of a job, as an expression: an order has its symbol and source in its own row, for lists. */
const OF_JOB = (column: 'symbol' | 'webhook_source_id', job: '?' | '@job'): string =>
  `(SELECT j.${column} FROM trade_jobs j WHERE j.id = ${job})`;

export function addExecution(batch: Batch, row: ExecutionRow): void {
  const start = startExecution('SENDING');
  batch.add(
    `INSERT INTO trade_executions (trade_job_id, exchange_account_id, trade_mode, exchange, client_order_id, status_exchange,
       attempt, side, order_type, requested_qty, limit_price, send_before, symbol, webhook_source_id)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ${OF_JOB('symbol', '?')}, ${OF_JOB('webhook_source_id', '?')})`,
    [
      ...[row.jobId, row.accountId, row.tradeMode, row.exchange, row.clientOrderId, start, row.attempt, row.side],
      ...[row.orderType, toText(row.quantity), row.limitPrice && toText(row.limitPrice), new Date(row.sendBefore)],
      ...[row.jobId, row.jobId],
    ],
  );
}

/** When an order was sent and answered, ms since 1970; the first booking with a value wins. */
export interface SentMoments {
  sentAt?: number | undefined;
  acknowledgedAt?: number | undefined;
}

/** The change of a job, of one of its orders, or of both. The lock of the job covers their rows. */
export interface OrderChange {
  job: { id: number; status: JobStatus; eventId: number | null };
  jobChange?: JobChange | undefined;
  execution?: { id: number; status: ExecutionStatus } | undefined;
  executionChange?: ExecutionChange | undefined;
  timestamps?: SentMoments;
  /** The answer of the exchange. */
  answer?: { exchangeOrderId: string; raw: unknown } | undefined;
  now: number;
}

/**
 * Adds the change as one statement: order, job and event change together, and only through their own tables. An empty
 * change adds nothing.
 */
export function addOrderChange(batch: Batch, change: OrderChange): void {
  const { job, jobChange, execution } = change;
  const parts = [...executionParts(change), ...jobParts(change)];
  if (parts.length === 0) return;
  const tables = execution ? 'trade_executions x' : 'trade_jobs j';
  const joins = [
    execution && jobChange && 'JOIN trade_jobs j ON j.id = x.trade_job_id',
    endsEvent(change) && "LEFT JOIN webhook_events e ON e.id = j.webhook_event_id AND e.status = 'RECEIVED'",
  ].filter(Boolean);
  const set = parts.map(([sql]) => sql).join(', ');
  batch.add(`UPDATE ${[tables, ...joins].join(' ')} SET ${set} WHERE ${execution ? 'x' : 'j'}.id = ?`, [
    ...parts.flatMap(([, ...values]) => values),
    execution?.id ?? job.id,
  ]);
}

type Part = [sql: string, ...values: unknown[]];

const endsEvent = ({ job, jobChange }: OrderChange): boolean => !!jobChange?.ended && job.eventId !== null;

function jobParts(change: OrderChange): Part[] {
  const { job, jobChange, now } = change;
  if (!jobChange) return [];
  const { status, reason } = jobChange;
  const parts: Part[] = [
    ['j.status = ?', moveJob(job.status, status)],
    ['j.reason_code = ?', reason?.code ?? null],
    ['j.reason_message = ?', reason?.message.slice(0, 500) ?? null],
  ];
  if (endsEvent(change)) parts.push(["e.status = 'PROCESSED'"], ['e.processed_at = ?', new Date(now)]);
  return parts;
}

function executionParts({ execution, executionChange, timestamps = {}, answer, now }: OrderChange): Part[] {
  if (!execution) return [];
  const parts: Part[] = [];
  if (executionChange) {
    const { status, totals, notFoundCount, message, isBooked, endsSending } = executionChange;
    parts.push(['x.status_exchange = ?', moveExecution(execution.status, status)]);
    if (totals) {
      parts.push(
        ['x.executed_qty = ?', toText(totals.executedQty)],
        ['x.cumm_quote_qty = ?', toText(totals.cummQuoteQty)],
        ['x.avg_price = ?', toText(totals.avgPrice)],
        ['x.fills_json = ?', JSON.stringify(totals.fills)],
        ['x.filled_at = ?', dateOf(totals.filledAt)],
      );
    }
    if (answer) {
      parts.push(['x.exchange_order_id = ?', answer.exchangeOrderId]);
      parts.push(['x.raw_response_json = ?', JSON.stringify(answer.raw)]);
    }
    if (notFoundCount !== undefined) parts.push(['x.not_found_count = ?', notFoundCount]);
    if (message !== undefined) parts.push(['x.error_message = ?', message.slice(0, 500)]);
    if (isBooked) parts.push(['x.booked_at = ?', new Date(now)]);
    if (endsSending) parts.push(['x.send_before = LEAST(x.send_before, ?)', new Date(now)]);
  }
  const { sentAt, acknowledgedAt } = timestamps;
  if (sentAt !== undefined) parts.push(['x.sent_at = COALESCE(x.sent_at, ?)', new Date(sentAt)]);
  if (acknowledgedAt !== undefined)
    parts.push(['x.acknowledged_at = COALESCE(x.acknowledged_at, ?)', new Date(acknowledgedAt)]);
  return parts;
}

/** Reduces a sell to what the wallet holds; `source` says how that was found out. */
export function addSmallerSize(
  batch: Batch,
  { jobId, quantity, missing, source }: { jobId: number; quantity: D; missing: D; source: string },
): void {
  batch.add(
    `UPDATE trade_jobs SET base_quantity = ?, missing_quantity = ?,
       trace_json = JSON_ARRAY_APPEND(COALESCE(trace_json, '[]'), '$', JSON_OBJECT('name', ?, 'value', ?, 'source', ?))
     WHERE id = ?`,
    [toText(quantity), toText(missing), 'quantity there', quantity.toFixed(), source, jobId],
  );
}

/** Records what a job waits for; the start of the wait stays. */
export function addWait(
  batch: Batch,
  { jobId, forJobId, now }: { jobId: number; forJobId: number; now: number },
): void {
  batch.add('UPDATE trade_jobs SET waits_for_job_id = ?, waiting_since = COALESCE(waiting_since, ?) WHERE id = ?', [
    forJobId,
    new Date(now),
    jobId,
  ]);
}

/** The rest of a close: it sells what `buyJobId` bought once that is known. */
export interface RestOfClose {
  closeJobId: number;
  eventId: number | null;
  accountId: number;
  tradeMode: TradeMode;
  symbol: string;
  buyJobId: number;
  now: number;
}

const restKey = ({ closeJobId, buyJobId }: Pick<RestOfClose, 'closeJobId' | 'buyJobId'>): string =>
  `close:${closeJobId}:${buyJobId}`;

/** Adds the job of such a rest once; returns the expression of its id for later statements. */
export function addRestOfClose(batch: Batch, rest: RestOfClose): { sql: string; values: unknown[] } {
  const { eventId, accountId, tradeMode, symbol, buyJobId, now } = rest;
  const at = new Date(now);
  const start = startJob('PENDING');
  batch.add(
    `INSERT INTO trade_jobs (webhook_event_id, webhook_source_id, exchange_account_id, trade_mode, symbol, side, order_type,
       status, origin, idempotency_key, committed_at, created_at, waits_for_job_id, waiting_since, closes_job_id)
     VALUES (?, (SELECT e.webhook_source_id FROM webhook_events e WHERE e.id = ?), ?, ?, ?, 'SELL', 'MARKET', ?, 'WEBHOOK',
       ?, ?, ?, ?, ?, ?)`,
    [eventId, eventId, accountId, tradeMode, symbol, start, restKey(rest), at, at, buyJobId, at, buyJobId],
  );
  return { sql: '(SELECT id FROM trade_jobs WHERE idempotency_key = ?)', values: [restKey(rest)] };
}

/** Moves orders that were looked up to the end of the queue. */
export async function touchOrders(db: Pick<Database, 'query'>, executionIds: readonly number[]): Promise<void> {
  await db.query('UPDATE trade_executions SET updated_at = UTC_TIMESTAMP(3) WHERE id IN (?)', [executionIds]);
}

/**
 * Adds a job with these columns; `@job` is its id for later statements. The transition table says in which states a job
 * may begin.
 */
export function addJob(batch: Batch, row: { status: JobStatus } & Record<string, unknown>): Batch {
  const columns = Object.keys(row);
  startJob(row.status);
  return batch
    .add(
      `INSERT INTO trade_jobs (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
      Object.values(row),
    )
    .add('SET @job := LAST_INSERT_ID()');
}

/** The order of an external holding: filled, never sent, under an id that no order of ours can have. */
export function addAdoptedExecution(
  batch: Batch,
  order: {
    accountId: number;
    tradeMode: TradeMode;
    exchange: string;
    bought: D;
    cost: D;
    price: D;
    fills: unknown;
    at: Date;
  },
): Batch {
  const { accountId, tradeMode, exchange, bought, cost, price, fills, at } = order;
  return batch
    .add(
      `INSERT INTO trade_executions (trade_job_id, exchange_account_id, trade_mode, exchange, client_order_id, status_exchange,
         side, order_type, requested_qty, executed_qty, cumm_quote_qty, avg_price, fills_json, send_before, filled_at, booked_at,
         symbol)
       VALUES (@job, ?, ?, ?, CONCAT('adopted-', @job), ?, 'BUY', 'MARKET', ?, ?, ?, ?, ?, ?, ?, ?, ${OF_JOB('symbol', '@job')})`,
      [
        ...[accountId, tradeMode, exchange, startExecution('FILLED'), toText(bought), toText(bought), toText(cost)],
        ...[toText(price), JSON.stringify(fills), at, at, at],
      ],
    )
    .add('SET @execution := LAST_INSERT_ID()');
}
