import type { Database } from './database.js';

type Db = Pick<Database, 'query'>;

const UNTIL = 'UTC_TIMESTAMP(3) + INTERVAL ? MICROSECOND';

/**
 * Takes or renews a lease for `ttlMs` by the database's clock. Returns false when another process holds it. It is in
 * the database, because its users must work while Redis is down, and they process orders, which need the database
 * anyway.
 */
export async function holdProcessLease(
  db: Db,
  { name, holder, ttlMs }: { name: string; holder: string; ttlMs: number },
): Promise<boolean> {
  const ttlUs = ttlMs * 1_000;
  const { affectedRows } = await db.query<{ affectedRows: number }>(
    `UPDATE process_leases SET holder = ?, held_until = ${UNTIL}
      WHERE name = ? AND (holder = ? OR held_until < UTC_TIMESTAMP(3))`,
    [holder, ttlUs, name, holder],
  );
  if (affectedRows === 1) return true;
  const inserted = await db.query<{ affectedRows: number }>(
    `INSERT IGNORE INTO process_leases (name, holder, held_until) VALUES (?, ?, ${UNTIL})`,
    [name, holder, ttlUs],
  );
  return inserted.affectedRows === 1;
}

/** Lets another process take over at once. */
export async function releaseProcessLease(db: Db, { name, holder }: { name: string; holder: string }): Promise<void> {
  await db.query('DELETE FROM process_leases WHERE name = ? AND holder = ?', [name, holder]);
}

/** Marks something as wanted for `ttlMs`. Only the last call counts. */
export async function markWanted(db: Db, { name, ttlMs }: { name: string; ttlMs: number }): Promise<void> {
  await db.query(
    `INSERT INTO process_leases (name, holder, held_until) VALUES (?, '', ${UNTIL})
     ON DUPLICATE KEY UPDATE held_until = VALUES(held_until)`,
    [name, ttlMs * 1_000],
  );
}

export async function isWanted(db: Db, name: string): Promise<boolean> {
  const rows = await db.query<unknown[]>(
    'SELECT name FROM process_leases WHERE name = ? AND held_until > UTC_TIMESTAMP(3)',
    [name],
  );
  return rows.length > 0;
}
