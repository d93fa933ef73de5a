import type { Database } from '../infra/database/database.js';

type Db = Pick<Database, 'query'>;

export interface ServerFacts {
  version: string;
  maxConnections: number;
  flushAtCommit: number;
  charset: string;
  maxPacket: number;
}

export async function readServerFacts(db: Db): Promise<ServerFacts> {
  const [row] = await db.query<Record<'version' | 'max_connections' | 'flush' | 'charset' | 'packet', string>[]>(
    `SELECT VERSION() AS version, @@max_connections AS max_connections, @@innodb_flush_log_at_trx_commit AS flush,
            @@character_set_database AS charset, @@max_allowed_packet AS packet`,
  );
  return {
    version: String(row?.version),
    maxConnections: Number(row?.max_connections),
    flushAtCommit: Number(row?.flush),
    charset: String(row?.charset),
    maxPacket: Number(row?.packet),
  };
}

export const ping = (db: Db): Promise<unknown> => db.query('SELECT 1');

export async function readAppliedMigrations(db: Db): Promise<{ name: string; isFinished: boolean }[]> {
  const rows = await db.query<{ name: string; finished: number }[]>(
    `SELECT migration_name AS name, finished_at IS NOT NULL AS finished FROM _prisma_migrations
      WHERE rolled_back_at IS NULL`,
  );
  return rows.map(({ name, finished }) => ({ name, isFinished: Boolean(finished) }));
}

export async function readAdmins(db: Db): Promise<{ active: number; withSecondFactor: number }> {
  const [row] = await db.query<{ active: number; secured: number | null }[]>(
    `SELECT COUNT(*) AS active, SUM(COALESCE(p.twofa_enabled, 0)) AS secured FROM users u
       JOIN user_roles r ON r.user_id = u.id AND r.role = 'admin' LEFT JOIN profiles p ON p.user_id = u.id
      WHERE u.is_active`,
  );
  return { active: Number(row?.active ?? 0), withSecondFactor: Number(row?.secured ?? 0) };
}

/** The roles whose processes reported within the last minute. */
export async function readLiveServices(db: Db): Promise<string[]> {
  const rows = await db.query<{ service_name: string }[]>(
    `SELECT DISTINCT service_name FROM system_monitoring_logs
      WHERE timestamp > UTC_TIMESTAMP(3) - INTERVAL 60 SECOND AND status = 'running'`,
  );
  return rows.map(({ service_name }) => service_name);
}

export async function readTroubles(
  db: Db,
): Promise<{ criticalAlerts: number; unknownOrders: number; oldJobs: number }> {
  const [row] = await db.query<Record<'alerts' | 'orders' | 'jobs', number>[]>(
    `SELECT
       (SELECT COUNT(*) FROM system_alerts WHERE resolved_at IS NULL AND severity = 'critical') AS alerts,
       (SELECT COUNT(*) FROM trade_executions WHERE status_exchange IN ('SENDING', 'UNKNOWN')
          AND updated_at < UTC_TIMESTAMP(3) - INTERVAL 1 MINUTE) AS orders,
       (SELECT COUNT(*) FROM trade_jobs WHERE status = 'PENDING' AND created_at < UTC_TIMESTAMP(3) - INTERVAL 5 MINUTE) AS jobs`,
  );
  return {
    criticalAlerts: Number(row?.alerts ?? 0),
    unknownOrders: Number(row?.orders ?? 0),
    oldJobs: Number(row?.jobs ?? 0),
  };
}

/** The size of all tables and their indexes, as the server estimates it. */
export async function readDatabaseBytes(db: Db): Promise<number> {
  const [row] = await db.query<{ bytes: string | number | null }[]>(
    'SELECT SUM(DATA_LENGTH + INDEX_LENGTH) AS bytes FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()',
  );
  return Number(row?.bytes ?? 0);
}

/** Rows of each table, as the server estimates them; for a support bundle. */
export const readTableSizes = (db: Db) =>
  db.query<{ name: string; n: number | string; bytes: number | string }[]>(
    `SELECT TABLE_NAME AS name, TABLE_ROWS AS n, DATA_LENGTH + INDEX_LENGTH AS bytes FROM information_schema.TABLES
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' ORDER BY TABLE_NAME`,
  );

export const readRecentAlerts = (db: Db, limit: number) =>
  db.query<Record<'alert_type' | 'severity' | 'created_at' | 'resolved_at', string | Date | null>[]>(
    'SELECT alert_type, severity, created_at, resolved_at FROM system_alerts ORDER BY id DESC LIMIT ?',
    [limit],
  );

export const readJobCounts = (db: Db) =>
  db.query<{ status: string; reason_code: string | null; n: number }[]>(
    `SELECT status, reason_code, COUNT(*) AS n FROM trade_jobs WHERE created_at > UTC_TIMESTAMP(3) - INTERVAL 7 DAY
      GROUP BY status, reason_code ORDER BY n DESC LIMIT 100`,
  );

export const readLastRuns = (db: Db) =>
  db.query<Record<'name' | 'status' | 'started_at' | 'duration_ms', string | number | Date | null>[]>(
    `SELECT c.name, e.status, e.started_at, e.duration_ms FROM cron_job_configs c
       JOIN cron_job_executions e ON e.id = (SELECT MAX(x.id) FROM cron_job_executions x WHERE x.job_config_id = c.id)
      ORDER BY c.name`,
  );

export const readProcesses = (db: Db) =>
  db.query<
    Record<'service_name' | 'process_id' | 'cpu_usage' | 'memory_usage' | 'metrics_json' | 'timestamp', unknown>[]
  >(
    `SELECT service_name, process_id, cpu_usage, memory_usage, metrics_json, timestamp FROM system_monitoring_logs
      WHERE timestamp > UTC_TIMESTAMP(3) - INTERVAL 10 MINUTE ORDER BY id DESC LIMIT 200`,
  );
