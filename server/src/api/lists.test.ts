import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../infra/database/database.js';
import type { RedisLink } from '../infra/redis/redis.js';
import { makeAccount, makePosition, makeSource, makeVault } from '../testing/make.js';
import { startTestApi, type GraphqlAnswer, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';

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

  it('page through everything once, newest first', async () => {
    const trader = await api.newUser();
    const account = await makeAccount(database.db, { user_id: trader.id });
    const made: string[] = [];
    for (let n = 0; n < 7; n++)
      made.push(String((await makePosition(database.db, { exchange_account_id: account.id })).id));
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const answer: GraphqlAnswer = await api.send(
        'query ($after: String) { positions(first: 3, after: $after) { edges { node { id } } pageInfo { hasNextPage endCursor } } }',
        { after },
        trader.cookie,
      );
      const page = valueOf<{
        edges: { node: { id: string } }[];
        pageInfo: { hasNextPage: boolean; endCursor: string };
      }>(answer, 'positions');
      seen.push(...page.edges.map(({ node }) => node.id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after);
    expect(seen).toEqual(made.reverse());
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
