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
/** The row number n: 1 to `rows`. Written so that MySQL and MariaDB count fast. */
const DIGITS =
  '(SELECT 0 d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9)';
const numbers = (rows: number): string => {
  const places = Math.max(1, Math.ceil(Math.log10(rows)));
  const names = Array.from({ length: places }, (_, place) => `d${place}`);
  const sum = names.map((name, place) => `${name}.d * ${10 ** place}`).join(' + ');
  return `(SELECT 1 + ${sum} AS n FROM ${names.map((name) => `${DIGITS} ${name}`).join(' CROSS JOIN ')} HAVING n <= ${rows})`;
};
/** The moment of a row: the rows are spread over 2026, two at each moment. */
const at = (rows: number): string =>
  `TIMESTAMPADD(SECOND, FLOOR((s.n DIV 2) * ${Math.floor(((364 * 86_400) / Math.max(rows / 2, 1)) * 1_000) / 1_000}), TIMESTAMP '2026-01-01 00:00:00')`;
const oneOf = (values: readonly (string | number)[], by = 's.n'): string =>
  `ELT(1 + ${by} MOD ${values.length}, ${values.map((value) => (typeof value === 'number' ? value : `'${value}'`)).join(', ')})`;

/**
 * Fills a user's history with `rows` receipts, events, jobs, executions, positions, fills, vault transactions and live
 * events: written by INSERT ... SELECT, a table in one statement. Four positions of five are closed with a profit or a
 * loss. The totals are not counted yet.
 */
export async function growHistory(
  db: Database,
  { userId, rows, accounts = 3 }: { userId: number; rows: number; accounts?: number },
): Promise<History> {
  const accountIds: number[] = [];
  for (let n = 0; n < accounts; n++) accountIds.push((await makeAccount(db, { user_id: userId })).id);
  const { id: sourceId } = await makeSource(db, { owner_user_id: userId });
  const { id: vaultId } = await makeVault(db, { user_id: userId });
  const key = `h${sourceId}`;
  const from = `FROM ${numbers(rows)} s`;
  const symbol = oneOf(HISTORY_SYMBOLS);
  const account = oneOf(accountIds, 's.n DIV 4');
  const moment = at(rows);
  await db.query(
    `INSERT INTO webhook_receipts (receipt, webhook_source_id, event_uid, outcome, http_status, reason_code, action,
       symbol_normalized, accounts, received_at, created_at)
     SELECT RIGHT(CONCAT(REPEAT('0', 26), '${key}x', s.n), 26), ?, CONCAT('u', s.n), IF(s.n MOD 10 = 0, 'REFUSED', 'ACCEPTED'),
       202, NULL, ${oneOf(['BUY_SIGNAL', 'SELL_SIGNAL', 'UNKNOWN'])}, ${symbol}, 1, ${moment}, ${moment} ${from}`,
    [sourceId],
  );
  const first = await firstIds(db, sourceId);
  await db.query(
    `INSERT INTO webhook_events (webhook_source_id, webhook_receipt_id, target_account_id, trade_mode, event_uid, symbol_raw,
       symbol_normalized, action, status, created_at)
     SELECT ?, r.id, ${account.replaceAll('s.n', `(r.id - ${first.receipt} + 1)`)}, 'SIMULATION', r.event_uid, r.symbol_normalized,
       r.symbol_normalized, r.action, 'PROCESSED', r.created_at FROM webhook_receipts r WHERE r.webhook_source_id = ?`,
    [sourceId, sourceId],
  );
  await db.query(
    `INSERT INTO webhook_blocked_attempts (webhook_source_id, webhook_receipt_id, reason_code, reason_message, created_at)
     SELECT webhook_source_id, id, 'SIGNATURE_INVALID', 'The signature is wrong.', created_at
       FROM webhook_receipts WHERE webhook_source_id = ? AND outcome = 'REFUSED'`,
    [sourceId],
  );
  await growTrades(db, { sourceId });
  await db.query(
    `INSERT INTO vault_transactions (vault_id, type, asset, amount, balance_delta, reserved_delta, created_at)
     SELECT ?, ${oneOf(['BUY_RESERVE', 'BUY_CONFIRM', 'SELL_RETURN'])}, 'USDT', 1, 0, 0, ${moment} ${from}`,
    [vaultId],
  );
  await db.query(
    `INSERT INTO live_events (user_id, seq, topic, entity_id, created_at) SELECT ?, s.n, 'JOB', s.n, ${moment} ${from}`,
    [userId],
  );
  await db.query(
    'INSERT INTO live_cursors (user_id, seq) VALUES (?, ?) ON DUPLICATE KEY UPDATE seq = GREATEST(seq, VALUES(seq))',
    [userId, rows],
  );
  await db.query(
    `ANALYZE TABLE webhook_receipts, webhook_events, webhook_blocked_attempts, trade_jobs, trade_executions, trade_positions,
       position_fills, vault_transactions, live_events`,
  );
  const { job } = await firstIds(db, sourceId);
  return { accountIds, sourceId, vaultId, firstJobId: job, rows };
}

/** `rows` reports of processes. */
export async function growMonitoringLogs(db: Database, rows: number): Promise<void> {
  await db.query(
    `INSERT INTO system_monitoring_logs (timestamp, service_name, process_id, status)
     SELECT ${at(rows)}, ${oneOf(['API', 'EXECUTOR', 'MONITORS'])}, s.n, IF(s.n MOD 100 = 0, 'stopped', 'running')
       FROM ${numbers(rows)} s`,
  );
  await db.query('ANALYZE TABLE system_monitoring_logs');
}

/** A job for each event, and its execution, position and fill. */
async function growTrades(db: Database, { sourceId }: { sourceId: number }): Promise<void> {
  await db.query(
    `INSERT INTO trade_jobs (webhook_event_id, webhook_source_id, exchange_account_id, trade_mode, symbol, side, order_type,
       status, reason_code, base_quantity, created_at)
     SELECT id, webhook_source_id, target_account_id, trade_mode, symbol_normalized, 'BUY', 'MARKET',
       IF(id MOD 10 = 0, 'SKIPPED', 'FILLED'), IF(id MOD 10 = 0, 'ENTRIES_PAUSED', NULL), 1, created_at
       FROM webhook_events WHERE webhook_source_id = ?`,
    [sourceId],
  );
  await db.query(
    `INSERT INTO trade_executions (trade_job_id, exchange_account_id, symbol, webhook_source_id, trade_mode, exchange,
       client_order_id, status_exchange, executed_qty, cumm_quote_qty, avg_price, side, order_type, requested_qty, send_before,
       created_at)
     SELECT id, exchange_account_id, symbol, webhook_source_id, trade_mode, 'BINANCE_SPOT', CONCAT('H', id), 'FILLED', 1, 100,
       100, side, order_type, 1, created_at, created_at FROM trade_jobs WHERE webhook_source_id = ?`,
    [sourceId],
  );
  await db.query(
    `INSERT INTO trade_positions (exchange_account_id, webhook_source_id, trade_mode, symbol, trade_job_id_open, qty_total,
       qty_remaining, price_open, cost_quote, status, realized_profit_usd, close_reason, closed_at, created_at)
     SELECT exchange_account_id, webhook_source_id, trade_mode, symbol, id, 1, IF(id MOD 5 = 0, 1, 0), 100,
       IF(id MOD 5 = 0, 100, 0), IF(id MOD 5 = 0, 'OPEN', 'CLOSED'), IF(id MOD 5 = 0, 0, (id MOD 7) - 2.5),
       IF(id MOD 5 = 0, NULL, 'WEBHOOK_SELL'), IF(id MOD 5 = 0, NULL, created_at), created_at
       FROM trade_jobs WHERE webhook_source_id = ?`,
    [sourceId],
  );
  await db.query(
    `INSERT INTO position_fills (position_id, trade_execution_id, exchange_account_id, symbol, webhook_source_id, side, qty,
       price, trade_id, realized_quote, filled_at, created_at)
     SELECT p.id, x.id, p.exchange_account_id, p.symbol, p.webhook_source_id, 'BUY', 1, 100, 't1', p.realized_profit_usd,
       p.created_at, p.created_at
       FROM trade_positions p JOIN trade_executions x ON x.trade_job_id = p.trade_job_id_open WHERE p.webhook_source_id = ?`,
    [sourceId],
  );
}

async function firstIds(db: Database, sourceId: number): Promise<{ receipt: number; job: number }> {
  const [row] = await db.query<{ receipt: number; job: number | null }[]>(
    `SELECT MIN(id) AS receipt, (SELECT MIN(id) FROM trade_jobs WHERE webhook_source_id = ?) AS job
       FROM webhook_receipts WHERE webhook_source_id = ?`,
    [sourceId, sourceId],
  );
  return { receipt: Number(row?.receipt ?? 0), job: Number(row?.job ?? 0) };
}
