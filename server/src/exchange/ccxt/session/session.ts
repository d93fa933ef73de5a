import type { Logger } from 'pino';
import type { Clock } from '../../../context.js';
import { createAgents, type Agents } from './agents.js';
import { answeredFault, CallFault, faultOfError } from '../call-fault.js';
import type { CcxtApi } from './ccxt-api.js';
import type { ExchangeRequest, CcxtMarket, Dialect, JsonObject, RowsRequest } from '../dialects/dialect.js';
import { createExchangeClock, type ExchangeClock } from './exchange-clock.js';
import { createMarketCache, type MarketCache } from './market-cache.js';
import { createMarketBook, type MarketBook } from './markets.js';
import { openApi, type Credentials } from './open-api.js';
import type { RequestPriority } from '../../../core/exchange/request-budget.js';
import type { RateBudget } from '../budget/rate-budget.js';
import { checkHost } from './pinned-hosts.js';
import { createFetch, traceCall, type WireTrace } from './wire.js';

export interface SessionOptions {
  dialect: Dialect;
  credentials: Credentials;
  clock: Clock;
  log: Logger;
  allowPrivateProxies: boolean;
  /** The exchange's rate limits, counted for all processes together. */
  rateBudget: RateBudget;
  /** Markets that other accounts of this process read. */
  marketCache?: MarketCache | undefined;
  /** Called with all markets whenever they were read from the exchange, not from the cache. */
  onMarkets?: ((markets: readonly CcxtMarket[]) => void) | undefined;
  /** The origin of a server that replaces the exchange, for tests. */
  origin?: string | undefined;
  /** The maximum time for the whole answer to an order; default 15 s. */
  timeoutMs?: number;
}

/** Options of a request. */
export interface ExchangeRequestOptions {
  priority?: RequestPriority | undefined;
  /** Aborts the request: if it has not left yet, it never does. */
  signal?: AbortSignal | undefined;
  /** It is not sent after this moment of performance.now(). */
  leaveBefore?: number | undefined;
}

/** A signed connection to an account at an exchange. Its failures are a CallFault. */
export interface Session {
  readonly dialect: Dialect;
  readonly api: CcxtApi;
  readonly clock: ExchangeClock;
  readonly log: Logger;
  readonly markets: MarketBook;
  /** The exchange's number of the spot account, where it has one. */
  readonly accountId: string | undefined;
  measureClock(): Promise<{ latencyMs: number }>;
  ask(ask: ExchangeRequest, options?: ExchangeRequestOptions): Promise<JsonObject>;
  /** All pages of a list. */
  rows(ask: RowsRequest): Promise<JsonObject[]>;
  /** The same session with these default options. Without options, requests have the priority `recovery`. */
  as(options: ExchangeRequestOptions): Session;
  /** Runs requests that ccxt itself makes. */
  run<T>(what: 'markets' | 'balances' | 'ticker' | 'time', work: (api: CcxtApi) => Promise<T>): Promise<T>;
  /** A ccxt exchange for one user stream, with its own connections over the same route. */
  openStream(): Promise<CcxtApi>;
  close(): void;
}

const TIMEOUT_MS = 15_000;
/** A mere read waits at most this long for its turn. */
const POLL_TIMEOUT_MS = 10_000;
/** The maximum number of pages of one list. */
const PAGES_MAX = 20;
/** Running requests get this long to end before their connections are closed. */
const CLOSE_AFTER_MS = 30_000;

/** Opens an account: first the clock, because every signature needs it, then the markets and the account's mode. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { dialect, credentials, log, rateBudget, origin, timeoutMs = TIMEOUT_MS } = options;
  const agents = createAgents(credentials.proxyUrl, options.allowPrivateProxies);
  const clock = createExchangeClock(options.clock);
  const checkAddress = (url: string | URL) => checkHost(dialect.exchange, url, origin);
  const fetch = createFetch(agents, checkAddress);
  const ways = { dialect, credentials, fetch, timeoutMs, exchangeNow: clock.now, origin };
  const api = await openApi(ways);
  const travel = createTravel(dialect, rateBudget);
  const weights: Partial<Record<string, number>> = dialect.budget.weights ?? {};
  const weightOf = (what: string) => weights[what] ?? 1;
  // The reason for opening an account may be an exit.
  const opening = { priority: 'follow' } as const;
  const timeAsk = { ...opening, what: 'time', weight: weightOf('time') };
  const measureClock = () => clock.measure(() => travel(timeAsk, () => api.fetchTime()));
  /** Measures the clock again after a timestamp was refused; otherwise the next request would be refused too. */
  const measureIfLate = async (fault: unknown): Promise<never> => {
    if (fault instanceof CallFault && fault.errorMeaning === 'CLOCK') await measureClock().catch(() => undefined);
    throw fault;
  };
  const runAs =
    (options: ExchangeRequestOptions): Session['run'] =>
    (what, work) =>
      travel({ ...options, what, weight: weightOf(what) }, () => work(api)).catch(measureIfLate);
  const askOnce: Session['ask'] = async ({ call, params, weight = 1 }, options) => {
    const answer = await travel({ ...options, what: call, weight }, () => callOf(api, call)({ ...params }));
    const fault = dialect.faultIn(answer);
    if (fault) throw answeredFault(dialect, fault, 200);
    if (typeof answer === 'object' && answer !== null) return answer as JsonObject;
    throw new CallFault('silent', `${dialect.title} sent an unreadable answer.`);
  };
  const ask: Session['ask'] = (question, options) => {
    // In parallel with the request, because a clock drifts slowly.
    if (clock.isDue()) void measureClock().catch(() => undefined);
    return askOnce(question, options).catch(measureIfLate);
  };
  const marketCache = options.marketCache ?? createMarketCache();
  const key = [dialect.exchange, credentials.testnet, origin].join(' ');
  const load = async () => {
    await runAs(opening)('markets', () => api.loadMarkets(true, dialect.marketParams));
    options.onMarkets?.(Object.values(api.markets ?? {}));
  };
  const markets = createMarketBook((maxAgeMs) => marketCache.take(key, api, { maxAgeMs, load }), log);
  try {
    await measureClock();
    await markets.load();
    const askFirst: Session['ask'] = (question) => ask(question, opening);
    await checkMode(dialect, askFirst);
    const accountId = await dialect.accountId?.(askFirst);
    const close = () => void setTimeout(() => agents.close(), CLOSE_AFTER_MS).unref();
    const openStream = async () => streamingApi(await openApi(ways), { markets: api, agents, checkAddress });
    const always = { dialect, api, clock, log, markets, accountId, measureClock, openStream, close };
    const sessionAs = (how: ExchangeRequestOptions): Session => ({
      ...always,
      run: runAs(how),
      ask: (question, options) => ask(question, { ...how, ...options }),
      rows: (first) => readPages((page) => ask(page, how), first),
      as: (options) => sessionAs({ ...how, ...options }),
    });
    return sessionAs({});
  } catch (error) {
    agents.close();
    throw error;
  }
}

/**
 * Without ccxt's own pings, which compare our clock with the exchange's, and its fixed pauses: the stream has both
 * itself.
 */
function streamingApi(
  api: CcxtApi,
  { markets, agents, checkAddress }: { markets: CcxtApi; agents: Agents; checkAddress: (url: string) => void },
): CcxtApi {
  const connect = api.client.bind(api);
  // Every websocket of ccxt comes from here.
  api.client = (url) => {
    checkAddress(url);
    return connect(url);
  };
  api.setMarketsFromExchange(markets);
  api.options.ws = { keepAlive: 0, backoff: { base: 0, max: 0 } };
  return Object.assign(api, { agent: agents.https, httpAgent: agents.http });
}

/** Sends a request: waits for its turn, reads the rate information in the answers, and classifies faults. */
function createTravel(dialect: Dialect, rateBudget: RateBudget) {
  return async <T>(
    {
      what,
      weight,
      priority = 'recovery',
      leaveBefore,
      signal,
    }: ExchangeRequestOptions & { what: string; weight: number },
    work: () => Promise<T>,
  ): Promise<T> => {
    const trace: WireTrace = { wireExchanges: [], leaveBefore: leaveBefore ?? Number.POSITIVE_INFINITY, signal };
    const before = leaveBefore ?? performance.now() + POLL_TIMEOUT_MS;
    try {
      await rateBudget.take({ what, weight, priority, before, signal });
      return await traceCall(trace, work);
    } catch (error) {
      throw faultOfError(dialect, error, trace);
    } finally {
      for (const { answer } of trace.wireExchanges) if (answer) rateBudget.listen(answer, { what, priority });
    }
  };
}

async function readPages(
  ask: (page: ExchangeRequest) => Promise<JsonObject>,
  first: RowsRequest,
): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  let params: JsonObject | undefined = first.params;
  for (let page = 0; params && page < PAGES_MAX; page++) {
    const answer = await ask({ ...first, params });
    const rows = first.rows(answer);
    found.push(...rows);
    params = first.next?.(rows, answer, params);
  }
  return found;
}

async function checkMode({ checkMode }: Dialect, ask: Session['ask']): Promise<void> {
  const fault = checkMode?.fault(await ask(checkMode.ask));
  if (fault) throw new CallFault('notSent', fault);
}

/** ccxt has a method for every endpoint. An unknown name is a mistake in our table. */
function callOf(api: CcxtApi, call: string): (params: JsonObject) => Promise<unknown> {
  const method = (api as unknown as Record<string, ((params: JsonObject) => Promise<unknown>) | undefined>)[call];
  if (typeof method !== 'function') throw new Error(`ccxt has no endpoint ${call}`);
  return method.bind(api);
}
