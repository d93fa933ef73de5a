import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RedisLink } from '../infra/redis/redis.js';
import { startExecutor } from '../roles/executor.js';
import { createTradeQueue } from '../orders/queue/create-trade-queue.js';
import { fakeClock } from '../testing/fake-clock.js';
import { eventually } from '../testing/eventually.js';
import { makeJob, makeParameter, makePosition } from '../testing/make.js';
import { remoteWorld, type RemoteWorld, type RestingOrder } from '../testing/worlds/remote-world.js';
import { createRemoteExchange } from '../testing/worlds/remote-exchange.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';

let t: TestDatabase;
let redis: RedisLink;
beforeAll(async () => {
  t = await createTestDatabase();
  redis = await createTestRedis();
});
afterAll(async () => {
  await redis.close();
  await t.drop();
});

/** A world on the real clock with its own queue, and a process that can be started. */
async function world(): Promise<{ w: RemoteWorld; close(): Promise<void> }> {
  const clock = { ...fakeClock(), now: () => Date.now() };
  const w = await remoteWorld(t.db, { exchange: createRemoteExchange(), clock, overrides: { redis } });
  const trades = createTradeQueue({ redis, log: w.ctx.log });
  return { w: { ...w, ctx: { ...w.ctx, trades } }, close: () => trades.close() };
}

const USDT = { asset: 'USDT', free: '100000', locked: '0' };

const statuses = async (accountId: number) => {
  const rows = await t.db.query<{ status: string; n: number }[]>(
    'SELECT status, COUNT(*) AS n FROM trade_jobs WHERE exchange_account_id = ? GROUP BY status ORDER BY status',
    [accountId],
  );
  return Object.fromEntries(rows.map(({ status, n }) => [status, Number(n)]));
};

it('R5: 200 live orders that changed while we were down match before anything new is bought; an exit does not wait for them', async () => {
  const { w, close } = await world();
  const { exchange, account, ctx } = w;
  const orders: RestingOrder[] = [];
  for (let n = 0; n < 200; n++) orders.push(await w.resting({ quantity: '0.01' }));
  orders.forEach((order, n) => {
    if (n % 4 === 0) exchange.fillOrder(order, '0.01', '90000', true);
    if (n % 4 === 1) exchange.fillOrder(order, '0.004', '90000', true);
    if (n % 4 === 2) exchange.end(order, true);
  });
  // The jobs to send: first buys, then an exit.
  const scope = { exchange_account_id: account.id, trade_mode: 'REAL' };
  await makeParameter(t.db, { exchange_account_id: account.id, user_id: account.userId, symbol: 'BTC/USDT' });
  // The balance is read at the start: the known one is too old to size a buy.
  exchange.holdings = [USDT];
  const created_at = new Date();
  for (let n = 0; n < 5; n++) await makeJob(t.db, { ...scope, created_at });
  const position = await makePosition(t.db, { ...scope, qty_total: '0.5', qty_reserved: '0.5' });
  const exit = await makeJob(t.db, {
    ...{ ...scope, created_at, side: 'SELL', origin: 'TRIGGER', base_quantity: '0.5', admitted_at: created_at },
  });
  await t.db.prisma.positionReservation.create({
    data: { trade_job_id: exit.id, position_id: position.id, qty: '0.5' },
  });
  // The exchange needs longer for the list than the exit needs to be sent.
  const { openOrders } = exchange.remote;
  let isListed = false;
  let tellExit = (): void => undefined;
  const exitSent = new Promise<void>((resolve) => (tellExit = resolve));
  exchange.remote.openOrders = async () => {
    await exitSent;
    isListed = true;
    return openOrders();
  };
  const equalAtBuys: boolean[] = [];
  const { place } = exchange;
  exchange.place = async (request) => {
    if (request.side === 'SELL') {
      expect(isListed).toBe(false);
      tellExit();
      return place(request);
    }
    const rows = await t.db.query<{ client_order_id: string; status_exchange: string }[]>(
      'SELECT client_order_id, status_exchange FROM trade_executions WHERE exchange_account_id = ?',
      [account.id],
    );
    const here = new Map(rows.map((row) => [row.client_order_id, row.status_exchange]));
    const there = [...exchange.orders.values()].filter((one) =>
      orders.some((own) => own.clientOrderId === one.clientOrderId),
    );
    equalAtBuys.push(isListed && there.every((one) => here.get(one.clientOrderId) === one.status));
    return place(request);
  };
  const executor = startExecutor(ctx);
  try {
    await eventually(() => expect(exchange.sent).toHaveLength(6), 30_000);
    expect(equalAtBuys).toEqual(Array.from({ length: 5 }, () => true));
    expect(exchange.sent[0]).toMatchObject({ side: 'SELL', quantity: '0.5' });
    await eventually(async () =>
      expect(await statuses(account.id)).toEqual({
        CANCELED: 50,
        FILLED: 50 + 6 + 1,
        PARTIALLY_FILLED: 50,
        PENDING_LIMIT: 50,
      }),
    );
  } finally {
    await executor.stop();
    await close();
  }
}, 60_000);

it('while the exchange does not answer, nothing new is sent for its account, and other accounts continue', async () => {
  const { w, close } = await world();
  const { exchange, account, ctx } = w;
  const other = await remoteWorld(t.db, { exchange: createRemoteExchange() });
  w.exchanges.set(other.account.id, other.exchange);
  await w.resting();
  exchange.isDown = true;
  const created_at = new Date();
  const waiting = [];
  exchange.holdings = [USDT];
  other.exchange.holdings = [USDT];
  for (const { id, userId } of [account, other.account]) {
    await makeParameter(t.db, { exchange_account_id: id, user_id: userId, symbol: 'BTC/USDT' });
    waiting.push(await makeJob(t.db, { exchange_account_id: id, trade_mode: 'REAL', created_at }));
  }
  const executor = startExecutor(ctx);
  try {
    await eventually(() => expect(other.exchange.sent).toHaveLength(1));
    await eventually(() => expect(exchange.asked.openOrders).toBeGreaterThan(2));
    expect(exchange.sent).toEqual([]);
    expect(await t.db.prisma.tradeJob.findUniqueOrThrow({ where: { id: waiting[0]?.id ?? 0 } })).toMatchObject({
      status: 'PENDING',
    });
    exchange.isDown = false;
    await eventually(() => expect(exchange.sent).toHaveLength(1));
  } finally {
    await executor.stop();
    await close();
  }
}, 60_000);
