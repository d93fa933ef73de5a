import { Batch, type Database } from '../../infra/database/database.js';
import type { ScheduledJobName } from '../../core/operations/scheduled-jobs.js';
import type { TradeMode } from '../../core/domain.js';

export interface InstallationFacts {
  jobs: { status: string; n: number }[];
  oldestPendingSec: number;
  orders: { status: string; n: number }[];
  oldestOrderSec: number;
  positions: { tradeMode: TradeMode; n: number; unsellable: number }[];
  alerts: { severity: string; n: number }[];
  isHalted: boolean;
  pausedAccounts: number;
  scheduledJobs: ScheduledJobFacts[];
}

export interface ScheduledJobFacts {
  name: ScheduledJobName;
  isActive: boolean;
  intervalSec: number;
  /** Seconds since 1970; null = never. */
  lastSuccessAt: number | null;
  lastDurationSec: number | null;
}

type Row = Record<string, string | number | null>;
const n = (value: unknown): number => Number(value ?? 0);

/** What the metrics say of the whole installation, in one round trip. Each part reads an index, never a whole table. */
export async function readInstallationFacts(db: Pick<Database, 'run'>): Promise<InstallationFacts> {
  const [jobs, pending, orders, positions, alerts, halted, paused, scheduled] = (await db.run(facts())) as Row[][];
  return {
    jobs: (jobs ?? []).map((row) => ({ status: String(row.status), n: n(row.n) })),
    oldestPendingSec: n(pending?.[0]?.age),
    orders: (orders ?? []).map((row) => ({ status: String(row.status), n: n(row.n) })),
    oldestOrderSec: Math.max(0, ...(orders ?? []).map((row) => n(row.age))),
    positions: (positions ?? []).map((row) => ({
      ...{ tradeMode: String(row.trade_mode) as TradeMode, n: n(row.n), unsellable: n(row.unsellable) },
    })),
    alerts: (alerts ?? []).map((row) => ({ severity: String(row.severity), n: n(row.n) })),
    isHalted: n(halted?.[0]?.n) > 0,
    pausedAccounts: n(paused?.[0]?.n),
    scheduledJobs: (scheduled ?? []).map((row) => ({
      ...{
        name: String(row.name) as ScheduledJobName,
        isActive: n(row.is_active) === 1,
        intervalSec: n(row.interval_sec),
      },
      lastSuccessAt: row.last_success_at === null ? null : n(row.last_success_at),
      lastDurationSec: row.last_duration_sec === null ? null : n(row.last_duration_sec),
    })),
  };
}

function facts(): Batch {
  const age = (column: string) => `TIMESTAMPDIFF(MICROSECOND, ${column}, UTC_TIMESTAMP(3)) / 1000000`;
  return new Batch()
    .add(
      `SELECT status, COUNT(*) AS n FROM trade_jobs
        WHERE status IN ('PENDING', 'EXECUTING', 'PENDING_LIMIT', 'PARTIALLY_FILLED') GROUP BY status`,
    )
    .add(
      `SELECT ${age('MIN(created_at)')} AS age FROM trade_jobs WHERE status = 'PENDING' AND waits_for_job_id IS NULL`,
    )
    .add(
      `SELECT status_exchange AS status, COUNT(*) AS n, ${age('MIN(created_at)')} AS age FROM trade_executions
        WHERE status_exchange IN ('SENDING', 'UNKNOWN') GROUP BY status_exchange`,
    )
    .add(
      `SELECT trade_mode, COUNT(*) AS n, SUM(unsellable_reason IS NOT NULL) AS unsellable FROM trade_positions
        WHERE status = 'OPEN' GROUP BY trade_mode`,
    )
    .add('SELECT severity, COUNT(*) AS n FROM system_alerts WHERE resolved_at IS NULL GROUP BY severity')
    .add('SELECT COUNT(*) AS n FROM trading_halt WHERE id = 1')
    .add('SELECT COUNT(*) AS n FROM exchange_accounts WHERE entries_paused_at IS NOT NULL AND is_active')
    .add(
      `SELECT c.name, c.status = 'ACTIVE' AS is_active, c.interval_ms / 1000 AS interval_sec,
         UNIX_TIMESTAMP((SELECT x.finished_at FROM cron_job_executions x
           WHERE x.job_config_id = c.id AND x.status = 'SUCCESS' ORDER BY x.id DESC LIMIT 1)) AS last_success_at,
         (SELECT x.duration_ms / 1000 FROM cron_job_executions x
           WHERE x.job_config_id = c.id AND x.status <> 'RUNNING' ORDER BY x.id DESC LIMIT 1) AS last_duration_sec
         FROM cron_job_configs c`,
    );
}
