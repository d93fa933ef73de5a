import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RedisLink } from '../../infra/redis/redis.js';
import { makeAccount, makeBinding, makeJob, makePosition, makeSource, makeVault } from '../../testing/make.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';

// The filters by accounts, sources and symbols of what is not a list: figures of the dashboard and of reports.

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
const BOBS = 'bobs-own-name';

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: database.db, redis });
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

const valueOf = <T = unknown>(answer: Awaited<ReturnType<TestApi['send']>>, field: string): T => {
  expect(answer.errors).toEqual([]);
  return answer.data?.[field] as T;
};

it('the figures of the dashboard, the report and the receipts follow the accounts, sources and symbols of a filter', async () => {
  const trader = await api.newUser();
  const { db } = database;
  const account = async () => String((await makeAccount(db, { user_id: trader.id, balances: { USDT: '100' } })).id);
  const source = async () => String((await makeSource(db, { owner_user_id: trader.id })).id);
  const [a, b, s, t] = [await account(), await account(), await source(), await source()];
  const won = { status: 'CLOSED', qty_remaining: '0', closed_at: new Date(), fills: { create: [] } };
  for (const [accountId, sourceId, symbol, realized_profit_usd] of [
    [a, s, 'BTC/USDT', '1'],
    [a, t, 'BTC/USDT', '10'],
    [b, s, 'ETH/USDT', '-100'],
    [b, null, 'BTC/USDT', '1000.000000000000000001'],
  ] as const) {
    const webhook_source_id = sourceId === null ? null : Number(sourceId);
    const made = { exchange_account_id: Number(accountId), symbol, webhook_source_id };
    const event =
      webhook_source_id === null
        ? null
        : await db.prisma.webhookEvent.create({
            data: {
              ...{ webhook_source_id, target_account_id: Number(accountId), trade_mode: 'SIMULATION' },
              ...{ event_uid: `${accountId} ${sourceId}`, symbol_raw: symbol, symbol_normalized: symbol },
              ...{ action: 'BUY_SIGNAL', status: 'PROCESSED' },
            },
          });
    const job = await makeJob(db, { ...made, status: 'FILLED', webhook_event_id: event?.id ?? null });
    await makePosition(db, { ...made, ...won, trade_job_id_open: job.id, realized_profit_usd });
  }
  await makeBinding(db, { webhook_source_id: Number(s), exchange_account_id: Number(a) });
  for (const id of [s, t]) {
    await db.prisma.webhookReceipt.create({
      data: {
        ...{ receipt: `F${id}`.padEnd(26, 'X'), webhook_source_id: Number(id), outcome: 'REFUSED', http_status: 401 },
        ...{ symbol_normalized: 'BTC/USDT', received_at: new Date() },
      },
    });
  }
  const query = `query ($filter: DashboardFilter, $input: ReportInput!, $receipts: WebhookReceiptFilter) {
    dashboard(tradeMode: SIMULATION, filter: $filter) { equityUsd realizedTotal wins losses }
    report(input: $input) { summary { net wins losses } }
    webhookReceipts(filter: $receipts) { edges { node { source { id } } } }
  }`;
  const CASES: [filter: object, equity: string, total: string, wins: number, losses: number, receipts: string[]][] = [
    [{}, '200', '911.000000000000000001', 3, 1, [t, s]],
    [{ accountIds: [a] }, '100', '11', 2, 0, [s]],
    [{ accountIds: [a, b], symbols: ['BTCUSDT'] }, '200', '1011.000000000000000001', 3, 0, [s]],
    [{ sourceIds: [s] }, '200', '-99', 1, 1, [s]],
    [{ sourceIds: [s, t], symbols: ['btc/usdt', 'ETH/USDT'] }, '200', '-89', 2, 1, [t, s]],
    [{ accountIds: [b], sourceIds: [s, t] }, '100', '-100', 0, 1, []],
    [{ symbols: ['SOL/USDT'] }, '200', '0', 0, 0, []],
    [{ accountIds: [] }, '0', '0', 0, 0, []],
    [{ sourceIds: [] }, '200', '0', 0, 0, []],
    [{ symbols: [] }, '200', '0', 0, 0, []],
  ];
  for (const [filter, equityUsd, realizedTotal, wins, losses, receipts] of CASES) {
    const variables = { filter, input: { tradeMode: 'SIMULATION', ...filter }, receipts: filter };
    const answer = await api.send(query, variables, trader.cookie);
    const label = JSON.stringify(filter);
    expect(valueOf(answer, 'dashboard'), label).toEqual({ equityUsd, realizedTotal, wins, losses });
    const [sum] = valueOf<{ summary: object[] }>(answer, 'report').summary;
    expect(sum ?? { net: '0', wins: 0, losses: 0 }, label).toEqual({ net: realizedTotal, wins, losses });
    const { edges } = valueOf<{ edges: { node: { source: { id: string } } }[] }>(answer, 'webhookReceipts');
    expect(
      edges.map(({ node }) => node.source.id),
      label,
    ).toEqual(receipts);
  }
  const many = Array(101).fill('BTC/USDT');
  const tooMany = { filter: { symbols: many }, input: { tradeMode: 'SIMULATION' }, receipts: {} };
  expect((await api.send(query, tooMany, trader.cookie)).errors[0]?.extensions.fields).toMatchObject([
    { path: 'filter.symbols' },
  ]);
  const alsoTooMany = { filter: {}, input: { tradeMode: 'SIMULATION', symbols: many }, receipts: {} };
  expect((await api.send(query, alsoTooMany, trader.cookie)).errors[0]?.extensions.fields).toMatchObject([
    { path: 'input.symbols' },
  ]);
});

it('a filter that names accounts and sources of another shows none of their figures', async () => {
  const alice = await api.newUser();
  const bob = await api.newUser();
  const { db } = database;
  // Alice has an account of her own, with money: what she sees must not be his.
  await makeAccount(db, { user_id: alice.id, balances: { USDT: '5' } });
  const account = await makeAccount(db, { user_id: bob.id, label: BOBS, balances: { USDT: '100' } });
  const source = await makeSource(db, { owner_user_id: bob.id, label: BOBS });
  await makeBinding(db, { webhook_source_id: source.id, exchange_account_id: account.id });
  const job = await makeJob(db, { exchange_account_id: account.id, status: 'FILLED', webhook_source_id: source.id });
  const profit = { realized_profit_usd: '7', status: 'CLOSED', qty_remaining: '0', closed_at: new Date() };
  await makePosition(db, { ...profit, exchange_account_id: account.id, trade_job_id_open: job.id });
  await makePosition(db, { exchange_account_id: account.id });
  await makeVault(db, { user_id: bob.id, balances: { USDT: '9' } });
  await db.prisma.webhookReceipt.create({
    data: {
      ...{ receipt: 'B'.repeat(26), webhook_source_id: source.id, event_uid: BOBS, outcome: 'ACCEPTED' },
      ...{ http_status: 202, received_at: new Date() },
    },
  });
  const bobs = { accountId: String(account.id), sourceId: String(source.id) };
  const seen = await api.send('{ dashboard(tradeMode: SIMULATION) { equityUsd wins openPositions } }', {}, bob.cookie);
  expect(valueOf(seen, 'dashboard')).toEqual({
    equityUsd: expect.not.stringMatching(/^0$/),
    wins: 1,
    openPositions: 1,
  });
  const figures = 'equityUsd unrealizedPnl realizedToday realizedTotal openPositions openValue reservedUsd wins losses';
  const query = `query ($dashboard: DashboardFilter, $report: ReportInput!, $receipts: WebhookReceiptFilter) {
    dashboard(tradeMode: SIMULATION, filter: $dashboard) { ${figures} }
    report(input: $report) { summary { net } byDay { day } equityCurve { day } openExposure { symbol } fees { asset } webhooks { label } }
    webhookReceipts(filter: $receipts) { edges { node { receipt } } }
  }`;
  const [accounts, sources] = [{ accountIds: [bobs.accountId] }, { sourceIds: [bobs.sourceId] }];
  for (const filter of [accounts, sources, { ...accounts, ...sources }, { ...accounts, symbols: ['BTC/USDT'] }]) {
    const report = { tradeMode: 'SIMULATION', ...filter };
    const variables = { dashboard: filter, report, receipts: filter };
    const answer = await api.send(query, variables, alice.cookie);
    expect(answer.errors).toEqual([]);
    expect(JSON.stringify(answer)).not.toContain(BOBS);
    const { dashboard, report: found, webhookReceipts } = answer.data as Record<string, Record<string, unknown>>;
    // A filter of sources leaves the equity of her own accounts and nothing else.
    const { equityUsd, ...rest } = dashboard ?? {};
    expect(equityUsd).toBe('accountIds' in filter ? '0' : '5');
    expect(new Set(Object.values(rest))).toEqual(new Set(['0', 0]));
    // Without sources in the filter, `webhooks` lists her own ones.
    const lists = Object.entries(found ?? {}).filter(([name]) => name !== 'webhooks' || 'sourceIds' in filter);
    expect(new Set(lists.map(([, rows]) => (rows as unknown[]).length))).toEqual(new Set([0]));
    expect(webhookReceipts).toEqual({ edges: [] });
  }
});
