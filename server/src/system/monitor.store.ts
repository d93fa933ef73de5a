import type { ProcessStanding } from '../core/operations/monitor-alerts.js';
import type { Database } from '../infra/database/database.js';

type Db = Pick<Database, 'query'>;

interface Row {
  service_name: string;
  process_id: number | null;
  status: string;
  timestamp: Date;
  cpu_usage: string | null;
  memory_usage: string | null;
  metrics_json: string | null;
}

/** A process that has not reported for this time is forgotten. */
const WINDOW_SEC = 15 * 60;

/** The processes that have reported in the last quarter of an hour, each with its last rows. */
export async function readProcesses(db: Db): Promise<ProcessStanding[]> {
  const rows = await db.query<Row[]>(
    `SELECT service_name, process_id, status, timestamp, cpu_usage, memory_usage, metrics_json FROM system_monitoring_logs
      WHERE timestamp > UTC_TIMESTAMP(3) - INTERVAL ? SECOND ORDER BY timestamp DESC, id DESC`,
    [WINDOW_SEC],
  );
  const processes = new Map<string, { first: Row; cpuPct: number[]; loopDelayMs: number[] }>();
  for (const row of rows) {
    const host = metricsOf(row).host ?? '';
    const key = `${row.service_name} ${host} ${row.process_id}`;
    const known = processes.get(key) ?? { first: row, cpuPct: [], loopDelayMs: [] };
    if (row.status === 'running') {
      known.cpuPct.push(Number(row.cpu_usage ?? 0));
      known.loopDelayMs.push(Number(metricsOf(row).event_loop_delay_max_ms ?? 0));
    }
    processes.set(key, known);
  }
  return [...processes.values()].map(({ first, cpuPct, loopDelayMs }) => ({
    ...{ service: first.service_name, processId: first.process_id ?? 0, status: first.status },
    ...{ seenAt: first.timestamp.getTime(), cpuPct, memoryPct: Number(first.memory_usage ?? 0), loopDelayMs },
  }));
}

const metricsOf = ({ metrics_json }: Row): Record<string, unknown> =>
  metrics_json === null ? {} : (JSON.parse(metrics_json) as Record<string, unknown>);

/** The jobs that wait to be executed and are not waiting for another job, and when the oldest was created. */
export async function readBacklog(db: Db): Promise<{ waiting: number; oldestMs: number }> {
  const [row] = await db.query<{ waiting: number; oldest_ms: number | null }[]>(
    `SELECT COUNT(*) AS waiting, TIMESTAMPDIFF(MICROSECOND, MIN(created_at), UTC_TIMESTAMP(3)) DIV 1000 AS oldest_ms
       FROM trade_jobs WHERE status = 'PENDING' AND waits_for_job_id IS NULL`,
  );
  return { waiting: Number(row?.waiting ?? 0), oldestMs: Number(row?.oldest_ms ?? 0) };
}
