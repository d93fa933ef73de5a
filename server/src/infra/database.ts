import { PrismaMariaDb } from '@prisma/adapter-mariadb';
import mariadb, { type ConnectionConfig, type Pool, type PoolConnection } from 'mariadb';
import { PrismaClient } from '../generated/prisma/client.js';

/** What one statement answered: rows of a SELECT, or the outcome of a write. */
export type Rows = Record<string, never>[];
export interface WriteResult {
  affectedRows: number;
  insertId: number;
}

/** Statements that travel together: one round trip, stopped by the first that fails. */
export class Batch {
  readonly parts: string[] = [];
  readonly values: unknown[] = [];

  add(sql: string, values: readonly unknown[] = []): this {
    this.parts.push(sql.trim().replace(/;$/, ''));
    this.values.push(...values);
    return this;
  }

  get size(): number {
    return this.parts.length;
  }
}

export interface Tx {
  /** One statement, one round trip. */
  query<T = Rows>(sql: string, values?: readonly unknown[]): Promise<T>;
  /** All statements of the batch in one round trip; answers one result for each. */
  run(batch: Batch): Promise<unknown[]>;
  /** The last writes and COMMIT in one round trip. Nothing may follow on this transaction. */
  commit(batch: Batch): Promise<unknown[]>;
  /** Gives up without an error. */
  rollback(): Promise<void>;
}

export interface Database {
  /** The API's reads and the administrative writes. Never `increment` on a Decimal: it is computed as a double. */
  prisma: PrismaClient;
  /** One statement outside a transaction. */
  query<T = Rows>(sql: string, values?: readonly unknown[]): Promise<T>;
  run(batch: Batch): Promise<unknown[]>;
  /**
   * READ COMMITTED. Decide from rows read FOR UPDATE and write the values computed in code. Deadlocks and lock
   * time-outs run `work` again (at most 5 times, jittered), so `work` must have no effect outside the transaction.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** 1213 deadlock, 1205 lock wait timeout, 1020 record changed (MariaDB's snapshot isolation). */
const RETRYABLE = new Set([1213, 1205, 1020]);
const ATTEMPTS_MAX = 5;

export const sqlErrorNumber = (error: unknown): number | undefined => {
  const errno = (error as { errno?: unknown } | undefined)?.errno;
  return typeof errno === 'number' ? errno : undefined;
};
/** A unique key refused the row (1062). */
export const isDuplicateKey = (error: unknown): boolean => sqlErrorNumber(error) === 1062;

/** MySQL hands JSON columns out as parsed values, MariaDB as text; both come out of here as values. */
export const fromJson = <T>(value: unknown): T | null => {
  if (value === null || value === undefined) return null;
  return (typeof value === 'string' ? JSON.parse(value) : value) as T;
};

/** How every connection of ours is opened, to the address of `mysql://user:password@host:port/database`. */
export function connectionOptions(databaseUrl: string): ConnectionConfig {
  const url = new URL(databaseUrl);
  return {
    host: url.hostname,
    port: url.port ? Number(url.port) : 3306,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: databaseName(databaseUrl),
    connectTimeout: 5_000,
    timezone: 'Z',
    multipleStatements: true,
    insertIdAsNumber: true,
    bigIntAsNumber: true,
    checkNumberRange: true,
    // MySQL 8's default authentication without TLS.
    allowPublicKeyRetrieval: true,
    prepareCacheLength: 256,
    // Strict, whatever the server was set to: a value that does not fit is an error, never cut to fit.
    initSql: [
      "SET time_zone = '+00:00', SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
      'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
    ],
  };
}

const databaseName = (databaseUrl: string): string => decodeURIComponent(new URL(databaseUrl).pathname.slice(1));

export function openPool(databaseUrl: string, connectionLimit: number): Pool {
  return mariadb.createPool({ ...connectionOptions(databaseUrl), connectionLimit, acquireTimeout: 10_000 });
}

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

export function openDatabase(databaseUrl: string, { connectionLimit = 20 } = {}): Database {
  const pool = openPool(databaseUrl, connectionLimit);
  const prisma = new PrismaClient({ adapter: new PrismaMariaDb(pool, { database: databaseName(databaseUrl) }) });
  return {
    prisma,
    query: (sql, values) => pool.query(sql, values ? [...values] : undefined),
    run: (batch) => send(pool, batch),
    async transaction(work) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await runOnce(pool, work);
        } catch (error) {
          if (attempt >= ATTEMPTS_MAX || !RETRYABLE.has(sqlErrorNumber(error) ?? 0)) throw error;
          await sleep(Math.random() * 10 * 2 ** attempt);
        }
      }
    },
    async close() {
      await prisma.$disconnect();
      await pool.end();
    },
  };
}

async function send(target: Pool | PoolConnection, batch: Batch, suffix = ''): Promise<unknown[]> {
  const statements = suffix ? [...batch.parts, suffix] : batch.parts;
  if (statements.length === 0) return [];
  const results = (await target.query(statements.join(';\n'), [...batch.values])) as unknown;
  return statements.length === 1 ? [results] : (results as unknown[]);
}

async function runOnce<T>(pool: Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const connection = await pool.getConnection();
  let open = true;
  const end = async (statement: 'COMMIT' | 'ROLLBACK') => {
    if (!open) return;
    open = false;
    await connection.query(statement);
  };
  // Not awaited: the driver pipelines it with the first statement of the work.
  const started = connection.query('START TRANSACTION');
  started.catch(() => undefined);
  const usable = () => {
    if (!open) throw new Error('the transaction has ended');
  };
  try {
    const result = await work({
      query: (sql, values) => (usable(), connection.query(sql, values ? [...values] : undefined)),
      run: (batch) => (usable(), send(connection, batch)),
      async commit(batch) {
        usable();
        const results = await send(connection, batch, 'COMMIT');
        open = false;
        return results.slice(0, batch.size);
      },
      rollback: () => end('ROLLBACK'),
    });
    await started;
    await end('COMMIT');
    return result;
  } catch (error) {
    await end('ROLLBACK').catch(() => connection.destroy());
    throw error;
  } finally {
    await connection.release().catch(() => undefined);
  }
}
