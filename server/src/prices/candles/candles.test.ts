import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Candle } from '../../core/price/candles.js';
import { priceKey, type PriceKey } from '../../core/price/price-key.js';
import { cleanUp } from '../../system/clean-up.js';
import { eventually, throughout } from '../../testing/eventually.js';
import { startFakeTickerServer, type FakeTickerServer } from '../../testing/fake-ticker-server.js';
import { fakeClock } from '../../testing/fake-clock.js';
import { fakePriceBoard } from '../../testing/test-api.js';
import { createTestContext } from '../../testing/test-context.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { useTestDatabase } from '../../testing/services/use-test-database.js';
import { createCcxtFeed } from '../feeds/ccxt-feed.js';
import { writeCandles } from './candle.store.js';
import { fillCandles } from './fill-candles.js';
import { keepCandles } from './keep-candles.js';
import { readChart } from './read-chart.js';

const T0 = Date.UTC(2026, 10, 30, 12, 0, 0);
const BTC = 'BTC/USDT';
const BTC_KEY = priceKey('SIMULATION', BTC);
const SECOND = 1_000;
const HOUR = 3_600_000;
let t: TestDatabase;
useTestDatabase((made) => (t = made));
const ending: (() => Promise<void>)[] = [];
beforeEach(async () => {
  await t.db.query('DELETE FROM price_candles');
  await t.db.query('DELETE FROM price_seconds');
});
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

const board = fakePriceBoard();
/** A process that runs the feed of the simulation and of nothing else. It writes only when it stops. */
function keeper(db: Pick<TestDatabase['db'], 'query'> = t.db, everyMs = HOUR) {
  const kept = keepCandles(
    { ...createTestContext(t.db), db: db as never, prices: board },
    {
      leads: (venue) => venue === 'SIMULATION',
      everyMs,
    },
  );
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= kept.stop());
  ending.push(stop);
  return { stop };
}
const clock = fakeClock(T0 + HOUR);
const chart = (over: Partial<Parameters<typeof readChart>[1]> = {}, history: { at: number; price: string }[] = []) => {
  const prices = { ...board, history: async () => history };
  return readChart({ db: t.db, clock, prices }, { key: BTC_KEY, interval: 'M1', first: 300, ...over });
};
/** "12:00:00 open high low close" */
const shown = (candles: readonly Candle[]) =>
  candles.map(({ at, open, high, low, close }) =>
    [new Date(at).toISOString().slice(11, 19), open, high, low, close].join(' '),
  );

describe('The price history', () => {
  it('is kept for each interval, across a restart in the middle of a second', async () => {
    const first = keeper();
    board.set(BTC, '100.5', T0);
    board.set(BTC, '103', T0 + 400);
    await first.stop();
    const second = keeper();
    board.set(BTC, '99', T0 + 700);
    board.set(BTC, '101', T0 + 61 * SECOND);
    await second.stop();
    expect(shown(await chart({ interval: 'S1' }))).toEqual(['12:00:00 100.5 103 99 99', '12:01:01 101 101 101 101']);
    expect(shown(await chart({ interval: 'S15' }))).toEqual(['12:00:00 100.5 103 99 99', '12:01:00 101 101 101 101']);
    expect(shown(await chart({ interval: 'M1' }))).toEqual(['12:00:00 100.5 103 99 99', '12:01:00 101 101 101 101']);
    for (const interval of ['M5', 'M15', 'H1', 'H4'] as const)
      expect(shown(await chart({ interval }))).toEqual(['12:00:00 100.5 103 99 101']);
    expect(shown(await chart({ interval: 'D1' }))).toEqual(['00:00:00 100.5 103 99 101']);
  });

  it('has prices with all their digits', async () => {
    const { stop } = keeper();
    board.set('SHIB/USDT', '0.000000000000000001', T0);
    board.set('SHIB/USDT', '123456789012345678.000000000000000001', T0);
    await stop();
    const key = priceKey('SIMULATION', 'SHIB/USDT');
    for (const interval of ['S1', 'M1'] as const)
      expect((await chart({ key, interval }))[0]).toMatchObject({
        low: '0.000000000000000001',
        high: '123456789012345678.000000000000000001',
      });
  });

  it('is written only by the process that runs the feed, and each venue has its own', async () => {
    const { stop } = keeper();
    board.set(BTC, '7', T0, 'BINANCE_SPOT');
    board.set(BTC, '8', T0);
    await stop();
    expect(await chart({ key: priceKey('BINANCE_SPOT', BTC) })).toEqual([]);
    expect(shown(await chart())).toEqual(['12:00:00 8 8 8 8']);
  });

  it('waits in memory while the database is away, and no price is lost', async () => {
    let isAway = true;
    const query: typeof t.db.query = (sql, values) => {
      if (isAway) return Promise.reject(new Error('away'));
      return t.db.query(sql, values);
    };
    const { stop } = keeper({ query }, 5);
    board.set(BTC, '100', T0);
    await throughout(60, async () => expect(await chart()).toEqual([]));
    board.set(BTC, '104', T0 + 10);
    board.set(BTC, '102', T0 + 20);
    isAway = false;
    await eventually(async () => expect(shown(await chart())).toEqual(['12:00:00 100 104 100 102']));
    await stop();
    expect(shown(await chart({ interval: 'S1' }))).toEqual(['12:00:00 100 104 100 102']);
  });

  it('is read in bounded parts, from now and further back', async () => {
    const { stop } = keeper();
    for (let minute = 0; minute < 40; minute++) board.set(BTC, String(100 + minute), T0 + minute * 60 * SECOND);
    await stop();
    const newest = await chart({ first: 3 });
    expect(newest.map(({ close }) => close)).toEqual(['137', '138', '139']);
    const older = await chart({ first: 3, before: newest[0]!.at });
    expect(older.map(({ close }) => close)).toEqual(['134', '135', '136']);
    // The oldest candle of a part has all of its minutes.
    expect(shown(await chart({ interval: 'M15', first: 2 }))).toEqual([
      '12:15:00 115 129 115 129',
      '12:30:00 130 139 130 139',
    ]);
  });

  it('has the prices that are not written yet, once', async () => {
    const { stop } = keeper();
    board.set(BTC, '100', T0 + 100);
    board.set(BTC, '90', T0 + 900);
    await stop();
    // Of the second that is written, the point is its first price.
    const points = [
      { at: T0 + 100, price: '100' },
      { at: T0 + 3 * SECOND, price: '95' },
      { at: T0 + 61 * SECOND, price: '96' },
    ];
    expect(shown(await chart({}, points))).toEqual(['12:00:00 100 100 90 95', '12:01:00 96 96 96 96']);
    expect(shown(await chart({}, points.slice(0, 1)))).toEqual(['12:00:00 100 100 90 90']);
    expect(shown(await chart({ before: T0 + 60 * SECOND }, points))).toEqual(['12:00:00 100 100 90 90']);
    expect(shown(await chart({ key: 'NEW/USDT' as PriceKey }, points))).toEqual([
      ...['12:00:00 100 100 95 95', '12:01:00 96 96 96 96'],
    ]);
  });

  it('is deleted by the age of each interval', async () => {
    const days = (age: number) => Date.now() - age * 86_400_000;
    const one = { key: BTC_KEY, open: '1', high: '1', low: '1', close: '1' };
    await writeCandles(
      t.db,
      ([60, 3_600, 86_400] as const).flatMap((seconds) =>
        [29, 31, 731].map((age) => ({ ...one, seconds, at: days(age) })),
      ),
      'live',
    );
    const { stop } = keeper();
    for (const age of [1, 3]) board.set(BTC, '1', days(age));
    await stop();
    const signal = new AbortController().signal;
    await t.db.query('DELETE FROM price_candles WHERE opened_at > ?', [new Date(days(5))]);
    expect(await cleanUp({ db: t.db }, { config: { keepDays: { candles_hour: 30 } }, signal })).toMatchObject({
      ...{ price_seconds: 1, candles_minute: 2, candles_hour: 2, candles_day: 0 },
    });
  });
});

describe('The history that an exchange tells', () => {
  const KEY = priceKey('BINANCE_SPOT', BTC);
  const log = createTestContext(undefined as never).log;
  let binance: FakeTickerServer;
  beforeEach(async () => {
    binance = await startFakeTickerServer({ streams: false });
    ending.push(async () => binance.close());
  });
  const asked = () =>
    binance.requests.filter((path) => path.includes('klines')).map((path) => new URL(path, 'http://x').searchParams);
  /** A feed of Binance with its filler. */
  function follow(symbols: string[] = [BTC]) {
    const filler = fillCandles({ db: t.db, clock, log }, { venue: 'BINANCE_SPOT', paceMs: 1, afterFaultMs: 20 });
    const feed = createCcxtFeed({
      ...{ exchangeId: 'binance', clock, log, symbols: async () => symbols, pollMs: 10, backOffMaxMs: 20 },
      ...{ apiUrls: binance.urls, onSymbols: filler.follow },
    });
    feed.start(() => undefined);
    ending.push(async () => {
      await Promise.all([feed.stop(), filler.stop()]);
    });
  }

  it('fills each interval once, and corrects the open of a span that was stored in part', async () => {
    await writeCandles(
      t.db,
      [{ key: KEY, seconds: 3_600, at: T0, open: '105', high: '120', low: '104', close: '110' }],
      'live',
    );
    binance.candles = {
      '1h': [
        [T0 - HOUR, '90.50000000', '101', '90', '100.10'],
        [T0, '100.1', '119', '99', '111'],
      ],
      '1d': [[Date.UTC(2026, 10, 30), '80', '120', '70', '111']],
    };
    follow();
    await eventually(() => expect(asked().map((one) => one.get('interval'))).toEqual(['1d', '1h', '1m']));
    await eventually(async () =>
      expect(shown(await chart({ key: KEY, interval: 'H1' }))).toEqual([
        ...['11:00:00 90.5 101 90 100.1', '12:00:00 100.1 120 99 110'],
      ]),
    );
    expect(shown(await chart({ key: KEY, interval: 'D1' }))).toEqual(['00:00:00 80 120 70 111']);
    expect(asked()[0]?.get('limit')).toBe('300');
    await throughout(60, () => expect(asked()).toHaveLength(3));
  });

  it('is not asked for what is stored', async () => {
    const now = clock.now();
    const hours = Array.from({ length: 301 }, (_, age) => now - age * HOUR);
    await writeCandles(
      t.db,
      hours.map((at) => ({ key: KEY, seconds: 3_600, at, open: '1', high: '1', low: '1', close: '1' })),
      'live',
    );
    follow();
    await eventually(() => expect(asked().map((one) => one.get('interval'))).toEqual(['1d', '1m']));
  });

  it('is asked for again after a fault, and then no more', async () => {
    const filler = fillCandles({ db: t.db, clock, log }, { venue: 'BINANCE_SPOT', paceMs: 1, afterFaultMs: 1 });
    ending.push(filler.stop);
    let calls = 0;
    filler.follow(
      {
        has: { fetchOHLCV: true },
        fetchOHLCV: async () => {
          calls += 1;
          throw new Error('busy');
        },
      },
      [BTC],
    );
    await eventually(() => expect(calls).toBe(9));
    await throughout(50, () => expect(calls).toBe(9));
  });
});
