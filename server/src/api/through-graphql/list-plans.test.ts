import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type Database } from '../../infra/database/database.js';
import type { RedisLink } from '../../infra/redis/redis.js';
import { growHistory, growMonitoringLogs, historyStart } from '../../testing/worlds/grow-history.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { buildApiSchema } from '../build-schema.js';

/**
 * How the database reads the lists of a tenant with many rows and those of a neighbour with few. The data must be large
 * enough that a full scan or a sort would be chosen where no index helps.
 */
const ROWS = 6_000;

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let db: Database;
let statements: [sql: string, values: readonly unknown[]][] = [];
let cookies: { big: string; small: string };
let ids: { account: number; accounts: readonly number[]; source: number; vault: number; job: number };

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  const plain = openDatabase(database.url, { connectionLimit: 4 });
  const prisma = plain.prisma;
  db = {
    ...plain,
    prisma,
    query(sql, values = []) {
      statements.push([sql, values]);
      return plain.query(sql, values);
    },
    run(batch) {
      let from = 0;
      for (const sql of batch.parts) {
        const count = (sql.match(/\?/g) ?? []).length;
        statements.push([sql, batch.values.slice(from, from + count)]);
        from += count;
      }
      return plain.run(batch);
    },
  };
  api = await startTestApi({ db, redis });
  const [big, small] = [await api.newUser({ role: 'admin' }), await api.newUser({ role: 'admin' })];
  await growMonitoringLogs(plain, ROWS);
  const world = await growHistory(plain, { userId: big.id, rows: ROWS });
  await growHistory(plain, { userId: small.id, rows: 30 });
  ids = {
    account: world.accountIds[0] ?? 0,
    accounts: world.accountIds,
    source: world.sourceId,
    vault: world.vaultId,
    job: world.firstJobId,
  };
  cookies = { big: big.cookie, small: small.cookie };
}, 120_000);
afterAll(async () => {
  await api.stop();
  await redis.close();
  await db.close();
  await database.drop();
});

/** The lists, with the filters that select by an index of their own. */
/** Users and runs of jobs have other arguments, and as many rows as an installation has people and days. */
const FOR_ADMINS = ['users', 'scheduledJobRuns'];

const LISTS: Record<string, string[]> = {
  positions: [
    '',
    'SEVERAL',
    'SEVERAL, SYMBOLS',
    'status: OPEN',
    'status: CLOSED',
    'symbol: "BTCUSDT"',
    'symbol: "BTC/USDT", status: OPEN',
    'SOURCE',
  ],
  tradeJobs: [
    '',
    'SEVERAL',
    'SEVERAL, SYMBOLS, status: [FILLED, SKIPPED]',
    'SYMBOLS',
    'status: [FILLED]',
    'status: [FAILED, SKIPPED]',
    'symbol: "BTC/USDT"',
    'tradeMode: REAL',
    'SOURCE',
  ],
  limitOrders: ['', 'SEVERAL', 'SYMBOLS', 'symbol: "BTC/USDT"'],
  tradeExecutions: ['', 'SEVERAL', 'SYMBOLS', 'status: [FILLED]', 'symbol: "BTC/USDT"', 'JOB', 'SOURCE'],
  positionFills: ['', 'SEVERAL', 'SYMBOLS', 'symbol: "BTC/USDT"', 'SOURCE'],
  webhookEvents: [
    '',
    'SEVERAL',
    'SEVERAL, SYMBOLS',
    'action: BUY_SIGNAL',
    'status: PROCESSED',
    'symbol: "BTC/USDT"',
    'ACCOUNT',
  ],
  webhookReceipts: [
    '',
    'SOURCES, SYMBOLS',
    'ACCOUNTS',
    'SEVERAL, SYMBOLS',
    'outcome: REFUSED',
    'understood: false',
    'understood: true',
    'symbol: "BTC/USDT"',
  ],
  webhookBlockedAttempts: ['', 'SOURCES', 'reasonCode: SIGNATURE_INVALID'],
  vaultTransactions: ['', 'type: [DEPOSIT]', 'asset: "USDT"', 'VAULT'],
  alerts: ['', 'openOnly: true'],
  auditLog: ['', 'action: "killSwitch"', 'entity: "user"'],
  bulkActions: [''],
  notificationDeliveries: ['', 'status: [SENT]', 'status: [FAILED, PENDING]', 'channelId: 1'],
  notificationLog: ['', 'status: [FAILED, PENDING]'],
  externalOrders: ['', 'ACCOUNTS, SYMBOLS', 'includeDismissed: true'],
  loginHistory: [''],
  exchangeAccounts: [''],
  vaults: [''],
  webhookSources: [''],
  webhookBindings: ['', 'isActive: true', 'SOURCE', 'ACCOUNT', 'SEVERAL'],
  tradeParameters: ['', 'ACCOUNTS, SYMBOLS'],
  monitoringLogs: ['', 'service: API', 'status: RUNNING'],
};

const filterOf = (text: string): string =>
  text
    .replace('SEVERAL', 'ACCOUNTS, SOURCES')
    .replace('ACCOUNTS', `accountIds: [${ids.accounts.join()}]`)
    .replace('SOURCES', `sourceIds: [${ids.source}, 999999]`)
    .replace('SYMBOLS', 'symbols: ["BTC/USDT", "ETHUSDT", "SOL/USDT"]')
    .replace('SOURCE', `sourceId: ${ids.source}`)
    .replace('ACCOUNT', `accountId: ${ids.account}`)
    .replace('VAULT', `vaultId: ${ids.vault}`)
    .replace('JOB', `jobId: ${ids.job}`);

interface Step {
  table: string | null;
  type: string | null;
  key: string | null;
  Extra: string | null;
  rows: number | null;
}

/** What is wrong with the plan of a statement: each table must be read by an index, and nothing may be sorted. */
async function faultsOf(sql: string, values: readonly unknown[]): Promise<string[]> {
  const steps = await database.db.query<Step[]>(`EXPLAIN ${sql}`, values);
  return steps.flatMap(({ table, type, Extra }) => {
    if (table === null || table.startsWith('<')) return [];
    const faults = [
      ...(type === 'ALL' || type === 'index' ? [`full scan of ${table}`] : []),
      ...(/filesort|temporary/i.test(Extra ?? '') ? [`${Extra} of ${table}`] : []),
    ];
    return faults.map((fault) => `${fault}: ${sql}`);
  });
}

/** The statements that a query runs. */
async function statementsOf(query: string, cookie: string): Promise<typeof statements> {
  statements = [];
  const answer = await api.send(query, {}, cookie);
  expect(answer.errors, query).toEqual([]);
  return statements.filter(([sql]) => /^\(?SELECT/i.test(sql.trim()) && !/FROM sessions|user_roles/.test(sql));
}

const cases = Object.entries(LISTS).flatMap(([field, filters]) => filters.map((filter) => [field, filter] as const));

describe.each(['big', 'small'] as const)('the lists of a %s tenant', (who) => {
  it.each(cases)('%s(%s) reads ranges of an index and sorts nothing', async (field, filter) => {
    const day = (number: number) => historyStart() + number * 86_400_000;
    const dates = `from: "${new Date(day(30)).toISOString()}", to: "${new Date(day(210)).toISOString()}"`;
    const after = Buffer.from(`row:${day(120)}:500`).toString('base64url');
    const given = filterOf(filter);
    for (const args of [
      `first: 20, filter: { ${given} }`,
      `first: 20, after: "${after}", filter: { ${given} }`,
      `last: 20, before: "${after}", sort: OLDEST, filter: { ${given} }`,
      `first: 20, filter: { ${[given, dates].filter(Boolean).join(', ')} }`,
    ]) {
      const run = await statementsOf(`{ ${field}(${args}) { edges { cursor } pageInfo { endCursor } } }`, cookies[who]);
      expect(run.length).toBeGreaterThan(0);
      const faults = (await Promise.all(run.map(([sql, values]) => faultsOf(sql, values)))).flat();
      expect(faults).toEqual([]);
    }
  });
});

it('the check finds a full scan and a sort', async () => {
  expect(await faultsOf('SELECT id FROM trade_jobs WHERE quote_amount > 5 ORDER BY quote_amount', [])).not.toEqual([]);
  const sorted = 'SELECT id FROM trade_jobs FORCE INDEX (trade_jobs_exchange_account_id_created_at_idx)';
  expect(await faultsOf(`${sorted} WHERE exchange_account_id = ? ORDER BY quote_amount`, [ids.account])).toEqual([
    expect.stringMatching(/filesort/),
  ]);
});

it('every list of the schema is among them', async () => {
  const schema = await buildApiSchema();
  const lists = Object.values(schema.getQueryType()?.getFields() ?? {})
    .filter(({ type }) => /Connection!?$/.test(String(type)))
    .map(({ name }) => name)
    .filter((name) => !FOR_ADMINS.includes(name));
  expect(lists.sort()).toEqual(Object.keys(LISTS).sort());
});
