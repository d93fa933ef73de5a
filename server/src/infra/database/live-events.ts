import type { Batch } from './database.js';

export type LiveTopic = 'JOB' | 'FILL' | 'POSITION' | 'ALERT' | 'ACCOUNT' | 'VAULT' | 'RECEIPT';
/** An id that is not known yet is given as a SQL expression over earlier statements of the same transaction. */
export interface LiveChange {
  topic: LiveTopic;
  entityId: number | { sql: string; values?: readonly unknown[] };
}

/**
 * Adds the user's live events to the last batch of a transaction. It must be at the end of that batch: the number is
 * taken under the lock of the user's row, so numbers become visible in commit order and without gaps, and the lock is
 * held only during the commit.
 */
export function addLiveEvents(batch: Batch, userId: number, changes: readonly LiveChange[]): Batch {
  if (changes.length === 0) return batch;
  batch.add(
    'INSERT INTO live_cursors (user_id, seq) VALUES (?, LAST_INSERT_ID(?)) ON DUPLICATE KEY UPDATE seq = LAST_INSERT_ID(seq + ?)',
    [userId, changes.length, changes.length],
  );
  const values: unknown[] = [];
  const rows = changes.map(({ topic, entityId }, index) => {
    const back = changes.length - 1 - index;
    const id = typeof entityId === 'object' ? entityId : { sql: '?', values: [entityId] };
    values.push(userId, back, topic, ...(id.values ?? []));
    if (topic === 'JOB') values.push(...(id.values ?? []));
    const status = topic === 'JOB' ? `(SELECT status FROM trade_jobs WHERE id = ${id.sql})` : 'NULL';
    return `(?, LAST_INSERT_ID() - ?, ?, ${id.sql}, UTC_TIMESTAMP(3), ${status})`;
  });
  return batch.add(
    `INSERT INTO live_events (user_id, seq, topic, entity_id, created_at, job_status) VALUES ${rows.join(', ')}`,
    values,
  );
}

export type UserChange = LiveChange & { userId: number };

/** The same for several users, in the order of their ids, so that two transactions cannot deadlock. */
export function addLiveEventsOfUsers(batch: Batch, changes: readonly UserChange[]): Batch {
  const byUser = new Map<number, UserChange[]>();
  for (const change of changes) byUser.set(change.userId, [...(byUser.get(change.userId) ?? []), change]);
  for (const [userId, mine] of [...byUser].sort(([a], [b]) => a - b)) addLiveEvents(batch, userId, mine);
  return batch;
}

/**
 * The set-based form of `addLiveEvents`: one event of `topic` for each row that the statement before it wrote.
 * `entityIds` selects their ids (a SELECT with one column named `id`); events are numbered in the order of the ids, after
 * `first`, one event of another topic. It must be at the end of the last batch too: only reads may follow.
 */
export function addLiveEventsOf(
  batch: Batch,
  userId: number,
  {
    topic,
    entityIds,
    values = [],
    first,
  }: {
    topic: LiveTopic;
    entityIds: string;
    values?: readonly unknown[];
    first?: { topic: LiveTopic; entityId: { sql: string; values: readonly unknown[] } };
  },
): Batch {
  const count = first ? 'ROW_COUNT() + 1' : 'ROW_COUNT()';
  const all = `SELECT of_topic.id, 0 AS is_first FROM (${entityIds}) AS of_topic`;
  const chosen = first ? `${all} UNION ALL SELECT ${first.entityId.sql}, 1` : all;
  const status = '(SELECT j.status FROM trade_jobs j WHERE j.id = chosen.id AND NOT chosen.is_first)';
  return batch
    .add(
      `INSERT INTO live_cursors (user_id, seq) VALUES (?, LAST_INSERT_ID(${count}))
       ON DUPLICATE KEY UPDATE seq = LAST_INSERT_ID(seq + ${count})`,
      [userId],
    )
    .add(
      `INSERT INTO live_events (user_id, seq, topic, entity_id, created_at, job_status)
       SELECT ?, LAST_INSERT_ID() + 1 - ROW_NUMBER() OVER (ORDER BY chosen.is_first, chosen.id DESC),
              IF(chosen.is_first, ?, ?), chosen.id, UTC_TIMESTAMP(3), ${topic === 'JOB' ? status : 'NULL'}
         FROM (${chosen}) AS chosen`,
      [userId, first?.topic ?? topic, topic, ...values, ...(first?.entityId.values ?? [])],
    );
}
