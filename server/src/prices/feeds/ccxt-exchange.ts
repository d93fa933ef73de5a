import type { CcxtClient } from '../../exchange/ccxt/session/close-sockets.js';
import { loadCcxtClass } from '../../exchange/ccxt/session/load-ccxt.js';
import { rewriteOrigins } from '../../exchange/ccxt/session/rewrite-origins.js';

/** A ticker of ccxt. With `number: String`, its numbers are the texts that the exchange sent. */
export interface CcxtTicker {
  symbol?: string;
  last?: string;
  bid?: string;
  ask?: string;
}
type Tickers = Record<string, CcxtTicker | undefined>;

/**
 * The part of a ccxt exchange that we use. The `watch…` methods resolve with the next message about any of the symbols.
 */
export interface CcxtExchange {
  id: string;
  urls: { api: unknown };
  has: Record<string, unknown>;
  markets?: Record<string, { spot?: boolean } | undefined>;
  /** The newest ticker and the newest bid and ask of each watched symbol. */
  tickers: Tickers;
  bidsasks: Tickers;
  clients?: Record<string, CcxtClient>;
  log(...words: unknown[]): void;
  setSandboxMode(on: boolean): void;
  loadMarkets(): Promise<unknown>;
  fetchTickers(symbols: string[]): Promise<Tickers>;
  fetchOHLCV?(symbol: string, timeframe: string, since?: number, limit?: number): Promise<unknown[][]>;
  watchTicker(symbol: string): Promise<unknown>;
  watchTickers(symbols: string[]): Promise<unknown>;
  unWatchTickers(symbols: string[]): Promise<unknown>;
  watchBidsAsks(symbols: string[]): Promise<unknown>;
  unWatchBidsAsks(symbols: string[]): Promise<unknown>;
  loadHttpProxyAgent(): Promise<unknown>;
  close(): Promise<unknown>;
}

export interface OpenCcxtOptions {
  /** ccxt's id: binance, bybit, okx... */
  exchangeId: string;
  /** Its test network. Throws when ccxt does not have one. */
  testnet?: boolean;
  timeoutMs: number;
  /** Replaces ccxt's addresses, for tests with their own server. The key `ws` has the addresses of its streams. */
  apiUrls?: Record<string, unknown>;
  /** The origin of another server that replaces the exchange. */
  origin?: string | undefined;
}

/**
 * Tickers with bid and ask, and all streams over one connection, which carries up to 1,024 of them. Only for Binance,
 * because Bybit reads the same `name` as the name of its topic.
 */
const BINANCE = {
  watchTickers: { name: 'ticker' },
  streamLimits: { spot: 1 },
  subscriptionLimitByStream: { spot: Number.MAX_SAFE_INTEGER },
};

/**
 * Opens one exchange of ccxt. Its rate limiter, retries and reconnect waits stay off, because the callers have their
 * own timing.
 */
export async function openCcxtExchange({
  exchangeId,
  testnet = false,
  timeoutMs,
  apiUrls,
  origin,
}: OpenCcxtOptions): Promise<CcxtExchange> {
  const Exchange = await loadCcxtClass<CcxtExchange>(exchangeId);
  const exchange = new Exchange({
    enableRateLimit: false,
    maxRetriesOnFailure: 0,
    timeout: timeoutMs,
    number: String,
    options: {
      defaultType: 'spot',
      fetchMarkets: { types: ['spot'] },
      fetchCurrencies: false,
      ws: { backoff: { base: 0, max: 0 } },
      ...(exchangeId.startsWith('binance') && BINANCE),
    },
  });
  if (testnet) exchange.setSandboxMode(true);
  if (origin) exchange.urls.api = rewriteOrigins(origin, exchange.urls.api);
  if (apiUrls) exchange.urls.api = apiUrls;
  // ccxt prints messages that it cannot parse. They count as silence here.
  exchange.log = () => undefined;
  await exchange.loadMarkets();
  return exchange;
}
