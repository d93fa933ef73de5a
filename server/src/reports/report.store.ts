import type { TradeMode } from '../core/domain.js';
import { RESULT_EDGES_PCT } from '../core/reports/result-bins.js';
import type { ZoneOffset } from '../core/time/zone-offsets.js';
import { PRICE_VENUE } from '../exchange/account-ref.store.js';
import type { Database } from '../infra/database/database.js';

type Db = Pick<Database, 'query'>;
type Row = Record<string, unknown>;

/** What a report is about. Every read starts from the ids of the owner's accounts, sources or vaults. */
export interface ReportScope {
  userId: number;
  tradeMode: TradeMode;
  /** Never empty: an owner without accounts has the id 0, which no row has. */
  accountIds: readonly number[];
  /** All sources of the owner in this mode, or those that the filter names. Never empty either. */
  sourceIds: readonly number[];
  /** Null = all. Never empty: a filter that allows none has the symbol '', which no row has. */
  symbols: readonly string[] | null;
  /** Set = only what signals of `sourceIds` led to. */
  isBySource: boolean;
  from: Date;
  /** Exclusive. */
  to: Date;
}

/** The accounts and sources of an owner in one mode. */
export async function readScopeIds(
  db: Db,
  { userId, tradeMode }: Pick<ReportScope, 'userId' | 'tradeMode'>,
): Promise<{ accountIds: number[]; sourceIds: number[] }> {
  const [accounts, sources] = await Promise.all([
    db.query<{ id: number }[]>('SELECT id FROM exchange_accounts WHERE user_id = ? AND is_simulation = ? ORDER BY id', [
      ...[userId, tradeMode === 'SIMULATION'],
    ]),
    db.query<{ id: number }[]>(
      'SELECT id FROM webhook_sources WHERE owner_user_id = ? AND trade_mode = ? ORDER BY id',
      [...[userId, tradeMode]],
    ),
  ]);
  return { accountIds: accounts.map(({ id }) => id), sourceIds: sources.map(({ id }) => id) };
}

/** A piece of SQL with its values. */
export interface Sql {
  sql: string;
  values: readonly unknown[];
}

/** The local date of a moment as text. Uses the offsets, because a server need not have time zone tables. */
function dateOf(column: string, offsets: readonly ZoneOffset[]): Sql {
  const branches = offsets.flatMap(({ until, offsetSec }) => (until === null ? [] : [{ until, offsetSec }]));
  const last = offsets.at(-1)?.offsetSec ?? 0;
  const shift =
    branches.length === 0 ? '?' : `CASE ${branches.map(() => `WHEN ${column} < ? THEN ?`).join(' ')} ELSE ? END`;
  const values = [...branches.flatMap(({ until, offsetSec }) => [new Date(until), offsetSec]), last];
  return { sql: `DATE_FORMAT(TIMESTAMPADD(SECOND, ${shift}, ${column}), '%Y-%m-%d')`, values };
}

const QUOTE = "SUBSTRING_INDEX(p.symbol, '/', -1)";

/** The bought quantity at the entry price. */
const INVESTED = 'CAST(p.qty_total * p.price_open AS DECIMAL(36,18))';
/** The number of the bin of a result. Multiplied, not divided, so that a result on an edge is exactly there. */
const RESULT_BIN = `CASE ${RESULT_EDGES_PCT.map((edge, bin) => `WHEN p.realized_profit_usd * 100 < ${edge} * ${INVESTED} THEN ${bin}`).join(' ')} ELSE ${RESULT_EDGES_PCT.length} END`;

/** What closed positions are grouped by. `result`: by the bin of their result in percent, see `resultBin`. */
export type ClosedKey = 'total' | 'symbol' | 'account' | 'source' | 'result' | { day: readonly ZoneOffset[] };

function keyOf(key: ClosedKey): Sql & { needsEvent: boolean } {
  if (typeof key === 'object') return { ...dateOf('p.closed_at', key.day), needsEvent: false };
  const sql = {
    ...{ total: "''", symbol: 'p.symbol', account: 'p.exchange_account_id', source: 'e.webhook_source_id' },
    result: RESULT_BIN,
  }[key];
  return { sql, values: [], needsEvent: key === 'source' };
}

/** Without it a server may read the open positions of all owners by their status. */
const POSITIONS = 'trade_positions p FORCE INDEX (trade_positions_exchange_account_id_closed_at_idx)';
const EVENT = 'JOIN trade_jobs o ON o.id = p.trade_job_id_open LEFT JOIN webhook_events e ON e.id = o.webhook_event_id';

/** The positions of a scope: joins and conditions on `trade_positions p`. */
function positionsOf({ accountIds, symbols, isBySource, sourceIds }: ReportScope, needsEvent = false) {
  const joins = needsEvent || isBySource ? EVENT : '';
  const where = [
    ...['p.exchange_account_id IN (?)', symbols && 'p.symbol IN (?)', isBySource && 'e.webhook_source_id IN (?)'],
  ];
  const values = [accountIds, ...(symbols ? [symbols] : []), ...(isBySource ? [sourceIds] : [])];
  return { joins, where: where.filter(Boolean).join(' AND '), values };
}

/** Sums over the positions that were closed in the period; decimals as text, exact on both database servers. */
export interface ClosedRow {
  key: string | number | null;
  quote: string;
  trades: number;
  wins: number;
  losses: number;
  profit: string;
  loss: string;
  fees: string;
  /** The bought quantity at the entry price. */
  invested: string;
  /** From opening to closing, of all of them, in ms. */
  heldMs: number;
}

export async function readClosed(db: Db, scope: ReportScope, by: ClosedKey): Promise<ClosedRow[]> {
  const key = keyOf(by);
  const { joins, where, values } = positionsOf(scope, key.needsEvent);
  const rows = await db.query<Row[]>(
    `SELECT ${key.sql} AS group_key, ${QUOTE} AS quote, COUNT(*) AS trades,
       CAST(SUM(p.realized_profit_usd > 0) AS SIGNED) AS wins, CAST(SUM(p.realized_profit_usd < 0) AS SIGNED) AS losses,
       CAST(SUM(IF(p.realized_profit_usd > 0, p.realized_profit_usd, 0)) AS CHAR) AS profit,
       CAST(SUM(IF(p.realized_profit_usd < 0, -p.realized_profit_usd, 0)) AS CHAR) AS loss,
       CAST(SUM(p.fees_quote) AS CHAR) AS fees,
       CAST(SUM(${INVESTED}) AS CHAR) AS invested,
       CAST(SUM(TIMESTAMPDIFF(MICROSECOND, p.created_at, p.closed_at)) DIV 1000 AS CHAR) AS held_ms
     FROM ${POSITIONS} ${joins}
     WHERE ${where} AND p.status = 'CLOSED' AND p.closed_at >= ? AND p.closed_at < ?
     GROUP BY group_key, quote ORDER BY group_key, quote`,
    [...key.values, ...values, scope.from, scope.to],
  );
  return rows.map((row) => ({
    key: row.group_key as ClosedRow['key'],
    quote: String(row.quote),
    ...{ trades: Number(row.trades), wins: Number(row.wins), losses: Number(row.losses) },
    ...{ profit: String(row.profit), loss: String(row.loss), fees: String(row.fees) },
    ...{ invested: String(row.invested), heldMs: Number(row.held_ms) },
  }));
}

/** What a comparison sets side by side. */
export type ComparedBy = 'source' | 'account';

/**
 * What was realized on each day: by fills at their time, and by write-offs on the day of their position's last one. A
 * position that was closed before the period has neither in it.
 */
export async function readRealizedByDay(
  db: Db,
  scope: ReportScope,
  { offsets, by = 'total' }: { offsets: readonly ZoneOffset[]; by?: ComparedBy | 'total' },
): Promise<{ key: number | string | null; day: string; quote: string; realized: string }[]> {
  const { from, to } = scope;
  const key = keyOf(by);
  const { joins, where, values } = positionsOf(scope, key.needsEvent);
  const [filled, written] = [dateOf('f.filled_at', offsets), dateOf('p.written_off_at', offsets)];
  return db.query(
    `SELECT group_key AS \`key\`, day, quote, CAST(SUM(part) AS CHAR) AS realized FROM (
       SELECT ${key.sql} AS group_key, ${filled.sql} AS day, ${QUOTE} AS quote, f.realized_quote AS part
       FROM ${POSITIONS} ${joins} JOIN position_fills f ON f.position_id = p.id
       WHERE ${where} AND (p.closed_at IS NULL OR p.closed_at >= ?) AND f.filled_at >= ? AND f.filled_at < ?
       UNION ALL
       SELECT ${key.sql}, ${written.sql}, ${QUOTE}, p.write_off_quote FROM ${POSITIONS} ${joins}
       WHERE ${where} AND (p.closed_at IS NULL OR p.closed_at >= ?) AND p.written_off_at >= ? AND p.written_off_at < ?
     ) parts GROUP BY group_key, day, quote ORDER BY group_key, day, quote`,
    [...filled.values, ...values, from, from, to, ...written.values, ...values, from, from, to],
  );
}

/** The fees of the fills in the period, by the asset that they were paid in. */
export async function readFees(
  db: Db,
  scope: ReportScope,
): Promise<{ asset: string; side: 'BUY' | 'SELL'; amount: string; fills: number }[]> {
  const { from, to } = scope;
  const { joins, where, values } = positionsOf(scope);
  const rows = await db.query<Row[]>(
    `SELECT f.fee_asset AS asset, f.side, CAST(SUM(f.fee_amount) AS CHAR) AS amount, COUNT(*) AS fills
     FROM ${POSITIONS} ${joins} JOIN position_fills f ON f.position_id = p.id
     WHERE ${where} AND (p.closed_at IS NULL OR p.closed_at >= ?) AND f.filled_at >= ? AND f.filled_at < ?
       AND f.fee_asset IS NOT NULL AND f.fee_amount <> 0
     GROUP BY f.fee_asset, f.side ORDER BY f.fee_asset, f.side`,
    [...values, from, from, to],
  );
  return rows.map((row) => ({
    ...{ asset: String(row.asset), side: String(row.side) as 'BUY' | 'SELL' },
    ...{ amount: String(row.amount), fills: Number(row.fills) },
  }));
}

/** The open positions of each account and symbol, whatever the period. */
export interface OpenRow {
  accountId: number;
  venue: string;
  symbol: string;
  positions: number;
  quantity: string;
  cost: string;
}

export async function readOpen(db: Db, scope: ReportScope): Promise<OpenRow[]> {
  const { joins, where, values } = positionsOf(scope);
  const rows = await db.query<Row[]>(
    `SELECT p.exchange_account_id AS account_id, MIN(${PRICE_VENUE}) AS venue, p.symbol, COUNT(*) AS positions,
       CAST(SUM(p.qty_remaining) AS CHAR) AS quantity,
       CAST(SUM(COALESCE(p.cost_quote, CAST(p.qty_remaining * p.price_open AS DECIMAL(36,18)))) AS CHAR) AS cost
     FROM ${POSITIONS} JOIN exchange_accounts a ON a.id = p.exchange_account_id ${joins}
     WHERE ${where} AND p.closed_at IS NULL AND p.status = 'OPEN' GROUP BY p.exchange_account_id, p.symbol
     ORDER BY p.exchange_account_id, p.symbol`,
    values,
  );
  return rows.map((row) => ({
    ...{ accountId: Number(row.account_id), venue: String(row.venue), symbol: String(row.symbol) },
    ...{ positions: Number(row.positions), quantity: String(row.quantity), cost: String(row.cost) },
  }));
}

/** What moved in each vault and asset in the period, and what is in it now. */
export interface VaultMovesRow {
  vaultId: number;
  asset: string;
  deposits: string;
  withdrawals: string;
  spent: string;
  returned: string;
  balance: string;
  reserved: string;
}

export async function readVaultMoves(
  db: Db,
  { userId, tradeMode, from, to }: Pick<ReportScope, 'userId' | 'tradeMode' | 'from' | 'to'>,
): Promise<VaultMovesRow[]> {
  const of = (type: string, sign: string) =>
    `CAST(COALESCE(SUM(IF(t.type = '${type}', ${sign}t.balance_delta, 0)), 0) AS CHAR)`;
  const rows = await db.query<Row[]>(
    `SELECT b.vault_id, b.asset, CAST(MAX(b.balance) AS CHAR) AS balance, CAST(MAX(b.reserved) AS CHAR) AS reserved,
       ${of('DEPOSIT', '')} AS deposits, ${of('WITHDRAWAL', '-')} AS withdrawals, ${of('BUY_CONFIRM', '-')} AS spent,
       ${of('SELL_RETURN', '')} AS returned
     FROM vaults v JOIN vault_balances b ON b.vault_id = v.id
     LEFT JOIN vault_transactions t ON t.vault_id = v.id AND t.asset = b.asset AND t.created_at >= ? AND t.created_at < ?
     WHERE v.user_id = ? AND v.trade_mode = ? GROUP BY b.vault_id, b.asset ORDER BY b.vault_id, b.asset`,
    [from, to, userId, tradeMode],
  );
  return rows.map((row) => ({
    ...{ vaultId: Number(row.vault_id), asset: String(row.asset), deposits: String(row.deposits) },
    ...{ withdrawals: String(row.withdrawals), spent: String(row.spent), returned: String(row.returned) },
    ...{ balance: String(row.balance), reserved: String(row.reserved) },
  }));
}

/** What each source received in the period, and what became of the jobs of its signals. */
export interface WebhookRow {
  sourceId: number;
  received: number;
  accepted: number;
  refused: number;
  unread: number;
  repeats: number;
  jobs: number;
  filled: number;
  skipped: number;
  failed: number;
}

/** Counts of jobs of signals, by source or by account. `e` is the event of a job. */
async function readSignalJobs(db: Db, scope: ReportScope, by: ComparedBy): Promise<Row[]> {
  const { sourceIds, accountIds, symbols, from, to } = scope;
  const key = by === 'source' ? 'e.webhook_source_id' : 'e.target_account_id';
  return db.query<Row[]>(
    `SELECT ${key} AS id, COUNT(*) AS jobs, CAST(SUM(j.status = 'FILLED') AS SIGNED) AS filled,
       CAST(SUM(j.status = 'SKIPPED') AS SIGNED) AS skipped, CAST(SUM(j.status = 'FAILED') AS SIGNED) AS failed
     FROM webhook_events e
     STRAIGHT_JOIN trade_jobs j FORCE INDEX (trade_jobs_webhook_event_id_idx) ON j.webhook_event_id = e.id
     WHERE e.webhook_source_id IN (?) AND e.target_account_id IN (?) AND e.created_at >= ? AND e.created_at < ?
       ${symbols ? 'AND e.symbol_normalized IN (?)' : ''} GROUP BY ${key}`,
    [sourceIds, accountIds, from, to, ...(symbols ? [symbols] : [])],
  );
}

const countIn = (rows: readonly Row[], id: number, name: string): number =>
  Number(rows.find((row) => Number(row.id) === id)?.[name] ?? 0);
const jobCounts = (jobs: readonly Row[], id: number) => ({
  ...{ jobs: countIn(jobs, id, 'jobs'), filled: countIn(jobs, id, 'filled') },
  ...{ skipped: countIn(jobs, id, 'skipped'), failed: countIn(jobs, id, 'failed') },
});

export async function readWebhooks(db: Db, scope: ReportScope): Promise<WebhookRow[]> {
  const { sourceIds, symbols, from, to } = scope;
  const [receipts, jobs] = await Promise.all([
    db.query<Row[]>(
      `SELECT r.webhook_source_id AS id, COUNT(*) AS received,
         CAST(SUM(r.outcome = 'ACCEPTED') AS SIGNED) AS accepted, CAST(SUM(r.outcome = 'REFUSED') AS SIGNED) AS refused,
         CAST(SUM(COALESCE(r.action = 'UNKNOWN', 0)) AS SIGNED) AS unread, CAST(SUM(r.duplicates) AS SIGNED) AS repeats
       FROM webhook_receipts r WHERE r.webhook_source_id IN (?) AND r.received_at >= ? AND r.received_at < ?
         ${symbols ? 'AND r.symbol_normalized IN (?)' : ''} GROUP BY r.webhook_source_id`,
      [sourceIds, from, to, ...(symbols ? [symbols] : [])],
    ),
    readSignalJobs(db, scope, 'source'),
  ]);
  return sourceIds
    .filter((id) => id > 0)
    .map((sourceId) => ({
      sourceId,
      ...{ received: countIn(receipts, sourceId, 'received'), accepted: countIn(receipts, sourceId, 'accepted') },
      ...{ refused: countIn(receipts, sourceId, 'refused'), unread: countIn(receipts, sourceId, 'unread') },
      repeats: countIn(receipts, sourceId, 'repeats'),
      ...jobCounts(jobs, sourceId),
    }));
}

/** The signals that reached a source or an account in the period, and what became of their jobs. */
export type SignalsRow = Pick<WebhookRow, 'received' | 'unread' | 'jobs' | 'filled' | 'skipped' | 'failed'> & {
  /** Of the source or the account. */
  id: number;
};

/** For an account, a signal counts when it reached the account: one event of a source that is bound to it. */
export async function readSignals(db: Db, scope: ReportScope, by: ComparedBy): Promise<SignalsRow[]> {
  if (by === 'source') return (await readWebhooks(db, scope)).map(({ sourceId, ...row }) => ({ id: sourceId, ...row }));
  const { sourceIds, accountIds, symbols, from, to } = scope;
  const [events, jobs] = await Promise.all([
    db.query<Row[]>(
      `SELECT e.target_account_id AS id, COUNT(*) AS received, CAST(SUM(e.action = 'UNKNOWN') AS SIGNED) AS unread
       FROM webhook_events e
       WHERE e.webhook_source_id IN (?) AND e.target_account_id IN (?) AND e.created_at >= ? AND e.created_at < ?
         ${symbols ? 'AND e.symbol_normalized IN (?)' : ''} GROUP BY e.target_account_id`,
      [sourceIds, accountIds, from, to, ...(symbols ? [symbols] : [])],
    ),
    readSignalJobs(db, scope, 'account'),
  ]);
  return accountIds.map((id) => ({
    ...{ id, received: countIn(events, id, 'received'), unread: countIn(events, id, 'unread') },
    ...jobCounts(jobs, id),
  }));
}
