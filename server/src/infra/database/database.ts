import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PrismaMariaDb } from '@prisma/adapter-mariadb';
import mariadb, { type ConnectionConfig, type Pool, type PoolConnection } from 'mariadb';
import { PrismaClient } from '../../generated/prisma/client.js';
import { add, count, observeMs, provide } from '../metrics/metrics.js';

/** The result of one statement: rows of a SELECT, or the outcome of a write. */
export type Rows = Record<string, never>[];
export interface WriteResult {
  affectedRows: number;
  insertId: number;
}

/** Statements sent together in one round trip. The first that fails stops the rest. */
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
  /** All statements of the batch in one round trip. Returns one result for each. */
  run(batch: Batch): Promise<unknown[]>;
  /** The last writes and COMMIT in one round trip. Nothing may follow on this transaction. */
  commit(batch: Batch): Promise<unknown[]>;
  /** Rolls back without an error. Nothing may follow on this transaction. */
  rollback(): Promise<void>;
}

export interface Database {
  /**
   * For the API's reads and for administrative writes. Never use `increment` on a Decimal: it is computed as a double.
   */
  prisma: PrismaClient;
  /** One statement outside a transaction. */
  query<T = Rows>(sql: string, values?: readonly unknown[]): Promise<T>;
  run(batch: Batch): Promise<unknown[]>;
  /**
   * READ COMMITTED. Decide from rows read FOR UPDATE and write values computed in code. After a deadlock, a lock
   * timeout or a connection lost before the COMMIT was sent, `work` runs again (at most 5 times in total, with jitter),
   * so `work` must have no effect outside the transaction. A connection lost during COMMIT rejects, because the outcome
   * is not known. Statements are sent one after the other. After a deadlock no more are sent, even if `work` catches
   * the error.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * 1213 deadlock, 1205 lock wait timeout, 1020 record changed (MariaDB's snapshot isolation), 45013 the driver sent nothing,
 * because the connection had ended before.
 */
const RETRYABLE = new Set([1213, 1205, 1020, 45013]);
/** After these the server has rolled back the whole transaction; after 1205 only the statement. */
const ROLLED_BACK = new Set([1213, 1020]);
const ATTEMPTS_MAX = 5;

export const sqlErrorNumber = (error: unknown): number | undefined => {
  const errno = (error as { errno?: unknown } | undefined)?.errno;
  return typeof errno === 'number' ? errno : undefined;
};
/** A unique key refused the row (1062). */
export const isDuplicateKey = (error: unknown): boolean => sqlErrorNumber(error) === 1062;

/**
 * Raw SQL returns JSON columns as text on every server (see `connectionOptions`), Prisma returns values. This returns
 * values for both.
 */
export const fromJson = <T>(value: unknown): T | null => {
  if (value === null || value === undefined) return null;
  return (typeof value === 'string' ? JSON.parse(value) : value) as T;
};

/**
 * TLS as the address asks: `?ssl=true` checks the certificate with the authorities of Node (NODE_EXTRA_CA_CERTS adds to
 * them), `?sslCa=/path/ca.pem` with those of the file. There is no way to skip the check. Throws for other values.
 */
function tlsOptions({ searchParams }: URL): { ssl?: true | { ca: string } } {
  const [ssl, ca] = [searchParams.get('ssl'), searchParams.get('sslCa')];
  if (ssl !== null && !['true', 'false'].includes(ssl))
    throw new RangeError('ssl in DATABASE_URL must be true or false');
  if (ca !== null && ssl !== 'false') return { ssl: { ca: readFileSync(ca, 'utf8') } };
  return ssl === 'true' ? { ssl: true } : {};
}

/** The options of all our connections, for the address `mysql://user:password@host:port/database`. */
export function connectionOptions(databaseUrl: string): ConnectionConfig & { jsonStrings: boolean } {
  const url = new URL(databaseUrl);
  return {
    host: url.hostname,
    port: url.port ? Number(url.port) : 3306,
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: databaseName(databaseUrl),
    ...tlsOptions(url),
    connectTimeout: 5_000,
    timezone: 'Z',
    multipleStatements: true,
    insertIdAsNumber: true,
    bigIntAsNumber: true,
    checkNumberRange: true,
    // JSON columns are returned as text by MySQL and MariaDB alike, so that a JSON string is not mistaken for a parsed
    // value.
    autoJsonMap: false,
    jsonStrings: true,
    // Otherwise error messages would contain the values, and the log would get e-mails, hashes and secrets.
    logParam: false,
    // Needed for MySQL 8's default authentication without TLS.
    allowPublicKeyRetrieval: true,
    prepareCacheLength: 256,
    // Always strict, independent of the server's settings: a value that does not fit is an error and is never cut.
    initSql: [
      "SET time_zone = '+00:00', SESSION sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'",
      'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
    ],
  };
}

export const databaseName = (databaseUrl: string): string => decodeURIComponent(new URL(databaseUrl).pathname.slice(1));

export function openPool(databaseUrl: string, connectionLimit: number, initSql: readonly string[] = []): Pool {
  const options = connectionOptions(databaseUrl);
  const sql = [...((options.initSql ?? []) as string[]), ...initSql];
  return mariadb.createPool({ ...options, initSql: sql, connectionLimit, acquireTimeout: 2_500 });
}

/** MariaDB and MySQL have different variables; each server skips the comment of the other. */
const statementTimeout = (ms: number): string =>
  `SET @statement_timeout_ms = ${ms} /*M! , SESSION max_statement_time = ${ms / 1_000} */ /*!50708 , SESSION max_execution_time = ${ms} */`;

/** How long MariaDB lets a transaction wait for its next statement. MySQL has no such limit. */
const IDLE_TRANSACTION_SEC = 5;

/**
 * A process that is stopped in the middle of a transaction would keep its row locks until it goes on, and the others,
 * which took over its work, would wait for them. MariaDB ends such a connection, and with it the transaction.
 */
const TRANSACTIONS_ONLY = `SET autocommit = 0 /*M! , SESSION idle_transaction_timeout = ${IDLE_TRANSACTION_SEC} */`;

/** 1969: MariaDB ended a statement after its time limit; 3024: MySQL did; 45028: no connection became free in time. */
const TOOK_TOO_LONG = new Set(['1969', '3024', '45028']);

/** Whether the database took too long. Also inside an error of Prisma. */
export function isStatementTimeout(error: unknown): boolean {
  if (TOOK_TOO_LONG.has(String(sqlErrorNumber(error)))) return true;
  const meta = (
    error as { meta?: { driverAdapterError?: { cause?: { originalCode?: unknown; code?: unknown } } } } | null
  )?.meta?.driverAdapterError?.cause;
  return TOOK_TOO_LONG.has(String(meta?.originalCode ?? meta?.code));
}

export interface DatabaseOptions {
  /** The total number of connections. Half of them are for transactions; at least one of each kind. */
  connectionLimit?: number;
  /**
   * The database ends a statement outside a transaction that runs longer than this. The default is no limit. MySQL ends
   * only reads.
   */
  readTimeoutMs?: number | undefined;
  /** Called for each of our round trips (not Prisma's) with its statements. */
  onRoundTrip?: ((statements: readonly string[]) => void) | undefined;
}

export function openDatabase(
  databaseUrl: string,
  { connectionLimit = 20, onRoundTrip = () => undefined, readTimeoutMs }: DatabaseOptions = {},
): Database {
  const forTransactions = Math.max(1, Math.ceil(connectionLimit / 2));
  const limits = readTimeoutMs === undefined ? [] : [statementTimeout(readTimeoutMs)];
  const pool = openPool(databaseUrl, Math.max(1, connectionLimit - forTransactions), limits);
  // A connection without autocommit is always in a transaction, which begins with its next statement, so BEGIN costs no
  // round trip. Prisma and single statements must not use it. For this reason transactions have their own connections.
  const transactions = openPool(databaseUrl, forTransactions, [TRANSACTIONS_ONLY]);
  const send: Send = (target, batch, around) => sendBatch(target, batch, { ...around, onRoundTrip });
  const endMetrics = providePools({ reads: pool, transactions });
  const read = (batch: Batch) => measured('reads', batch.size, () => send(pool, batch));
  const prisma = new PrismaClient({ adapter: new PrismaMariaDb(pool, { database: databaseName(databaseUrl) }) });
  return {
    prisma,
    async query<T>(sql: string, values?: readonly unknown[]) {
      return (await read(new Batch().add(sql, values)))[0] as T;
    },
    run: read,
    async transaction(work) {
      for (let attempt = 1; ; attempt++) {
        const connection = await transactions.getConnection().catch(failWith('transactions'));
        const run: Attempt = { outcome: 'open' };
        try {
          return await runOnce(connection, work, { attempt: run, send });
        } catch (error) {
          if (attempt >= ATTEMPTS_MAX || !mayRunAgain(error, run)) throw error;
          count('db_transaction_retries_total');
          await sleep(Math.random() * 10 * 2 ** attempt);
        }
      }
    },
    async close() {
      endMetrics();
      await prisma.$disconnect();
      await Promise.all([pool.end(), transactions.end()]);
    },
  };
}

type PoolName = 'reads' | 'transactions';

function providePools(pools: Record<PoolName, Pool>): () => void {
  const all = Object.entries(pools) as [PoolName, Pool][];
  const ends = [
    provide('db_pool_connections', () =>
      all.flatMap(([pool, of]) => [
        [{ pool, state: 'active' }, of.activeConnections()] as const,
        [{ pool, state: 'idle' }, of.idleConnections()] as const,
      ]),
    ),
    provide('db_pool_waiting', () => all.map(([pool, of]) => [{ pool }, of.taskQueueSize()] as const)),
  ];
  return () => ends.forEach((end) => end());
}

/** Counts the requests that got no connection in time (45028). */
const failWith =
  (pool: PoolName) =>
  (error: unknown): never => {
    if (sqlErrorNumber(error) === 45028) count('db_pool_timeouts_total', { pool });
    throw error;
  };

async function measured<T>(pool: PoolName, statements: number, work: () => Promise<T>): Promise<T> {
  const since = performance.now();
  add('db_statements_total', statements, { pool });
  try {
    return await work();
  } catch (error) {
    return failWith(pool)(error);
  } finally {
    observeMs('db_round_trip_seconds', performance.now() - since, { pool });
  }
}

interface Around {
  after?: readonly string[];
}
type Send = (target: Pool | PoolConnection, batch: Batch, around?: Around) => Promise<unknown[]>;

/** One round trip: the batch, then `after`. Returns one result for each statement of the batch. */
async function sendBatch(
  target: Pool | PoolConnection,
  batch: Batch,
  { after = [], onRoundTrip }: Around & Required<Pick<DatabaseOptions, 'onRoundTrip'>>,
): Promise<unknown[]> {
  const statements = [...batch.parts, ...after];
  if (statements.length === 0) return [];
  onRoundTrip?.(statements);
  const results = (await target.query(statements.join(';\n'), [...batch.values])) as unknown;
  if (statements.length === 1) return batch.size === 1 ? [results] : [];
  return (results as unknown[]).slice(0, batch.size);
}

/** How an attempt ended. `committing`: the COMMIT was sent and no answer came. */
type Outcome = 'open' | 'committing' | 'committed' | 'rolled back';
interface Attempt {
  outcome: Outcome;
}

/** After these, the server or the end of the connection has already rolled back everything uncommitted. */
const hasRolledBack = (error: unknown): boolean =>
  (error as { fatal?: unknown } | undefined)?.fatal === true || ROLLED_BACK.has(sqlErrorNumber(error) ?? 0);

const mayRunAgain = (error: unknown, { outcome }: Attempt): boolean => {
  if (outcome === 'committed') return false;
  if (RETRYABLE.has(sqlErrorNumber(error) ?? 0)) return true;
  return hasRolledBack(error) && outcome !== 'committing';
};

async function runOnce<T>(
  connection: PoolConnection,
  work: (tx: Tx) => Promise<T>,
  { attempt, send: sendNow }: { attempt: Attempt; send: Send },
): Promise<T> {
  const send: Send = (target, batch, around) =>
    measured('transactions', batch.size, () => sendNow(target, batch, around));
  // The transaction starts with its first statement.
  let isStarted = false;
  let broken: { error: unknown } | undefined;
  // Each statement waits for the one before, so that none runs outside the transaction after a server-side rollback.
  let last: Promise<unknown> = Promise.resolve();
  const next = <R>(statement: () => Promise<R>): Promise<R> => {
    const result = last.then(() => {
      if (broken) throw broken.error;
      if (attempt.outcome !== 'open') throw new Error(`the transaction has ended (${attempt.outcome})`);
      isStarted = true;
      return statement();
    });
    last = result.catch((error: unknown) => {
      if (hasRolledBack(error)) broken ??= { error };
    });
    return result;
  };
  const commit = (batch: Batch) =>
    next(async () => {
      attempt.outcome = 'committing';
      try {
        const results = await send(connection, batch, { after: ['COMMIT'] });
        attempt.outcome = 'committed';
        return results;
      } catch (error) {
        // The server answered, so it stopped at a statement before the COMMIT.
        if ((error as { fatal?: unknown }).fatal !== true) attempt.outcome = 'open';
        throw error;
      }
    });
  const rollback = () =>
    next(async () => {
      await send(connection, new Batch(), { after: ['ROLLBACK'] });
      attempt.outcome = 'rolled back';
    });
  try {
    const result = await work({
      query: <R>(sql: string, values?: readonly unknown[]) =>
        next(async () => (await send(connection, new Batch().add(sql, values)))[0] as R),
      run: (batch) => next(() => send(connection, batch)),
      commit,
      rollback,
    });
    await last;
    // A deadlock that `work` caught still counts.
    if (broken) throw (broken as { error: unknown }).error;
    if (attempt.outcome === 'open' && isStarted) await commit(new Batch());
    return result;
  } catch (error) {
    await last;
    broken = undefined;
    if (attempt.outcome === 'open' && isStarted) await rollback().catch(() => connection.destroy());
    throw error;
  } finally {
    await connection.release().catch(() => undefined);
  }
}
