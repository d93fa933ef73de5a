import { createHash } from 'node:crypto';
import { networkOf } from '../infra/client-network.js';
import { Batch, type Database, type Tx } from '../infra/database/database.js';
import type { PageRequest } from '../infra/database/page.js';
import type { ListTable } from '../infra/database/plan-list.js';
import { readPageOf } from '../infra/database/read-list.js';

type Db = Pick<Database, 'prisma' | 'query' | 'run'>;

export interface SignInUser {
  id: number;
  passwordHash: string;
  isActive: boolean;
  /** The networks of the newest sign-ins that succeeded. */
  networks: ReadonlySet<string>;
}

const LOGINS_REMEMBERED = 200;

/** All data that a sign-in needs for its decision, in one round trip. `email` in the form of `normalizeEmail`. */
export async function readSignInUser(db: Db, email: string): Promise<SignInUser | undefined> {
  const batch = new Batch().add('SELECT id, password_hash, is_active FROM users WHERE email = ?', [email]).add(
    `SELECT DISTINCT n.ip FROM (SELECT h.ip FROM login_history h JOIN users u ON u.id = h.user_id
        WHERE u.email = ? AND h.success ORDER BY h.user_id, h.created_at DESC LIMIT ?) n`,
    [email, LOGINS_REMEMBERED],
  );
  const [[row], logins] = (await db.run(batch)) as [
    { id: number; password_hash: string; is_active: number }[],
    { ip: string | null }[],
  ];
  if (!row) return undefined;
  return {
    id: row.id,
    passwordHash: row.password_hash,
    isActive: Boolean(row.is_active),
    networks: new Set(logins.flatMap(({ ip }) => (ip === null ? [] : networkOf(ip)))),
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

const SLOTS = 4_096;

/**
 * A sign-in with an address that no user has: one row is written, as for a user. The number of rows is bounded, a later
 * one replaces an earlier one.
 */
export async function writeUnknownLogin(
  db: Db,
  email: string,
  { ip, userAgent }: { ip: string | null; userAgent: string | null },
): Promise<void> {
  const hash = createHash('sha256').update(email).digest('hex');
  await db.query(
    `INSERT INTO unknown_sign_ins (slot, email_hash, ip, user_agent) VALUES (?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE email_hash = VALUES(email_hash), ip = VALUES(ip), user_agent = VALUES(user_agent),
       created_at = CURRENT_TIMESTAMP(3)`,
    [Number.parseInt(hash.slice(0, 8), 16) % SLOTS, hash, ip, userAgent],
  );
}

export async function writePassword(db: Db, userId: number, passwordHash: string): Promise<void> {
  await db.prisma.user.update({
    where: { id: userId },
    data: { password_hash: passwordHash, must_change_password: false },
  });
}

/** The same in the transaction of a one-time link. */
export const writePasswordIn = (tx: Pick<Tx, 'query'>, userId: number, passwordHash: string) =>
  tx.query('UPDATE users SET password_hash = ?, must_change_password = FALSE WHERE id = ?', [passwordHash, userId]);

export const readUser = (db: Db, userId: number) =>
  db.prisma.user.findUnique({ where: { id: userId }, include: { profile: true, roles: true } });
export type UserRow = NonNullable<Awaited<ReturnType<typeof readUser>>>;

/** Changes what a user says about themselves. `undefined` keeps a value, null removes it. */
export async function writeProfile(
  db: Db,
  userId: number,
  { fullName, phone }: { fullName?: string | null | undefined; phone?: string | null | undefined },
): Promise<void> {
  const values = {
    ...(fullName !== undefined && { full_name: fullName }),
    ...(phone !== undefined && { phone }),
  };
  await db.prisma.profile.upsert({
    where: { user_id: userId },
    create: { user_id: userId, ...values },
    update: values,
  });
}

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
