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
