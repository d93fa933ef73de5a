import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import mariadb, { type Connection } from 'mariadb';
import type { Logger } from 'pino';
import { ROOT } from '../root.js';
import { connectionOptions } from './database.js';

export const MIGRATIONS_DIR = path.join(ROOT, 'prisma/migrations');

const LOCK_WAIT_SEC = 120;

/** The same columns as Prisma creates, so that `prisma migrate deploy` and this function can be used in any order. */
const BOOKKEEPING_TABLE = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at DATETIME(3),
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at DATETIME(3),
  started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
  applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`;

export interface MigrateOptions {
  databaseUrl: string;
  /** A folder in Prisma's format: `<name>/migration.sql`, applied in the order of the names. */
  dir?: string;
  /** Applies only these; for a backup, whose tables are those of its own time. */
  only?: ReadonlySet<string>;
  log: Pick<Logger, 'info' | 'warn'>;
}

interface MigrationRow {
  migration_name: string;
  checksum: string;
  finished_at: Date | null;
  rolled_back_at: Date | null;
  logs: string | null;
}

/**
 * Applies the pending migrations without Prisma's schema engine (a binary that may not be installed) and returns their
 * names. Runs of several processes wait for each other. Throws when a migration fails, and on every later run until a
 * person has repaired the database: DDL commits by itself, so code cannot know what was applied.
 */
export async function migrate({ databaseUrl, dir = MIGRATIONS_DIR, only, log }: MigrateOptions): Promise<string[]> {
  const connection = await mariadb.createConnection(connectionOptions(databaseUrl));
  try {
    await takeLock(connection, log);
    await connection.query(BOOKKEEPING_TABLE);
    const done = await readApplied(connection);
    const names = await migrationNames(dir);
    for (const name of done.keys()) {
      if (!names.includes(name)) log.warn({ migration: name }, 'the file of an applied migration is missing');
    }
    const applied: string[] = [];
    for (const name of names.filter((one) => only?.has(one) ?? true)) {
      const sql = await readFile(path.join(dir, name, 'migration.sql'), 'utf8');
      const checksum = createHash('sha256').update(sql).digest('hex');
      const before = done.get(name);
      if (before === undefined) {
        await applyOne(connection, name, sql, checksum);
        log.info({ migration: name }, 'migration applied');
        applied.push(name);
      } else if (before !== checksum) {
        log.warn({ migration: name }, 'the file of a migration was changed after it was applied');
      }
    }
    return applied;
  } finally {
    // Ending the connection releases the lock.
    await connection.end();
  }
}

async function takeLock(connection: Connection, log: MigrateOptions['log']): Promise<void> {
  // Locks belong to the server, not to the database. Without the database name, unrelated databases would wait for each
  // other.
  const take = async (seconds: number) => {
    const [row] = await connection.query<{ taken: number | null }[]>(
      "SELECT GET_LOCK(CONCAT('migrate:', LEFT(SHA2(DATABASE(), 256), 40)), ?) AS taken",
      [seconds],
    );
    return Number(row?.taken) === 1;
  };
  if (await take(0)) return;
  log.info('waiting for the migration of another process');
  if (!(await take(LOCK_WAIT_SEC)))
    throw new Error(`another migration has been running for more than ${LOCK_WAIT_SEC} s`);
}

async function readApplied(connection: Connection): Promise<Map<string, string>> {
  const rows = await connection.query<MigrationRow[]>(
    'SELECT migration_name, checksum, finished_at, rolled_back_at, logs FROM _prisma_migrations ORDER BY started_at',
  );
  const failed = rows.find((row) => !row.finished_at && !row.rolled_back_at);
  if (failed) {
    throw new Error(
      `Migration ${failed.migration_name} did not finish (${failed.logs ?? 'the process was stopped in the middle'}). ` +
        'Undo its changes by hand, then mark its row: ' +
        `UPDATE _prisma_migrations SET rolled_back_at = UTC_TIMESTAMP(3) WHERE migration_name = '${failed.migration_name}' AND finished_at IS NULL`,
    );
  }
  return new Map(rows.filter((row) => !row.rolled_back_at).map((row) => [row.migration_name, row.checksum]));
}

/** The migrations of this version, in their order. */
export async function migrationNames(dir = MIGRATIONS_DIR): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** First the row, then the script, then `finished_at`, so that a run that stops in the middle leaves a trace. */
async function applyOne(connection: Connection, name: string, sql: string, checksum: string): Promise<void> {
  const id = randomUUID();
  await connection.query(
    'INSERT INTO _prisma_migrations (id, checksum, started_at, migration_name) VALUES (?, ?, UTC_TIMESTAMP(3), ?)',
    [id, checksum, name],
  );
  try {
    await connection.query(sql);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await connection.query('UPDATE _prisma_migrations SET logs = ? WHERE id = ?', [reason.slice(0, 60_000), id]);
    throw new Error(`Migration ${name} failed: ${reason}`, { cause: error });
  }
  await connection.query(
    'UPDATE _prisma_migrations SET finished_at = UTC_TIMESTAMP(3), applied_steps_count = applied_steps_count + 1 WHERE id = ?',
    [id],
  );
}
