import { createHash } from 'node:crypto';
import type { ChannelKind, NotificationType } from '../../core/notifications/notification-types.js';
import { Batch, fromJson, type Database, type Tx, type WriteResult } from '../../infra/database/database.js';
import type { Secrets } from '../../infra/secrets.js';

type Db = Pick<Database, 'query' | 'transaction'>;

/** Where the sealed configuration of a channel belongs. */
export const configPlace = (channelId: number): string => `notification_channels.config_enc:${channelId}`;

/** A channel without its secrets. */
export interface ChannelRow {
  id: number;
  kind: ChannelKind;
  label: string;
  addressHint: string;
  types: NotificationType[] | null;
  selection: string | null;
  sourceId: number | null;
  isEnabled: boolean;
  disabledReason: string | null;
  failures: number;
  failingSince: Date | null;
  lastError: string | null;
  lastSentAt: Date | null;
  createdAt: Date;
}

const COLUMNS = `id, kind, label, address_hint AS addressHint, events_json, selection, webhook_source_id AS sourceId,
  is_enabled, disabled_reason AS disabledReason, failures, failing_since AS failingSince, last_error AS lastError,
  last_sent_at AS lastSentAt, created_at AS createdAt`;
type RawRow = Omit<ChannelRow, 'types' | 'isEnabled'> & { events_json: unknown; is_enabled: number };
const toRow = ({ events_json, is_enabled, ...row }: RawRow): ChannelRow => ({
  ...row,
  ...{ types: fromJson<NotificationType[]>(events_json), isEnabled: Boolean(is_enabled) },
});

/** A user's channels, oldest first; webhooks out are apart from the others. */
export async function readChannels(
  db: Pick<Db, 'query'>,
  userId: number,
  { webhooks }: { webhooks: boolean },
): Promise<ChannelRow[]> {
  const rows = await db.query<RawRow[]>(
    `SELECT ${COLUMNS} FROM notification_channels WHERE user_id = ? AND kind ${webhooks ? '=' : '<>'} 'WEBHOOK' ORDER BY id`,
    [userId],
  );
  return rows.map(toRow);
}

export async function readChannel(db: Pick<Db, 'query'>, userId: number, id: number): Promise<ChannelRow | undefined> {
  const [row] = await db.query<RawRow[]>(`SELECT ${COLUMNS} FROM notification_channels WHERE id = ? AND user_id = ?`, [
    id,
    userId,
  ]);
  return row && toRow(row);
}

/** The sealed configuration of a user's channel. */
export async function readSealedConfig(
  db: Pick<Db, 'query'>,
  userId: number,
  id: number,
): Promise<{ id: number; kind: ChannelKind; config_enc: string } | undefined> {
  const [row] = await db.query<{ id: number; kind: ChannelKind; config_enc: string }[]>(
    'SELECT id, kind, config_enc FROM notification_channels WHERE id = ? AND user_id = ?',
    [id, userId],
  );
  return row;
}

/** Two connections to one address are the same channel. */
export const addressHash = (kind: ChannelKind, address: string): string =>
  createHash('sha256').update(`${kind} ${address}`).digest('hex');

export interface NewChannel {
  kind: ChannelKind;
  label: string;
  addressHint: string;
  address: string;
  config: object;
  types?: readonly NotificationType[];
  selection?: string | null;
}

/** Adds a channel; its configuration is sealed for its row. Returns the id. */
export async function insertChannel(
  db: Pick<Db, 'transaction'>,
  secrets: Pick<Secrets, 'seal'>,
  userId: number,
  channel: NewChannel,
): Promise<number> {
  const { kind, label, addressHint, address, config, types, selection = null } = channel;
  return db.transaction(async (tx) => {
    const { insertId } = await tx.query<WriteResult>(
      `INSERT INTO notification_channels (user_id, kind, label, address_hint, address_hash, config_enc, events_json, selection, enabled_at)
       VALUES (?, ?, ?, ?, ?, '', ?, ?, UTC_TIMESTAMP(3))`,
      [userId, kind, label, addressHint, addressHash(kind, address), types ? JSON.stringify(types) : null, selection],
    );
    await tx.commit(sealConfig(new Batch(), secrets, insertId, config));
    return insertId;
  });
}

const sealConfig = (batch: Batch, secrets: Pick<Secrets, 'seal'>, id: number, config: object): Batch =>
  batch.add('UPDATE notification_channels SET config_enc = ? WHERE id = ?', [
    secrets.seal(JSON.stringify(config), configPlace(id)),
    id,
  ]);

export async function writeConfig(
  db: Pick<Db, 'transaction'>,
  secrets: Pick<Secrets, 'seal'>,
  id: number,
  config: object,
): Promise<void> {
  await db.transaction((tx) => tx.commit(sealConfig(new Batch(), secrets, id, config)));
}

/** A user's channel with this address, to connect it again instead of twice. */
export async function findByAddress(
  db: Pick<Db, 'query'>,
  userId: number,
  { kind, address }: { kind: ChannelKind; address: string },
): Promise<number | undefined> {
  const [row] = await db.query<{ id: number }[]>(
    'SELECT id FROM notification_channels WHERE user_id = ? AND kind = ? AND address_hash = ? LIMIT 1',
    [userId, kind, addressHash(kind, address)],
  );
  return row?.id;
}

export interface ChannelChanges {
  label?: string | undefined;
  isEnabled?: boolean | undefined;
  addressHint?: string | undefined;
  types?: readonly NotificationType[] | undefined;
  selection?: string | null | undefined;
}

/**
 * Changes a channel. One that is switched on again starts without its earlier failures. A channel of a person then tells
 * only what happens from now on; a webhook also sends what waited.
 */
export async function updateChannel(
  db: Pick<Db, 'query'>,
  userId: number,
  id: number,
  { label, isEnabled, addressHint, types, selection }: ChannelChanges,
): Promise<void> {
  const sets: string[] = [];
  const values: unknown[] = [];
  const set = (sql: string, ...given: unknown[]) => {
    sets.push(sql);
    values.push(...given);
  };
  if (label !== undefined) set('label = ?', label);
  if (addressHint !== undefined) set('address_hint = ?', addressHint);
  if (types !== undefined) set('events_json = ?', JSON.stringify(types));
  if (selection !== undefined) set('selection = ?', selection);
  if (isEnabled === true) {
    set("enabled_at = IF(is_enabled OR kind = 'WEBHOOK', enabled_at, UTC_TIMESTAMP(3))");
    set(
      'is_enabled = TRUE, disabled_reason = NULL, failures = 0, failing_since = NULL, is_broken = FALSE, retry_at = NULL',
    );
  } else if (isEnabled === false) set("is_enabled = FALSE, disabled_reason = 'BY_OWNER', failing_since = NULL");
  if (sets.length === 0) return;
  await db.query(`UPDATE notification_channels SET ${sets.join(', ')} WHERE id = ? AND user_id = ?`, [
    ...values,
    id,
    userId,
  ]);
}

/** Removes a channel with its deliveries; false when the user has none with this id. */
export async function deleteChannel(db: Pick<Db, 'query'>, userId: number, id: number): Promise<boolean> {
  const { affectedRows } = await db.query<WriteResult>(
    'DELETE FROM notification_channels WHERE id = ? AND user_id = ?',
    [id, userId],
  );
  return affectedRows === 1;
}

interface GroupSettings {
  sourceId: number;
  userId: number;
  label: string;
  /** null = the group is switched off. */
  recipient: string | null;
}

/** Makes the channel of a source's alert group equal to the settings of the source. */
export async function keepGroupChannel(
  { db, secrets }: { db: Db; secrets: Pick<Secrets, 'seal'> },
  { sourceId, userId, label, recipient }: GroupSettings,
): Promise<void> {
  const [row] = await db.query<
    { id: number; address_hash: string | null; is_enabled: number; label: string; disabled_reason: string | null }[]
  >(
    'SELECT id, address_hash, is_enabled, label, disabled_reason FROM notification_channels WHERE webhook_source_id = ?',
    [sourceId],
  );
  if (!row && recipient !== null) {
    await db.query(
      `INSERT IGNORE INTO notification_channels (user_id, kind, label, address_hint, config_enc, webhook_source_id, enabled_at, scanned_until, is_enabled)
       VALUES (?, 'WHATSAPP', ?, '', '', ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3), FALSE)`,
      [userId, label, sourceId],
    );
    return keepGroupChannel({ db, secrets }, { sourceId, userId, label, recipient });
  }
  if (!row) return;
  const wanted = recipient === null ? null : addressHash('WHATSAPP', recipient);
  if (recipient === null) {
    if (row.is_enabled) await updateChannel(db, userId, row.id, { isEnabled: false });
    return;
  }
  if (row.address_hash !== wanted) {
    await writeConfig(db, secrets, row.id, { recipient, type: 'group' });
    await db.query('UPDATE notification_channels SET address_hash = ?, address_hint = ? WHERE id = ?', [
      ...[wanted, `…${recipient.slice(-9)}`, row.id],
    ]);
  }
  if (!row.is_enabled || row.label !== label) await updateChannel(db, userId, row.id, { label, isEnabled: true });
}

/** Locks the channel of a source's group, so that each receipt is looked at by one process. */
export async function lockGroupChannel(
  tx: Tx,
  sourceId: number,
): Promise<{ id: number; enabledAt: number; scannedUntil: number } | undefined> {
  const [row] = await tx.query<{ id: number; enabled_at: Date; scanned_until: Date | null }[]>(
    `SELECT id, enabled_at, scanned_until FROM notification_channels
      WHERE webhook_source_id = ? AND is_enabled = TRUE FOR UPDATE`,
    [sourceId],
  );
  return row && { id: row.id, enabledAt: row.enabled_at.getTime(), scannedUntil: row.scanned_until?.getTime() ?? 0 };
}

export const writeScanned = (batch: Batch, channelId: number, until: number): Batch =>
  batch.add('UPDATE notification_channels SET scanned_until = ?, updated_at = updated_at WHERE id = ?', [
    new Date(until),
    channelId,
  ]);
