import type { Database, Tx, WriteResult } from '../../infra/database/database.js';

type Db = Pick<Database, 'query'>;

export interface TwoFactorRow {
  profileId: number;
  isOn: boolean;
  sealedSecret: string | null;
  lastStep: number | null;
}

/** The second factor of a user. Undefined while the user has no profile. */
export async function readTwoFactor(db: Db, userId: number): Promise<TwoFactorRow | undefined> {
  const [row] = await db.query<
    { id: number; twofa_enabled: number; twofa_secret: string | null; twofa_last_step: number | null }[]
  >('SELECT id, twofa_enabled, twofa_secret, twofa_last_step FROM profiles WHERE user_id = ?', [userId]);
  if (!row) return undefined;
  return {
    ...{ profileId: row.id, isOn: Boolean(row.twofa_enabled), sealedSecret: row.twofa_secret },
    lastStep: row.twofa_last_step,
  };
}

export const insertProfile = (db: Db, userId: number): Promise<WriteResult> =>
  db.query<WriteResult>('INSERT IGNORE INTO profiles (user_id) VALUES (?)', [userId]);

/** Stores a secret that is not in use yet. False = the second factor is on. */
export async function writePendingSecret(db: Pick<Tx, 'query'>, userId: number, sealed: string): Promise<boolean> {
  const { affectedRows } = await db.query<WriteResult>(
    'UPDATE profiles SET twofa_secret = ?, twofa_last_step = NULL WHERE user_id = ? AND NOT twofa_enabled',
    [sealed, userId],
  );
  return affectedRows === 1;
}

interface Tried {
  sealed: string;
  step: number;
  codeHashes: readonly string[];
}

/** Switches the second factor on with a secret that was tried, and its recovery codes. False = it was on or changed. */
export const switchOn = (db: Pick<Database, 'transaction'>, userId: number, tried: Tried): Promise<boolean> =>
  db.transaction((tx) => switchOnIn(tx, userId, tried));

/** The same in a transaction of the caller. */
export async function switchOnIn(
  tx: Pick<Tx, 'query'>,
  userId: number,
  { sealed, step, codeHashes }: Tried,
): Promise<boolean> {
  const { affectedRows } = await tx.query<WriteResult>(
    `UPDATE profiles SET twofa_enabled = TRUE, twofa_last_step = ?
     WHERE user_id = ? AND NOT twofa_enabled AND twofa_secret = ?`,
    [step, userId, sealed],
  );
  if (affectedRows !== 1) return false;
  await replaceCodes(tx, userId, codeHashes);
  return true;
}

/** Switches the second factor off and deletes its secret and codes. False = it was not on. */
export async function switchOff(db: Pick<Database, 'transaction'>, userId: number): Promise<boolean> {
  return db.transaction(async (tx) => {
    const { affectedRows } = await tx.query<WriteResult>(
      `UPDATE profiles SET twofa_enabled = FALSE, twofa_secret = NULL, twofa_last_step = NULL
       WHERE user_id = ? AND twofa_enabled`,
      [userId],
    );
    if (affectedRows !== 1) return false;
    await replaceCodes(tx, userId, []);
    return true;
  });
}

async function replaceCodes(tx: Pick<Tx, 'query'>, userId: number, hashes: readonly string[]): Promise<void> {
  await tx.query('DELETE FROM recovery_codes WHERE user_id = ?', [userId]);
  if (hashes.length === 0) return;
  await tx.query(
    `INSERT INTO recovery_codes (user_id, code_hash) VALUES ${hashes.map(() => '(?, ?)').join(', ')}`,
    hashes.flatMap((hash) => [userId, hash]),
  );
}

export const writeRecoveryCodes = (
  db: Pick<Database, 'transaction'>,
  userId: number,
  hashes: readonly string[],
): Promise<void> => db.transaction((tx) => replaceCodes(tx, userId, hashes));

/** Accepts a step unless one as late was accepted before: of two requests with one code, one gets true. */
export async function acceptStep(db: Db, userId: number, step: number): Promise<boolean> {
  const { affectedRows } = await db.query<WriteResult>(
    `UPDATE profiles SET twofa_last_step = ?
     WHERE user_id = ? AND twofa_enabled AND (twofa_last_step IS NULL OR twofa_last_step < ?)`,
    [step, userId, step],
  );
  return affectedRows === 1;
}

/** Uses a recovery code up: of two requests with one code, one gets true. */
export async function consumeRecoveryCode(db: Db, userId: number, hash: string, at: Date): Promise<boolean> {
  const { affectedRows } = await db.query<WriteResult>(
    'UPDATE recovery_codes SET used_at = ? WHERE user_id = ? AND code_hash = ? AND used_at IS NULL',
    [at, userId, hash],
  );
  return affectedRows === 1;
}

export async function countRecoveryCodes(db: Db, userId: number): Promise<number> {
  const [row] = await db.query<{ count: number }[]>(
    'SELECT COUNT(*) AS count FROM recovery_codes WHERE user_id = ? AND used_at IS NULL',
    [userId],
  );
  return Number(row?.count);
}
