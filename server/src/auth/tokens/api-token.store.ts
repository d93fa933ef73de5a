import { fromJson, type Database, type WriteResult } from '../../infra/database/database.js';

type Db = Pick<Database, 'query' | 'prisma'>;

/** What a request with a token needs to know, in one round trip. */
export interface TokenUse {
  id: number;
  userId: number;
  email: string;
  mustChangePassword: boolean;
  roles: string[];
  scopes: string[];
  allowedIps: string[] | null;
  lastUsedAt: Date | null;
}

const ALIVE = 't.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > ?) AND u.is_active';

interface TokenUseRow {
  id: number;
  user_id: number;
  email: string;
  must_change_password: number;
  roles: string | null;
  scopes: string;
  allowed_ips_json: unknown;
  last_used_at: Date | null;
}

/** The token with this hash, unless it was revoked, has expired, or its user is switched off. */
export async function readTokenUse(db: Db, hash: string, nowMs: number): Promise<TokenUse | undefined> {
  const [row] = await db.query<TokenUseRow[]>(
    `SELECT t.id, t.user_id, u.email, u.must_change_password, t.scopes, t.allowed_ips_json, t.last_used_at,
       (SELECT GROUP_CONCAT(r.role) FROM user_roles r WHERE r.user_id = u.id) AS roles
     FROM api_tokens t JOIN users u ON u.id = t.user_id WHERE t.token_hash = ? AND ${ALIVE}`,
    [hash, new Date(nowMs)],
  );
  if (!row) return undefined;
  return {
    ...{ id: row.id, userId: row.user_id, email: row.email, mustChangePassword: Boolean(row.must_change_password) },
    ...{ roles: row.roles?.split(',') ?? [], scopes: row.scopes.split(','), lastUsedAt: row.last_used_at },
    allowedIps: fromJson<string[]>(row.allowed_ips_json),
  };
}

/** Which of these tokens may still be used: not revoked, not expired, no change of password pending. */
export async function readLiveTokens(db: Db, ids: readonly number[], nowMs: number): Promise<Set<number>> {
  if (ids.length === 0) return new Set();
  const rows = await db.query<{ id: number }[]>(
    `SELECT t.id FROM api_tokens t JOIN users u ON u.id = t.user_id
     WHERE t.id IN (?) AND ${ALIVE} AND NOT u.must_change_password`,
    [ids, new Date(nowMs)],
  );
  return new Set(rows.map(({ id }) => id));
}

export async function writeTokenUse(db: Db, id: number, { at, ip }: { at: Date; ip: string | null }): Promise<void> {
  await db.query('UPDATE api_tokens SET last_used_at = ?, last_used_ip = ? WHERE id = ?', [at, ip, id]);
}

export interface NewToken {
  name: string;
  hash: string;
  hint: string;
  scopes: readonly string[];
  allowedIps: readonly string[] | null;
  expiresAt: Date | null;
}

/** Stores a token unless the user has `max` usable ones. Undefined = too many. */
export async function insertToken(
  db: Pick<Database, 'transaction'>,
  userId: number,
  token: NewToken,
  { now, max }: { now: Date; max: number },
): Promise<number | undefined> {
  return db.transaction(async (tx) => {
    // The lock on the user makes the count exact when several tokens are created at once.
    await tx.query('SELECT id FROM users WHERE id = ? FOR UPDATE', [userId]);
    const [row] = await tx.query<{ count: number }[]>(
      `SELECT COUNT(*) AS count FROM api_tokens
       WHERE user_id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > ?)`,
      [userId, now],
    );
    if (Number(row?.count) >= max) return undefined;
    const { insertId } = await tx.query<WriteResult>(
      `INSERT INTO api_tokens (user_id, name, token_hash, token_hint, scopes, allowed_ips_json, expires_at, created_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        ...[userId, token.name, token.hash, token.hint, token.scopes.join(',')],
        ...[token.allowedIps && JSON.stringify(token.allowedIps), token.expiresAt, now],
      ],
    );
    return insertId;
  });
}

/** The tokens of a user that were not revoked, newest first. */
export const readTokens = (db: Db, userId: number) =>
  db.prisma.apiToken.findMany({ where: { user_id: userId, revoked_at: null }, orderBy: { id: 'desc' } });
export type TokenRow = Awaited<ReturnType<typeof readTokens>>[number];

export const readToken = (db: Db, userId: number, id: number) =>
  db.prisma.apiToken.findFirst({ where: { user_id: userId, id } });

/** Revokes one token of a user; false when there is none that is not revoked. */
export async function revokeToken(db: Db, userId: number, id: number, at: Date): Promise<boolean> {
  const { affectedRows } = await db.query<WriteResult>(
    'UPDATE api_tokens SET revoked_at = ? WHERE user_id = ? AND id = ? AND revoked_at IS NULL',
    [at, userId, id],
  );
  return affectedRows === 1;
}

/** Revokes all tokens of a user and returns how many there were. */
export async function revokeTokens(db: Pick<Database, 'query'>, userId: number, at: Date): Promise<number> {
  const { affectedRows } = await db.query<WriteResult>(
    'UPDATE api_tokens SET revoked_at = ? WHERE user_id = ? AND revoked_at IS NULL',
    [at, userId],
  );
  return affectedRows;
}
