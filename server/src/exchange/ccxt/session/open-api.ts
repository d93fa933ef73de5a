import { loadCcxtClass } from './load-ccxt.js';
import { rewriteOrigins } from './rewrite-origins.js';
import type { CcxtApi } from './ccxt-api.js';
import type { Dialect } from '../dialects/dialect.js';
import { readJson } from '../call-fault.js';
import type { createFetch } from './wire.js';

/** What signs the requests of an account, in the open: never logged, queued, answered or put into an error. */
export interface Credentials {
  apiKey: string;
  apiSecret: string;
  /** Where the exchange has one: OKX, KuCoin, Bitget. */
  passphrase: string | null;
  proxyUrl: string | null;
  testnet: boolean;
  /** Another one means other credentials. */
  version: number;
}

export interface OpenApiOptions {
  dialect: Dialect;
  credentials: Credentials;
  fetch: ReturnType<typeof createFetch>;
  timeoutMs: number;
  /** ms since 1970 at the exchange, as far as we know its clock. */
  exchangeNow(): number;
  /** Another server in place of the exchange, for tests: its origin. */
  origin?: string | undefined;
}

/**
 * An exchange of ccxt for one account: our wire and our clock, none of ccxt's retries (it would send orders again) nor
 * its limiter (10 ms before every order), and every number as the text that came.
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
  // Asked beside the markets, with the key; nothing of it is used.
  api.has.fetchCurrencies = false;
  for (const method of dialect.skips ?? []) Object.assign(api, { [method]: () => Promise.resolve([]) });
  api.fetchImplementation = fetch;
  // ccxt prints what it cannot parse, and requests with their keys when it is verbose.
  api.log = () => undefined;
  api.milliseconds = () => Math.floor(exchangeNow());
  api.seconds = () => Math.floor(exchangeNow() / 1_000);
  api.microseconds = () => Math.floor(exchangeNow() * 1_000);
  if (dialect.countsRequests) api.nonce = growing(api.milliseconds);
  // ccxt parses numbers as doubles first and looks afterwards whether that was safe.
  api.parseJson = (text) => parseExactly(api, text);
  if (origin !== undefined) api.urls.api = rewriteOrigins(origin, api.urls.api);
  return api;
}

/** Never the same twice: two requests of one millisecond would be one to an exchange that counts. */
function growing(now: () => number): () => number {
  let last = 0;
  return () => {
    last = Math.max(last + 1, now());
    return last;
  };
}

/** Numbers that stand as values, as texts. Where that breaks a text that itself holds JSON, it is read as it is. */
function parseExactly(api: CcxtApi, text: string): unknown {
  if (!api.isJsonEncodedObject(text)) return undefined;
  const quoted = text.replace(/("\s*:\s*)(-?\d[\d.eE+-]*)(?=\s*[,}])/g, '$1"$2"');
  return readJson(quoted) ?? readJson(text);
}
