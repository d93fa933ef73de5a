import type { AlertFacts, FillFacts, JobFacts, PositionFacts } from '../../core/notifications/happenings.js';
import { fromJson, type Database } from '../../infra/database/database.js';

type Db = Pick<Database, 'query'>;

interface TradedRow {
  id: number;
  symbol: string;
  account: string;
  tradeMode: string;
}

/** Fills of a user's positions, for messages. */
export async function readFillFacts(db: Db, userId: number, ids: readonly number[]): Promise<FillFacts[]> {
  if (ids.length === 0) return [];
  const rows = await db.query<(Omit<FillFacts, 'createdAt'> & { createdAt: Date })[]>(
    `SELECT f.id, f.position_id AS positionId, f.symbol, f.side, f.qty, f.price, f.realized_quote AS realizedQuote,
            f.created_at AS createdAt, a.label AS account, p.trade_mode AS tradeMode
       FROM position_fills f JOIN trade_positions p ON p.id = f.position_id
       JOIN exchange_accounts a ON a.id = p.exchange_account_id AND a.user_id = ?
      WHERE f.id IN (?)`,
    [userId, ids],
  );
  return rows.map(({ createdAt, ...row }) => ({ ...row, createdAt: createdAt.getTime() }));
}

type PositionRow = TradedRow & {
  status: string;
  closeReason: string | null;
  qtyTotal: string;
  priceOpen: string;
  realizedQuote: string;
  partlyTakenAt: Date | null;
  createdAt: Date;
  closedAt: Date | null;
  soldQty: string | null;
  soldQuote: string | null;
};

/** A user's positions with the sums of their sells. */
export async function readPositionFacts(db: Db, userId: number, ids: readonly number[]): Promise<PositionFacts[]> {
  if (ids.length === 0) return [];
  const rows = await db.query<PositionRow[]>(
    `SELECT p.id, p.symbol, a.label AS account, p.trade_mode AS tradeMode, p.status, p.close_reason AS closeReason,
            p.qty_total AS qtyTotal, p.price_open AS priceOpen, p.realized_profit_usd AS realizedQuote,
            IF(p.partial_tp_triggered, (SELECT MIN(t.triggered_at) FROM position_targets t WHERE t.position_id = p.id), NULL)
              AS partlyTakenAt, p.created_at AS createdAt, p.closed_at AS closedAt,
            (SELECT SUM(f.qty) FROM position_fills f WHERE f.position_id = p.id AND f.side = 'SELL') AS soldQty,
            (SELECT SUM(f.qty * f.price) FROM position_fills f WHERE f.position_id = p.id AND f.side = 'SELL') AS soldQuote
       FROM trade_positions p JOIN exchange_accounts a ON a.id = p.exchange_account_id AND a.user_id = ?
      WHERE p.id IN (?)`,
    [userId, ids],
  );
  return rows.map(({ createdAt, closedAt, partlyTakenAt, soldQty, soldQuote, ...row }) => ({
    ...row,
    partlyTakenAt: partlyTakenAt?.getTime() ?? null,
    createdAt: createdAt.getTime(),
    closedAt: closedAt?.getTime() ?? null,
    soldQty: soldQty ?? '0',
    soldQuote: soldQuote ?? '0',
  }));
}

export async function readJobFacts(db: Db, userId: number, ids: readonly number[]): Promise<JobFacts[]> {
  if (ids.length === 0) return [];
  return db.query<JobFacts[]>(
    `SELECT j.id, j.symbol, j.side, j.reason_code AS reasonCode, j.reason_message AS reasonMessage,
            j.webhook_event_id AS webhookEventId, a.label AS account, j.trade_mode AS tradeMode
       FROM trade_jobs j JOIN exchange_accounts a ON a.id = j.exchange_account_id AND a.user_id = ?
      WHERE j.id IN (?)`,
    [userId, ids],
  );
}

interface AlertRow {
  id: number;
  type: string;
  severity: string;
  message: string;
  createdAt: Date;
  resolvedAt: Date | null;
  openKey: string | null;
  metadata: unknown;
}

/** Alerts that a user sees: the user's own, and the operators' while the user is an admin. */
export async function readAlertFacts(db: Db, userId: number, ids: readonly number[]): Promise<AlertFacts[]> {
  if (ids.length === 0) return [];
  const rows = await db.query<AlertRow[]>(
    `SELECT s.id, s.alert_type AS type, s.severity, s.message, s.created_at AS createdAt, s.resolved_at AS resolvedAt,
            s.open_key AS openKey, s.metadata_json AS metadata
       FROM system_alerts s
      WHERE s.id IN (?) AND (s.user_id = ? OR (s.user_id IS NULL AND EXISTS
            (SELECT 1 FROM user_roles r WHERE r.user_id = ? AND r.role = 'admin')))`,
    [ids, userId, userId],
  );
  return rows.map(({ createdAt, resolvedAt, openKey, metadata, ...row }) => ({
    ...row,
    createdAt: createdAt.getTime(),
    resolvedAt: resolvedAt?.getTime() ?? null,
    channelId: fromJson<{ channelId?: number }>(metadata)?.channelId ?? null,
    vaultId: idIn(openKey, 'vault'),
    executionId: idIn(openKey, 'execution'),
  }));
}

/** Keys of open alerts name what they are about: `VAULT_NOT_COVERED:vault:7:USDT`. */
function idIn(openKey: string | null, what: 'vault' | 'execution'): number | null {
  const id = new RegExp(`:${what}:(\\d{1,10})(?::|$)`).exec(openKey ?? '')?.[1];
  return id === undefined ? null : Number(id);
}

/** The jobs of executions, by execution. */
export async function readJobsOfExecutions(db: Db, ids: readonly number[]): Promise<Map<number, number>> {
  if (ids.length === 0) return new Map();
  const rows = await db.query<{ id: number; jobId: number }[]>(
    'SELECT id, trade_job_id AS jobId FROM trade_executions WHERE id IN (?)',
    [ids],
  );
  return new Map(rows.map(({ id, jobId }) => [id, jobId]));
}

export interface ReceiptFacts {
  id: number;
  symbol: string | null;
  action: string | null;
  accounts: number;
  price: string | null;
  webhookEventId: number | null;
  createdAt: Date;
}

/** Accepted signals of a source that its group was not told of, oldest first. */
export const readNewReceipts = (
  db: Db,
  { userId, sourceId, since, limit }: { userId: number; sourceId: number; since: Date; limit: number },
): Promise<ReceiptFacts[]> =>
  db.query<ReceiptFacts[]>(
    `SELECT r.id, r.symbol_normalized AS symbol, r.action, r.accounts, r.created_at AS createdAt,
            (SELECT MIN(e.id) FROM webhook_events e WHERE e.webhook_receipt_id = r.id) AS webhookEventId,
            (SELECT MIN(e.price_reference) FROM webhook_events e WHERE e.webhook_receipt_id = r.id) AS price
       FROM webhook_receipts r
       LEFT JOIN notification_events n ON n.user_id = ? AND n.event_key = CONCAT('WEBHOOK_RECEIVED:', r.id)
      WHERE r.webhook_source_id = ? AND r.outcome = 'ACCEPTED' AND r.created_at >= ? AND n.id IS NULL
      ORDER BY r.created_at, r.id LIMIT ?`,
    [userId, sourceId, since, limit],
  );

/** Sources with an alert group, and those whose group was switched off but has a channel. */
export const readAlertGroups = (
  db: Db,
): Promise<{ sourceId: number; userId: number; label: string; groupId: string | null }[]> =>
  db.query(
    `SELECT s.id AS sourceId, s.owner_user_id AS userId, s.label,
            IF(s.alert_group_enabled, s.alert_group_id, NULL) AS groupId
       FROM webhook_sources s LEFT JOIN notification_channels c ON c.webhook_source_id = s.id
      WHERE s.alert_group_enabled = TRUE OR c.id IS NOT NULL`,
  );
