import type { Database, Tx, WriteResult } from '../../infra/database/database.js';

type Db = Pick<Database, 'query'>;

export type LinkKind = 'INVITATION' | 'PASSWORD_RESET';

/** Stores a link. Earlier links of the user end with it, so that only the newest one works. */
export async function insertLink(
  db: Pick<Database, 'transaction'>,
  link: { userId: number; kind: LinkKind; tokenHash: string; expiresAt: Date; createdBy: number | null },
): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query('DELETE FROM user_links WHERE user_id = ? AND used_at IS NULL', [link.userId]);
    await tx.query(
      'INSERT INTO user_links (user_id, kind, token_hash, expires_at, created_by) VALUES (?, ?, ?, ?, ?)',
      [link.userId, link.kind, link.tokenHash, link.expiresAt, link.createdBy],
    );
  });
}

/** Uses a link up. Undefined when it is unknown, used, expired, or its user is switched off. */
export async function consumeLink(
  tx: Pick<Tx, 'query'>,
  tokenHash: string,
  now: Date,
): Promise<{ userId: number; kind: LinkKind } | undefined> {
  const [row] = await tx.query<{ id: number; user_id: number; kind: LinkKind }[]>(
    `SELECT l.id, l.user_id, l.kind FROM user_links l JOIN users u ON u.id = l.user_id
     WHERE l.token_hash = ? AND l.used_at IS NULL AND l.expires_at > ? AND u.is_active FOR UPDATE`,
    [tokenHash, now],
  );
  if (!row) return undefined;
  await tx.query('UPDATE user_links SET used_at = ? WHERE id = ?', [now, row.id]);
  return { userId: row.user_id, kind: row.kind };
}

/** Ends the links of a user that were not used. */
export const deleteLinks = (db: Db, userId: number): Promise<WriteResult> =>
  db.query<WriteResult>('DELETE FROM user_links WHERE user_id = ? AND used_at IS NULL', [userId]);
