import type { Database } from '../../infra/database/database.js';

type Db = Pick<Database, 'query'>;

/**
 * Takes or renews the lease to look for lost orders of an account, for `ttlMs` by the database's clock. Returns false
 * when another process holds it. Stored in MySQL, because recovery must also work while Redis is down.
 */
export async function holdRecovery(
  db: Db,
  { accountId, holder, ttlMs }: { accountId: number; holder: string; ttlMs: number },
): Promise<boolean> {
  const until = 'UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND';
  const ttlUs = ttlMs * 1_000;
  const { affectedRows } = await db.query<{ affectedRows: number }>(
    `UPDATE recovery_leases SET holder = ?, held_until = ${until}
      WHERE exchange_account_id = ? AND (holder = ? OR held_until < UTC_TIMESTAMP(3))`,
    [holder, ttlUs, accountId, holder],
  );
  if (affectedRows === 1) return true;
  const inserted = await db.query<{ affectedRows: number }>(
    `INSERT IGNORE INTO recovery_leases (exchange_account_id, holder, held_until) VALUES (?, ?, ${until})`,
    [accountId, holder, ttlUs],
  );
  return inserted.affectedRows === 1;
}

/** Lets another process take over at once. */
export async function releaseRecovery(
  db: Db,
  { accountId, holder }: { accountId: number; holder: string },
): Promise<void> {
  await db.query('DELETE FROM recovery_leases WHERE exchange_account_id = ? AND holder = ?', [accountId, holder]);
}
