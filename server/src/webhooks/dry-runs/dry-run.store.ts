import type { OrderSide, OrderType, TraceEntry, TradeMode } from '../../core/domain.js';
import { HOUR_MS, type AdmittedOrders } from '../../core/plan/limits.js';
import type { ReasonCode } from '../../core/reasons.js';
import { DRY_RUN_TRANSITIONS, type DryRunStatus } from '../../core/signal/dry-run.js';
import { ACCOUNT_REF_COLUMNS, toAccountRef } from '../../exchange/account-ref.store.js';
import type { AccountRef } from '../../exchange/exchange.js';
import { addLiveEvents } from '../../infra/database/live-events.js';
import { Batch, type Database } from '../../infra/database/database.js';

type Row = Record<string, unknown>;
const textOrNull = (value: unknown): string | null => (value === null ? null : String(value));

/**
 * Records one dry run for each account that the signal of a receipt went to, in place of its jobs. An account at whose
 * exchange the symbol names no single market is decided at once.
 */
export function addDryRuns(
  batch: Batch,
  signal: {
    receipt: string;
    side: OrderSide;
    refusedSymbol: { sql: string; values: readonly unknown[] };
    committedAt: Date;
  },
): void {
  const { receipt, side, refusedSymbol, committedAt } = signal;
  const [waits, skipped] = ['PENDING', 'WOULD_SKIP'] satisfies [DryRunStatus, DryRunStatus];
  batch.add(
    `INSERT INTO dry_runs
         (webhook_event_id, exchange_account_id, symbol, side, status, reason_code, reason_message, created_at, decided_at)
       SELECT o.event_id, o.account_id, o.symbol, ?, IF(o.refused IS NULL, ?, ?),
              IF(o.refused IS NULL, NULL, 'SYMBOL_AMBIGUOUS'), o.refused, ?, IF(o.refused IS NULL, NULL, ?)
         FROM (SELECT e.id AS event_id, a.id AS account_id, e.symbol_normalized AS symbol, ${refusedSymbol.sql} AS refused
                 FROM webhook_events e JOIN exchange_accounts a ON a.id = e.target_account_id
                WHERE e.webhook_receipt_id = (SELECT r.id FROM webhook_receipts r WHERE r.receipt = ?)) AS o
        ORDER BY o.event_id`,
    [side, waits, skipped, committedAt, committedAt, ...refusedSymbol.values, receipt],
  );
}

/** Adds a read of the symbols that the accounts of a receipt would trade. */
export const addDrySymbolsRead = (batch: Batch, receipt: string): Batch =>
  batch.add(
    `SELECT w.symbol FROM webhook_receipts r JOIN webhook_events e ON e.webhook_receipt_id = r.id
       JOIN dry_runs w ON w.webhook_event_id = e.id WHERE r.receipt = ? AND w.status = 'PENDING' ORDER BY w.id`,
    [receipt],
  );

/** A dry run that is not decided, and what its plan needs. Times are ms since 1970. */
export interface PendingDryRun {
  id: number;
  eventId: number;
  receiptId: number;
  side: OrderSide;
  symbol: string;
  createdAt: number;
  account: AccountRef & { userId: number; isActive: boolean };
  tradeMode: TradeMode;
  weight: string | null;
  price: string | null;
  priceUnread: string | null;
  receivedAt: number;
  maxLagSec: number | null;
}

/** Those of one receipt, or the oldest that were stored before a moment. */
export type WhichDryRuns = { receipt: string } | { before: Date; limit: number };

export async function readPendingDryRuns(db: Pick<Database, 'query'>, which: WhichDryRuns): Promise<PendingDryRun[]> {
  const where = 'receipt' in which ? 'r.receipt = ?' : 'w.created_at < ?';
  const rows = await db.query<Row[]>(
    `SELECT w.id, w.webhook_event_id, e.webhook_receipt_id, w.side, w.symbol, w.created_at, ${ACCOUNT_REF_COLUMNS}, a.user_id,
            a.is_active, e.trade_mode, b.weight, e.price_reference, e.price_unread, e.created_at AS received_at, s.max_lag_sec
       FROM dry_runs w
       JOIN webhook_events e ON e.id = w.webhook_event_id
       JOIN webhook_receipts r ON r.id = e.webhook_receipt_id
       JOIN webhook_sources s ON s.id = e.webhook_source_id
       JOIN exchange_accounts a ON a.id = w.exchange_account_id
       LEFT JOIN account_webhook_bindings b
         ON b.webhook_source_id = e.webhook_source_id AND b.exchange_account_id = w.exchange_account_id
      WHERE w.status = 'PENDING' AND ${where} ORDER BY w.created_at, w.id ${'receipt' in which ? '' : 'LIMIT ?'}`,
    'receipt' in which ? [which.receipt] : [which.before, which.limit],
  );
  return rows.map((row) => ({
    ...{ id: Number(row.id), eventId: Number(row.webhook_event_id), receiptId: Number(row.webhook_receipt_id) },
    ...{ side: String(row.side) as OrderSide, symbol: String(row.symbol) },
    createdAt: (row.created_at as Date).getTime(),
    account: { ...toAccountRef(row), userId: Number(row.user_id), isActive: Boolean(row.is_active) },
    ...{ tradeMode: String(row.trade_mode) as TradeMode, weight: textOrNull(row.weight) },
    ...{ price: textOrNull(row.price_reference), priceUnread: textOrNull(row.price_unread) },
    receivedAt: (row.received_at as Date).getTime(),
    maxLagSec: row.max_lag_sec === null ? null : Number(row.max_lag_sec),
  }));
}

/**
 * What dry runs would have ordered for an account, symbol and side in the last hour. They count against the limits of
 * the parameter for other dry runs, as jobs do for jobs. `beforeId`: only those before this one.
 */
export async function readDryAdmitted(
  db: Pick<Database, 'query'>,
  { accountId, symbol, side, now, beforeId }: DryAdmittedKey,
): Promise<AdmittedOrders> {
  const [row] = await db.query<{ in_last_hour: number; last_at: Date | null }[]>(
    `SELECT COUNT(*) AS in_last_hour, MAX(created_at) AS last_at FROM dry_runs
      WHERE exchange_account_id = ? AND symbol = ? AND side = ? AND created_at > ? AND status = 'WOULD_TRADE' AND id < ?`,
    [accountId, symbol, side, new Date(now - HOUR_MS), beforeId ?? Number.MAX_SAFE_INTEGER],
  );
  return { inLastHour: Number(row?.in_last_hour ?? 0), lastAt: row?.last_at?.getTime() ?? null };
}

export interface DryAdmittedKey {
  accountId: number;
  symbol: string;
  side: OrderSide;
  /** ms since 1970 */
  now: number;
  beforeId?: number;
}

/** What was decided about a dry run. Decimals as text. */
export interface DryRunDecision {
  status: Exclude<DryRunStatus, 'PENDING'>;
  reasonCode: ReasonCode | null;
  reasonMessage: string | null;
  orderType: OrderType | null;
  quoteAmount: string | null;
  baseQuantity: string | null;
  limitPrice: string | null;
  price: string | null;
  trace: readonly TraceEntry[];
}

/**
 * Writes a decision, ends the event and tells the owner, unless another process has decided before. False = it had.
 */
export async function writeDryRunDecision(
  db: Pick<Database, 'transaction'>,
  { id, eventId, receiptId, account }: PendingDryRun,
  { decision, at }: { decision: DryRunDecision; at: Date },
): Promise<boolean> {
  if (!DRY_RUN_TRANSITIONS.PENDING.includes(decision.status)) throw new RangeError('a decision is no pending one');
  return db.transaction(async (tx) => {
    const { affectedRows } = await tx.query<{ affectedRows: number }>(
      `UPDATE dry_runs SET status = ?, reason_code = ?, reason_message = ?, order_type = ?,
              quote_amount = CAST(? AS DECIMAL(36,18)), base_quantity = CAST(? AS DECIMAL(36,18)),
              limit_price = CAST(? AS DECIMAL(36,18)), price = CAST(? AS DECIMAL(36,18)), trace_json = ?, decided_at = ?
        WHERE id = ? AND status = 'PENDING'`,
      [
        ...[decision.status, decision.reasonCode, decision.reasonMessage?.slice(0, 500) ?? null, decision.orderType],
        ...[decision.quoteAmount, decision.baseQuantity, decision.limitPrice, decision.price],
        ...[JSON.stringify(decision.trace), at, id],
      ],
    );
    if (affectedRows !== 1) {
      await tx.rollback();
      return false;
    }
    const batch = new Batch().add(
      `UPDATE webhook_events SET status = 'PROCESSED', processed_at = ? WHERE id = ? AND status = 'RECEIVED'`,
      [at, eventId],
    );
    await tx.commit(addLiveEvents(batch, account.userId, [{ topic: 'RECEIPT', entityId: receiptId }]));
    return true;
  });
}

/** The dry runs of these events, for their owner. */
export const readDryRunsOfEvents = (db: Pick<Database, 'prisma'>, userId: number, eventIds: number[]) =>
  db.prisma.dryRun.findMany({
    where: { webhook_event_id: { in: eventIds }, exchange_account: { user_id: userId } },
  });
export type DryRunRow = Awaited<ReturnType<typeof readDryRunsOfEvents>>[number];

/** The decisions about the signals of these receipts, in the order of the accounts. */
export const readDryRunsOfReceipts = (
  db: Pick<Database, 'query'>,
  userId: number,
  receiptIds: number[],
): Promise<DryRunOutcomeRow[]> =>
  db.query(
    `SELECT e.webhook_receipt_id AS receiptId, w.status, w.reason_code AS reasonCode, w.reason_message AS reasonMessage
       FROM webhook_events e
       JOIN webhook_sources s ON s.id = e.webhook_source_id AND s.owner_user_id = ?
       JOIN dry_runs w ON w.webhook_event_id = e.id
      WHERE e.webhook_receipt_id IN (?)
      ORDER BY w.id`,
    [userId, receiptIds],
  );

export interface DryRunOutcomeRow {
  receiptId: number;
  status: DryRunStatus;
  reasonCode: ReasonCode | null;
  reasonMessage: string | null;
}
