import type { ExitTimestamps } from '../core/exits/trigger-latency.js';
import type { Database } from '../infra/database/database.js';

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
  const rows = await db.query<Row[]>(
    `SELECT j.tick_at, j.decided_at, x.sent_at, x.acknowledged_at
       FROM trade_jobs j JOIN exchange_accounts a ON a.id = j.exchange_account_id
       LEFT JOIN trade_executions x ON x.trade_job_id = j.id AND x.attempt = 1
      WHERE a.user_id = ? AND j.origin = 'TRIGGER' AND j.status <> 'SKIPPED' ORDER BY j.id DESC LIMIT ?`,
    [userId, take],
  );
  return rows.map((row) => ({
    tickAt: ms(row.tick_at),
    decidedAt: ms(row.decided_at),
    sentAt: ms(row.sent_at),
    acknowledgedAt: ms(row.acknowledged_at),
  }));
}
