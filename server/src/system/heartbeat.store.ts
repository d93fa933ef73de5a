import type { Database } from '../infra/database/database.js';

export type ServiceName = 'API' | 'EXECUTOR' | 'MONITORS';

/** The state of one process. `cpuPct` and `memoryPct` fit DECIMAL(5,2). */
export interface HeartbeatRow {
  at: Date;
  service: ServiceName;
  processId: number;
  status: 'running' | 'stopped';
  cpuPct: number;
  memoryPct: number;
  metrics: Record<string, number | string>;
}

export async function insertHeartbeat(db: Pick<Database, 'prisma'>, row: HeartbeatRow): Promise<void> {
  await db.prisma.systemMonitoringLog.create({
    data: {
      timestamp: row.at,
      service_name: row.service,
      process_id: row.processId,
      status: row.status,
      cpu_usage: row.cpuPct,
      memory_usage: row.memoryPct,
      metrics_json: row.metrics,
    },
  });
}

/** A process that reported within the last 40 seconds and did not say that it stops. */
export interface RunningProcess {
  service: string;
  processId: number;
  host: string;
  /** The version of its program; null = an early one, which did not say it. */
  version: string | null;
  /** By how many ms the clock of its machine was ahead of the database's; null = it did not say. */
  clockSkewMs: number | null;
}

interface Reader {
  query<T>(sql: string): Promise<T>;
}

/** In containers the processes of several machines have the same number, so the host is part of who they are. */
export async function readRunningProcesses(db: Reader): Promise<RunningProcess[]> {
  const rows = await db.query<
    { service: string; pid: number; host: string | null; version: string | null; status: string; skew: string | null }[]
  >(
    `SELECT service_name AS service, process_id AS pid, status, JSON_UNQUOTE(JSON_EXTRACT(metrics_json, '$.host')) AS host,
            JSON_UNQUOTE(JSON_EXTRACT(metrics_json, '$.version')) AS version,
            JSON_UNQUOTE(JSON_EXTRACT(metrics_json, '$.clock_skew_ms')) AS skew
       FROM system_monitoring_logs WHERE timestamp > UTC_TIMESTAMP(3) - INTERVAL 40 SECOND ORDER BY id`,
  );
  const newest = new Map(rows.map((row) => [`${row.service} ${row.host} ${row.pid}`, row]));
  return [...newest.values()]
    .filter(({ status }) => status === 'running')
    .map(({ service, pid, host, version, skew }) => ({
      ...{ service, processId: Number(pid), host: host ?? '', version },
      clockSkewMs: skew === null ? null : Number(skew),
    }));
}
