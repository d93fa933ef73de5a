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
import { createFetch, traceCall, type WireTrace } from './wire.js';

export interface SessionOptions {
  dialect: Dialect;
  credentials: Credentials;
  clock: Clock;
  log: Logger;
  allowPrivateProxies: boolean;
  /** What the exchange allows, counted by all processes together. */
  rateBudget: RateBudget;
  /** Markets that other accounts of this process read. */
  marketCache?: MarketCache | undefined;
  /** Told of all markets whenever they were read from the exchange, not from the shelf. */
  onMarkets?: ((markets: readonly CcxtMarket[]) => void) | undefined;
  /** Another server in place of the exchange, for tests. */
  origin?: string | undefined;
  /** An order's whole answer has to come within this; 15 s unless said otherwise. */
  timeoutMs?: number;
}

/** How something is asked. */
export interface ExchangeRequestOptions {
  priority?: RequestPriority | undefined;
  /** Gives it up: what did not leave yet never does. */
  signal?: AbortSignal | undefined;
  /** performance.now() after which it is not sent any more. */
  leaveBefore?: number | undefined;
}

/** A signed connection to an account at an exchange. What goes wrong through it is a CallFault. */
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
  /** The same, asking in this way unless said otherwise; by itself it asks as recovery does. */
  as(options: ExchangeRequestOptions): Session;
  /** What ccxt asks by itself. */
  run<T>(what: 'markets' | 'balances' | 'ticker' | 'time', work: (api: CcxtApi) => Promise<T>): Promise<T>;
  /** An exchange of ccxt for one user stream, with connections of its own that go the same way. */
  openStream(): Promise<CcxtApi>;
  close(): void;
}

const TIMEOUT_MS = 15_000;
/** Whoever only asks waits so long for a turn. */
const POLL_TIMEOUT_MS = 10_000;
/** So many pages of one list; more is not asked for in one go. */
const PAGES_MAX = 20;
/** What is under way may end before its connections are cut. */
const CLOSE_AFTER_MS = 30_000;

/** Opens an account: clock first, since all that is signed needs it, then markets and the account's mode. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { dialect, credentials, log, rateBudget, origin, timeoutMs = TIMEOUT_MS } = options;
  const agents = createAgents(credentials.proxyUrl, options.allowPrivateProxies);
  const clock = createExchangeClock(options.clock);
  const fetch = createFetch(agents);
  const ways = { dialect, credentials, fetch, timeoutMs, exchangeNow: clock.now, origin };
  const api = await openApi(ways);
  const travel = createTravel(dialect, rateBudget);
  const weights: Partial<Record<string, number>> = dialect.budget.weights ?? {};
  const weightOf = (what: string) => weights[what] ?? 1;
  // Whoever opens an account may have an exit to send.
  const opening = { priority: 'follow' } as const;
  const timeAsk = { ...opening, what: 'time', weight: weightOf('time') };
  const measureClock = () => clock.measure(() => travel(timeAsk, () => api.fetchTime()));
  /** What is signed next by a clock that was not accepted would be refused too. */
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
    throw new CallFault('silent', `${dialect.title} answered something that could not be read.`);
  };
  const ask: Session['ask'] = (question, options) => {
    // Beside the request: a clock drifts slowly.
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
    const openStream = async () => streamingApi(await openApi(ways), { markets: api, agents });
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

/** ccxt's own pings compare our clock with the exchange's, and its own pauses are fixed: the stream has both. */
function streamingApi(api: CcxtApi, { markets, agents }: { markets: CcxtApi; agents: Agents }): CcxtApi {
  api.setMarketsFromExchange(markets);
  api.options.ws = { keepAlive: 0, backoff: { base: 0, max: 0 } };
  return Object.assign(api, { agent: agents.https, httpAgent: agents.http });
}

/** Waits for its turn, goes, listens to what the answers say of the pace, and tells faults apart. */
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

/** ccxt makes a method of every endpoint; a name it does not have is a mistake in our table. */
function callOf(api: CcxtApi, call: string): (params: JsonObject) => Promise<unknown> {
  const method = (api as unknown as Record<string, ((params: JsonObject) => Promise<unknown>) | undefined>)[call];
  if (typeof method !== 'function') throw new Error(`ccxt has no endpoint ${call}`);
  return method.bind(api);
}
