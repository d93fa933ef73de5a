import type { Batch } from './database.js';

export type LiveTopic = 'JOB' | 'FILL' | 'POSITION' | 'ALERT' | 'ACCOUNT';
export interface LiveChange {
  topic: LiveTopic;
  entityId: number;
}

/**
 * Adds the user's live events to the last batch of a transaction. It must be the end of that batch: the number
 * is taken under the lock of the user's row, so numbers become visible in commit order and without holes, and
 * the lock is held for no longer than the commit. An entity id may also be a SQL expression over earlier
 * statements of the same transaction (`@position_id`), passed as `{ sql }`.
 */
export function addLiveEvents(
  batch: Batch,
  userId: number,
  changes: readonly { topic: LiveTopic; entityId: number | { sql: string } }[],
): Batch {
  if (changes.length === 0) return batch;
  batch.add(
    'INSERT INTO live_cursors (user_id, seq) VALUES (?, LAST_INSERT_ID(?)) ON DUPLICATE KEY UPDATE seq = LAST_INSERT_ID(seq + ?)',
    [userId, changes.length, changes.length],
  );
  const values: unknown[] = [];
  const rows = changes.map(({ topic, entityId }, index) => {
    const back = changes.length - 1 - index;
    const raw = typeof entityId === 'object';
    values.push(userId, back, topic, ...(raw ? [] : [entityId]));
    return `(?, LAST_INSERT_ID() - ?, ?, ${raw ? entityId.sql : '?'}, UTC_TIMESTAMP(3))`;
  });
  return batch.add(
    `INSERT INTO live_events (user_id, seq, topic, entity_id, created_at) VALUES ${rows.join(', ')}`,
    values,
  );
}

/**
 * The set-based form of `addLiveEvents`: one event of `topic` for each id that `entityIds` selects (a SELECT whose only
 * column is called `id`), numbered in the order of the ids. `count` is a SQL expression that equals their number, such
 * as a user variable set from ROW_COUNT(). Like the other it must be the end of the last batch.
 */
export function addLiveEventsOf(
  batch: Batch,
  userId: number,
  {
    topic,
    count,
    entityIds,
    values = [],
  }: { topic: LiveTopic; count: string; entityIds: string; values?: readonly unknown[] },
): Batch {
  return batch
    .add(
      `INSERT INTO live_cursors (user_id, seq) VALUES (?, LAST_INSERT_ID(${count})) ON DUPLICATE KEY UPDATE seq = LAST_INSERT_ID(seq + ${count})`,
      [userId],
    )
    .add('SET @live_seq = LAST_INSERT_ID()')
    .add(
      `INSERT INTO live_events (user_id, seq, topic, entity_id, created_at)
       SELECT ?, @live_seq - ${count} + ROW_NUMBER() OVER (ORDER BY chosen.id), ?, chosen.id, UTC_TIMESTAMP(3)
         FROM (${entityIds}) AS chosen`,
      [userId, topic, ...values],
    );
}

/** Tells every process that this user has new live events. Called after the commit; losing it costs a second. */
export interface LiveWaker {
  wake(userId: number): void;
}
