import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { Price } from '../../core/domain.js';
import { DEMO_MARKETS } from '../../exchange/simulated/demo-markets.js';
import { eventually } from '../../testing/eventually.js';
import { createDemoFeed } from './demo-feed.js';
import { atVenue } from '../../core/price/venue-price.js';
import { choosePriceFeed, type PriceFeed } from './price-feed.js';
import { runPriceFeed } from './run-price-feed.js';

const log = pino({ level: 'silent' });
const clock = { now: () => Date.now() };
const settings = { PRICE_FEED: 'demo', DEMO_MARKET_SEED: 1, DEMO_MARKET_SPEED: 10, DEMO_MARKET_VOLATILITY: 1 };
const stopping: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of stopping.splice(0)) await each.stop();
});

const demo = (last?: Price) => {
  const known = last && atVenue('SIMULATION', last);
  const prices = { get: (key: string) => (key === known?.key ? known : undefined) };
  const feed = createDemoFeed({ clock, prices, seed: 1, speed: 10, volatility: 1 });
  stopping.push(feed);
  return feed;
};

describe('The demo feed', () => {
  it('gives every symbol a price as it starts and then keeps them moving', async () => {
    const seen: Price[] = [];
    const first: string[] = [];
    demo().start((prices) => {
      if (seen.length === 0) first.push(...prices.map(({ symbol }) => symbol));
      seen.push(...prices);
    });
    expect(first).toEqual(DEMO_MARKETS.map(({ symbol }) => symbol));
    await eventually(() =>
      expect(new Set(seen.map(({ symbol, last }) => `${symbol} ${last}`)).size).toBeGreaterThan(20),
    );
  });

  it('continues from the last known price', () => {
    const seen: Price[] = [];
    demo({ symbol: 'BTC/USDT', last: '12345.67', at: 1, source: 'demo' }).start((prices) => seen.push(...prices));
    expect(seen.find(({ symbol }) => symbol === 'BTC/USDT')?.last).toBe('12345.67');
    expect(seen.find(({ symbol }) => symbol === 'ETH/USDT')?.last).toBe('3850.25');
  });
});

describe('The feed that PRICE_FEED names', () => {
  const choose = (PRICE_FEED: string, symbols: () => Promise<string[]> = async () => []) =>
    choosePriceFeed({ settings: { ...settings, PRICE_FEED }, clock, log, prices: { get: () => undefined }, symbols });

  it('is the demo market or an exchange', async () => {
    expect((await choose('demo')).name).toBe('demo');
    expect((await choose('ccxt:bybit')).name).toBe('ccxt:bybit');
  });
});

describe('Running the feed while leading', () => {
  /** A feed that emits a price when it starts, with counts of its calls. */
  function fake(failures = 0) {
    const counts = { chosen: 0, started: 0, stopped: 0 };
    const choose = async (): Promise<PriceFeed> => {
      counts.chosen++;
      if (counts.chosen <= failures) throw new Error('cannot be chosen');
      return {
        name: 'fake',
        start: () => void counts.started++,
        stop: async () => void counts.stopped++,
      };
    };
    const feed = runPriceFeed({ choose, emit: () => undefined, log, retryMs: 5 });
    stopping.push(feed);
    return { feed, counts };
  }

  it('follows the changes of leadership', async () => {
    const { feed, counts } = fake();
    feed.turn(true);
    await eventually(() => expect(counts).toEqual({ chosen: 1, started: 1, stopped: 0 }));
    feed.turn(false);
    await eventually(() => expect(counts.stopped).toBe(1));
    feed.turn(true);
    await eventually(() => expect(counts.started).toBe(2));
    await feed.stop();
    expect(counts).toEqual({ chosen: 2, started: 2, stopped: 2 });
  });

  it('starts nothing when leadership is gone before the feed is chosen', async () => {
    const { feed, counts } = fake();
    feed.turn(true);
    feed.turn(false);
    await feed.stop();
    expect(counts.started).toBe(0);
  });

  it('tries again when no feed can be chosen', async () => {
    const { feed, counts } = fake(2);
    feed.turn(true);
    await eventually(() => expect(counts).toMatchObject({ chosen: 3, started: 1 }));
  });
});
