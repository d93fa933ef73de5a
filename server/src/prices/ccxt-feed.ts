import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Logger } from 'pino';
import type { Clock } from '../context.js';
import type { Price } from '../core/domain.js';
import { d } from '../core/money.js';
import type { PriceFeed } from './price-feed.js';

/** What we use of a ccxt exchange. With `number: String` its numbers are the texts the exchange sent. */
interface CcxtExchange {
  urls: { api: unknown };
  markets?: Record<string, { spot?: boolean } | undefined>;
  loadMarkets(): Promise<unknown>;
  fetchTickers(symbols: string[]): Promise<Record<string, CcxtTicker | undefined>>;
}
interface CcxtTicker {
  last?: string;
  bid?: string;
  ask?: string;
}
type CcxtClass = new (settings: Record<string, unknown>) => CcxtExchange;

export interface CcxtFeedOptions {
  /** ccxt's id: binance, bybit, okx... */
  exchangeId: string;
  clock: Clock;
  log: Logger;
  /** ccxt's names ('BTC/USDT'), asked before each poll; those the exchange does not have are left out. */
  symbols: () => Promise<readonly string[]>;
  pollMs?: number;
  timeoutMs?: number;
  /** The longest wait after faults. */
  backOffMaxMs?: number;
  /** Replaces ccxt's addresses, for tests against a server of their own. */
  apiUrls?: Record<string, string>;
}

const POLL_MS = 1_000;
const TIMEOUT_MS = 10_000;
const BACK_OFF_MAX_MS = 30_000;

/** Public tickers by REST, about one request a second for all symbols. Emits nothing while the exchange is away. */
export function createCcxtFeed(options: CcxtFeedOptions): PriceFeed & { probe(): Promise<void> } {
  const { exchangeId, clock, log, symbols, pollMs = POLL_MS, backOffMaxMs = BACK_OFF_MAX_MS } = options;
  const source = `ccxt:${exchangeId}`;
  let exchange: Promise<CcxtExchange> | undefined;
  let isStopped = false;
  let wake = (): void => undefined;
  let polling: Promise<void> = Promise.resolve();

  const read = async (): Promise<Price[]> => {
    exchange ??= openExchange(options);
    // A failed import or market list is tried again, not remembered.
    const open = await exchange.catch((error: unknown) => {
      exchange = undefined;
      throw error;
    });
    const known = (await symbols()).filter(
      (symbol) => open.markets?.[symbol]?.spot !== false && open.markets?.[symbol],
    );
    if (known.length === 0) return [];
    const tickers = await open.fetchTickers(known);
    const at = clock.now();
    return known.flatMap((symbol) => toPrice(symbol, tickers[symbol], { at, source }));
  };
  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const poll = async (emit: (prices: readonly Price[]) => void): Promise<void> => {
    for (let faults = 0; !isStopped;) {
      try {
        const prices = await read();
        if (!isStopped && prices.length > 0) emit(prices);
        if (faults > 0) log.info({ feed: source }, 'the price feed answers again');
        faults = 0;
      } catch (err) {
        faults += 1;
        if (faults === 1) log.warn({ err, feed: source }, 'the price feed does not answer');
      }
      const backOff = faults === 0 ? pollMs : Math.min(backOffMaxMs, pollMs * 2 ** Math.min(faults, 10));
      // Between half and all of it, so that several installations do not come in step.
      if (!isStopped) await pause(faults === 0 ? backOff : backOff * (0.5 + Math.random() / 2));
    }
  };
  return {
    name: source,
    /** Reads once. Throws when the exchange cannot be reached or knows none of the symbols. */
    async probe() {
      const prices = await read();
      if (prices.length === 0) throw new Error(`${exchangeId} has no prices for our symbols`);
    },
    start(emit) {
      polling = poll(emit);
    },
    async stop() {
      isStopped = true;
      wake();
      await polling;
    },
  };
}

/**
 * Opens one exchange of ccxt by the path of its file: all of ccxt would cost 90 MB, and its `exports` name nothing else.
 * Its own rate limiter and retries stay off: the poll has its own pace.
 */
async function openExchange({ exchangeId, timeoutMs = TIMEOUT_MS, apiUrls }: CcxtFeedOptions): Promise<CcxtExchange> {
  if (!/^[a-z0-9]{2,30}$/.test(exchangeId)) throw new Error(`${exchangeId} is not a ccxt exchange`);
  const root = path.resolve(path.dirname(createRequire(import.meta.url).resolve('ccxt')), '..');
  const file = pathToFileURL(path.join(root, 'js', 'src', `${exchangeId}.js`)).href;
  const module = (await import(/* @vite-ignore */ file)) as { default: CcxtClass };
  const exchange = new module.default({
    enableRateLimit: false,
    maxRetriesOnFailure: 0,
    timeout: timeoutMs,
    number: String,
    options: { defaultType: 'spot', fetchMarkets: { types: ['spot'] }, fetchCurrencies: false },
  });
  if (apiUrls) exchange.urls.api = apiUrls;
  await exchange.loadMarkets();
  return exchange;
}

/** Nothing without a positive last price; bid and ask stay apart from it and are left out when the exchange has none. */
function toPrice(
  symbol: string,
  ticker: CcxtTicker | undefined,
  { at, source }: Pick<Price, 'at' | 'source'>,
): Price[] {
  const last = positive(ticker?.last);
  if (last === undefined) return [];
  const bid = positive(ticker?.bid);
  const ask = positive(ticker?.ask);
  return [{ symbol, last, ...(bid && { bid }), ...(ask && { ask }), at, source }];
}

function positive(text: string | undefined): string | undefined {
  if (text === undefined || !/^\d+(\.\d+)?(e-?\d+)?$/i.test(text)) return undefined;
  const value = d(text).toDecimalPlaces(18);
  return value.gt(0) ? value.toFixed() : undefined;
}
