import { randomBytes } from 'node:crypto';
import type { Connection } from 'mariadb';
import type { Logger } from 'pino';
import {
  BackupFileError,
  type BackupHeader,
  type BackupLine,
  type BackupRow,
  type BackupSums,
  type BackupTable,
} from '../core/operations/backup-format.js';
import { databaseName, openDatabase, sqlErrorNumber } from '../infra/database/database.js';
import { migrate, MIGRATIONS_DIR, migrationNames } from '../infra/database/migrate.js';
import type { Secrets } from '../infra/secrets.js';
import { verifyAuditLog } from '../system/verify-audit-log.js';
import { verifyLedger } from '../vaults/verify-ledger.js';
import { readBackupFile } from './backup-file.js';
import {
  beginLoad,
  brokenReferences,
  countRows,
  createSchema,
  dropSchema,
  emptyTable,
  insertRows,
  openServer,
  readSums,
  setNextId,
} from './backup.store.js';

export interface LoadedBackup {
  header: BackupHeader;
  tables: number;
  rows: number;
  /** What is wrong with the loaded data; empty = nothing. Plain sentences. */
  faults: string[];
}

export interface LoadOptions {
  file: string;
  databaseUrl: string;
  identity?: string | undefined;
  secrets: Secrets;
  log: Pick<Logger, 'info' | 'warn'>;
  /** The folder of the migrations of the present version; tests have their own. */
  migrationsDir?: string | undefined;
}

/** Rows of one INSERT; and its size, far below the server's max_allowed_packet. */
const ROWS_MAX = 500;
const CHARS_MAX = 1_000_000;
/** 1044 and 1045: access denied, 1227: a privilege is missing. */
const REFUSED = new Set([1044, 1045, 1227]);

/**
 * Loads a backup into a new schema beside the database, brings it to the present version and checks it: every row is
 * there, every reference, the sums of the ledger, the ledger itself and the chain of the audit log. `use` gets the
 * schema's name and address; the schema is dropped afterwards.
 */
export async function withLoadedBackup<T>(
  options: LoadOptions,
  use: (loaded: LoadedBackup, schema: { name: string; url: string; server: Connection }) => Promise<T>,
): Promise<T> {
  const url = new URL(options.databaseUrl);
  const live = databaseName(options.databaseUrl);
  const name = `${live.slice(0, 40)}_restore_${randomBytes(4).toString('hex')}`;
  url.pathname = `/${encodeURIComponent(name)}`;
  const server = await openServer(options.databaseUrl);
  try {
    await createSchema(server, name).catch((error: unknown) => {
      if (!REFUSED.has(sqlErrorNumber(error) ?? 0)) throw error;
      throw new Error(
        `A backup is loaded into a schema of its own first, and '${decodeURIComponent(url.username)}' may not create one. As an ` +
          `administrator of the database run: GRANT ALL PRIVILEGES ON \`${live.replaceAll('_', '\\_')}\\_%\`.* TO '${decodeURIComponent(url.username)}'@'%';`,
        { cause: error },
      );
    });
    const loaded = await load(options, url.toString());
    return await use(loaded, { name, url: url.toString(), server });
  } finally {
    await dropSchema(server, name).catch((err: unknown) =>
      options.log.warn({ err, schema: name }, 'drop this schema by hand'),
    );
    await server.end();
  }
}

async function load(
  { file, identity, secrets, log, migrationsDir: dir = MIGRATIONS_DIR }: LoadOptions,
  databaseUrl: string,
): Promise<LoadedBackup> {
  const lines = readBackupFile(file, { identity });
  const first = await lines.next();
  if (first.done || first.value.kind !== 'header') throw new BackupFileError('The backup is empty.');
  const { header } = first.value;
  await migrateAsFar(databaseUrl, { header, log, dir });
  const connection = await openServer(databaseUrl, databaseName(databaseUrl));
  try {
    await beginLoad(connection);
    const { counts, sums } = await loadTables(connection, lines);
    // Rows are counted before the migrations of a newer version, which may drop tables and merge rows.
    const faults = await countLoaded(connection, counts);
    await migrate({ databaseUrl, log, dir });
    faults.push(...(await checkLoaded(connection, { sums, databaseUrl, secrets })));
    const rows = [...counts.values()].reduce((sum, n) => sum + n, 0);
    return { header, tables: counts.size, rows, faults };
  } finally {
    await connection.end();
  }
}

/** The tables as they were when the backup was written; the rest of the migrations follows when the rows are there. */
async function migrateAsFar(
  databaseUrl: string,
  { header, log, dir }: { header: BackupHeader; log: LoadOptions['log']; dir: string },
): Promise<void> {
  const known = new Set(await migrationNames(dir));
  const unknown = header.migrations.filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new BackupFileError(
      `The backup is of a newer version (${header.product}): it has the migration ${unknown[0]}. Restore it with that version or a newer one.`,
    );
  await migrate({ databaseUrl, log, dir, only: new Set(header.migrations) });
}

async function loadTables(
  connection: Connection,
  lines: AsyncGenerator<BackupLine>,
): Promise<{ counts: Map<string, number>; sums: BackupSums }> {
  const counts = new Map<string, number>();
  let [table, waiting, chars]: [BackupTable | undefined, BackupRow[], number] = [undefined, [], 0];
  const flush = async (): Promise<void> => {
    if (table) await insertRows(connection, table, waiting);
    [waiting, chars] = [[], 0];
  };
  for await (const line of lines) {
    if (line.kind === 'table') {
      table = line.table;
      await emptyTable(connection, table.table);
    } else if (line.kind === 'row') {
      waiting.push(line.row);
      chars += line.row.reduce((sum, value) => sum + (value?.length ?? 0), 0);
      if (waiting.length >= ROWS_MAX || chars >= CHARS_MAX) await flush();
    } else if (line.kind === 'tableEnd' && table) {
      await flush();
      if (table.nextId !== null) await setNextId(connection, table.table, table.nextId);
      counts.set(table.table, line.rows);
    } else if (line.kind === 'end') return { counts, sums: await rest(lines, line.sums) };
  }
  throw new BackupFileError('The backup is not whole: its end is missing.');
}

/** Reads on, so that the reader checks that nothing follows. */
async function rest(lines: AsyncGenerator<unknown>, sums: BackupSums): Promise<BackupSums> {
  await lines.next();
  return sums;
}

async function countLoaded(connection: Connection, counts: ReadonlyMap<string, number>): Promise<string[]> {
  const faults: string[] = [];
  for (const [table, rows] of counts) {
    const found = await countRows(connection, table);
    if (found !== rows) faults.push(`${table} has ${found} rows instead of ${rows}.`);
  }
  return faults;
}

async function checkLoaded(
  connection: Connection,
  { sums, databaseUrl, secrets }: { sums: BackupSums; databaseUrl: string; secrets: Secrets },
): Promise<string[]> {
  const faults: string[] = [];
  for (const reference of await brokenReferences(connection))
    faults.push(`${reference} refers to a row that is not there.`);
  if (JSON.stringify((await readSums(connection)).vaults) !== JSON.stringify(sums.vaults))
    faults.push('The balances of the vaults do not add up to those of the backup.');
  const db = openDatabase(databaseUrl, { connectionLimit: 2 });
  try {
    for (const { subject, id, field, stored, rebuilt } of await verifyLedger({ db }))
      faults.push(`${subject.toLowerCase()} ${id}: ${field} is ${stored}, its history says ${rebuilt}.`);
    const audit = await verifyAuditLog({ db, secrets });
    for (const { kind, entryId } of audit.faults)
      faults.push(`The audit log is broken: ${kind} ${entryId === null ? 'at its end' : `at entry ${entryId}`}.`);
  } finally {
    await db.close();
  }
  return faults;
}
