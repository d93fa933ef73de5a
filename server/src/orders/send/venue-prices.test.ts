import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { priceKey, readPriceKey, type PriceVenue } from '../../core/price/price-key.js';
import type { ExchangeRegistry } from '../../exchange/exchange.js';
import type { RedisLink } from '../../infra/redis/redis.js';
import { eventually } from '../../testing/eventually.js';
import { makeAccount, makeJob, makeParameter, makePosition } from '../../testing/make.js';
import { createMemoryExchange, type MemoryExchange } from '../../testing/worlds/memory-exchange.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { BTC, triggerWorld, type TriggerWorld } from '../../testing/worlds/trigger-world.js';
import { closePosition } from '../../positions/close-position.js';
import { executeTrade } from './execute-trade.js';
import { previewCloseAll } from '../../bulk-actions/preview-close-all.js';
import { sweepTriggers } from '../../exits/sweep-triggers.js';
import { watchPriceAges } from '../../exits/watch-price-ages.js';
import { watchTriggers, type TriggerWatch } from '../../exits/watch-triggers.js';

/** The same symbol at four venues at once, each with its own prices, through the real queue and database. */
const PLACES = {
  SIMULATION: { exchange: 'BINANCE_SPOT', is_simulation: true, testnet: false },
  BINANCE_SPOT: { exchange: 'BINANCE_SPOT', is_simulation: false, testnet: false },
  BYBIT_SPOT: { exchange: 'BYBIT_SPOT', is_simulation: false, testnet: false },
  BYBIT_SPOT_TESTNET: { exchange: 'BYBIT_SPOT', is_simulation: false, testnet: true },
} as const;
type Place = keyof typeof PLACES;
const EVERYWHERE = Object.keys(PLACES) as Place[];

let t: TestDatabase;
let redis: RedisLink;
beforeAll(async () => {
  [t, redis] = await Promise.all([createTestDatabase({ connectionLimit: 20 }), createTestRedis()]);
});
afterAll(async () => {
  await redis.close();
  await t.drop();
});

let world: TriggerWorld;
let exchange: MemoryExchange;
const watches: TriggerWatch[] = [];
beforeEach(async () => {
  exchange = createMemoryExchange();
  // All accounts may trade, including the real ones.
  const exchanges: ExchangeRegistry = {
    forAccount: () => ({ ok: true, exchange }),
    forReading: () => ({ ok: true, exchange }),
  };
  world = await triggerWorld(t.db, redis, { exchange, exchanges });
});
afterEach(async () => {
  await Promise.all(watches.splice(0).map((one) => one.stop()));
  await world.close();
  await t.db.query("UPDATE trade_positions SET status = 'CLOSED', qty_reserved = 0, qty_remaining = 0");
  await redis.commands.del(`${redis.prefix}:price:latest`);
});

const account = (place: Place) => makeAccount(t.db, PLACES[place]);
const modeOf = (place: Place) => (place === 'SIMULATION' ? 'SIMULATION' : 'REAL');
/** 0.001 BTC bought at 100,000 there. */
async function hold(place: Place, columns: Record<string, unknown> = {}) {
  const owner = await account(place);
  const position = await makePosition(t.db, {
    ...{ exchange_account_id: owner.id, trade_mode: modeOf(place), ...columns },
  });
  return { id: position.id, accountId: owner.id, userId: owner.user_id };
}
/** One position at each place. */
async function holdEverywhere(columns: Record<string, unknown>): Promise<Record<Place, number>> {
  const held: [Place, number][] = [];
  for (const place of EVERYWHERE) held.push([place, (await hold(place, columns)).id]);
  return Object.fromEntries(held) as Record<Place, number>;
}
const row = (id: number) =>
  t.db.prisma.tradePosition.findUniqueOrThrow({
    where: { id },
    include: { reservations: { include: { trade_job: true } } },
  });
async function openOf(held: Record<Place, number>): Promise<Place[]> {
  const open: Place[] = [];
  for (const place of EVERYWHERE) {
    const { status, reservations } = await row(held[place]);
    if (status === 'OPEN' && reservations.length === 0) open.push(place);
  }
  return open;
}
async function watching(size: number) {
  const watch = watchTriggers(world.ctx, { lookMs: 100, resyncMs: 200 });
  watches.push(watch);
  await eventually(() => expect(watch.size()).toBe(size));
}
const everyPrice = (last: string) => EVERYWHERE.forEach((venue) => world.price(last, { venue }));
const isClosed = (id: number) => eventually(async () => expect((await row(id)).status).toBe('CLOSED'));

describe('An exit', () => {
  it.each([
    ['stop loss', { sl_enabled: true, sl_pct: '2' }, '98000'],
    ['take profit', { tp_enabled: true, tp_pct: '2' }, '102000'],
    ['trailing stop', { trailing_enabled: true, trailing_distance_pct: '1' }, '98999'],
  ])('by %s is fired only by the price of its own venue', async (_what, columns, price) => {
    const held = await holdEverywhere(columns);
    everyPrice('100000');
    await watching(EVERYWHERE.length);
    const left = [...EVERYWHERE];
    for (const venue of ['BYBIT_SPOT', 'SIMULATION', 'BYBIT_SPOT_TESTNET', 'BINANCE_SPOT'] as const) {
      world.price(price, { venue });
      await isClosed(held[venue]);
      left.splice(left.indexOf(venue), 1);
      expect(await openOf(held)).toEqual(left);
      const [{ trade_job: job } = { trade_job: undefined }] = (await row(held[venue])).reservations;
      expect([job?.origin, job?.trade_mode, job?.exit_price?.toFixed()]).toEqual(['TRIGGER', modeOf(venue), price]);
    }
  });

  it('by time waits for a price of its own venue', async () => {
    const held = await holdEverywhere({ time_stop_hours: 1, created_at: new Date(Date.now() - 3_600_000) });
    world.price('100000', { venue: 'BINANCE_SPOT' });
    const watch = watchTriggers(world.ctx, { lookMs: 100, resyncMs: 200 });
    watches.push(watch);
    await isClosed(held.BINANCE_SPOT);
    await eventually(() => expect(watch.size()).toBe(3));
    expect(await openOf(held)).toEqual(['SIMULATION', 'BYBIT_SPOT', 'BYBIT_SPOT_TESTNET']);
  });

  it('a saved trailing maximum is that of its own venue, and exits are decided by the bid', async () => {
    const held = await holdEverywhere({ trailing_enabled: true, trailing_distance_pct: '50' });
    everyPrice('100000');
    await watching(EVERYWHERE.length);
    world.price('150000', { venue: 'SIMULATION' });
    world.price('190000', { venue: 'BYBIT_SPOT', bid: '120000' });
    const maxima = async () =>
      Promise.all(EVERYWHERE.map(async (place) => (await row(held[place])).trailing_max_price?.toFixed()));
    await eventually(async () => expect(await maxima()).toEqual(['150000', '100000', '120000', '100000']));
  });

  it('that the engine missed is found by the sweep only at the price of its own venue', async () => {
    const held = await holdEverywhere({ sl_enabled: true, sl_pct: '2' });
    world.price('50000', { venue: 'SIMULATION' });
    world.price('50000', { venue: 'BYBIT_SPOT_TESTNET' });
    world.price('99000', { venue: 'BINANCE_SPOT' });
    const real = await sweepTriggers(world.ctx, { tradeMode: 'REAL', graceMs: 0 });
    expect([real.looked, real.fired]).toEqual([3, 1]);
    await isClosed(held.BYBIT_SPOT_TESTNET);
    expect(await openOf(held)).toEqual(['SIMULATION', 'BINANCE_SPOT', 'BYBIT_SPOT']);
    world.price('97000', { venue: 'BINANCE_SPOT' });
    expect((await sweepTriggers(world.ctx, { tradeMode: 'REAL', graceMs: 0 })).fired).toBe(1);
    await isClosed(held.BINANCE_SPOT);
    expect(await openOf(held)).toEqual(['SIMULATION', 'BYBIT_SPOT']);
  });
});

it('Stale prices of one venue raise an alert for that venue, whatever the prices of others', async () => {
  const keys = EVERYWHERE.map((venue) => priceKey(venue, BTC));
  everyPrice('100000');
  world.price('100000', { venue: 'SIMULATION' });
  const env = { ...world.ctx.env, STALE_PRICE_MS: 1_000 };
  const fresh = setInterval(() => {
    for (const venue of ['SIMULATION', 'BINANCE_SPOT'] as const) world.price('100001', { venue });
  }, 50);
  const ages = watchPriceAges({ ...world.ctx, env }, () => keys, { lookMs: 50 });
  const open = async () =>
    (await t.db.prisma.systemAlert.findMany({ where: { alert_type: 'STALE_PRICES', resolved_at: null } }))
      .map(({ open_key }) => open_key)
      .sort();
  try {
    await eventually(async () =>
      expect(await open()).toEqual(['STALE_PRICES:BYBIT_SPOT:BTC/USDT', 'STALE_PRICES:BYBIT_SPOT_TESTNET:BTC/USDT']),
    );
    world.price('100000', { venue: 'BYBIT_SPOT' });
    await eventually(async () => expect(await open()).toEqual(['STALE_PRICES:BYBIT_SPOT_TESTNET:BTC/USDT']));
  } finally {
    clearInterval(fresh);
    await ages.stop();
  }
});

/** The venues whose prices any code in the process reads from now on. */
function venuesAsked({ prices }: TriggerWorld['ctx']): Set<PriceVenue> {
  const asked = new Set<PriceVenue>();
  const { get } = prices;
  prices.get = (key) => {
    asked.add(readPriceKey(key).venue);
    return get(key);
  };
  return asked;
}

describe('A real account', () => {
  /** A buy of 100 USDT there. */
  async function buy(place: Place) {
    const owner = await account(place);
    await makeParameter(t.db, { exchange_account_id: owner.id, quote_amount_fixed: '100' });
    // Real money is spent only from a balance that the exchange reported recently.
    const balances_synced_at = new Date();
    await t.db.prisma.exchangeAccount.update({ where: { id: owner.id }, data: { balances_synced_at } });
    const columns = { exchange_account_id: owner.id, trade_mode: modeOf(place), created_at: new Date() };
    const job = await makeJob(t.db, columns);
    return { id: job.id, message: { jobId: job.id, committedAt: Date.now(), queuedAt: Date.now() } };
  }
  const sizeOf = async (id: number) =>
    (await t.db.prisma.tradeJob.findUniqueOrThrow({ where: { id } })).base_quantity?.toFixed();

  it('is sized by the price of its own venue', async () => {
    world.price('100000', { venue: 'SIMULATION' });
    world.price('50000', { venue: 'BYBIT_SPOT' });
    world.price('25000', { venue: 'BYBIT_SPOT_TESTNET' });
    const sizes = { SIMULATION: '0.001', BYBIT_SPOT: '0.002', BYBIT_SPOT_TESTNET: '0.004' };
    for (const [place, size] of Object.entries(sizes) as [Place, string][]) {
      const job = await buy(place);
      expect(await executeTrade(world.ctx, job.message)).toBe('SENT');
      expect(await sizeOf(job.id)).toBe(size);
    }
  });

  it('does not buy without a price of its own venue, however fresh the others are', async () => {
    everyPrice('100000');
    world.price('100000', { venue: 'BYBIT_SPOT', at: Date.now() - world.ctx.env.STALE_PRICE_MS - 1_000 });
    const blind = await makeAccount(t.db, { exchange: 'KRAKEN_SPOT', is_simulation: false });
    await makeParameter(t.db, { exchange_account_id: blind.id });
    const job = await makeJob(t.db, {
      ...{ exchange_account_id: blind.id, trade_mode: 'REAL', created_at: new Date(Date.now() - 61_000) },
    });
    // Unless the executor's own sweep runs it first.
    await executeTrade(world.ctx, { jobId: job.id, committedAt: Date.now(), queuedAt: Date.now() });
    await eventually(async () =>
      expect(await t.db.prisma.tradeJob.findUniqueOrThrow({ where: { id: job.id } })).toMatchObject({
        ...{ status: 'SKIPPED', reason_code: 'PRICE_UNAVAILABLE' },
      }),
    );
    expect(exchange.sent).toHaveLength(0);
  });

  it('is closed with values of its own venue', async () => {
    everyPrice('100000');
    world.price('90000', { venue: 'BINANCE_SPOT' });
    world.price('1', { venue: 'SIMULATION' });
    const { userId } = await hold('BINANCE_SPOT');
    const planned = await previewCloseAll(world.ctx, userId, {});
    if (!('bulkActionId' in planned)) throw new Error(planned.code);
    const [item] = await t.db.prisma.bulkActionItem.findMany({ where: { bulk_action_id: planned.bulkActionId } });
    expect([item?.price, item?.value_quote, item?.profit_quote].map((one) => one?.toFixed())).toEqual([
      ...['90000', '90', '-10'],
    ]);
  });

  it('a fee in a third asset is valued by the price of its own venue', async () => {
    for (const [venue, last] of [
      ['SIMULATION', '1'],
      ['BINANCE_SPOT', '600'],
    ] as const) {
      world.ctx.prices.publish(venue, [{ symbol: 'BNB/USDT', last, at: Date.now(), source: 'test' }]);
    }
    world.price('100000', { venue: 'BINANCE_SPOT' });
    const { place } = exchange;
    exchange.place = async (order) => {
      const outcome = await place(order);
      if (outcome.kind !== 'accepted') return outcome;
      const fills = outcome.order.fills.map((fill) => ({ ...fill, feeAmount: '0.001', feeAsset: 'BNB' }));
      return { ...outcome, order: { ...outcome.order, fills } };
    };
    const job = await buy('BINANCE_SPOT');
    expect(await executeTrade(world.ctx, job.message)).toBe('SENT');
    const position = await t.db.prisma.tradePosition.findFirstOrThrow({ where: { trade_job_id_open: job.id } });
    expect(position.fees_quote.toFixed()).toBe('0.6');
  });

  it('reads no price of another venue in its whole life: bought, watched, swept, valued, sold', async () => {
    everyPrice('100000');
    const { ctx } = world;
    const asked = venuesAsked(ctx);
    const job = await buy('BYBIT_SPOT');
    expect(await executeTrade(ctx, job.message)).toBe('SENT');
    const position = await t.db.prisma.tradePosition.findFirstOrThrow({
      where: { trade_job_id_open: job.id },
      include: { exchange_account: true },
    });
    const { user_id: userId } = position.exchange_account;
    await t.db.query('UPDATE trade_positions SET sl_enabled = TRUE, sl_pct = 2 WHERE id = ?', [position.id]);
    const watch = watchTriggers(ctx, { lookMs: 100, resyncMs: 200 });
    watches.push(watch);
    await eventually(() => expect(watch.size()).toBe(1));
    await sweepTriggers(ctx, { tradeMode: 'REAL', graceMs: 0 });
    await previewCloseAll(ctx, userId, {});
    const half = { positionId: position.id, amount: '0.0005' };
    expect(await closePosition(ctx, userId, { ...half, idempotencyKey: 'half' })).toMatchObject({
      jobId: expect.any(Number),
    });
    await eventually(async () => expect((await row(position.id)).qty_remaining.toFixed()).toBe('0.0005'));
    world.price('97000', { venue: 'BYBIT_SPOT' });
    await isClosed(position.id);
    expect([...asked]).toEqual(['BYBIT_SPOT']);
  });
});
