import { isDuplicateKey, type Database, type Tx, type WriteResult } from '../infra/database/database.js';
import type { PageRequest } from '../infra/database/page.js';
import type { ListTable } from '../infra/database/plan-list.js';
import { readPageOf } from '../infra/database/read-list.js';

type Db = Pick<Database, 'prisma' | 'query'>;

const PEOPLE: ListTable = {
  table: 'users',
  indexes: [{ name: 'users_is_active_created_at_idx', columns: ['is_active'] }],
};

/** The users of the installation, without anything of their trading. */
export const readPeople = (db: Db, { isActive }: { isActive?: boolean | undefined }, page: PageRequest) =>
  readPageOf(
    db,
    { list: PEOPLE, filter: { scope: ['is_active', isActive === undefined ? [true, false] : [isActive]] }, page },
    (ids) => db.prisma.user.findMany({ where: { id: { in: ids } }, include: personParts }),
  );

const personParts = {
  profile: { select: { full_name: true, twofa_enabled: true } },
  roles: { select: { role: true } },
  login_history: { where: { success: true }, orderBy: { created_at: 'desc' }, take: 1, select: { created_at: true } },
} as const;

export const readPerson = (db: Db, userId: number) =>
  db.prisma.user.findUnique({ where: { id: userId }, include: personParts });
export type PersonRow = NonNullable<Awaited<ReturnType<typeof readPerson>>>;

export interface NewPerson {
  email: string;
  fullName: string | null;
  roles: readonly string[];
  passwordHash: string;
}

/** Creates a user who must change the password first. Undefined = the address is taken. */
export async function insertPerson(db: Pick<Database, 'transaction'>, person: NewPerson): Promise<number | undefined> {
  try {
    return await db.transaction(
      async (tx) => (await insertPersonIn(tx, { ...person, mustChangePassword: true })).userId,
    );
  } catch (error) {
    if (isDuplicateKey(error)) return undefined;
    throw error;
  }
}

/** Creates a user in a transaction. Throws when the address is taken. */
export async function insertPersonIn(
  tx: Pick<Tx, 'query'>,
  { email, fullName, roles, passwordHash, mustChangePassword }: NewPerson & { mustChangePassword: boolean },
): Promise<{ userId: number; profileId: number }> {
  const { insertId: userId } = await tx.query<WriteResult>(
    'INSERT INTO users (email, password_hash, must_change_password) VALUES (?, ?, ?)',
    [email, passwordHash, mustChangePassword],
  );
  const { insertId: profileId } = await tx.query<WriteResult>(
    'INSERT INTO profiles (user_id, full_name) VALUES (?, ?)',
    [userId, fullName],
  );
  await tx.query('INSERT INTO live_cursors (user_id) VALUES (?)', [userId]);
  await insertRoles(tx, userId, roles);
  return { userId, profileId };
}

const insertRoles = (tx: Pick<Tx, 'query'>, userId: number, roles: readonly string[]) =>
  tx.query(`INSERT INTO user_roles (user_id, role) VALUES ${roles.map(() => '(?, ?)').join(', ')}`, [
    ...roles.flatMap((role) => [userId, role]),
  ]);

/** The active administrators, locked so that two of them cannot lock each other out at the same time. */
async function lockAdmins(tx: Pick<Tx, 'query'>): Promise<number[]> {
  const rows = await tx.query<{ user_id: number; is_active: number }[]>(
    `SELECT r.user_id, u.is_active FROM user_roles r JOIN users u ON u.id = r.user_id
     WHERE r.role = 'admin' ORDER BY r.user_id FOR UPDATE`,
  );
  return rows.filter(({ is_active }) => Boolean(is_active)).map(({ user_id }) => user_id);
}

export type PersonChange = 'changed' | 'last-admin' | 'not-found';

/** Switches a user on or off. The last active administrator stays on. */
export async function writeActive(
  db: Pick<Database, 'transaction'>,
  userId: number,
  isActive: boolean,
): Promise<PersonChange> {
  return db.transaction(async (tx) => {
    const admins = await lockAdmins(tx);
    if (!isActive && admins.includes(userId) && admins.length === 1) return 'last-admin';
    const found = await tx.query<unknown[]>('SELECT id FROM users WHERE id = ? FOR UPDATE', [userId]);
    if (found.length === 0) return 'not-found';
    // Nobody watches the trades of a user who is switched off, so no new position is opened. Exits go on.
    await tx.query(
      `UPDATE users SET is_active = ?,
         entries_paused_at = IF(?, entries_paused_at, COALESCE(entries_paused_at, UTC_TIMESTAMP(3))) WHERE id = ?`,
      [isActive, isActive, userId],
    );
    return 'changed';
  });
}

/** Replaces the roles of a user. The last active administrator stays one. */
export async function writeRoles(
  db: Pick<Database, 'transaction'>,
  userId: number,
  roles: readonly string[],
): Promise<PersonChange> {
  return db.transaction(async (tx) => {
    const admins = await lockAdmins(tx);
    if (!roles.includes('admin') && admins.includes(userId) && admins.length === 1) return 'last-admin';
    const found = await tx.query<unknown[]>('SELECT id FROM users WHERE id = ? FOR UPDATE', [userId]);
    if (found.length === 0) return 'not-found';
    await tx.query('DELETE FROM user_roles WHERE user_id = ?', [userId]);
    await insertRoles(tx, userId, roles);
    return 'changed';
  });
}

/** Makes a user change the password before anything else. False = there is no such user. */
export async function writeMustChange(db: Db, userId: number): Promise<boolean> {
  const { affectedRows } = await db.query<WriteResult>('UPDATE users SET must_change_password = TRUE WHERE id = ?', [
    userId,
  ]);
  return affectedRows === 1;
}
