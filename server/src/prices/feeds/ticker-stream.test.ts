import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Price } from '../../core/domain.js';
import { eventually } from '../../testing/eventually.js';
import { startFakeTickerServer, type FakeTickerServer } from '../../testing/fake-ticker-server.js';
import type { CcxtExchange } from './ccxt-exchange.js';
import { createCcxtFeed, type CcxtFeedOptions } from './ccxt-feed.js';
import { createTickerStream } from './ticker-stream.js';

const BASES = ['BTC', 'ETH', ...Array.from({ length: 20 }, (_, index) => `T${String(index).padStart(2, '0')}`)];
const NEVER_MS = 600_000;
const log = pino({ level: 'silent' });
const clock = { now: () => Date.now() };
let binance: FakeTickerServer;
const closing: (() => Promise<void> | void)[] = [];

beforeEach(async () => {
  binance = await startFakeTickerServer({ bases: BASES });
  closing.push(() => binance.close());
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A running feed that polls only symbols without stream messages, and all prices that it emitted. */
function open(over: Partial<CcxtFeedOptions> = {}) {
  const inUse = ['BTC/USDT', 'ETH/USDT'];
  const feed = createCcxtFeed({
    exchangeId: 'binance',
    clock,
    log,
    symbols: async () => [...inUse],
    pollMs: 10,
    silentMs: NEVER_MS,
    apiUrls: binance.urls,
    ...over,
    stream: { paceMs: 5, backOffMs: 10, backOffMaxMs: 40, silentMs: NEVER_MS, ...over.stream },
  });
  closing.push(() => feed.stop());
  const prices: Price[] = [];
  feed.start((batch) => prices.push(...batch));
  const lasts = (symbol: string) => prices.filter((price) => price.symbol === symbol).map(({ last }) => last);
  const newest = (symbol: string) => prices.findLast((price) => price.symbol === symbol);
  return { feed, inUse, prices, lasts, newest };
}
const subscribed = (name: string, times = 1) =>
  eventually(() => expect(binance.asked.filter((each) => each === `SUBSCRIBE ${name}`)).toHaveLength(times));
const restTickers = () => binance.requests.filter((path) => path.startsWith('/api/v3/ticker'));

describe('The price stream', () => {
  it('brings every ticker as it comes, with last, bid and ask apart', async () => {
    const { prices, lasts } = open();
    await subscribed('btcusdt@ticker');
    binance.ticker('BTCUSDT', '98450.50000000', { bid: '98450.40', ask: '98450.60' });
    await eventually(() => expect(prices).toHaveLength(1));
    const { at, ...price } = prices[0] as Price;
    expect(price).toEqual({
      symbol: 'BTC/USDT',
      last: '98450.5',
      bid: '98450.4',
      ask: '98450.6',
      source: 'ccxt:binance',
    });
    expect(Math.abs(at - Date.now())).toBeLessThan(60_000);
    for (const last of ['1', '2', '3']) {
      binance.ticker('BTCUSDT', last);
      await eventually(() => expect(lasts('BTC/USDT')).toContain(last));
    }
    expect(lasts('BTC/USDT')).toEqual(['98450.5', '1', '2', '3']);
  });

  it('takes bid and ask from the order book as soon as they move, beside the last price it knows', async () => {
    const { newest, prices } = open();
    await subscribed('btcusdt@ticker');
    await subscribed('btcusdt@bookTicker');
    binance.ticker('BTCUSDT', '100', { bid: '99', ask: '101' });
    await eventually(() => expect(newest('BTC/USDT')?.bid).toBe('99'));
    binance.book('BTCUSDT', { bid: '99.5', ask: '101' });
    await eventually(() => expect(newest('BTC/USDT')).toMatchObject({ last: '100', bid: '99.5', ask: '101' }));
    const count = prices.length;
    binance.book('BTCUSDT', { bid: '99.50', ask: '101.0' }); // Only quantities changed.
    binance.book('BTCUSDT', { bid: '99.6', ask: '101' });
    await eventually(() => expect(newest('BTC/USDT')?.bid).toBe('99.6'));
    expect(prices.length).toBe(count + 1);
  });

  it('subscribes each symbol once, on one connection, adds new ones and drops old ones', async () => {
    const { inUse, lasts } = open();
    inUse.push('BTC/USDT', 'NOPE/USDT', ...BASES.slice(2).map((base) => `${base}/USDT`));
    await subscribed('t19usdt@bookTicker');
    inUse.splice(0, inUse.length, 'BTC/USDT', 'T05/USDT');
    await eventually(() => expect(binance.asked.filter((each) => each.startsWith('UNSUBSCRIBE'))).toHaveLength(40));
    expect(new Set(binance.asked).size).toBe(binance.asked.length);
    binance.ticker('BTCUSDT', '7');
    binance.ticker('T05USDT', '8');
    await eventually(() => expect([lasts('BTC/USDT'), lasts('T05/USDT')]).toEqual([['7'], ['8']]));
    inUse.push('ETH/USDT');
    await subscribed('ethusdt@ticker', 2);
    expect([binance.dials.length, binance.openSockets()]).toEqual([1, 1]);
  });

  it('reconnects after the connection broke, and subscribes again', async () => {
    const { lasts } = open();
    await subscribed('btcusdt@ticker');
    binance.drop();
    await subscribed('btcusdt@ticker', 2);
    binance.ticker('BTCUSDT', '5');
    await eventually(() => expect(lasts('BTC/USDT')).toEqual(['5']));
  });

  it('survives invalid messages: text, broken JSON, invalid prices', async () => {
    const { lasts } = open();
    for (const rubbish of ['hello', '{"e":', '[]', '{"e":"24hrTicker"}', '{"error":{"code":2,"msg":"no"},"id":1}']) {
      await eventually(() => expect(binance.openSockets()).toBe(1));
      binance.say(rubbish);
    }
    const said = async (last: string) => {
      await eventually(() => {
        binance.ticker('BTCUSDT', 'n/a', { bid: '-1' });
        binance.ticker('BTCUSDT', '0.0');
        binance.ticker('BTCUSDT', last);
        expect(lasts('BTC/USDT')).toContain(last);
      });
    };
    await said('4');
    expect(new Set(lasts('BTC/USDT'))).toEqual(new Set(['4']));
  });

  it('connects again when a connection stays silent', async () => {
    open({ stream: { silentMs: 50 } });
    await eventually(() => expect(binance.dials.length).toBeGreaterThanOrEqual(3));
    expect(binance.openSockets()).toBeLessThanOrEqual(1);
  });
});

describe('The stream of an exchange that has fewer kinds of tickers than ccxt says', () => {
  /** Claims to have tickers of several symbols at once, but does not. */
  function limited(has: Record<string, unknown>) {
    const watched: string[] = [];
    const tickers: CcxtExchange['tickers'] = {};
    let closed: ((reason: Error) => void) | undefined;
    const notSupported = () => Promise.reject(Object.assign(new Error('not for spot'), { name: 'NotSupported' }));
    const never = () => new Promise((_, reject) => (closed = reject));
    const exchange: CcxtExchange = {
      ...{
        id: 'limited',
        urls: { api: { ws: {} } },
        has,
        tickers,
        bidsasks: {},
        log: () => undefined,
        setSandboxMode: () => undefined,
      },
      ...{
        loadMarkets: never,
        fetchTickers: async () => ({}),
        watchTickers: notSupported,
        watchBidsAsks: notSupported,
      },
      ...{ unWatchTickers: never, unWatchBidsAsks: never, loadHttpProxyAgent: async () => undefined },
      watchTicker(symbol) {
        watched.push(symbol);
        if (tickers[symbol]) return never();
        tickers[symbol] = { symbol, last: '1' };
        return Promise.resolve(tickers[symbol]);
      },
      close: async () => closed?.(new Error('closed')),
    };
    return { exchange, watched };
  }

  it('is one of single tickers', async () => {
    const { exchange, watched } = limited({ watchTickers: true, watchTicker: true });
    const heard: string[] = [];
    const onTicker = (_: string, symbol: string) => void heard.push(symbol);
    const stream = createTickerStream({ exchange, log, onTicker, paceMs: 5, backOffMs: 1, backOffMaxMs: 1 });
    closing.push(() => stream?.stop());
    stream?.follow(['A/USDT', 'B/USDT']);
    await eventually(() => expect(heard).toEqual(['A/USDT', 'B/USDT']));
    expect(watched).toEqual(['A/USDT', 'A/USDT', 'B/USDT', 'B/USDT']);
  });

  it('is none where there is nothing to watch', () => {
    const { exchange } = limited({ watchTickers: false, watchBidsAsks: true });
    expect(createTickerStream({ exchange, log, onTicker: () => undefined })).toBeUndefined();
  });
});

describe('The poll behind the stream', () => {
  const rows = [
    { symbol: 'BTCUSDT', lastPrice: '11' },
    { symbol: 'ETHUSDT', lastPrice: '22' },
  ];

  it('requests only the symbols for which the stream is silent', async () => {
    binance.answer = { rows };
    const { lasts } = open({ silentMs: 2_000 });
    await eventually(() => expect(lasts('ETH/USDT')).toContain('22'));
    await subscribed('btcusdt@ticker');
    await eventually(() => {
      binance.ticker('BTCUSDT', '12');
      expect(decodeURIComponent(restTickers().at(-1) ?? '')).toBe('/api/v3/ticker/24hr?symbols=["ETHUSDT"]');
    });
  });

  it('takes over again when a stream falls silent', async () => {
    binance.answer = { rows };
    const { inUse, lasts, newest } = open({ silentMs: 100 });
    inUse.splice(1);
    await subscribed('btcusdt@ticker');
    binance.ticker('BTCUSDT', '12');
    await eventually(() => expect(lasts('BTC/USDT')).toContain('12'));
    await eventually(() => expect(newest('BTC/USDT')?.last).toBe('11'));
  });

  it('continues alone while websockets are refused, and they are tried less and less often', async () => {
    binance.answer = { rows };
    binance.door = 'refuses';
    const { lasts } = open({ stream: { backOffMs: 20, backOffMaxMs: NEVER_MS } });
    await eventually(() => expect(binance.dials.length).toBeGreaterThanOrEqual(5));
    // At least half of 20, 40, 80 and 160 ms. A timer may be a millisecond early.
    for (const [index, shortest] of [10, 20, 40, 80].entries()) {
      const [dial = 0, next = 0] = binance.dials.slice(index);
      expect(next - dial).toBeGreaterThanOrEqual(shortest - 2);
    }
    expect(restTickers().length).toBeGreaterThan(0);
    expect(lasts('BTC/USDT').length).toBeGreaterThan(0);
    expect(lasts('BTC/USDT').every((last) => last === '11')).toBe(true);
    binance.door = 'open';
    await eventually(() => expect(binance.openSockets()).toBe(1));
  });

  it('ends at once with the stream, whether that is connected, connecting or waiting to connect', async () => {
    for (const door of ['open', 'hangs', 'refuses'] as const) {
      binance.door = door;
      const dials = binance.dials.length;
      const { feed } = open({ stream: { backOffMs: NEVER_MS, backOffMaxMs: NEVER_MS } });
      await eventually(() => expect(binance.dials.length).toBe(dials + 1));
      await feed.stop();
      await eventually(() => expect(binance.openSockets()).toBe(0));
      expect(binance.dials.length).toBe(dials + 1);
    }
  });
});
