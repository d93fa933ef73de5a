import { ACCOUNT_REF_COLUMNS, toAccountRef } from '../exchange/account-ref.store.js';
import type { AccountRef } from '../exchange/exchange.js';
import type { Database } from '../infra/database/database.js';

type Db = Pick<Database, 'query'>;

/** An account to compare with its exchange. */
export interface SyncedAccount extends AccountRef {
  userId: number;
  label: string;
  /** ms since 1970 */
  createdAt: number;
}

interface AccountRow {
  user_id: number;
  label: string;
  created_at: Date;
}

const SELECT = `SELECT ${ACCOUNT_REF_COLUMNS}, a.user_id, a.label, a.created_at FROM exchange_accounts a`;

const toAccount = (row: AccountRow): SyncedAccount => ({
  ...toAccountRef(row),
  userId: row.user_id,
  label: row.label,
  createdAt: row.created_at.getTime(),
});

/** The active accounts at real exchanges, and inactive ones that have open orders. */
export async function readSyncedAccounts(db: Db): Promise<SyncedAccount[]> {
  const rows = await db.query<AccountRow[]>(
    `${SELECT} WHERE NOT a.is_simulation AND (a.is_active OR EXISTS (SELECT 1 FROM trade_executions e
        WHERE e.exchange_account_id = a.id AND e.status_exchange IN ('SENDING', 'UNKNOWN', 'NEW', 'PARTIALLY_FILLED')))
      ORDER BY a.id`,
  );
  return rows.map(toAccount);
}

export async function readSyncedAccount(db: Db, accountId: number): Promise<SyncedAccount | undefined> {
  const [row] = await db.query<AccountRow[]>(`${SELECT} WHERE a.id = ?`, [accountId]);
  return row && toAccount(row);
}

/** Claims an account for one comparison, unless another process has begun one since `dueBefore` (ms since 1970). */
export async function claimSync(
  db: Db,
  accountId: number,
  { now, dueBefore }: { now: number; dueBefore: number },
): Promise<boolean> {
  await db.query('INSERT IGNORE INTO account_syncs (exchange_account_id) VALUES (?)', [accountId]);
  const { affectedRows } = await db.query<{ affectedRows: number }>(
    `UPDATE account_syncs SET attempted_at = ? WHERE exchange_account_id = ? AND (attempted_at IS NULL OR attempted_at < ?)`,
    [new Date(now), accountId, new Date(dueBefore)],
  );
  return affectedRows === 1;
}

/**
 * Saves the result of a comparison; returns since when comparisons fail (ms since 1970), undefined when this one
 * succeeded.
 */
export async function writeSync(
  db: Db,
  accountId: number,
  { now, error }: { now: number; error: string | undefined },
): Promise<number | undefined> {
  const at = new Date(now);
  if (error === undefined) {
    await db.query(
      `INSERT INTO account_syncs (exchange_account_id, attempted_at, reconciled_at) VALUES (?, ?, ?)
       ON DUPLICATE KEY UPDATE reconciled_at = VALUES(reconciled_at), failing_since = NULL, error_message = NULL`,
      [accountId, at, at],
    );
    return undefined;
  }
  await db.query(
    `INSERT INTO account_syncs (exchange_account_id, attempted_at, failing_since, error_message) VALUES (?, ?, ?, ?)
     ON DUPLICATE KEY UPDATE failing_since = COALESCE(failing_since, VALUES(failing_since)), error_message = VALUES(error_message)`,
    [accountId, at, at, error.slice(0, 500)],
  );
  const [row] = await db.query<{ failing_since: Date | null }[]>(
    'SELECT failing_since FROM account_syncs WHERE exchange_account_id = ?',
    [accountId],
  );
  return row?.failing_since?.getTime();
}
