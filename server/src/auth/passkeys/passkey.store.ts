import { isDuplicateKey, type Database, type WriteResult } from '../../infra/database/database.js';

type Db = Pick<Database, 'query'>;

/** A public key that may sign in. */
export interface StoredPasskey {
  id: number;
  userId: number;
  /** base64url */
  credentialId: string;
  /** COSE, base64url */
  publicKey: string;
  counter: number;
  transports: string | null;
}

export interface PasskeyRow {
  id: number;
  name: string;
  isBackedUp: boolean;
  createdAt: Date;
  lastUsedAt: Date | null;
}

/** The passkeys of a user, oldest first. */
export async function readPasskeys(db: Db, userId: number): Promise<(PasskeyRow & { credentialId: string })[]> {
  const rows = await db.query<Record<string, unknown>[]>(
    `SELECT id, credential_id, name, is_backed_up, created_at, last_used_at FROM passkeys WHERE user_id = ? ORDER BY id`,
    [userId],
  );
  return rows.map((row) => ({
    ...{ id: Number(row.id), credentialId: String(row.credential_id), name: String(row.name) },
    ...{ isBackedUp: Boolean(row.is_backed_up), createdAt: row.created_at as Date },
    lastUsedAt: row.last_used_at as Date | null,
  }));
}

/** A passkey of a user who is active. */
export async function findPasskey(db: Db, credentialId: string): Promise<StoredPasskey | undefined> {
  const [row] = await db.query<Record<string, unknown>[]>(
    `SELECT p.id, p.user_id, p.credential_id, p.public_key, p.counter, p.transports
       FROM passkeys p JOIN users u ON u.id = p.user_id AND u.is_active WHERE p.credential_id = ?`,
    [credentialId],
  );
  return (
    row && {
      ...{ id: Number(row.id), userId: Number(row.user_id), credentialId: String(row.credential_id) },
      ...{ publicKey: String(row.public_key), counter: Number(row.counter) },
      transports: row.transports as string | null,
    }
  );
}

/** Stores a passkey and returns its id; undefined when the same one is stored already, for whatever user. */
export async function insertPasskey(
  db: Db,
  passkey: Omit<StoredPasskey, 'id'> & { name: string; isBackedUp: boolean },
): Promise<number | undefined> {
  try {
    const { insertId } = await db.query<WriteResult>(
      `INSERT INTO passkeys (user_id, credential_id, public_key, counter, transports, name, is_backed_up)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      [
        ...[passkey.userId, passkey.credentialId, passkey.publicKey, passkey.counter, passkey.transports],
        ...[passkey.name, passkey.isBackedUp],
      ],
    );
    return insertId;
  } catch (error) {
    if (isDuplicateKey(error)) return undefined;
    throw error;
  }
}

/**
 * Stores that a passkey was used. False: its counter did not grow (another use was faster, or the key was copied), or it
 * was removed. A counter that stays 0 counts nothing.
 */
export async function markUsed(db: Db, id: number, { counter, at }: { counter: number; at: Date }): Promise<boolean> {
  const { affectedRows } = await db.query<WriteResult>(
    'UPDATE passkeys SET counter = ?, last_used_at = ? WHERE id = ? AND (counter < ? OR (counter = 0 AND ? = 0))',
    [counter, at, id, counter, counter],
  );
  return affectedRows === 1;
}

export async function hasPasskey(db: Db, id: number): Promise<boolean> {
  return (await db.query<unknown[]>('SELECT id FROM passkeys WHERE id = ?', [id])).length > 0;
}

export async function renamePasskey(db: Db, { id, userId, name }: { id: number; userId: number; name: string }) {
  const { affectedRows } = await db.query<WriteResult>('UPDATE passkeys SET name = ? WHERE id = ? AND user_id = ?', [
    ...[name, id, userId],
  ]);
  return affectedRows === 1;
}

export async function deletePasskey(db: Db, { id, userId }: { id: number; userId: number }): Promise<boolean> {
  const { affectedRows } = await db.query<WriteResult>('DELETE FROM passkeys WHERE id = ? AND user_id = ?', [
    ...[id, userId],
  ]);
  return affectedRows === 1;
}

/** Removes all passkeys of a user. */
export async function deletePasskeys(db: Db, userId: number): Promise<void> {
  await db.query('DELETE FROM passkeys WHERE user_id = ?', [userId]);
}

/** Uses a challenge up. False: it was used before. Old ones are deleted, a few each time. */
export async function takeChallenge(
  db: Db,
  { hash, expiresAt, now }: { hash: string; expiresAt: Date; now: Date },
): Promise<boolean> {
  await db.query('DELETE FROM used_passkey_challenges WHERE expires_at < ? ORDER BY expires_at LIMIT 100', [now]);
  const { affectedRows } = await db.query<WriteResult>(
    'INSERT IGNORE INTO used_passkey_challenges (hash, expires_at) VALUES (?, ?)',
    [hash, expiresAt],
  );
  return affectedRows === 1;
}
