import { loadCcxtClass } from './load-ccxt.js';
import { rewriteOrigins } from './rewrite-origins.js';
import type { CcxtApi } from './ccxt-api.js';
import type { Dialect } from '../dialects/dialect.js';
import { readJson } from '../call-fault.js';
import type { createFetch } from './wire.js';

/**
 * The secrets that sign the requests of an account, in plain text: never logged, queued, returned or put into an error.
 */
export interface Credentials {
  apiKey: string;
  apiSecret: string;
  /** Only at OKX, KuCoin and Bitget. */
  passphrase: string | null;
  proxyUrl: string | null;
  testnet: boolean;
  /** Changes with the credentials. */
  version: number;
}

export interface OpenApiOptions {
  dialect: Dialect;
  credentials: Credentials;
  fetch: ReturnType<typeof createFetch>;
  timeoutMs: number;
  /** Our estimate of the exchange's time, ms since 1970. */
  exchangeNow(): number;
  /** The origin of a server that replaces the exchange, for tests. */
  origin?: string | undefined;
}

/**
 * A ccxt exchange for one account, with our transport and our clock. Without ccxt's retries (they would send orders
 * again) and its limiter (10 ms before every order), and with every number as the text that was received.
 */
export async function openApi(options: OpenApiOptions): Promise<CcxtApi> {
  const { dialect, credentials, fetch, timeoutMs, exchangeNow, origin } = options;
  const Exchange = await loadCcxtClass<CcxtApi>(dialect.ccxtId);
  const api = new Exchange({
    apiKey: credentials.apiKey,
    secret: credentials.apiSecret,
    ...(credentials.passphrase !== null && { password: credentials.passphrase }),
    enableRateLimit: false,
    maxRetriesOnFailure: 0,
    timeout: timeoutMs,
    number: String,
    options: {
      ...{ defaultType: 'spot', fetchMarkets: { types: ['spot'] }, adjustForTimeDifference: false, timeDifference: 0 },
      ...dialect.options,
    },
  });
  if (credentials.testnet) api.setSandboxMode(true);
  // ccxt would request them along with the markets, with the key. We do not use them.
  api.has.fetchCurrencies = false;
  for (const method of dialect.skips ?? []) Object.assign(api, { [method]: () => Promise.resolve([]) });
  api.fetchImplementation = fetch;
  // ccxt prints what it cannot parse, and in verbose mode also requests with their keys.
  api.log = () => undefined;
  api.milliseconds = () => Math.floor(exchangeNow());
  api.seconds = () => Math.floor(exchangeNow() / 1_000);
  api.microseconds = () => Math.floor(exchangeNow() * 1_000);
  if (dialect.countsRequests) api.nonce = growing(api.milliseconds);
  // ccxt parses numbers as doubles first and checks only afterwards whether that was safe.
  api.parseJson = (text) => parseExactly(api, text);
  if (origin !== undefined) api.urls.api = rewriteOrigins(origin, api.urls.api);
  return api;
}

/**
 * Never returns the same value twice. Otherwise two requests of one millisecond would be one to an exchange with
 * nonces.
 */
function growing(now: () => number): () => number {
  let last = 0;
  return () => {
    last = Math.max(last + 1, now());
    return last;
  };
}

/**
 * Parses with all number values as texts. If that breaks a text that itself contains JSON, the text is parsed
 * unchanged.
 */
function parseExactly(api: CcxtApi, text: string): unknown {
  if (!api.isJsonEncodedObject(text)) return undefined;
  const quoted = text.replace(/("\s*:\s*)(-?\d[\d.eE+-]*)(?=\s*[,}])/g, '$1"$2"');
  return readJson(quoted) ?? readJson(text);
}
