import type { Logger } from 'pino';
import type { Clock } from '../../context.js';
import type { Price } from '../../core/domain.js';
import { openCcxtExchange, type CcxtExchange } from './ccxt-exchange.js';
import { createPause } from '../../infra/create-pause.js';
import { waitAtMost } from '../../infra/with-timeout.js';
import { createLiveQuotes, type LiveQuotes } from './live-quotes.js';
import type { PriceFeed } from './price-feed.js';
import { createTickerStream, type TickerStream, type TickerStreamOptions } from './ticker-stream.js';

export interface CcxtFeedOptions {
  /** ccxt's id: binance, bybit, okx... */
  exchangeId: string;
  /** Use the exchange's test network instead. */
  testnet?: boolean;
  clock: Clock;
  log: Logger;
  /**
   * The symbols in ccxt's form ('BTC/USDT'), read before each poll. Those that the exchange does not have are skipped.
   */
  symbols: () => Promise<readonly string[]>;
  pollMs?: number;
  timeoutMs?: number;
  /** The longest pause after faults. */
  backOffMaxMs?: number;
  /** A symbol without a message from the stream for this time is polled. */
  silentMs?: number;
  /** The timing of the stream. */
  stream?: Pick<TickerStreamOptions, 'silentMs' | 'paceMs' | 'backOffMs' | 'backOffMaxMs'>;
  /** Called with the exchange and the symbols in use, at each poll. */
  onSymbols?: (exchange: CcxtExchange, symbols: readonly string[]) => void;
  /** Replaces ccxt's addresses, for tests against a server of their own. */
  apiUrls?: Record<string, unknown>;
  /** The origin of another server that replaces the exchange. */
  origin?: string | undefined;
}

const POLL_MS = 1_000;
const TIMEOUT_MS = 10_000;
const BACK_OFF_MAX_MS = 30_000;
const SILENT_MS = 5_000;
const STOP_TIMEOUT_MS = 1_000;

/**
 * How much longer the poll waits, by the number of requested tickers. Binance counts them with a weight of 2 up to
 * twenty, 40 up to a hundred and 80 beyond. The limit is 6,000 a minute, which orders from this address need too, so
 * polling uses at most a fifth of it.
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints
 */
const costOf = (tickers: number): number => (tickers <= 20 ? 1 : tickers <= 100 ? 2 : 4);

/**
 * Public prices of an exchange. Tickers and the best bid and ask come by websocket where the exchange has streams.
 * Symbols without a message from the stream are polled by REST, one request for all of them every one to four seconds.
 * Emits nothing while the exchange is away.
 */
export function createCcxtFeed(options: CcxtFeedOptions): PriceFeed & { probe(): Promise<void> } {
  const { exchangeId, testnet = false, clock, log } = options;
  const { pollMs = POLL_MS, backOffMaxMs = BACK_OFF_MAX_MS, silentMs = SILENT_MS } = options;
  const source = `ccxt:${exchangeId}${testnet ? ' testnet' : ''}`;
  const quotes = createLiveQuotes({ source, freshMs: silentMs });
  const askExchange = createPoll(options, quotes);
  const streamedAt = new Map<string, number>();
  const pause = createPause();
  let stream: TickerStream | undefined;
  let isStopped = false;
  let polling: Promise<void> = Promise.resolve();

  const openStream = (exchange: CcxtExchange, emit: (prices: readonly Price[]) => void) =>
    createTickerStream({
      exchange,
      log,
      ...options.stream,
      onTicker: (kind, symbol, ticker) => {
        if (isStopped) return;
        const receivedAt = performance.now();
        const price = quotes[kind](symbol, ticker, receivedAt);
        if (price && kind === 'ticker') streamedAt.set(symbol, receivedAt);
        if (price) emit([{ ...price, at: clock.now() }]);
      },
    });
  const isSilent = (symbol: string) =>
    performance.now() - (streamedAt.get(symbol) ?? Number.NEGATIVE_INFINITY) > silentMs;
  const poll = async (emit: (prices: readonly Price[]) => void): Promise<void> => {
    for (let [faults, cost] = [0, 1]; !isStopped;) {
      try {
        const { exchange, symbols } = await askExchange.symbols();
        if (isStopped) return;
        stream ??= openStream(exchange, emit);
        stream?.follow(symbols);
        options.onSymbols?.(exchange, symbols);
        const silent = symbols.filter(isSilent);
        cost = costOf(silent.length);
        const prices = await askExchange.prices(exchange, silent);
        if (!isStopped && prices.length > 0) emit(prices);
        if (faults > 0) log.info({ feed: source }, 'the price feed answers again');
        faults = 0;
      } catch (err) {
        faults += 1;
        if (faults === 1) log.warn({ err, feed: source }, 'the price feed does not answer');
      }
      const backOff = faults === 0 ? pollMs * cost : Math.min(backOffMaxMs, pollMs * 2 ** Math.min(faults, 10));
      // A random time between half and all of it, so that several installations do not poll at the same moment.
      if (!isStopped) await pause.wait(faults === 0 ? backOff : backOff * (0.5 + Math.random() / 2));
    }
  };
  return {
    name: source,
    /** Reads once. Throws when the exchange cannot be reached or has none of the symbols. */
    async probe() {
      const { exchange, symbols } = await askExchange.symbols();
      const prices = await askExchange.prices(exchange, symbols);
      if (prices.length === 0) throw new Error(`${exchangeId} has no prices for our symbols`);
    },
    start(emit) {
      polling = poll(emit);
    },
    async stop() {
      isStopped = true;
      pause.wake();
      await stream?.stop();
      // A request that hangs emits nothing more, so it need not be waited for.
      await waitAtMost(polling, STOP_TIMEOUT_MS);
    },
  };
}

/** The exchange, opened at the first request, and its REST requests. Both throw when it is away. */
function createPoll(
  { exchangeId, testnet = false, clock, symbols, timeoutMs = TIMEOUT_MS, apiUrls, origin }: CcxtFeedOptions,
  quotes: LiveQuotes,
) {
  let opening: Promise<CcxtExchange> | undefined;
  return {
    /** The symbols in use that the exchange has. */
    async symbols(): Promise<{ exchange: CcxtExchange; symbols: string[] }> {
      opening ??= openCcxtExchange({ exchangeId, testnet, timeoutMs, origin, ...(apiUrls && { apiUrls }) });
      // A failed import or market list is not remembered but tried again.
      const exchange = await opening.catch((error: unknown) => {
        opening = undefined;
        throw error;
      });
      const has = (symbol: string) => exchange.markets?.[symbol] && exchange.markets[symbol].spot !== false;
      return { exchange, symbols: (await symbols()).filter(has) };
    },
    async prices(exchange: CcxtExchange, wanted: string[]): Promise<Price[]> {
      if (wanted.length === 0) return [];
      const askedAt = performance.now();
      const tickers = await exchange.fetchTickers(wanted);
      const receivedAt = performance.now();
      return wanted.flatMap((symbol) => {
        const ticker = tickers[symbol];
        // Prices that the stream delivered meanwhile are newer than this answer.
        if (!ticker || quotes.receivedAt(symbol) > askedAt) return [];
        const price = quotes.ticker(symbol, ticker, receivedAt);
        return price ? { ...price, at: clock.now() } : [];
      });
    },
  };
}
