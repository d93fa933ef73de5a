import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { priceKey, type PriceVenue, type RealVenue } from '../../core/price/price-key.js';
import { openRedis, type RedisLink } from '../../infra/redis/redis.js';
import { eventually, throughout } from '../../testing/eventually.js';
import { startFakeExchange, type FakeExchange } from '../../testing/fake-exchange/start-fake-exchange.js';
import { makeAccount, makeJob, makeParameter, makePosition } from '../../testing/make.js';
import { createTestContext } from '../../testing/test-context.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { createPriceBoard, type SharedPriceBoard } from '../create-price-board.js';
import { runVenueFeeds } from './venue-feeds.js';

const BTC = 'BTC/USDT';
const NOTHING = [undefined, undefined, undefined];
const REAL = { exchange: 'BINANCE_SPOT', is_simulation: false } as const;

let t: TestDatabase;
let binance: FakeExchange;
let testnet: FakeExchange;
let bybit: FakeExchange;
beforeAll(async () => {
  [t, binance, testnet, bybit] = await Promise.all([
    createTestDatabase(),
    startFakeExchange({ dialect: 'binance' }),
    startFakeExchange({ dialect: 'binance' }),
    startFakeExchange({ dialect: 'bybit' }),
  ]);
  binance.setPrice(BTC, { last: '100000', bid: '99999', ask: '100001' });
  testnet.setPrice(BTC, { last: '70000' });
  bybit.setPrice(BTC, { last: '90000' });
  for (const symbol of ['BNB/USDT', 'ETH/USDT']) binance.setPrice(symbol, { last: '600' });
});
afterAll(async () => {
  await Promise.all([binance.stop(), testnet.stop(), bybit.stop()]);
  await t.drop();
});

let redis: RedisLink;
const ending: (() => Promise<void>)[] = [];
beforeEach(async () => {
  redis = await createTestRedis();
});
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
  await redis.close();
  await t.db.query("UPDATE trade_positions SET status = 'CLOSED'");
  await t.db.query("UPDATE trade_jobs SET status = 'FILLED'");
  await t.db.query('UPDATE exchange_accounts SET is_active = FALSE');
});

interface Process {
  prices: SharedPriceBoard;
  last(venue: PriceVenue, symbol?: string): string | undefined;
  stop(): Promise<void>;
}

/** A process with its own links that runs the feeds of real accounts against the fake exchanges. */
async function start({ isTrading = true }: { isTrading?: boolean } = {}): Promise<Process> {
  const link = await openRedis(process.env.REDIS_URL as string, redis.prefix);
  const base = createTestContext(t.db, { redis: link });
  const prices = await createPriceBoard({ redis: link, clock: base.clock, log: base.log });
  const feedOf = (venue: RealVenue) => ({
    ...(venue === 'BINANCE_SPOT_TESTNET' && { origin: testnet.url }),
    pollMs: 20,
    stream: { paceMs: 10, backOffMs: 20 },
  });
  const EXCHANGE_API_URLS = { BINANCE_SPOT: binance.url, BYBIT_SPOT: bybit.url };
  const env = { ...base.env, REAL_TRADING: isTrading, EXCHANGE_API_URLS };
  const feeds = runVenueFeeds({ ...base, env, prices }, { everyMs: 50, feedOf });
  let stopping: Promise<void> | undefined;
  const stop = () =>
    (stopping ??= (async () => {
      await feeds.stop();
      await prices.close();
      await link.close();
    })());
  ending.push(stop);
  return { prices, stop, last: (venue, symbol = BTC) => prices.get(priceKey(venue, symbol))?.last };
}
const sinceNow = () => {
  const from = binance.streams.asked.length;
  const before = binance.requests.length;
  return {
    asked: () => binance.streams.asked.slice(from).join('\n'),
    requests: () => binance.requests.length - before,
  };
};
const isSilent = () =>
  eventually(() => expect([binance, testnet, bybit].map(({ streams }) => streams.openSockets())).toEqual([0, 0, 0]));

describe('The prices of real accounts', () => {
  it('start with what an account may trade, change with it over one subscription, and end with it', async () => {
    const watched = sinceNow();
    const { last, prices } = await start();
    await makeParameter(t.db, { exchange_account_id: (await makeAccount(t.db)).id });
    await makeAccount(t.db, REAL);
    // Neither a simulated account nor a real account that trades nothing needs prices.
    await throughout(200, () => expect(watched.requests()).toBe(0));

    const { id } = await makeAccount(t.db, { ...REAL, balances: { USDT: '10', ETH: '1' } });
    await makeParameter(t.db, { exchange_account_id: id });
    await eventually(() => expect(last('BINANCE_SPOT')).toBe('100000'));
    expect(prices.get(priceKey('BINANCE_SPOT', BTC))).toMatchObject({ bid: '99999', ask: '100001' });
    // The assets of fees and holdings, for their values.
    await eventually(() =>
      expect([last('BINANCE_SPOT', 'BNB/USDT'), last('BINANCE_SPOT', 'ETH/USDT')]).toEqual(['600', '600']),
    );
    expect([last('SIMULATION'), last('BINANCE_SPOT_TESTNET'), last('BYBIT_SPOT')]).toEqual(NOTHING);
    for (let n = 0; n < 3; n++) await makePosition(t.db, { exchange_account_id: id, trade_mode: 'REAL' });
    await eventually(() => expect(watched.asked()).toContain('btcusdt@ticker'));
    binance.setPrice(BTC, { last: '101000' });
    await eventually(() => expect(last('BINANCE_SPOT')).toBe('101000'));
    expect(watched.asked().match(/btcusdt@ticker/g)).toHaveLength(1);

    await t.db.query("UPDATE trade_positions SET status = 'CLOSED'");
    await t.db.query('UPDATE exchange_accounts SET is_active = FALSE WHERE id = ?', [id]);
    await isSilent();
    binance.setPrice(BTC, { last: '100000' });
  });

  it('are separate for each venue, including the test network', async () => {
    for (const place of [{}, { testnet: true }, { exchange: 'BYBIT_SPOT' }]) {
      const { id } = await makeAccount(t.db, { ...REAL, ...place });
      await makeParameter(t.db, { exchange_account_id: id });
    }
    const { last, prices } = await start();
    prices.publish('SIMULATION', [{ symbol: BTC, last: '1', at: Date.now(), source: 'demo' }]);
    const each = () =>
      (['SIMULATION', 'BINANCE_SPOT', 'BINANCE_SPOT_TESTNET', 'BYBIT_SPOT'] as const).map((venue) => last(venue));
    await eventually(() => expect(each()).toEqual(['1', '100000', '70000', '90000']));
    testnet.setPrice(BTC, { last: '71000' });
    bybit.setPrice(BTC, { last: '91000' });
    await eventually(() => expect(each()).toEqual(['1', '100000', '71000', '91000']));
  });

  it('are there without real trading only for positions that are open and orders that rest', async () => {
    const { id } = await makeAccount(t.db, REAL);
    await makeParameter(t.db, { exchange_account_id: id, symbol: 'ETH/USDT' });
    const watched = sinceNow();
    const { last } = await start({ isTrading: false });
    await throughout(200, () => expect(watched.requests()).toBe(0));
    await makeJob(t.db, { exchange_account_id: id, trade_mode: 'REAL', status: 'PENDING_LIMIT', symbol: BTC });
    await eventually(() => expect(last('BINANCE_SPOT')).toBe('100000'));
    await t.db.query("UPDATE trade_jobs SET status = 'CANCELED'");
    await isSilent();
    // A position is watched, whatever happened to its account.
    await t.db.query('UPDATE exchange_accounts SET is_active = FALSE WHERE id = ?', [id]);
    await makePosition(t.db, { exchange_account_id: id, trade_mode: 'REAL', symbol: 'ETH/USDT' });
    await eventually(() => expect(last('BINANCE_SPOT', 'ETH/USDT')).toBe('600'));
  });

  it('are read by one process for all, and by another when that one stops', async () => {
    const { id } = await makeAccount(t.db, REAL);
    await makePosition(t.db, { exchange_account_id: id, trade_mode: 'REAL' });
    const first = await start();
    await eventually(() => expect(first.last('BINANCE_SPOT')).toBe('100000'));
    const second = await start();
    await eventually(() => expect(second.last('BINANCE_SPOT')).toBe('100000'));
    await eventually(() => expect(binance.streams.openSockets()).toBe(1));
    await first.stop();
    binance.setPrice(BTC, { last: '102000' });
    await eventually(() => expect(second.last('BINANCE_SPOT')).toBe('102000'), 10_000);
    binance.setPrice(BTC, { last: '100000' });
  });
});
