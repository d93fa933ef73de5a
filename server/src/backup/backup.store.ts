import mariadb, { type Connection } from 'mariadb';
import type { BackupColumn, BackupRow, BackupSums, BackupTable } from '../core/operations/backup-format.js';
import { connectionOptions } from '../infra/database/database.js';

/** Types whose values are written as hexadecimal digits. */
const BINARY = new Set(['binary', 'varbinary', 'tinyblob', 'blob', 'mediumblob', 'longblob', 'bit']);
/** The bookkeeping of migrations belongs to the database that is restored into. */
const BOOKKEEPING = '_prisma_migrations';
const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** A connection that sees the database as it is at this moment, while others go on writing. */
export async function openSnapshot(databaseUrl: string): Promise<Connection> {
  const connection = await mariadb.createConnection(connectionOptions(databaseUrl));
  await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
  await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT');
  return connection;
}

export async function readMigrations(connection: Connection): Promise<string[]> {
  const rows = await connection.query<{ name: string }[]>(
    `SELECT migration_name AS name FROM ${BOOKKEEPING}
      WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
  );
  return rows.map(({ name }) => name);
}

export async function readTables(connection: Connection): Promise<BackupTable[]> {
  const tables = await connection.query<{ name: string; next_id: string | number | null }[]>(
    `SELECT TABLE_NAME AS name, AUTO_INCREMENT AS next_id FROM information_schema.TABLES
      WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND TABLE_NAME <> ? ORDER BY TABLE_NAME`,
    [BOOKKEEPING],
  );
  // Computed columns are written by the database itself.
  const columns = await connection.query<{ table_name: string; name: string; type: string }[]>(
    `SELECT TABLE_NAME AS table_name, COLUMN_NAME AS name, DATA_TYPE AS type FROM information_schema.COLUMNS
      WHERE TABLE_SCHEMA = DATABASE() AND EXTRA NOT LIKE '%GENERATED%' ORDER BY TABLE_NAME, ORDINAL_POSITION`,
  );
  return tables.map(({ name, next_id }) => ({
    table: name,
    columns: columns
      .filter(({ table_name }) => table_name === name)
      .map((one) => ({ name: one.name, isBinary: BINARY.has(one.type.toLowerCase()) })),
    nextId: next_id === null ? null : String(next_id),
  }));
}

const asText = ({ name, isBinary }: BackupColumn): string =>
  isBinary ? `HEX(${quoted(name)})` : `CAST(${quoted(name)} AS CHAR)`;

/** The rows of a table one after the other, however many there are. */
export function streamRows(
  connection: Connection,
  { table, columns }: BackupTable,
): AsyncIterable<BackupRow> & { destroy(): void } {
  const sql = `SELECT ${columns.map(asText).join(', ')} FROM ${quoted(table)}`;
  return connection.queryStream({ sql, rowsAsArray: true }) as unknown as AsyncIterable<BackupRow> & {
    destroy(): void;
  };
}

export async function readSums(connection: Connection): Promise<BackupSums> {
  const vaults = await connection.query<{ asset: string; balance: string; reserved: string }[]>(
    `SELECT asset, CAST(SUM(balance) AS CHAR) AS balance, CAST(SUM(reserved) AS CHAR) AS reserved
       FROM vault_balances GROUP BY asset ORDER BY asset`,
  );
  const [audit] = await connection.query<{ id: string | null }[]>('SELECT CAST(MAX(id) AS CHAR) AS id FROM audit_logs');
  return {
    vaults: vaults.map(({ asset, balance, reserved }) => ({ asset, balance, reserved })),
    auditHead: audit?.id ?? null,
  };
}

/** A connection to the server of an address, to another database of it or to none. */
export async function openServer(databaseUrl: string, database?: string): Promise<Connection> {
  const { database: _, ...options } = connectionOptions(databaseUrl);
  return mariadb.createConnection({ ...options, ...(database !== undefined && { database }) });
}

export const createSchema = (connection: Connection, name: string): Promise<unknown> =>
  connection.query(`CREATE DATABASE ${quoted(name)} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
export const dropSchema = (connection: Connection, name: string): Promise<unknown> =>
  connection.query(`DROP DATABASE IF EXISTS ${quoted(name)}`);

/** Rows come in any order of their tables: references are checked when all are there. */
export const beginLoad = (connection: Connection): Promise<unknown> =>
  connection.query('SET SESSION foreign_key_checks = 0, unique_checks = 0');

/** A migration may have written rows of its own; those of the backup count. */
export const emptyTable = (connection: Connection, table: string): Promise<unknown> =>
  connection.query(`DELETE FROM ${quoted(table)}`);

export async function insertRows(
  connection: Connection,
  { table, columns }: BackupTable,
  rows: readonly BackupRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const place = `(${columns.map(({ isBinary }) => (isBinary ? 'UNHEX(?)' : '?')).join(', ')})`;
  await connection.query(
    `INSERT INTO ${quoted(table)} (${columns.map(({ name }) => quoted(name)).join(', ')}) VALUES ${rows.map(() => place).join(', ')}`,
    rows.flat(),
  );
}

/** The next row gets this id, even if the rows with the highest ids had been deleted before. */
export const setNextId = (connection: Connection, table: string, nextId: string): Promise<unknown> =>
  connection.query(`ALTER TABLE ${quoted(table)} AUTO_INCREMENT = ${BigInt(nextId)}`);

export async function countRows(connection: Connection, table: string): Promise<number> {
  const [row] = await connection.query<{ n: number }[]>(`SELECT COUNT(*) AS n FROM ${quoted(table)}`);
  return Number(row?.n);
}

/** Rows that refer to a row which is not there, as 'table.column'. */
export async function brokenReferences(connection: Connection): Promise<string[]> {
  const keys = await connection.query<Record<'tab' | 'col' | 'ref_tab' | 'ref_col', string>[]>(
    `SELECT k.TABLE_NAME AS tab, k.COLUMN_NAME AS col, k.REFERENCED_TABLE_NAME AS ref_tab, k.REFERENCED_COLUMN_NAME AS ref_col
       FROM information_schema.KEY_COLUMN_USAGE k
      WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_NAME IS NOT NULL`,
  );
  const broken: string[] = [];
  for (const { tab, col, ref_tab, ref_col } of keys) {
    const found = await connection.query<unknown[]>(
      `SELECT 1 FROM ${quoted(tab)} c LEFT JOIN ${quoted(ref_tab)} p ON p.${quoted(ref_col)} = c.${quoted(col)}
        WHERE c.${quoted(col)} IS NOT NULL AND p.${quoted(ref_col)} IS NULL LIMIT 1`,
    );
    if (found.length > 0) broken.push(`${tab}.${col}`);
  }
  return broken;
}

/**
 * Ids of the time between the backup and now may be known outside: an exchange knows the client order ids that are made
 * of them, and a reader of live events its cursor. So the restored database leaves a gap and never gives them again.
 */
const ID_GAP = 1_000_000;
export async function leaveGaps(connection: Connection): Promise<void> {
  for (const { table, nextId } of await readTables(connection)) {
    if ((table === 'trade_jobs' || table === 'trade_executions') && nextId !== null)
      await setNextId(connection, table, String(BigInt(nextId) + BigInt(ID_GAP)));
  }
  await connection.query('UPDATE live_cursors SET seq = seq + ?', [ID_GAP]);
}

/** Sessions that were ended since the backup must not live again. */
export const endSessions = (connection: Connection): Promise<unknown> => connection.query('DELETE FROM sessions');

async function tablesOf(connection: Connection, schema: string): Promise<string[]> {
  const rows = await connection.query<{ name: string }[]>(
    "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE'",
    [schema],
  );
  return rows.map(({ name }) => name);
}

/** Puts the tables of `next` in the place of those of `live`, which go to `previous`, in one statement. */
export async function swapSchemas(
  connection: Connection,
  { live, next, previous }: { live: string; next: string; previous: string },
): Promise<void> {
  const at = (schema: string, table: string) => `${quoted(schema)}.${quoted(table)}`;
  const moves = [
    ...(await tablesOf(connection, live)).map((table) => `${at(live, table)} TO ${at(previous, table)}`),
    ...(await tablesOf(connection, next)).map((table) => `${at(next, table)} TO ${at(live, table)}`),
  ];
  await connection.query('SET SESSION foreign_key_checks = 0');
  await connection.query(`RENAME TABLE ${moves.join(', ')}`);
}
