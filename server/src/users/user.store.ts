import { Batch, type Database } from '../infra/database/database.js';
import type { PageRequest } from '../infra/database/page.js';
import type { ListTable } from '../infra/database/plan-list.js';
import { readPageOf } from '../infra/database/read-list.js';

type Db = Pick<Database, 'prisma' | 'query'>;

export interface SignInUser {
  id: number;
  passwordHash: string;
  isActive: boolean;
  /** Whether a sign-in to this account from `ip` succeeded before. */
  isKnownAddress: boolean;
}

/** All data that a sign-in needs for its decision, in one round trip. */
export async function readSignInUser(db: Db, email: string, ip: string | null): Promise<SignInUser | undefined> {
  const [row] = await db.query<{ id: number; password_hash: string; is_active: number; known: number }[]>(
    `SELECT u.id, u.password_hash, u.is_active,
       EXISTS (SELECT 1 FROM login_history h WHERE h.user_id = u.id AND h.success AND h.ip = ?) AS known
     FROM users u WHERE u.email = ?`,
    [ip, email],
  );
  if (!row) return undefined;
  return {
    id: row.id,
    passwordHash: row.password_hash,
    isActive: Boolean(row.is_active),
    isKnownAddress: Boolean(row.known),
  };
}

export async function writeLogin(
  db: Db,
  userId: number,
  { ip, userAgent, success }: { ip: string | null; userAgent: string | null; success: boolean },
): Promise<void> {
  await db.query('INSERT INTO login_history (user_id, ip, user_agent, success) VALUES (?, ?, ?, ?)', [
    ...[userId, ip, userAgent, success],
  ]);
}

export async function writePassword(db: Db, userId: number, passwordHash: string): Promise<void> {
  await db.prisma.user.update({
    where: { id: userId },
    data: { password_hash: passwordHash, must_change_password: false },
  });
}

export const readUser = (db: Db, userId: number) =>
  db.prisma.user.findUnique({ where: { id: userId }, include: { profile: true, roles: true } });
export type UserRow = NonNullable<Awaited<ReturnType<typeof readUser>>>;

const LOGINS: ListTable = {
  table: 'login_history',
  indexes: [{ name: 'login_history_user_id_created_at_idx', columns: ['user_id'] }],
};

/** The attempts to sign in. */
export const readLogins = (
  db: Db,
  userId: number,
  { success, from, to }: { success?: boolean | undefined; from?: Date | undefined; to?: Date | undefined },
  page: PageRequest,
) =>
  readPageOf(
    db,
    {
      list: LOGINS,
      filter: {
        ...{ from, to, scope: ['user_id', [userId]] },
        where: { success: success === undefined ? undefined : [success] },
      },
      page,
    },
    (ids) => db.prisma.loginHistory.findMany({ where: { id: { in: ids }, user_id: userId } }),
  );
export type LoginRow = Awaited<ReturnType<typeof readLogins>>['rows'][number];

/** Pauses all entries of a user (null = resumes them). An existing pause keeps its time. */
export const addUserPause = (batch: Batch, userId: number, at: Date | null): Batch =>
  batch.add('UPDATE users SET entries_paused_at = IF(? IS NULL, NULL, COALESCE(entries_paused_at, ?)) WHERE id = ?', [
    ...[at, at, userId],
  ]);

/** The same in its own transaction. */
export async function pauseUser(db: Pick<Database, 'run'>, userId: number, at: Date | null): Promise<void> {
  await db.run(addUserPause(new Batch(), userId, at));
}
