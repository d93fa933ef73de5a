import type { Database } from '../infra/database/database.js';

interface CursorRow {
  user_id: number;
  seq: number;
}

/** The last sequence number of each user's stream. */
export async function readCursors(db: Pick<Database, 'query'>): Promise<{ userId: number; seq: number }[]> {
  const rows = await db.query<CursorRow[]>('SELECT user_id, seq FROM live_cursors');
  return rows.map(({ user_id, seq }) => ({ userId: user_id, seq: Number(seq) }));
}

/** The changes of positions in these users' streams after the given sequence numbers. */
export async function readPositionEvents(
  db: Pick<Database, 'query'>,
  after: readonly { userId: number; seq: number }[],
): Promise<{ userId: number; seq: number; positionId: number }[]> {
  if (after.length === 0) return [];
  const rows = await db.query<(CursorRow & { entity_id: number })[]>(
    `SELECT user_id, seq, entity_id FROM live_events
      WHERE topic = 'POSITION' AND (${after.map(() => '(user_id = ? AND seq > ?)').join(' OR ')})`,
    after.flatMap(({ userId, seq }) => [userId, seq]),
  );
  return rows.map(({ user_id, seq, entity_id }) => ({ userId: user_id, seq: Number(seq), positionId: entity_id }));
}
