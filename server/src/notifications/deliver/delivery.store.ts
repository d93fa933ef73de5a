import type { DueDelivery } from '../../core/notifications/group-due.js';
import type { MessageFacts } from '../../core/notifications/happenings.js';
import type { ChannelKind, NotificationType } from '../../core/notifications/notification-types.js';
import type { DeliveryStep, SendOutcome } from '../../core/notifications/retry-plan.js';
import { Batch, fromJson, type Database, type WriteResult } from '../../infra/database/database.js';

type Db = Pick<Database, 'query' | 'run' | 'transaction'>;

const IN = 'UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND';

/** Which channels a worker looks for. */
export interface WantedChannels {
  kinds: readonly ChannelKind[];
  /** Failures in a row, from and to. */
  failures: readonly [from: number, to: number];
  now: number;
  /** Only deliveries that have been due for so long. */
  overdueMs?: number;
}

/** Channels with something to send that no process works on. */
export async function readDueChannels(
  { query }: Pick<Db, 'query'>,
  { kinds, failures: [from, to], now, overdueMs = 0 }: WantedChannels,
): Promise<number[]> {
  const rows = await query<{ id: number }[]>(
    `SELECT c.id FROM notification_channels c JOIN users u ON u.id = c.user_id AND u.is_active = TRUE
      WHERE c.kind IN (?) AND c.is_enabled = TRUE AND c.failures BETWEEN ? AND ?
        AND (c.retry_at IS NULL OR c.retry_at <= ?) AND (c.held_until IS NULL OR c.held_until < UTC_TIMESTAMP(3))
        AND EXISTS (SELECT 1 FROM notification_deliveries d
                     WHERE d.channel_id = c.id AND d.status IN ('PENDING', 'UNKNOWN', 'SENDING') AND d.due_at <= ?)
      ORDER BY c.id LIMIT 200`,
    [kinds, from, to, new Date(now), new Date(now - overdueMs)],
  );
  return rows.map(({ id }) => id);
}

export interface HeldChannel {
  id: number;
  userId: number;
  kind: ChannelKind;
  label: string;
  config_enc: string;
  selection: string | null;
  failures: number;
  failingSince: number | null;
  isGroup: boolean;
}

/** Takes a channel for `heldMs` by the database's clock; undefined when another process has it. */
export async function takeChannel(
  db: Pick<Db, 'query'>,
  { channelId, holder, heldMs, now }: { channelId: number; holder: string; heldMs: number; now: number },
): Promise<HeldChannel | undefined> {
  const { affectedRows } = await db.query<WriteResult>(
    `UPDATE notification_channels SET holder = ?, held_until = ${IN}, updated_at = updated_at
      WHERE id = ? AND is_enabled = TRUE AND (held_until IS NULL OR held_until < UTC_TIMESTAMP(3))
        AND (retry_at IS NULL OR retry_at <= ?)`,
    [holder, heldMs * 1_000, channelId, new Date(now)],
  );
  if (affectedRows !== 1) return undefined;
  const [row] = await db.query<
    (Omit<HeldChannel, 'failingSince' | 'isGroup'> & { failing_since: Date | null; webhook_source_id: number | null })[]
  >(
    `SELECT id, user_id AS userId, kind, label, config_enc, selection, failures, failing_since, webhook_source_id
       FROM notification_channels WHERE id = ?`,
    [channelId],
  );
  if (!row) return undefined;
  const { failing_since, webhook_source_id, ...rest } = row;
  return { ...rest, failingSince: failing_since?.getTime() ?? null, isGroup: webhook_source_id !== null };
}

/** Keeps a channel; false when the time was over and another process may have it. */
export async function holdChannel(
  db: Pick<Db, 'query'>,
  { channelId, holder, heldMs }: { channelId: number; holder: string; heldMs: number },
): Promise<boolean> {
  const { affectedRows } = await db.query<WriteResult>(
    `UPDATE notification_channels SET held_until = ${IN}, updated_at = updated_at
      WHERE id = ? AND holder = ? AND held_until > UTC_TIMESTAMP(3)`,
    [heldMs * 1_000, channelId, holder],
  );
  return affectedRows === 1;
}

export async function releaseChannel(db: Pick<Db, 'query'>, channelId: number, holder: string): Promise<void> {
  await db.query(
    `UPDATE notification_channels SET holder = NULL, held_until = NULL, updated_at = updated_at
      WHERE id = ? AND holder = ?`,
    [channelId, holder],
  );
}

export interface DeliveryRow extends DueDelivery {
  status: 'PENDING' | 'SENDING' | 'UNKNOWN';
  eventId: number;
  attempts: number;
  repeats: number;
  claim: string | null;
  messageId: string;
  message: string | null;
  dueAt: number;
  createdAt: number;
  unknownSince: number | null;
  attemptedAt: number | null;
}

interface RawDelivery extends Omit<DeliveryRow, 'isTried' | 'dueAt' | 'createdAt' | 'unknownSince' | 'attemptedAt'> {
  due_at: Date;
  created_at: Date;
  unknown_since: Date | null;
  attempted_at: Date | null;
}

/**
 * What a channel has to do, oldest first: what a process left in the middle of sending, what is not known to have
 * arrived, and what is due.
 */
export async function readDueDeliveries(db: Pick<Db, 'query'>, channelId: number, now: number): Promise<DeliveryRow[]> {
  const rows = await db.query<RawDelivery[]>(
    `SELECT id, status, mode, event_id AS eventId, attempts, repeats, claim, message_id AS messageId, message,
            due_at, created_at, unknown_since, attempted_at
       FROM notification_deliveries
      WHERE channel_id = ? AND status IN ('PENDING', 'UNKNOWN', 'SENDING') AND due_at <= ? AND leader_id IS NULL
      ORDER BY due_at, id LIMIT 100`,
    [channelId, new Date(now)],
  );
  return rows.map(({ due_at, created_at, unknown_since, attempted_at, ...row }) => ({
    ...row,
    ...{ isTried: row.attempts > 0, dueAt: due_at.getTime(), createdAt: created_at.getTime() },
    unknownSince: unknown_since?.getTime() ?? null,
    attemptedAt: attempted_at?.getTime() ?? null,
  }));
}

export interface EventRow {
  id: number;
  type: NotificationType;
  facts: MessageFacts;
  positionId: number | null;
  webhookEventId: number | null;
  vaultId: number | null;
  alertChannelId: number | null;
  occurredAt: Date;
}

export async function readEvents(db: Pick<Db, 'query'>, ids: readonly number[]): Promise<EventRow[]> {
  const rows = await db.query<
    (Omit<EventRow, 'facts' | 'alertChannelId'> & { facts_json: unknown; metadata: unknown })[]
  >(
    `SELECT e.id, e.type, e.facts_json, e.position_id AS positionId, e.webhook_event_id AS webhookEventId,
            e.vault_id AS vaultId, e.occurred_at AS occurredAt, s.metadata_json AS metadata
       FROM notification_events e LEFT JOIN system_alerts s ON s.id = e.alert_id WHERE e.id IN (?)`,
    [ids],
  );
  const byId = new Map(
    rows.map(({ facts_json, metadata, ...row }) => [
      row.id,
      {
        ...row,
        facts: fromJson<MessageFacts>(facts_json) ?? {},
        alertChannelId: fromJson<{ channelId?: number }>(metadata)?.channelId ?? null,
      },
    ]),
  );
  return ids.flatMap((id) => byId.get(id) ?? []);
}

/** The events of a message: that of its head and of those that go with it. */
export const readEventIds = async (db: Pick<Db, 'query'>, headId: number): Promise<number[]> =>
  (
    await db.query<{ eventId: number }[]>(
      'SELECT event_id AS eventId FROM notification_deliveries WHERE id = ? OR leader_id = ? ORDER BY due_at, id',
      [headId, headId],
    )
  ).map(({ eventId }) => eventId);

/**
 * The record before sending: from here on the message counts as one that may have been sent. `memberIds` go with the
 * head. Returns false when the channel is not held any more.
 */
export async function claimDelivery(
  db: Pick<Db, 'transaction'>,
  claim: {
    channelId: number;
    holder: string;
    headId: number;
    memberIds: readonly number[];
    claim: string;
    message: string;
    now: number;
  },
): Promise<boolean> {
  const { channelId, holder, headId, memberIds, message, now } = claim;
  const at = new Date(now);
  return db.transaction(async (tx) => {
    const [held] = (await tx.run(
      new Batch().add(
        'SELECT id FROM notification_channels WHERE id = ? AND holder = ? AND held_until > UTC_TIMESTAMP(3) FOR UPDATE',
        [channelId, holder],
      ),
    )) as [unknown[]];
    if (held.length === 0) {
      await tx.rollback();
      return false;
    }
    const batch = new Batch();
    if (memberIds.length > 0) {
      batch.add(
        `UPDATE notification_deliveries SET leader_id = ? WHERE id IN (?) AND status = 'PENDING' AND leader_id IS NULL`,
        [headId, memberIds],
      );
    }
    batch
      .add(
        `UPDATE notification_deliveries SET status = 'SENDING', claim = ?, attempts = attempts + 1, attempted_at = ?,
           message = IF(id = ?, ?, NULL) WHERE id = ? OR leader_id = ?`,
        [claim.claim, at, headId, message, headId, headId],
      )
      .add(
        `INSERT INTO notification_attempts (delivery_id, attempt, outcome, started_at)
         SELECT id, attempts, 'SENDING', ? FROM notification_deliveries WHERE id = ?`,
        [at, headId],
      );
    await tx.commit(batch);
    return true;
  });
}

/** What one attempt, or one question about it, came to. */
export interface Settlement {
  channel: HeldChannel;
  headId: number;
  claim: string | null;
  /** The number of the attempt whose record is completed. */
  attempt: number;
  step: DeliveryStep;
  /** null = the other side was only asked, and nothing is known about the attempt itself. */
  outcome: SendOutcome | null;
  durationMs: number | null;
  startedAt: number;
  now: number;
  /** The new state of the channel; null = it says nothing about it. */
  health: { failures: number; failingSince: number | null; isBroken: boolean; retryInMs: number } | null;
  disable: 'GONE' | 'REPEATED_FAILURE' | null;
  log: { recipient: string; recipientType: string; events: readonly EventRow[]; message: string } | null;
}

const STATUS = { SENT: 'SENT', RETRY: 'PENDING', ASK: 'UNKNOWN', FAIL: 'FAILED' } as const;
const reasonOf = ({ step, outcome }: Settlement): string | null => {
  if (step.do === 'FAIL') return step.reason.slice(0, 500);
  return outcome && outcome.kind !== 'ACCEPTED' ? outcome.reason.slice(0, 500) : null;
};

/**
 * The record after sending, together with the state of the channel. Only the process that has the claim may write it:
 * otherwise another one has taken over, and this one changes nothing. `addMore` adds what follows from it.
 */
export async function settleDelivery(
  db: Pick<Db, 'transaction'>,
  settled: Settlement,
  addMore: (batch: Batch) => void = () => undefined,
): Promise<boolean> {
  const { headId, claim, step, now } = settled;
  const dueAt = step.do === 'RETRY' || step.do === 'ASK' ? new Date(now + step.inMs) : null;
  return db.transaction(async (tx) => {
    const [found] = (await tx.run(
      new Batch().add('SELECT claim, status FROM notification_deliveries WHERE id = ? FOR UPDATE', [headId]),
    )) as [{ claim: string | null; status: string }[]];
    if (found[0]?.claim !== claim || !['SENDING', 'UNKNOWN'].includes(found[0]?.status ?? '')) {
      await tx.rollback();
      return false;
    }
    const batch = new Batch().add(
      `UPDATE notification_deliveries SET status = ?, due_at = COALESCE(?, due_at), sent_at = ?, error = ?,
         repeats = repeats + ?, unknown_since = ${step.do === 'ASK' ? 'COALESCE(unknown_since, attempted_at)' : 'NULL'}
       WHERE id = ? OR leader_id = ?`,
      [
        ...[STATUS[step.do], dueAt, step.do === 'SENT' ? new Date(now) : null, reasonOf(settled)],
        ...[step.do === 'RETRY' && step.isRepeat ? 1 : 0, headId, headId],
      ],
    );
    addAttempt(batch, settled);
    addHealth(batch, settled);
    addLog(batch, settled);
    addMore(batch);
    await tx.commit(batch);
    return true;
  });
}

function addAttempt(batch: Batch, { headId, attempt, outcome, durationMs }: Settlement): void {
  if (!outcome) return;
  const answer = outcome.kind === 'ACCEPTED' ? (outcome.answer ?? null) : outcome.reason;
  const httpStatus = outcome.kind === 'UNSENT' ? null : (outcome.httpStatus ?? null);
  batch.add(
    `UPDATE notification_attempts SET outcome = ?, http_status = ?, answer = ?, duration_ms = ?
      WHERE delivery_id = ? AND attempt = ?`,
    [
      outcome.kind,
      httpStatus,
      answer?.slice(0, 500) ?? null,
      durationMs === null ? null : Math.round(durationMs),
      headId,
      attempt,
    ],
  );
}

function addHealth(batch: Batch, { channel, health, outcome, disable, now }: Settlement): void {
  if (disable) {
    batch.add(
      `UPDATE notification_channels SET is_enabled = FALSE, disabled_reason = ?, updated_at = updated_at WHERE id = ?`,
      [disable, channel.id],
    );
  }
  if (!health) return;
  const isWell = health.failingSince === null;
  const error = outcome && outcome.kind !== 'ACCEPTED' ? outcome.reason.slice(0, 500) : null;
  batch.add(
    `UPDATE notification_channels SET failures = ?, failing_since = ?, is_broken = ?, retry_at = ?, last_error = ?,
       last_sent_at = IF(?, ?, last_sent_at), updated_at = updated_at WHERE id = ?`,
    [
      ...[health.failures, health.failingSince === null ? null : new Date(health.failingSince), health.isBroken],
      ...[isWell ? null : new Date(now + health.retryInMs), error, isWell, new Date(now), channel.id],
    ],
  );
}

/** The log of the data document: one row for each event of a message that was sent, or that failed. */
function addLog(batch: Batch, { log, step, outcome, attempt, now, ...rest }: Settlement): void {
  const isFinal = step.do === 'SENT' || step.do === 'FAIL';
  if (!log || (!isFinal && !(attempt === 1 && outcome && outcome.kind !== 'ACCEPTED'))) return;
  const status = step.do === 'SENT' ? 'sent' : 'failed';
  const error = status === 'failed' ? reasonOf({ log, step, outcome, attempt, now, ...rest }) : null;
  for (const event of log.events) {
    batch.add(
      `INSERT INTO whatsapp_notification_logs
         (template_type, recipient, recipient_type, message, status, error_message, webhook_event_id, position_id, vault_id, sent_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        ...[event.type, log.recipient, log.recipientType, log.message, status, error],
        ...[event.webhookEventId, event.positionId, event.vaultId, new Date(now)],
      ],
    );
  }
}

/**
 * Makes a user's delivery due again, with the same message and the same id; false when it is being sent or waits
 * already. A message that went with others is sent with them.
 */
export async function requeueDelivery(
  db: Pick<Db, 'query'>,
  userId: number,
  { id, now }: { id: number; now: number },
): Promise<boolean> {
  const [row] = await db.query<{ head: number }[]>(
    `SELECT COALESCE(leader_id, id) AS head FROM notification_deliveries
      WHERE id = ? AND user_id = ? AND status IN ('SENT', 'FAILED')`,
    [id, userId],
  );
  if (!row) return false;
  const { affectedRows } = await db.query<WriteResult>(
    `UPDATE notification_deliveries SET status = 'PENDING', due_at = ?, sent_at = NULL, error = NULL, repeats = 0
      WHERE (id = ? OR leader_id = ?) AND status IN ('SENT', 'FAILED')`,
    [new Date(now), row.head, row.head],
  );
  return affectedRows > 0;
}
