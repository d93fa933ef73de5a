import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Price } from '../../core/domain.js';
import { eventually, throughout } from '../../testing/eventually.js';
import { fakeClock } from '../../testing/fake-clock.js';
import { startFakeTickerServer, type FakeTickerServer } from '../../testing/fake-ticker-server.js';
import { createCcxtFeed } from './ccxt-feed.js';
import { choosePriceFeed, type PriceFeed } from './price-feed.js';

const log = pino({ level: 'silent' });
const clock = fakeClock();

let binance: FakeTickerServer;

const ticker = (symbol: string, lastPrice: string, over: Record<string, string> = {}) => ({
  symbol,
  lastPrice,
  bidPrice: '98450.40000000',
  askPrice: '98450.60000000',
  ...over,
});

beforeEach(async () => {
  binance = await startFakeTickerServer({ streams: false });
});

const feeds: PriceFeed[] = [];
afterEach(async () => {
  for (const feed of feeds.splice(0)) await feed.stop();
  binance.close();
});

function open(over: Partial<Parameters<typeof createCcxtFeed>[0]> = {}) {
  const feed = createCcxtFeed({
    exchangeId: 'binance',
    clock,
    log,
    symbols: async () => ['BTC/USDT', 'ETH/USDT', 'NOPE/USDT'],
    pollMs: 10,
    backOffMaxMs: 20,
    timeoutMs: 2_000,
    apiUrls: binance.urls,
    ...over,
  });
  feeds.push(feed);
  const prices: Price[] = [];
  return { feed, prices, start: () => feed.start((batch) => prices.push(...batch)) };
}

describe('The feed of public prices', () => {
  it('keeps bid, ask and last apart and as the exchange wrote them', async () => {
    binance.answer = {
      rows: [
        ticker('BTCUSDT', '98450.50000000'),
        ticker('ETHUSDT', '3850.25', { bidPrice: '0.00000000', askPrice: '0' }),
      ],
    };
    const { prices, start } = open();
    start();
    await eventually(() => expect(prices.length).toBeGreaterThanOrEqual(2));
    const [at, source] = [clock.now(), 'ccxt:binance'];
    expect(prices[0]).toEqual({ symbol: 'BTC/USDT', last: '98450.5', bid: '98450.4', ask: '98450.6', at, source });
    expect(prices[1]).toEqual({ symbol: 'ETH/USDT', last: '3850.25', at, source });
  });

  it('asks once for all symbols the exchange has and for no others', async () => {
    binance.answer = { rows: [ticker('BTCUSDT', '1'), ticker('ETHUSDT', '2')] };
    const { feed } = open();
    await feed.probe();
    const tickers = binance.requests.filter((path) => path.startsWith('/api/v3/ticker'));
    expect(tickers.map(decodeURIComponent)).toEqual(['/api/v3/ticker/24hr?symbols=["BTCUSDT","ETHUSDT"]']);
  });

  it.each([
    [20, 1],
    [21, 2],
    [101, 4],
  ])('asks for %d symbols at an interval %d times as long, as the exchange counts them', async (count, times) => {
    const bases = Array.from({ length: count }, (_, index) => `C${index}`);
    const many = await startFakeTickerServer({ streams: false, bases });
    const asked: number[] = [];
    const { start } = open({
      ...{ apiUrls: many.urls, pollMs: 50, symbols: async () => bases.map((base) => `${base}/USDT`) },
    });
    start();
    const tickers = () => many.requests.filter((path) => path.startsWith('/api/v3/ticker')).length;
    while (asked.length < 4) {
      await eventually(() => expect(tickers()).toBeGreaterThan(asked.length));
      asked.push(performance.now());
    }
    many.close();
    const [first = 0, last = 0] = [asked[0], asked.at(-1)];
    // Timers may be a little early; a busy machine only makes the time longer.
    expect(last - first).toBeGreaterThan(3 * 50 * times * 0.9 - 15);
  });

  it('ignores a price of zero and one that is not a number', async () => {
    binance.answer = { rows: [ticker('BTCUSDT', '0.00000000'), ticker('ETHUSDT', 'n/a')] };
    const { feed } = open();
    await expect(feed.probe()).rejects.toThrow('no prices');
  });

  it('recovers after faults', async () => {
    binance.answer = { status: 503 };
    const { prices, start } = open();
    start();
    const asked = () => binance.requests.filter((path) => path.startsWith('/api/v3/ticker')).length;
    await eventually(() => expect(asked()).toBeGreaterThanOrEqual(3));
    expect(prices).toEqual([]);
    binance.answer = { rows: [ticker('BTCUSDT', '98450.5')] };
    await eventually(() => expect(prices[0]?.last).toBe('98450.5'));
  });

  it('probing an exchange that is away, or that ccxt does not know, throws', async () => {
    await expect(open({ apiUrls: { public: 'http://127.0.0.1:1/api/v3' } }).feed.probe()).rejects.toThrow();
    await expect(open({ exchangeId: 'nosuchexchange' }).feed.probe()).rejects.toThrow();
    await expect(open({ exchangeId: '../../evil' }).feed.probe()).rejects.toThrow('not a ccxt exchange');
  });

  it('emits nothing after it was stopped', async () => {
    binance.answer = { rows: [ticker('BTCUSDT', '98450.5')] };
    const { feed, prices, start } = open();
    start();
    await eventually(() => expect(prices.length).toBeGreaterThan(0));
    await feed.stop();
    const before = binance.requests.length;
    const count = prices.length;
    await throughout(50, () => expect([prices.length, binance.requests.length]).toEqual([count, before]));
  });
});

describe('PRICE_FEED=auto', () => {
  const choose = (apiUrls: Record<string, unknown>) =>
    choosePriceFeed({
      settings: { PRICE_FEED: 'auto', DEMO_MARKET_SEED: 1, DEMO_MARKET_SPEED: 1, DEMO_MARKET_VOLATILITY: 1 },
      clock,
      log,
      prices: { get: () => undefined },
      symbols: async () => ['BTC/USDT'],
      apiUrls,
    });

  it('takes public prices where they can be had', async () => {
    binance.answer = { rows: [ticker('BTCUSDT', '98450.5')] };
    expect((await choose(binance.urls)).name).toBe('ccxt:binance');
  });

  it('takes the demo market where they cannot', async () => {
    expect((await choose({ public: 'http://127.0.0.1:1/api/v3' })).name).toBe('demo');
  });
});
