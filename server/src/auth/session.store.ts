import { createHash } from 'node:crypto';
import type { Adapter, DatabaseSession, DatabaseUser } from 'lucia';
import type { Clock } from '../context.js';
import type { Database, WriteResult } from '../infra/database/database.js';

/** The hash that is stored in place of a session's token, so that a copy of the table opens no session. */
export const sessionHash = (token: string): string => createHash('sha256').update(token).digest('hex');

interface SessionRow {
  user_id: number;
  expires_at: Date;
  ip: string | null;
  user_agent: string | null;
  stepped_up_at: Date | null;
  email: string;
  must_change_password: number;
  roles: string | null;
}

/**
 * Lucia's sessions in our tables, one round trip each. Tokens are hashed before they are stored and cannot be read
 * back. Lucia uses the machine's clock, but the tables use the shared time of all processes, so that a wrong clock ends
 * no session.
 */
export function sessionAdapter(db: Pick<Database, 'query'>, clock: Clock): Adapter {
  const machineIsAheadMs = () => Date.now() - clock.now();
  const toShared = (machine: Date): Date => new Date(machine.getTime() - machineIsAheadMs());
  const toMachine = (shared: Date): Date => new Date(shared.getTime() + machineIsAheadMs());
  return {
    async getSessionAndUser(token): Promise<[DatabaseSession | null, DatabaseUser | null]> {
      const [row] = await db.query<SessionRow[]>(
        `SELECT s.user_id, s.expires_at, s.ip, s.user_agent, s.stepped_up_at, u.email, u.must_change_password,
           (SELECT GROUP_CONCAT(r.role) FROM user_roles r WHERE r.user_id = u.id) AS roles
         FROM sessions s JOIN users u ON u.id = s.user_id AND u.is_active WHERE s.id = ?`,
        [sessionHash(token)],
      );
      if (!row) return [null, null];
      const { user_id: userId, expires_at: expiresAt, ip, user_agent: userAgent, email } = row;
      const steppedUpAt = row.stepped_up_at;
      return [
        { id: token, userId, expiresAt: toMachine(expiresAt), attributes: { ip, userAgent, steppedUpAt } },
        {
          id: userId,
          attributes: {
            email,
            roles: row.roles?.split(',') ?? [],
            mustChangePassword: Boolean(row.must_change_password),
          },
        },
      ];
    },
    /** Not supported: tokens cannot be restored from their hashes. */
    getUserSessions: () => Promise.resolve([]),
    async setSession({ id, userId, expiresAt, attributes }) {
      await db.query('INSERT INTO sessions (id, user_id, expires_at, ip, user_agent) VALUES (?, ?, ?, ?, ?)', [
        ...[sessionHash(id), userId, toShared(expiresAt), attributes.ip, attributes.userAgent],
      ]);
    },
    async updateSessionExpiration(token, expiresAt) {
      await db.query('UPDATE sessions SET expires_at = ? WHERE id = ?', [toShared(expiresAt), sessionHash(token)]);
    },
    async deleteSession(token) {
      await db.query('DELETE FROM sessions WHERE id = ?', [sessionHash(token)]);
    },
    async deleteUserSessions(userId) {
      await db.query('DELETE FROM sessions WHERE user_id = ?', [userId]);
    },
    async deleteExpiredSessions() {
      await db.query('DELETE FROM sessions WHERE expires_at <= UTC_TIMESTAMP(3)');
    },
  };
}

/**
 * Which of these sessions (hashes) are still valid: not ended, not expired, the user is active, and no password change
 * is pending.
 */
export async function readLiveSessions(
  db: Pick<Database, 'query'>,
  hashes: readonly string[],
  nowMs: number,
): Promise<Set<string>> {
  if (hashes.length === 0) return new Set();
  const rows = await db.query<{ id: string }[]>(
    `SELECT s.id FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.id IN (?) AND s.expires_at > ? AND u.is_active AND NOT u.must_change_password`,
    [hashes, new Date(nowMs)],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Stores when the person proved the password or a code in this session. */
export async function writeStepUp(db: Pick<Database, 'query'>, hash: string, at: Date): Promise<void> {
  await db.query('UPDATE sessions SET stepped_up_at = ? WHERE id = ?', [at, hash]);
}

/** Ends the sessions of a user except one (a hash; null = all) and returns how many there were. */
export async function deleteSessions(
  db: Pick<Database, 'query'>,
  userId: number,
  except: string | null,
): Promise<number> {
  const { affectedRows } = await db.query<WriteResult>('DELETE FROM sessions WHERE user_id = ? AND id <> ?', [
    ...[userId, except ?? ''],
  ]);
  return affectedRows;
}

/** The sessions of a user that have not expired, newest first. */
export const readSessions = (db: Pick<Database, 'prisma'>, userId: number, now: Date) =>
  db.prisma.session.findMany({ where: { user_id: userId, expires_at: { gt: now } }, orderBy: { public_id: 'desc' } });
export type SessionListRow = Awaited<ReturnType<typeof readSessions>>[number];

/** Ends one session of a user by its public id. False = there is none. */
export async function deleteSession(db: Pick<Database, 'query'>, userId: number, publicId: number): Promise<boolean> {
  const { affectedRows } = await db.query<WriteResult>('DELETE FROM sessions WHERE user_id = ? AND public_id = ?', [
    ...[userId, publicId],
  ]);
  return affectedRows === 1;
}
