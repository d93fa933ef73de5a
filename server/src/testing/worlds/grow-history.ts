import type { Database } from '../../infra/database/database.js';
import { makeAccount, makeSource, makeVault } from '../make.js';

/** What `growHistory` created. */
export interface History {
  accountIds: number[];
  sourceId: number;
  vaultId: number;
  firstJobId: number;
  /** How many rows each table got. */
  rows: number;
}

export const HISTORY_SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'ADA/USDT'];
/** How many rows one statement writes: larger transactions are slower for each row. */
const CHUNK = 50_000;
const DIGITS = `(SELECT 0 d ${[1, 2, 3, 4, 5, 6, 7, 8, 9].map((digit) => `UNION ALL SELECT ${digit}`).join(' ')})`;
/** The numbers `from` to `from + count - 1` as `n`, on MySQL and MariaDB. */
const numbers = (from: number, count: number): string => {
  const places = Array.from({ length: Math.max(1, Math.ceil(Math.log10(count))) }, (_, place) => place);
  const sum = places.map((place) => `d${place}.d * ${10 ** place}`).join(' + ');
  const joined = places.map((place) => `${DIGITS} d${place}`).join(' CROSS JOIN ');
  return `(SELECT ${from} + ${sum} AS n FROM ${joined} HAVING n < ${from + count})`;
};
const DAYS = 364;
/** When a history begins: it ends today, so that a day has a day's share of it. */
export const historyStart = (): number => Math.floor(Date.now() / 86_400_000 - DAYS) * 86_400_000;
/** The moment of row n: the rows are spread over the days until today, two at each moment. */
const at = (rows: number): string =>
  `TIMESTAMPADD(SECOND, FLOOR((s.n DIV 2) * ${((DAYS * 86_400) / Math.max(rows / 2, 1)).toFixed(3)}), TIMESTAMP '${new Date(historyStart()).toISOString().slice(0, 10)} 00:00:00')`;
const oneOf = (values: readonly (string | number)[], by = 's.n'): string =>
  `ELT(1 + ${by} MOD ${values.length}, ${values.map((value) => (typeof value === 'number' ? value : `'${value}'`)).join(', ')})`;

interface Owner {
  userId: number;
  accountIds: readonly number[];
  sourceId: number;
  vaultId: number;
  rows: number;
}

/**
 * Fills a user's history with `rows` receipts, events, jobs, executions, positions, fills, vault transactions and live
 * events, by INSERT ... SELECT. Four positions of five are closed with a profit or a loss. The totals are not counted
 * yet.
 */
export async function growHistory(
  db: Database,
  { userId, rows, accounts = 3 }: { userId: number; rows: number; accounts?: number },
): Promise<History> {
  const accountIds: number[] = [];
  for (let n = 0; n < accounts; n++) accountIds.push((await makeAccount(db, { user_id: userId })).id);
  const { id: sourceId } = await makeSource(db, { owner_user_id: userId });
  const { id: vaultId } = await makeVault(db, { user_id: userId });
  const owner: Owner = { userId, accountIds, sourceId, vaultId, rows };
  for (let from = 1; from <= rows; from += CHUNK) await growChunk(db, owner, from);
  await db.query(
    'INSERT INTO live_cursors (user_id, seq) VALUES (?, ?) ON DUPLICATE KEY UPDATE seq = GREATEST(seq, VALUES(seq))',
    [userId, rows],
  );
  await db.query(
    `ANALYZE TABLE webhook_receipts, webhook_events, webhook_blocked_attempts, trade_jobs, trade_executions, trade_positions,
       position_fills, vault_transactions, live_events`,
  );
  const [first] = await db.query<{ id: number }[]>('SELECT MIN(id) AS id FROM trade_jobs WHERE webhook_source_id = ?', [
    sourceId,
  ]);
  return { accountIds, sourceId, vaultId, firstJobId: Number(first?.id ?? 0), rows };
}

async function growChunk(db: Database, owner: Owner, from: number): Promise<void> {
  const { userId, accountIds, sourceId, vaultId, rows } = owner;
  const numbered = `FROM ${numbers(from, Math.min(CHUNK, rows - from + 1))} s`;
  const [symbol, moment] = [oneOf(HISTORY_SYMBOLS), at(rows)];
  const after = await lastIds(db);
  await db.query(
    `INSERT INTO webhook_receipts (receipt, webhook_source_id, event_uid, outcome, http_status, action, symbol_normalized,
       accounts, received_at, created_at)
     SELECT CONCAT('h', LPAD(${sourceId}, 12, '0'), LPAD(s.n, 13, '0')), ?, CONCAT('u', s.n),
       IF(s.n MOD 10 = 0, 'REFUSED', 'ACCEPTED'), 202, ${oneOf(['BUY_SIGNAL', 'SELL_SIGNAL', 'UNKNOWN'])}, ${symbol}, 1,
       ${moment}, ${moment} ${numbered}`,
    [sourceId],
  );
  await db.query(
    `INSERT INTO webhook_events (webhook_source_id, webhook_receipt_id, target_account_id, trade_mode, event_uid, symbol_raw,
       symbol_normalized, action, status, created_at)
     SELECT webhook_source_id, id, ${oneOf(accountIds, 'id DIV 4')}, 'SIMULATION', event_uid, symbol_normalized,
       symbol_normalized, action, 'PROCESSED', created_at
       FROM webhook_receipts FORCE INDEX (PRIMARY) WHERE id > ? AND webhook_source_id = ? ORDER BY id`,
    [after.webhook_receipts, sourceId],
  );
  await db.query(
    `INSERT INTO webhook_blocked_attempts (webhook_source_id, webhook_receipt_id, reason_code, reason_message, created_at)
     SELECT webhook_source_id, id, 'SIGNATURE_INVALID', 'The signature is wrong.', created_at
       FROM webhook_receipts FORCE INDEX (PRIMARY) WHERE id > ? AND webhook_source_id = ? AND outcome = 'REFUSED'`,
    [after.webhook_receipts, sourceId],
  );
  await growTrades(db, sourceId, after);
  await db.query(
    `INSERT INTO vault_transactions (vault_id, type, asset, amount, balance_delta, reserved_delta, created_at)
     SELECT ?, ${oneOf(['BUY_RESERVE', 'BUY_CONFIRM', 'SELL_RETURN'])}, 'USDT', 1, 0, 0, ${moment} ${numbered}`,
    [vaultId],
  );
  await db.query(
    `INSERT INTO live_events (user_id, seq, topic, entity_id, created_at) SELECT ?, s.n, 'JOB', s.n, ${moment} ${numbered}`,
    [userId],
  );
}

const PARENTS = ['webhook_receipts', 'webhook_events', 'trade_jobs', 'trade_positions'] as const;
type LastIds = Record<(typeof PARENTS)[number], number>;

async function lastIds(db: Database): Promise<LastIds> {
  const ids = PARENTS.map((table) => `(SELECT COALESCE(MAX(id), 0) FROM ${table}) AS ${table}`);
  const [row] = await db.query<Record<string, number>[]>(`SELECT ${ids.join(', ')}`);
  return Object.fromEntries(PARENTS.map((table) => [table, Number(row?.[table] ?? 0)])) as LastIds;
}

/** `rows` reports of processes. */
export async function growMonitoringLogs(db: Database, rows: number): Promise<void> {
  await db.query(
    `INSERT INTO system_monitoring_logs (timestamp, service_name, process_id, status)
     SELECT ${at(rows)}, ${oneOf(['API', 'EXECUTOR', 'MONITORS'])}, s.n, IF(s.n MOD 100 = 0, 'stopped', 'running')
       FROM ${numbers(1, rows)} s`,
  );
  await db.query('ANALYZE TABLE system_monitoring_logs');
}

/** A job for each event, and its execution, position and fill. */
async function growTrades(db: Database, sourceId: number, after: LastIds): Promise<void> {
  await db.query(
    `INSERT INTO trade_jobs (webhook_event_id, webhook_source_id, exchange_account_id, trade_mode, symbol, side, order_type,
       status, reason_code, base_quantity, created_at)
     SELECT id, webhook_source_id, target_account_id, trade_mode, symbol_normalized, 'BUY', 'MARKET',
       IF(id MOD 10 = 0, 'SKIPPED', 'FILLED'), IF(id MOD 10 = 0, 'ENTRIES_PAUSED', NULL), 1, created_at
       FROM webhook_events FORCE INDEX (PRIMARY) WHERE id > ? AND webhook_source_id = ? ORDER BY id`,
    [after.webhook_events, sourceId],
  );
  await db.query(
    `INSERT INTO trade_executions (trade_job_id, exchange_account_id, symbol, webhook_source_id, trade_mode, exchange,
       client_order_id, status_exchange, executed_qty, cumm_quote_qty, avg_price, side, order_type, requested_qty, send_before,
       created_at)
     SELECT id, exchange_account_id, symbol, webhook_source_id, trade_mode, 'BINANCE_SPOT', CONCAT('H', id), 'FILLED', 1, 100,
       100, side, order_type, 1, created_at, created_at
       FROM trade_jobs FORCE INDEX (PRIMARY) WHERE id > ? AND webhook_source_id = ? ORDER BY id`,
    [after.trade_jobs, sourceId],
  );
  await db.query(
    `INSERT INTO trade_positions (exchange_account_id, webhook_source_id, trade_mode, symbol, trade_job_id_open, qty_total,
       qty_remaining, price_open, cost_quote, status, realized_profit_usd, close_reason, closed_at, created_at)
     SELECT exchange_account_id, webhook_source_id, trade_mode, symbol, id, 1, IF(id MOD 5 = 0, 1, 0), 100,
       IF(id MOD 5 = 0, 100, 0), IF(id MOD 5 = 0, 'OPEN', 'CLOSED'), IF(id MOD 5 = 0, 0, (id MOD 7) - 2.5),
       IF(id MOD 5 = 0, NULL, 'WEBHOOK_SELL'), IF(id MOD 5 = 0, NULL, created_at), created_at
       FROM trade_jobs FORCE INDEX (PRIMARY) WHERE id > ? AND webhook_source_id = ? ORDER BY id`,
    [after.trade_jobs, sourceId],
  );
  await db.query(
    `INSERT INTO position_fills (position_id, trade_execution_id, exchange_account_id, symbol, webhook_source_id, side, qty,
       price, trade_id, realized_quote, filled_at, created_at)
     SELECT p.id, x.id, p.exchange_account_id, p.symbol, p.webhook_source_id, 'BUY', 1, 100, 't1', p.realized_profit_usd,
       p.created_at, p.created_at
       FROM trade_positions p FORCE INDEX (PRIMARY) STRAIGHT_JOIN trade_executions x
         FORCE INDEX (trade_executions_trade_job_id_attempt_key) ON x.trade_job_id = p.trade_job_id_open
      WHERE p.id > ? AND p.webhook_source_id = ? ORDER BY p.id`,
    [after.trade_positions, sourceId],
  );
}
