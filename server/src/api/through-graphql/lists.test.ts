import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../infra/database/database.js';
import type { RedisLink } from '../../infra/redis/redis.js';
import { makeAccount, makeJob, makeParameter, makePosition, makeSource, makeVault } from '../../testing/make.js';
import { startTestApi, type GraphqlAnswer, type TestApi } from '../../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let reads = 0;

/** The same database, counting its statements. */
function counting(db: Database): Database {
  const prisma = db.prisma.$extends({
    query: {
      $allOperations({ args, query }) {
        reads += 1;
        return query(args);
      },
    },
  }) as unknown as Database['prisma'];
  return {
    ...db,
    prisma,
    query(sql, values) {
      reads += 1;
      return db.query(sql, values);
    },
    run(batch) {
      reads += 1;
      return db.run(batch);
    },
  };
}

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: counting(database.db), redis });
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

/** The field of an answer without errors. */
const valueOf = <T>(answer: GraphqlAnswer, name: string): T => {
  expect(answer.errors).toEqual([]);
  return answer.data?.[name] as T;
};

interface PositionPage {
  edges: { node: { id: string } }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
}

async function readPositionPage(
  cookie: string,
  { sort, isForward, size, cursor }: { sort: string; isForward: boolean; size: number; cursor: string | null },
): Promise<PositionPage> {
  const answer = await api.send(
    `query ($first: Int, $after: String, $last: Int, $before: String, $sort: ListSort) {
      positions(first: $first, after: $after, last: $last, before: $before, sort: $sort) {
        edges { node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
    { sort, ...(isForward ? { first: size, after: cursor } : { last: size, before: cursor }) },
    cookie,
  );
  return valueOf<PositionPage>(answer, 'positions');
}

describe('lists', () => {
  it('run as many statements for fifty rows as for two', async () => {
    const query = `{ positions(first: 50) { edges { node { id unrealizedPnl sourceLabel price { last } vault { name balances { balance } }
      account { label balances { free } } fills { id } openJob { status timeline { stage } executions { status } event { id } } } } } }`;
    const readsOf = async (cookie: string) => {
      const before = reads;
      expect((await api.send(query, {}, cookie)).errors).toEqual([]);
      return reads - before;
    };
    const trader = await api.newUser();
    const add = async (count: number) => {
      for (let n = 0; n < count; n++) {
        const account = await makeAccount(database.db, { user_id: trader.id });
        const vault = await makeVault(database.db, { user_id: trader.id });
        await makePosition(database.db, { exchange_account_id: account.id, vault_id: vault.id });
      }
    };
    await add(2);
    const few = await readsOf(trader.cookie);
    await add(48);
    expect(await readsOf(trader.cookie)).toBe(few);
    expect(few).toBeGreaterThan(5);
  });

  it('can be filtered by several accounts, sources and symbols at once, alone or together with a single one', async () => {
    const trader = await api.newUser();
    const { db } = database;
    const accounts = await Promise.all([1, 2, 3].map(() => makeAccount(db, { user_id: trader.id })));
    const sources = await Promise.all([1, 2, 3].map(() => makeSource(db, { owner_user_id: trader.id })));
    const stranger = await makeAccount(db, { user_id: (await api.newUser()).id });
    await makePosition(db, { exchange_account_id: stranger.id });
    const SYMBOLS = ['BTC/USDT', 'ETH/USDT', 'SOL/USDT'];
    for (const { id: exchange_account_id } of accounts) {
      for (const { id: webhook_source_id } of sources) {
        for (const symbol of SYMBOLS) {
          const row = { exchange_account_id, symbol };
          const job = await makeJob(db, { ...row, status: 'FILLED', webhook_source_id });
          await makePosition(db, { ...row, trade_job_id_open: job.id, webhook_source_id, fills: { create: [] } });
          await db.prisma.webhookEvent.create({
            data: {
              ...{ webhook_source_id, target_account_id: exchange_account_id, trade_mode: 'SIMULATION' },
              ...{ event_uid: `${exchange_account_id} ${symbol}`, symbol_raw: symbol, symbol_normalized: symbol },
              ...{ action: 'BUY_SIGNAL', status: 'PROCESSED' },
            },
          });
        }
      }
    }
    const [a, b] = accounts.map(({ id }) => String(id));
    const [s, t] = sources.map(({ id }) => String(id));
    const SEVERAL: [filter: object, rows: number][] = [
      [{}, 27],
      [{ accountIds: [a, b] }, 18],
      [{ accountIds: [a, b], sourceIds: [s, t], symbols: ['BTCUSDT', 'SOL/USDT'] }, 8],
      [{ accountIds: [a, b], accountId: b }, 9],
      [{ sourceIds: [s], sourceId: t }, 0],
      [{ symbols: ['BTC/USDT', 'ETHUSDT'], symbol: 'ETH/USDT' }, 9],
      [{ accountIds: [a, String(stranger.id)], sourceIds: [s] }, 3],
      [{ accountIds: [] }, 0],
      [{ sourceIds: [] }, 0],
      [{ symbols: [] }, 0],
      [{ accountIds: ['nonsense'] }, 0],
    ];
    for (const list of ['positions', 'tradeJobs', 'webhookEvents']) {
      const type = { positions: 'PositionFilter', tradeJobs: 'TradeJobFilter', webhookEvents: 'WebhookEventFilter' }[
        list
      ];
      const query = `query ($filter: ${type}) { ${list}(first: 100, filter: $filter) { edges { node { id } } } }`;
      for (const [filter, rows] of SEVERAL) {
        const { edges } = valueOf<PositionPage>(await api.send(query, { filter }, trader.cookie), list);
        expect(edges.length, `${list} ${JSON.stringify(filter)}`).toBe(rows);
      }
      const tooMany = await api.send(query, { filter: { symbols: Array(101).fill('BTC/USDT') } }, trader.cookie);
      expect(tooMany.errors[0]?.extensions.fields).toMatchObject([{ path: 'filter.symbols' }]);
    }
  });

  it('page through everything once in both directions, also while rows are added', async () => {
    const trader = await api.newUser();
    const accounts = [
      await makeAccount(database.db, { user_id: trader.id }),
      await makeAccount(database.db, { user_id: trader.id }),
    ];
    const add = async (moment: number): Promise<string> => {
      const at = new Date(Date.UTC(2026, 10, 1) + moment);
      const account = accounts[moment % 2];
      const status = moment % 3 === 0 ? 'CLOSED' : 'OPEN';
      const { id } = await makePosition(database.db, {
        ...{ exchange_account_id: account?.id ?? 0, status, created_at: at },
        ...(status === 'CLOSED' && { qty_remaining: '0' }),
      });
      return String(id);
    };
    // Several rows share a moment; they are told apart by their ids.
    const made: string[] = [];
    for (const moment of [1, 2, 2, 2, 3, 4, 4, 5, 6]) made.push(await add(moment));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<'NEWEST' | 'OLDEST'>('NEWEST', 'OLDEST'),
        fc.boolean(),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.boolean(), { maxLength: 3 }),
        async (sort, isForward, size, adds) => {
          const begun = [...made];
          const seen: string[] = [];
          let cursor: string | null = null;
          for (let more = true, round = 0; more; round++) {
            const page: PositionPage = await readPositionPage(trader.cookie, { sort, isForward, size, cursor });
            const ids = page.edges.map(({ node }) => node.id);
            if (isForward) seen.push(...ids);
            else seen.unshift(...ids);
            more = isForward ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage;
            expect(isForward ? page.pageInfo.hasPreviousPage : page.pageInfo.hasNextPage).toBe(cursor !== null);
            cursor = isForward ? page.pageInfo.endCursor : page.pageInfo.startCursor;
            if (adds[round]) made.push(await add(10 + made.length));
          }
          expect(new Set(seen).size).toBe(seen.length);
          const ofTheStart = seen.filter((id) => begun.includes(id));
          expect(ofTheStart).toEqual(sort === 'NEWEST' ? [...begun].reverse() : begun);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('apply their filters', async () => {
    const trader = await api.newUser();
    const account = await makeAccount(database.db, { user_id: trader.id });
    const open = await makePosition(database.db, { exchange_account_id: account.id });
    await makePosition(database.db, { exchange_account_id: account.id, symbol: 'SOL/USDT', status: 'CLOSED' });
    const ids = async (filter: string) => {
      const answer = await api.send(`{ positions(filter: ${filter}) { edges { node { id } } } }`, {}, trader.cookie);
      return valueOf<{ edges: { node: { id: string } }[] }>(answer, 'positions').edges.map(({ node }) => node.id);
    };
    expect(await ids('{ status: OPEN }')).toEqual([String(open.id)]);
    expect(await ids('{ symbol: "BTC/USDT" }')).toEqual([String(open.id)]);
    expect(await ids(`{ accountId: ${account.id} }`)).toHaveLength(2);
    expect(await ids('{ accountId: "none" }')).toEqual([]);
    expect(await ids('{ tradeMode: REAL }')).toEqual([]);
    const source = await makeSource(database.db, { owner_user_id: trader.id });
    expect(await ids(`{ sourceId: ${source.id} }`)).toEqual([]);
  });
});

/** The ids of a list, in its order. */
async function idsOf(cookie: string, field: string, args = ''): Promise<string[]> {
  const answer = await api.send(`{ ${field}${args} { edges { node { id } } } }`, {}, cookie);
  return valueOf<{ edges: { node: { id: string } }[] }>(answer, field).edges.map(({ node }) => node.id);
}

describe('the filters of all lists', () => {
  it('take a symbol in any spelling', async () => {
    const trader = await api.newUser();
    const account = await makeAccount(database.db, { user_id: trader.id });
    const sol = await makePosition(database.db, { exchange_account_id: account.id, symbol: 'SOL/USDT' });
    await makePosition(database.db, { exchange_account_id: account.id, symbol: 'BTC/USDT' });
    for (const symbol of ['SOL/USDT', 'sol/usdt', 'SOLUSDT', 'sol-usdt', 'BINANCE:SOLUSDT', 'SOLUSDT.P']) {
      expect(await idsOf(trader.cookie, 'positions', `(filter: { symbol: "${symbol}" })`), symbol).toEqual([
        String(sol.id),
      ]);
      expect(await idsOf(trader.cookie, 'tradeJobs', `(filter: { symbol: "${symbol}" })`)).toHaveLength(1);
      expect(await idsOf(trader.cookie, 'tradeExecutions', `(filter: { symbol: "${symbol}" })`)).toHaveLength(1);
      expect(await idsOf(trader.cookie, 'positionFills', `(filter: { symbol: "${symbol}" })`)).toHaveLength(1);
    }
    expect(await idsOf(trader.cookie, 'positions', '(filter: { symbol: "what is this" })')).toEqual([]);
  });

  it('select by source, account, mode, status and dates in every list of trades', async () => {
    const trader = await api.newUser();
    const account = await makeAccount(database.db, { user_id: trader.id });
    const other = await makeAccount(database.db, { user_id: trader.id, is_simulation: false });
    const source = await makeSource(database.db, { owner_user_id: trader.id });
    const job = await makeJob(database.db, {
      ...{ exchange_account_id: account.id, status: 'FILLED', webhook_source_id: source.id },
    });
    await makePosition(database.db, { exchange_account_id: account.id, trade_job_id_open: job.id });
    await makePosition(database.db, { exchange_account_id: other.id, trade_mode: 'REAL', symbol: 'SOL/USDT' });
    for (const field of ['positions', 'tradeJobs', 'tradeExecutions', 'positionFills']) {
      const count = async (filter: string) => (await idsOf(trader.cookie, field, `(filter: { ${filter} })`)).length;
      expect(await idsOf(trader.cookie, field)).toHaveLength(2);
      expect(await count(`sourceId: ${source.id}`), field).toBe(1);
      expect(await count(`accountId: ${other.id}`), field).toBe(1);
      expect(await count('tradeMode: REAL'), field).toBe(1);
      expect(await count(`tradeMode: REAL, accountId: ${account.id}`), field).toBe(0);
      expect(await count('from: "2020-01-01T00:00:00Z", to: "2099-01-01T00:00:00Z"'), field).toBe(2);
      expect(await count('to: "2020-01-01T00:00:00Z"'), field).toBe(0);
      expect(await count('from: "2099-01-01T00:00:00Z"'), field).toBe(0);
    }
    const wrong = await api.send(
      '{ positions(filter: { from: "2026-01-02T00:00:00Z", to: "2026-01-01T00:00:00Z" }) { edges { cursor } } }',
      {},
      trader.cookie,
    );
    expect(wrong.errors[0]?.extensions.fields).toMatchObject([{ path: 'filter.to' }]);
    expect(await idsOf(trader.cookie, 'tradeExecutions', '(filter: { status: [FILLED], side: BUY })')).toHaveLength(2);
    expect(await idsOf(trader.cookie, 'tradeExecutions', `(filter: { jobId: ${job.id} })`)).toHaveLength(1);
    expect(await idsOf(trader.cookie, 'tradeJobs', '(filter: { status: [PENDING, FAILED] })')).toEqual([]);
  });

  it('find a job of the mode of its signal, also on an account of the other mode', async () => {
    const trader = await api.newUser();
    const account = await makeAccount(database.db, { user_id: trader.id });
    const job = await makeJob(database.db, { exchange_account_id: account.id, trade_mode: 'REAL', status: 'SKIPPED' });
    expect(await idsOf(trader.cookie, 'tradeJobs', '(filter: { tradeMode: REAL })')).toEqual([String(job.id)]);
    expect(await idsOf(trader.cookie, 'tradeJobs', '(filter: { tradeMode: SIMULATION })')).toEqual([]);
  });
});

describe('lists that stay small', () => {
  it('say how many rows they have and page like the others', async () => {
    const trader = await api.newUser();
    const ids: string[] = [];
    for (let n = 0; n < 3; n++) {
      const account = await makeAccount(database.db, { user_id: trader.id, is_simulation: n > 0 });
      ids.push(String(account.id));
      await makeVault(database.db, { user_id: trader.id });
      await makeSource(database.db, { owner_user_id: trader.id });
      await makeParameter(database.db, { user_id: trader.id, exchange_account_id: account.id });
    }
    const answer = await api.send(
      `{ exchangeAccounts(first: 2) { totalCount edges { node { id } } pageInfo { hasNextPage } }
        vaults { totalCount } webhookSources(last: 1) { totalCount edges { cursor } pageInfo { hasPreviousPage } }
        tradeParameters(filter: { symbol: "btcusdt" }) { totalCount } }`,
      {},
      trader.cookie,
    );
    expect(answer.errors).toEqual([]);
    expect(answer.data).toMatchObject({
      exchangeAccounts: {
        ...{ totalCount: 3, edges: ids.slice(0, 2).map((id) => ({ node: { id } })), pageInfo: { hasNextPage: true } },
      },
      vaults: { totalCount: 3 },
      webhookSources: { totalCount: 3, pageInfo: { hasPreviousPage: true } },
      tradeParameters: { totalCount: 3 },
    });
    expect(await idsOf(trader.cookie, 'exchangeAccounts', '(filter: { tradeMode: REAL })')).toEqual([ids[0]]);
    expect(await idsOf(trader.cookie, 'exchangeAccounts', '(sort: NEWEST)')).toEqual([...ids].reverse());
  });
});

it('a list refuses a page it cannot give', async () => {
  const trader = await api.newUser();
  const refusal = async (args: string) =>
    (await api.send(`{ tradeJobs(${args}) { edges { cursor } } }`, {}, trader.cookie)).errors[0]?.extensions.fields;
  expect(await refusal('first: 101')).toMatchObject([{ path: 'first' }]);
  expect(await refusal('first: 0')).toMatchObject([{ path: 'first' }]);
  expect(await refusal('last: 101')).toMatchObject([{ path: 'last' }]);
  expect(await refusal('after: "nonsense"')).toMatchObject([{ path: 'after' }]);
  expect(await refusal('before: "cm93OjE6MQ"')).toMatchObject([{ path: 'before' }]);
  expect(await refusal('last: 1, after: "cm93OjE6MQ"')).toMatchObject([{ path: 'after' }]);
});

it('the dashboard adds up to the last digit', async () => {
  const trader = await api.newUser();
  const account = await makeAccount(database.db, {
    user_id: trader.id,
    balances: { USDT: '1000.000000000000000001', BTC: '0.1' },
  });
  await makeVault(database.db, { user_id: trader.id });
  await database.db.query(
    "UPDATE vault_balances SET reserved = '12.5' WHERE vault_id IN (SELECT id FROM vaults WHERE user_id = ?)",
    [trader.id],
  );
  const place = { exchange_account_id: account.id };
  await makePosition(database.db, { ...place, qty_total: '0.000000000000000001', price_open: '99999' });
  await makePosition(database.db, { ...place, qty_total: '0.1', price_open: '90000' });
  const won = await makePosition(database.db, {
    ...place,
    status: 'CLOSED',
    qty_remaining: '0',
    realized_profit_usd: '3.000000000000000001',
  });
  await makePosition(database.db, { ...place, status: 'CLOSED', qty_remaining: '0', realized_profit_usd: '-1' });
  await database.db.query("UPDATE position_fills SET realized_quote = '3.000000000000000001' WHERE position_id = ?", [
    won.id,
  ]);
  api.prices.set('BTC/USDT', '100000');
  const answer = await api.send(
    '{ dashboard(tradeMode: SIMULATION, timeZone: "America/Sao_Paulo") { equityUsd unrealizedPnl realizedToday realizedTotal timeZone openPositions openValue reservedUsd wins losses } }',
    {},
    trader.cookie,
  );
  expect(valueOf(answer, 'dashboard')).toEqual({
    ...{
      equityUsd: '11000.000000000000000001',
      unrealizedPnl: '1000.000000000000000001',
      timeZone: 'America/Sao_Paulo',
    },
    ...{ realizedToday: '3.000000000000000001', realizedTotal: '2.000000000000000001' },
    ...{ openPositions: 2, openValue: '10000.0000000000001', reservedUsd: '12.5', wins: 1, losses: 1 },
  });
  const wrong = await api.send('{ dashboard(tradeMode: SIMULATION, timeZone: "Mars") { wins } }', {}, trader.cookie);
  expect(wrong.errors[0]?.extensions.fields).toMatchObject([{ path: 'timeZone' }]);
});

it('administrators see what the processes reported, and nobody else', async () => {
  const [admin, trader] = [await api.newUser({ role: 'admin' }), await api.newUser()];
  const at = new Date('2026-11-24T12:00:00Z');
  await database.db.prisma.systemMonitoringLog.createMany({
    data: [
      { service_name: 'API', status: 'running', process_id: 7, cpu_usage: '12.5', timestamp: at },
      { service_name: 'EXECUTOR', status: 'stopped', process_id: 8, timestamp: at },
    ],
  });
  const query = `{ monitoringLogs(filter: { service: API, to: "2026-11-25T00:00:00Z", status: RUNNING })
    { edges { node { service processId status cpuPct at } } } }`;
  const { edges } = valueOf<{ edges: unknown[] }>(await api.send(query, {}, admin.cookie), 'monitoringLogs');
  expect(edges).toEqual([
    { node: { service: 'API', processId: 7, status: 'RUNNING', cpuPct: '12.5', at: '2026-11-24T12:00:00.000Z' } },
  ]);
  expect((await api.send(query, {}, trader.cookie)).code).toBe('FORBIDDEN');
});
