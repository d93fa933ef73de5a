import type { Database } from '../infra/database/database.js';
import type { PageRequest } from '../infra/database/page.js';
import type { ListTable } from '../infra/database/plan-list.js';
import { readPageOf } from '../infra/database/read-list.js';
import type { ServiceName } from './heartbeat.store.js';

const SERVICES: readonly ServiceName[] = ['API', 'EXECUTOR', 'MONITORS'];
const LOGS: ListTable = {
  table: 'system_monitoring_logs',
  at: 'timestamp',
  indexes: [{ name: 'system_monitoring_logs_service_name_timestamp_idx', columns: ['service_name'] }],
};

export interface MonitoringLogFilter {
  service?: ServiceName | undefined;
  status?: string | undefined;
  from?: Date | undefined;
  to?: Date | undefined;
}

/** What the processes of this installation reported. */
export const readMonitoringLogs = (
  db: Pick<Database, 'prisma' | 'query'>,
  { service, status, from, to }: MonitoringLogFilter,
  page: PageRequest,
) =>
  readPageOf(
    db,
    {
      list: LOGS,
      filter: {
        ...{ from, to, scope: ['service_name', service === undefined ? SERVICES : [service]] },
        where: { status: status === undefined ? undefined : [status] },
      },
      page,
    },
    async (ids) => {
      const rows = await db.prisma.systemMonitoringLog.findMany({ where: { id: { in: ids } } });
      return rows.map((row) => ({ ...row, created_at: row.timestamp }));
    },
  );
export type MonitoringLogRow = Awaited<ReturnType<typeof readMonitoringLogs>>['rows'][number];
