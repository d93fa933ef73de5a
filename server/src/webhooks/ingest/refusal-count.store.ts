import type { ReasonCode } from '../../core/reasons.js';
import type { Database } from '../../infra/database/database.js';

/** Refusals of a source in one minute that have no rows of their own. */
export interface RefusalCount {
  sourceId: number;
  /** The beginning of the minute (ms since 1970). */
  minuteAt: number;
  reason: ReasonCode;
  refused: number;
}

/** Adds to the counts; at least one. */
export async function addRefusalCounts(db: Pick<Database, 'query'>, counts: readonly RefusalCount[]): Promise<void> {
  await db.query(
    `INSERT INTO webhook_refusal_counts (webhook_source_id, minute, reason_code, refused)
     VALUES ${counts.map(() => '(?, ?, ?, ?)').join(', ')} ON DUPLICATE KEY UPDATE refused = refused + VALUES(refused)`,
    counts.flatMap(({ sourceId, minuteAt, reason, refused }) => [sourceId, new Date(minuteAt), reason, refused]),
  );
}

/** The newest counts of a source. */
export async function readRefusalCounts(
  db: Pick<Database, 'query'>,
  sourceId: number,
  limit: number,
): Promise<RefusalCount[]> {
  const rows = await db.query<{ minute: Date; reason_code: ReasonCode; refused: number }[]>(
    `SELECT minute, reason_code, refused FROM webhook_refusal_counts WHERE webhook_source_id = ?
      ORDER BY webhook_source_id DESC, minute DESC, reason_code DESC LIMIT ?`,
    [sourceId, limit],
  );
  return rows.map((row) => ({
    ...{ sourceId, minuteAt: row.minute.getTime(), reason: row.reason_code, refused: row.refused },
  }));
}
