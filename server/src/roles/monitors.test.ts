import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { priceKey } from '../core/price/price-key.js';
import { createExchangeRegistry } from '../exchange/exchange-registry.js';
import type { OrderRequest } from '../exchange/exchange.js';
import { openRedis, type RedisLink } from '../infra/redis/redis.js';
import { createPriceBoard } from '../prices/create-price-board.js';
import { eventually } from '../testing/eventually.js';
import { makeAccount, makeExecution, makeJob } from '../testing/make.js';
import { createTestContext } from '../testing/test-context.js';
import type { TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { bookRestingOrder } from '../orders/outcome/book-resting-order.js';
import { startMonitors, type MonitorsContext, type MonitorsOptions } from './monitors.js';
import { useTestDatabase } from '../testing/services/use-test-database.js';

const BTC = 'BTC/USDT';
const BTC_KEY = priceKey('SIMULATION', BTC);
let t: TestDatabase;
let shared: RedisLink;
useTestDatabase((made) => (t = made));
const ending: (() => Promise<void>)[] = [];
beforeEach(async () => {
  shared = await createTestRedis();
});
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
  await shared.close();
});

/** A separate process: links, price board and exchanges over the shared database and Redis. */
async function newProcess(): Promise<MonitorsContext> {
  const base = createTestContext(t.db);
  const redis = await openRedis(process.env.REDIS_URL as string, shared.prefix);
  ending.push(() => redis.close());
  const prices = await createPriceBoard({ redis, clock: base.clock, log: base.log });
  ending.push(() => prices.close());
  const exchanges = createExchangeRegistry({ ...base, prices, stalePriceMs: base.env.STALE_PRICE_MS });
  return { ...base, redis, prices, exchanges };
}
function monitors(ctx: MonitorsContext, options?: MonitorsOptions) {
  const started = startMonitors(ctx, options);
  ending.push(() => started.stop());
  return started;
}

/** A BUY of 0.01 BTC at 50,000 that rests at the exchange, with its job and execution. */
async function restingBuy(ctx: MonitorsContext) {
  const { id } = await makeAccount(t.db);
  const request: OrderRequest = {
    clientOrderId: randomBytes(9).toString('hex'),
    symbol: BTC,
    side: 'BUY',
    type: 'LIMIT',
    quantity: '0.01',
    limitPrice: '50000',
  };
  const order = { order_type: 'LIMIT', limit_price: '50000' };
  const job = await makeJob(t.db, {
    exchange_account_id: id,
    status: 'PENDING_LIMIT',
    base_quantity: '0.01',
    ...order,
  });
  await makeExecution(t.db, {
    trade_job_id: job.id,
    client_order_id: request.clientOrderId,
    status_exchange: 'NEW',
    requested_qty: '0.01',
    executed_qty: '0',
    avg_price: '0',
    ...order,
  });
  const found = ctx.exchanges.forAccount({ id, exchange: 'BINANCE_SPOT', isSimulation: true, testnet: false });
  if (!('exchange' in found)) throw new Error('there is an exchange behind a simulated account');
  expect(await found.exchange.place(request)).toMatchObject({ order: { status: 'NEW' } });
  return { accountId: id, jobId: job.id, request };
}

describe('The monitors', () => {
  it('let one of two processes run the feed: both know the prices, and the other continues when the first stops', async () => {
    const [first, second] = [await newProcess(), await newProcess()];
    const leading = monitors(first);
    await eventually(() => expect(first.prices.get(BTC_KEY)).toBeDefined());
    monitors(second);
    await eventually(() => expect(second.prices.all()).toHaveLength(8));
    expect(await t.db.query("SELECT name FROM process_leases WHERE name = 'prices:SIMULATION'")).toHaveLength(1);
    await leading.stop();
    // The process that led has written its price history.
    const written = await t.db.query<{ n: number }[]>(
      'SELECT COUNT(*) AS n FROM price_candles WHERE price_key = ? GROUP BY interval_s',
      [BTC_KEY],
    );
    expect(written.map(({ n }) => Number(n) > 0)).toEqual([true, true, true]);
    const last = second.prices.get(BTC_KEY);
    await eventually(() => expect(second.prices.get(BTC_KEY)?.at).toBeGreaterThan((last?.at ?? 0) + 1));
    // The price walk continues where it was: it does not restart at the base price of another seed.
    const [a, b] = [Number(last?.last), Number(second.prices.get(BTC_KEY)?.last)];
    expect(Math.abs(a - b) / a).toBeLessThan(0.05);
  });

  it('go on with their prices until those of the next process arrive', async () => {
    const [first, second] = [await newProcess(), await newProcess()];
    const leading = monitors(first);
    await eventually(() => expect(first.prices.get(BTC_KEY)).toBeDefined());
    monitors(second);
    await eventually(async () =>
      expect(await t.db.query("SELECT name FROM process_leases WHERE name = 'prices:SIMULATION:next'")).toHaveLength(1),
    );
    expect(first.prices.isFollowed('SIMULATION')).toBe(false);
    await leading.stop();
    // Every price that the first process knew at its end is of the second one, which is heard of through Redis.
    expect(first.prices.isFollowed('SIMULATION')).toBe(true);
    const last = second.prices.get(BTC_KEY)?.at ?? 0;
    await eventually(() => expect(second.prices.get(BTC_KEY)?.at).toBeGreaterThan(last));
  });

  it('fill a resting order that the price reaches, and book it into a position once, with two monitors running', async () => {
    const [first, second] = [await newProcess(), await newProcess()];
    monitors(first);
    await eventually(() => expect(first.prices.get(BTC_KEY)).toBeDefined());
    const { accountId, jobId } = await restingBuy(first);
    monitors(second);
    await eventually(async () => {
      first.prices.publish('SIMULATION', [{ symbol: BTC, last: '49000', at: Date.now(), source: 'test' }]);
      const job = await t.db.prisma.tradeJob.findUniqueOrThrow({ where: { id: jobId } });
      expect(job.status).toBe('FILLED');
    });
    const positions = await t.db.prisma.tradePosition.findMany({ where: { exchange_account_id: accountId } });
    expect(positions).toHaveLength(1);
    expect(positions[0]?.price_open.toString()).toBe('50000');
    expect(positions[0]?.qty_remaining.toString()).toBe('0.00999');
  });

  it('report which orders changed to a subscriber', async () => {
    const ctx = await newProcess();
    const told: string[] = [];
    monitors(ctx, { onOrderUpdate: async ({ clientOrderId }) => void told.push(clientOrderId) });
    await eventually(() => expect(ctx.prices.get(BTC_KEY)).toBeDefined());
    const { request } = await restingBuy(ctx);
    await eventually(() => {
      ctx.prices.publish('SIMULATION', [{ symbol: BTC, last: '49000', at: Date.now(), source: 'test' }]);
      expect(told).toEqual([request.clientOrderId]);
    });
  });
});

describe('Booking a resting order', () => {
  it('books the state of the exchange, and booking it again changes nothing', async () => {
    const ctx = await newProcess();
    ctx.prices.publish('SIMULATION', [{ symbol: BTC, last: '60000', at: Date.now(), source: 'test' }]);
    const { accountId, jobId, request } = await restingBuy(ctx);
    const found = ctx.exchanges.forAccount({
      id: accountId,
      exchange: 'BINANCE_SPOT',
      isSimulation: true,
      testnet: false,
    });
    if ('exchange' in found) await found.exchange.cancel(request);
    const key = { accountId, clientOrderId: request.clientOrderId, symbol: BTC };
    expect(await bookRestingOrder(ctx, key)).toBe(true);
    expect(await bookRestingOrder(ctx, key)).toBe(true);
    const job = await t.db.prisma.tradeJob.findUniqueOrThrow({ where: { id: jobId }, include: { executions: true } });
    expect(job.status).toBe('CANCELED');
    expect(job.executions.map(({ status_exchange }) => status_exchange)).toEqual(['CANCELED']);
  });

  it('returns false for an external order', async () => {
    const { id } = await makeAccount(t.db);
    expect(await bookRestingOrder(await newProcess(), { accountId: id, clientOrderId: 'nobody', symbol: BTC })).toBe(
      false,
    );
  });
});
