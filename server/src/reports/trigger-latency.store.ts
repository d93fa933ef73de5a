import type { ExitTimestamps } from '../core/exits/trigger-latency.js';
import { JOB_STATUSES } from '../core/domain.js';
import type { Database } from '../infra/database/database.js';
import { readOwnAccountIds } from '../infra/database/owned-rows.store.js';
import { readPageIds } from '../infra/database/read-list.js';
import { JOBS } from '../orders/job.store.js';

interface Row {
  tick_at: Date | null;
  decided_at: Date | null;
  sent_at: Date | null;
  acknowledged_at: Date | null;
}
const ms = (at: Date | null): number | null => at?.getTime() ?? null;

/** The timestamps of the owner's newest exits, each with its first order. */
export async function readExitTimestamps(
  db: Pick<Database, 'query'>,
  userId: number,
  take: number,
): Promise<ExitTimestamps[]> {
  const accounts = await readOwnAccountIds(db, userId);
  const filter = {
    scope: ['exchange_account_id', accounts] as const,
    where: { origin: ['TRIGGER'], status: JOB_STATUSES.filter((status) => status !== 'SKIPPED') },
    by: 'origin',
  };
  const page = { take, sort: 'NEWEST' as const, isBackward: false, from: undefined };
  const { ids } = await readPageIds(db, JOBS, filter, page);
  if (ids.length === 0) return [];
  const rows = await db.query<Row[]>(
    `SELECT j.tick_at, j.decided_at, x.sent_at, x.acknowledged_at
       FROM trade_jobs j LEFT JOIN trade_executions x ON x.trade_job_id = j.id AND x.attempt = 1
      WHERE j.id IN (${ids.map(() => '?').join(', ')})`,
    ids,
  );
  return rows.map((row) => ({
    tickAt: ms(row.tick_at),
    decidedAt: ms(row.decided_at),
    sentAt: ms(row.sent_at),
    acknowledgedAt: ms(row.acknowledged_at),
  }));
}
