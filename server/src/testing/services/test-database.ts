import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import mariadb, { type Connection } from 'mariadb';
import { connectionOptions, openDatabase, sqlErrorNumber, type Database } from '../../infra/database/database.js';
import { migrate } from '../../infra/database/migrate.js';

export interface TestDatabase {
  db: Database;
  url: string;
  /** Closes the pool and drops the database. */
  drop(): Promise<void>;
}

/** 1044 access denied to the database, 1045 access denied, 1227 a privilege is missing. */
const REFUSED = new Set([1044, 1045, 1227]);
const silent = { info: () => undefined, warn: () => undefined };

const testServerUrl = (): string => {
  const url = process.env.DATABASE_URL;
  if (!url)
    throw new Error('DATABASE_URL is not set: tests run through vitest.workspace.ts, whose global setup sets it');
  return url;
};

type Options = Omit<ReturnType<typeof connectionOptions>, 'database'>;

async function connected<T>(options: Options, run: (connection: Connection) => Promise<T>): Promise<T> {
  const connection = await mariadb.createConnection(options);
  try {
    return await run(connection);
  } finally {
    await connection.end();
  }
}

/** Runs statements on the test server itself, outside of all test databases. */
function onServer(sql: string): Promise<void> {
  const { database: _, ...options } = connectionOptions(testServerUrl());
  return connected(options, (connection) => connection.query(sql));
}

interface Place {
  url: string;
  drop(): Promise<void>;
}

/** A separate empty database on the test server, without migrations. */
export async function createEmptyDatabase(): Promise<Place> {
  const name = `mvcashnode_test_${process.pid}_${randomBytes(5).toString('hex')}`;
  try {
    await onServer(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  } catch (error) {
    if (!REFUSED.has(sqlErrorNumber(error) ?? 0)) throw error;
    const user = decodeURIComponent(new URL(testServerUrl()).username);
    throw new Error(
      `Each test file creates its own database, and '${user}' may not. As an administrator of that server run: ` +
        `GRANT ALL PRIVILEGES ON \`mvcashnode\\_test\\_%\`.* TO '${user}'@'%'; or unset DATABASE_URL to use a private server.`,
      { cause: error },
    );
  }
  const url = new URL(testServerUrl());
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(`DROP DATABASE IF EXISTS \`${name}\``) };
}

async function createMigrated(): Promise<Place> {
  const place = await createEmptyDatabase();
  await migrate({ databaseUrl: place.url, log: silent });
  return place;
}

function open({ url, drop }: Place, connectionLimit: number): TestDatabase {
  const db = openDatabase(url, { connectionLimit });
  return {
    db,
    url,
    async drop() {
      await db.close();
      await drop();
    },
  };
}

/** A database created by running the migrations one after the other, and opened. */
export const createMigratedDatabase = async (): Promise<TestDatabase> => open(await createMigrated(), 4);

/** Statements that create at once what the migrations create step by step, in a fourth of the time or less. */
export async function writeSchemaScript(): Promise<string> {
  const { url, drop } = await createMigrated();
  try {
    return await connected(connectionOptions(url), async (connection) => {
      const tables = await connection.query<{ name: string }[]>(
        "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'",
      );
      const statements: string[] = [];
      for (const { name } of tables) statements.push(...(await readTable(connection, name)));
      return ['SET FOREIGN_KEY_CHECKS = 0', ...statements, 'SET FOREIGN_KEY_CHECKS = 1'].join(';\n');
    });
  } finally {
    await drop();
  }
}

/** The statements that create a table with its rows. */
async function readTable(connection: Connection, name: string): Promise<string[]> {
  const table = connection.escapeId(name);
  const [made] = await connection.query<{ 'Create Table': string }[]>(`SHOW CREATE TABLE ${table}`);
  if (!made) throw new Error(`the table ${name} is gone`);
  const rows = await connection.query<Record<string, unknown>[]>(`SELECT * FROM ${table}`);
  const inserts = rows.map((row) => {
    const columns = Object.keys(row).map((column) => connection.escapeId(column));
    const values = Object.values(row).map((value) => connection.escape(value));
    return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${values.join(', ')})`;
  });
  return [made['Create Table'], ...inserts];
}

/**
 * A database for one test file, opened: a copy of the one that the global setup migrated; without that, it runs the
 * migrations.
 */
export async function createTestDatabase({ connectionLimit = 12 } = {}): Promise<TestDatabase> {
  const { TEST_SCHEMA_FILE: schemaFile } = process.env;
  if (!schemaFile) return open(await createMigrated(), connectionLimit);
  const [place, script] = await Promise.all([createEmptyDatabase(), readFile(schemaFile, 'utf8')]);
  await connected(connectionOptions(place.url), (connection) => connection.query(script));
  return open(place, connectionLimit);
}
