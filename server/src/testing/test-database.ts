import { randomBytes } from 'node:crypto';
import mariadb from 'mariadb';
import { connectionOptions, openDatabase, sqlErrorNumber, type Database } from '../infra/database/database.js';
import { migrate } from '../infra/database/migrate.js';

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

/** Runs statements on the test server itself, outside every test database. */
async function onServer(sql: string): Promise<void> {
  const { database: _, ...options } = connectionOptions(testServerUrl());
  const connection = await mariadb.createConnection(options);
  try {
    await connection.query(sql);
  } finally {
    await connection.end();
  }
}

/** An empty database of its own on the test server, not migrated. */
export async function createEmptyDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `mvcashnode_test_${process.pid}_${randomBytes(5).toString('hex')}`;
  try {
    await onServer(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`);
  } catch (error) {
    if (!REFUSED.has(sqlErrorNumber(error) ?? 0)) throw error;
    const user = decodeURIComponent(new URL(testServerUrl()).username);
    throw new Error(
      `Each test file makes a database of its own, and '${user}' may not. As an administrator of that server run: ` +
        `GRANT ALL PRIVILEGES ON \`mvcashnode\\_test\\_%\`.* TO '${user}'@'%'; or unset DATABASE_URL to use a private server.`,
      { cause: error },
    );
  }
  const url = new URL(testServerUrl());
  url.pathname = `/${name}`;
  return { url: url.href, drop: () => onServer(`DROP DATABASE IF EXISTS \`${name}\``) };
}

/** A freshly migrated database for one test file, opened. */
export async function createTestDatabase({ connectionLimit = 12 } = {}): Promise<TestDatabase> {
  const { url, drop } = await createEmptyDatabase();
  await migrate({ databaseUrl: url, log: silent });
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
