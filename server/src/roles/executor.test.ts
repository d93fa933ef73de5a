import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Context } from '../context.js';
import { createExchangeRegistry } from '../exchange/exchange-registry.js';
import { openRedis, type RedisLink } from '../infra/redis/redis.js';
import { makeAccount, makeJob, makeParameter, makeVault } from '../testing/make.js';
import { createMemoryExchange, registryOf } from '../testing/worlds/memory-exchange.js';
import { createTestContext } from '../testing/test-context.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { createTradeQueue } from '../orders/queue/create-trade-queue.js';
import { startExecutor } from './executor.js';

let t: TestDatabase;
let redis: RedisLink;
let dead: RedisLink;
beforeAll(async () => {
  [t, redis, dead] = await Promise.all([
    createTestDatabase(),
    createTestRedis(),
    openRedis('redis://127.0.0.1:1', 'dead'),
  ]);
});
afterAll(async () => {
  await Promise.all([redis.close(), dead.close()]);
  await t.drop();
});

async function setUp(jobs: number, overrides: Parameters<typeof makeJob>[1] = {}) {
  const account = await makeAccount(t.db, { balances: { USDT: '100000' } });
  const vault = await makeVault(t.db, { user_id: account.user_id, balances: { USDT: '100000' } });
  await makeParameter(t.db, { exchange_account_id: account.id, vault_id: vault.id });
  const made: { id: number }[] = [];
  for (let n = 0; n < jobs; n++) made.push(await makeJob(t.db, { exchange_account_id: account.id, ...overrides }));
  return { account, vault, jobs: made };
}
const messages = (jobs: { id: number }[]) =>
  jobs.map(({ id }) => ({ jobId: id, committedAt: Date.now(), queuedAt: Date.now() }));
const statuses = async (accountId: number) =>
  (await t.db.prisma.tradeJob.findMany({ where: { exchange_account_id: accountId }, orderBy: { id: 'asc' } })).map(
    ({ status }) => status,
  );
/** Half a minute ago: overdue for the sweep, and still fresh enough to buy. */
const overdue = () => ({ created_at: new Date(Date.now() - 30_000) });

it('with Redis dead the sweep takes jobs from the database', async () => {
  const { account } = await setUp(5, overdue());
  const ctx = createTestContext(t.db, {
    redis: dead,
    trades: createTradeQueue({ redis: dead, log: createTestContext(t.db).log }),
  });
  const executor = startExecutor(ctx);
  await vi.waitFor(async () => expect(await statuses(account.id)).toEqual(Array(5).fill('FILLED')), {
    timeout: 15_000,
  });
  await executor.stop();
});

it('jobs reach an executor of another process through the queue', async () => {
  const { account, jobs } = await setUp(20);
  const ctx = createTestContext(t.db, { redis });
  const elsewhere = createTradeQueue({ redis, log: ctx.log });
  const executor = startExecutor({ ...ctx, trades: createTradeQueue({ redis, log: ctx.log }) });
  elsewhere.enqueue(messages(jobs));
  await vi.waitFor(async () => expect(await statuses(account.id)).toEqual(Array(20).fill('FILLED')), {
    timeout: 15_000,
  });
  await executor.stop();
  await elsewhere.close();
});

it('an executor in the same process gets jobs first, until it has no room or stops', async () => {
  const queue = createTradeQueue({ redis, log: createTestContext(t.db).log });
  const taken: number[] = [];
  const detach = queue.attach({ offer: ({ jobId }) => taken.push(jobId) <= 2, reserve: () => undefined });
  queue.enqueue(messages([{ id: 1 }, { id: 2 }, { id: 3 }]));
  expect(taken).toEqual([1, 2, 3]);
  detach();
  queue.enqueue(messages([{ id: 4 }]));
  expect(taken).toEqual([1, 2, 3]);
  await queue.close();
});

it('stopping waits for the running order and leaves the rest pending', async () => {
  const { account, jobs } = await setUp(6);
  const exchange = createMemoryExchange();
  const { place } = exchange;
  let release = () => {};
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  exchange.place = async (order) => {
    await gate;
    return place(order);
  };
  const base = createTestContext(t.db, { redis: dead, exchanges: registryOf(exchange) });
  const ctx: Context = { ...base, env: { ...base.env, EXECUTOR_CONCURRENCY: 2 } };
  const executor = startExecutor(ctx);
  for (const message of messages(jobs)) executor.runner.offer(message);
  await vi.waitFor(async () =>
    expect((await statuses(account.id)).filter((status) => status === 'EXECUTING')).toHaveLength(2),
  );
  const stopped = executor.stop();
  expect(executor.runner.offer({ jobId: 1, committedAt: 0, queuedAt: 0 })).toBe(false);
  release();
  await stopped;
  expect((await statuses(account.id)).sort()).toEqual([...Array(2).fill('FILLED'), ...Array(4).fill('PENDING')]);
  await t.db.query("UPDATE trade_jobs SET status = 'CANCELED' WHERE status = 'PENDING'");
});

it('each order of an executor that was killed in the middle ends as exactly one order', async () => {
  const { account, vault, jobs } = await setUp(4);
  const child = fork(
    fileURLToPath(new URL('../testing/worlds/stuck-executor.ts', import.meta.url)),
    [t.url, redis.prefix],
    {
      execArgv: ['--import', 'tsx'],
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
    },
  );
  await once(child, 'message');
  const hanging = new Set<unknown>();
  child.on('message', (clientOrderId) => hanging.add(clientOrderId));
  const queue = createTradeQueue({ redis, log: createTestContext(t.db).log });
  queue.enqueue(messages(jobs));
  await vi.waitFor(() => expect(hanging.size).toBe(4), { timeout: 20_000 });
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  expect(await statuses(account.id)).toEqual(Array(4).fill('EXECUTING'));

  const base = createTestContext(t.db, { redis });
  const exchanges = createExchangeRegistry({ db: t.db, prices: base.prices, clock: base.clock, stalePriceMs: 30_000 });
  const executor = startExecutor({ ...base, exchanges, trades: queue });
  await vi.waitFor(async () => expect(await statuses(account.id)).toEqual(Array(4).fill('FILLED')), {
    timeout: 40_000,
    interval: 200,
  });
  await executor.stop();
  await queue.close();
  const orders = await t.db.prisma.simulatedOrder.findMany({ where: { exchange_account_id: account.id } });
  expect(orders.map(({ status }) => status)).toEqual(Array(4).fill('FILLED'));
  const spent = orders.reduce(
    (total, order) => total.add(order.cumm_quote_qty),
    orders[0]!.cumm_quote_qty.sub(orders[0]!.cumm_quote_qty),
  );
  const balance = await t.db.prisma.vaultBalance.findFirstOrThrow({ where: { vault_id: vault.id } });
  expect(balance.balance.add(spent).toFixed()).toBe('100000');
  expect(balance.reserved.toFixed()).toBe('0');
  expect(await t.db.prisma.tradePosition.count({ where: { exchange_account_id: account.id } })).toBe(4);
}, 90_000);
