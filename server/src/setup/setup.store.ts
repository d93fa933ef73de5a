import type { Database, Tx } from '../infra/database/database.js';

type Db = Pick<Database, 'query'>;

/** The one row of an installation. Two envelopes, whose places are below. */
export interface SetupRow {
  codeHash: string;
  sealedCode: string;
  sealedTotpSecret: string;
  expiresAt: Date;
  usedAt: Date | null;
}
export type NewSetupRow = Omit<SetupRow, 'usedAt'>;

export const CODE_PLACE = 'installation_setup.code_enc:1';
export const TOTP_PLACE = 'installation_setup.totp_secret_enc:1';

/** Whether the installation has any user. */
export async function hasAnyUser(db: Db): Promise<boolean> {
  return (await db.query<unknown[]>('SELECT id FROM users LIMIT 1')).length > 0;
}

/** The same, and until the transaction ends no other one adds the first user. */
export async function lockUsers(tx: Pick<Tx, 'query'>): Promise<boolean> {
  return (await tx.query<unknown[]>('SELECT id FROM users ORDER BY id LIMIT 1 FOR UPDATE')).length > 0;
}

const COLUMNS = 'code_hash, code_enc, totp_secret_enc, expires_at, used_at';
interface Columns {
  code_hash: string;
  code_enc: string;
  totp_secret_enc: string;
  expires_at: Date;
  used_at: Date | null;
}
const toRow = (row: Columns | undefined): SetupRow | undefined =>
  row && {
    ...{ codeHash: row.code_hash, sealedCode: row.code_enc, sealedTotpSecret: row.totp_secret_enc },
    ...{ expiresAt: row.expires_at, usedAt: row.used_at },
  };

export const readSetup = async (db: Db): Promise<SetupRow | undefined> =>
  toRow((await db.query<Columns[]>(`SELECT ${COLUMNS} FROM installation_setup WHERE id = 1`))[0]);

export const lockSetup = async (tx: Pick<Tx, 'query'>): Promise<SetupRow | undefined> =>
  toRow((await tx.query<Columns[]>(`SELECT ${COLUMNS} FROM installation_setup WHERE id = 1 FOR UPDATE`))[0]);

/** Stores a new code, unless the stored one may stay. Of two processes at once, both get the same row. */
export async function storeSetup(
  db: Pick<Database, 'transaction'>,
  fresh: NewSetupRow,
  mayStay: (row: SetupRow) => boolean,
): Promise<SetupRow> {
  return db.transaction(async (tx) => {
    const values = [fresh.codeHash, fresh.sealedCode, fresh.sealedTotpSecret, fresh.expiresAt];
    await tx.query(
      `INSERT IGNORE INTO installation_setup (id, code_hash, code_enc, totp_secret_enc, expires_at)
       VALUES (1, ?, ?, ?, ?)`,
      values,
    );
    const row = await lockSetup(tx);
    if (row && mayStay(row)) return row;
    await tx.query(
      `UPDATE installation_setup SET code_hash = ?, code_enc = ?, totp_secret_enc = ?, expires_at = ?, used_at = NULL
       WHERE id = 1`,
      values,
    );
    return { ...fresh, usedAt: null };
  });
}

export const markSetupUsed = (tx: Pick<Tx, 'query'>, at: Date): Promise<unknown> =>
  tx.query('UPDATE installation_setup SET used_at = ? WHERE id = 1', [at]);
