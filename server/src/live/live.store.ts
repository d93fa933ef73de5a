import type { JobStatus } from '../core/domain.js';
import type { Database } from '../infra/database/database.js';
import type { LiveTopic } from '../infra/database/live-events.js';

type Db = Pick<Database, 'query'>;

/** One change of one entity of a user. `seq` is the cursor: pass it as `after` to continue after this event. */
export interface LiveEvent {
  seq: number;
  topic: LiveTopic;
  entityId: number;
  /** JOB: the status that the change gave the job; null in events of before. */
  jobStatus: JobStatus | null;
}

export const PAGE = 500;

/** The number of the user's newest event; 0 when there is none. */
export async function readCursor(db: Db, userId: number): Promise<number> {
  const rows = await db.query<{ seq: number }[]>('SELECT seq FROM live_cursors WHERE user_id = ?', [userId]);
  return rows[0]?.seq ?? 0;
}

export const readCursors = (db: Db, userIds: readonly number[]): Promise<{ userId: number; seq: number }[]> =>
  db.query('SELECT user_id AS userId, seq FROM live_cursors WHERE user_id IN (?)', [userIds]);

/** The number of the user's oldest stored event; null when there is none. */
export async function readOldest(db: Db, userId: number): Promise<number | null> {
  const rows = await db.query<{ oldest: number | null }[]>(
    'SELECT MIN(seq) AS oldest FROM live_events WHERE user_id = ?',
    [userId],
  );
  return rows[0]?.oldest ?? null;
}

/** The user's next events after `after`, at most PAGE. */
export const readEvents = (db: Db, userId: number, after: number, upTo: number | null = null): Promise<LiveEvent[]> =>
  db.query(
    `SELECT seq, topic, entity_id AS entityId, job_status AS jobStatus FROM live_events
      WHERE user_id = ? AND seq > ? ${upTo === null ? '' : 'AND seq <= ?'} ORDER BY seq LIMIT ${PAGE}`,
    [userId, after, ...(upTo === null ? [] : [upTo])],
  );
