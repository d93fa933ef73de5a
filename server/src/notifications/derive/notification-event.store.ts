import { randomUUID } from 'node:crypto';
import type { Happening } from '../../core/notifications/happenings.js';
import type { ChannelKind, NotificationType } from '../../core/notifications/notification-types.js';
import type { ChannelFacts, PlannedDelivery } from '../../core/notifications/plan-deliveries.js';
import type { JobStatus } from '../../core/domain.js';
import { Batch, fromJson, type Database, type Tx } from '../../infra/database/database.js';
import type { LiveTopic } from '../../infra/database/live-events.js';

type Db = Pick<Database, 'query'>;

/** Users with live events that were not looked at yet. */
export const readUsersWithNews = (db: Db, limit: number): Promise<{ userId: number }[]> =>
  db.query(
    `SELECT l.user_id AS userId FROM live_cursors l LEFT JOIN notification_cursors n ON n.user_id = l.user_id
      WHERE n.user_id IS NULL OR n.seq < l.seq ORDER BY l.user_id LIMIT ?`,
    [limit],
  );

export interface LiveRow {
  seq: number;
  topic: LiveTopic;
  entityId: number;
  jobStatus: JobStatus | null;
  createdAt: Date;
}

/** Locks the cursor of a user, so that each live event is looked at by one process, and reads what comes after it. */
export async function lockCursor(
  tx: Tx,
  userId: number,
  limit: number,
): Promise<{ seq: number; newest: number; channels: ChannelFacts[]; events: LiveRow[] }> {
  const results = await tx.run(
    new Batch()
      .add('INSERT IGNORE INTO notification_cursors (user_id, seq) VALUES (?, 0)', [userId])
      .add('SELECT seq FROM notification_cursors WHERE user_id = ? FOR UPDATE', [userId])
      .add('SELECT seq FROM live_cursors WHERE user_id = ?', [userId])
      .add(CHANNELS, [userId])
      .add(
        `SELECT seq, topic, entity_id AS entityId, job_status AS jobStatus, created_at AS createdAt FROM live_events
          WHERE user_id = ? AND seq > (SELECT seq FROM notification_cursors WHERE user_id = ?)
            AND topic IN ('FILL', 'POSITION', 'JOB', 'ALERT') ORDER BY seq LIMIT ?`,
        [userId, userId, limit],
      ),
  );
  const [, own, live, channels, events] = results as [
    unknown,
    { seq: number }[],
    { seq: number }[],
    ChannelRow[],
    LiveRow[],
  ];
  return {
    ...{ seq: own[0]?.seq ?? 0, newest: live[0]?.seq ?? 0, channels: channels.map(toChannelFacts), events },
  };
}

interface ChannelRow {
  id: number;
  kind: ChannelKind;
  is_enabled: number;
  enabled_at: Date;
  events_json: unknown;
  webhook_source_id: number | null;
}
const CHANNELS =
  // A person who was switched off is told nothing.
  `SELECT c.id, c.kind, c.is_enabled, c.enabled_at, c.events_json, c.webhook_source_id
     FROM notification_channels c JOIN users u ON u.id = c.user_id AND u.is_active = TRUE WHERE c.user_id = ?`;

const toChannelFacts = (row: ChannelRow): ChannelFacts => ({
  ...{ id: row.id, kind: row.kind, isEnabled: Boolean(row.is_enabled), enabledAt: row.enabled_at.getTime() },
  types: fromJson<NotificationType[]>(row.events_json),
  isGroup: row.webhook_source_id !== null,
});

export const readChannelFacts = async (db: Db, userId: number): Promise<ChannelFacts[]> =>
  (await db.query<ChannelRow[]>(CHANNELS, [userId])).map(toChannelFacts);

export async function readKnownKeys(
  tx: Pick<Tx, 'query'>,
  userId: number,
  keys: readonly string[],
): Promise<Set<string>> {
  if (keys.length === 0) return new Set();
  const rows = await tx.query<{ event_key: string }[]>(
    'SELECT event_key FROM notification_events WHERE user_id = ? AND event_key IN (?)',
    [userId, keys],
  );
  return new Set(rows.map(({ event_key }) => event_key));
}

/** A happening that at least one channel tells. */
export interface Told {
  happening: Happening;
  deliveries: readonly PlannedDelivery[];
}

const EVENT_COLUMNS =
  'user_id, type, event_key, facts_json, position_id, fill_id, trade_job_id, alert_id, webhook_event_id, vault_id, occurred_at';

/** Adds events and their deliveries. Keys that exist already must have been left out, under the lock of the cursor. */
export function addTold(batch: Batch, userId: number, told: readonly Told[]): void {
  if (told.length === 0) return;
  const events = told.map(({ happening: one }) => [
    ...[userId, one.type, one.key, JSON.stringify(one.facts), one.positionId ?? null, one.fillId ?? null],
    ...[one.jobId ?? null, one.alertId ?? null, one.webhookEventId ?? null, one.vaultId ?? null],
    new Date(one.occurredAt),
  ]);
  batch.add(
    `INSERT INTO notification_events (${EVENT_COLUMNS}) VALUES ${events.map((row) => `(${row.map(() => '?').join(', ')})`).join(', ')}`,
    events.flat(),
  );
  const deliveries = told.flatMap(({ happening, deliveries: planned }) =>
    planned.map(({ channelId, mode, dueAt }) => ({ key: happening.key, channelId, mode, dueAt })),
  );
  for (const { key, channelId, mode, dueAt } of deliveries) {
    batch.add(
      `INSERT INTO notification_deliveries (user_id, channel_id, event_id, status, mode, due_at, message_id)
       SELECT ?, ?, e.id, 'PENDING', ?, ?, ? FROM notification_events e WHERE e.user_id = ? AND e.event_key = ?`,
      [userId, channelId, mode, new Date(dueAt), randomUUID(), userId, key],
    );
  }
}

export const addCursor = (batch: Batch, userId: number, seq: number): Batch =>
  batch.add('UPDATE notification_cursors SET seq = ? WHERE user_id = ?', [seq, userId]);

/** Adds deliveries of an event through other channels, unless they have it. Returns how many are new. */
export function addOtherDeliveries(
  batch: Batch,
  {
    eventId,
    userId,
    channelIds,
    dueAt,
  }: { eventId: number; userId: number; channelIds: readonly number[]; dueAt: Date },
): Batch {
  for (const channelId of channelIds) {
    batch.add(
      `INSERT IGNORE INTO notification_deliveries (user_id, channel_id, event_id, status, mode, due_at, message_id)
       VALUES (?, ?, ?, 'PENDING', 'NOW', ?, ?)`,
      [userId, channelId, eventId, dueAt, randomUUID()],
    );
  }
  return batch;
}

/** An event for one channel that somebody asked for, such as a test. Returns the delivery. */
export async function insertSingle(
  db: Pick<Database, 'transaction'>,
  { userId, channelId, happening, dueAt }: { userId: number; channelId: number; happening: Happening; dueAt: number },
): Promise<number> {
  return db.transaction(async (tx) => {
    const batch = new Batch();
    addTold(batch, userId, [{ happening, deliveries: [{ channelId, mode: 'NOW', dueAt }] }]);
    batch.add(
      `SELECT d.id FROM notification_deliveries d JOIN notification_events e ON e.id = d.event_id
        WHERE e.user_id = ? AND e.event_key = ? AND d.channel_id = ?`,
      [userId, happening.key, channelId],
    );
    const rows = (await tx.commit(batch)).at(-1) as { id: number }[];
    return rows[0]?.id ?? 0;
  });
}
