import type { Logger } from 'pino';
import type { Clock } from '../../context.js';
import type { ExchangeName } from '../../core/domain.js';
import { toText, d, roundMoney } from '../../core/money/money.js';
import type { ExchangeBalance, RemoteExchange } from '../exchange.js';
import { cancelOrder } from './orders/cancel-order.js';
import type { CcxtMarket, Dialect } from './dialects/dialect.js';
import { DIALECTS } from './dialects/dialects.js';
import { findOrder } from './orders/find-order.js';
import { ExchangeFault, type ExchangeFaultCode } from '../exchange-fault.js';
import type { MarketCache } from './session/market-cache.js';
import type { Credentials } from './session/open-api.js';
import type { StreamTiming } from './orders/order-stream.js';
import { createRateBudget } from './budget/rate-budget.js';
import { findSent, placeOrder } from './orders/place-order.js';
import { createRemoteAccount } from './remote-account.js';
import { createSentIds } from './orders/sent-ids.js';
import { openSession, type Session } from './session/session.js';
import type { SharedBudget } from './budget/shared-budget.js';

export interface CcxtExchangeOptions {
  account: { id: number; exchange: ExchangeName };
  /** Reads the current credentials; undefined when the account has none. */
  loadCredentials(accountId: number): Promise<Credentials | undefined>;
  clock: Clock;
  log: Logger;
  /** Whether proxies may be at private addresses. */
  allowPrivateProxies: boolean;
  budget: SharedBudget;
  /** Markets that other accounts of this process read. */
  marketCache?: MarketCache;
  /** Called with all markets whenever they were read from the exchange. */
  onMarkets?: (markets: readonly CcxtMarket[]) => void;
  /** The origin of a server that replaces the exchange, for tests. */
  origin?: string | undefined;
  timeoutMs?: number;
  /** Changed credentials are used after at most this time; default 5 s. */
  credentialsForMs?: number;
  /** Timing of its user stream, for tests. */
  streamTiming?: StreamTiming;
}

/** The maximum wait of a request before it leaves. After that it is not sent at all. */
const TIMEOUT_MS = 3_000;
/**
 * The maximum error of our estimate of the exchange's clock. If the estimate is ahead, signed requests are valid
 * longer.
 */
const CLOCK_ERROR_MS = 1_000;
const CREDENTIALS_FOR_MS = 5_000;
/** A ticker without a time counts as current. */
const SOURCE = 'exchange';

/** Faults of opening an account that can be temporary. */
const PASSING: ReadonlySet<ExchangeFaultCode> = new Set<ExchangeFaultCode>([
  'UNREACHABLE',
  'PROXY_UNREACHABLE',
  'RATE_LIMITED',
  'CLOCK_OFF',
  'OTHER',
]);

/**
 * An account at a real exchange, through ccxt. It is opened on first use, and again when its credentials change.
 * Failures on the network are a CallFault, without addresses or keys in the message.
 */
export function createCcxtExchange(options: CcxtExchangeOptions): RemoteExchange & { close(): void } {
  const { account, clock, log } = options;
  const dialect = DIALECTS[account.exchange];
  const door = createDoor({ ...options, dialect });
  const sent = createSentIds();
  return {
    name: account.exchange,
    admission: { windowMs: TIMEOUT_MS + dialect.admissionMs + CLOCK_ERROR_MS },
    async market(symbol) {
      return (await door.open()).markets.all().get(symbol)?.market;
    },
    async markets() {
      return [...(await door.open()).markets.all().values()].flatMap(({ market }) => market ?? []);
    },
    async balances() {
      const session = await door.open();
      const { free, total } = await session.run('balances', (api) => api.fetchBalance());
      return Object.keys(total).flatMap((asset): ExchangeBalance[] => {
        const all = d(total[asset] ?? '0');
        const usable = d(free[asset] ?? '0');
        if (all.isZero() && usable.isZero()) return [];
        return [{ asset, free: toText(roundMoney(usable)), locked: toText(roundMoney(all.sub(usable))) }];
      });
    },
    async price(symbol) {
      const session = await door.open();
      if (!session.markets.all().has(symbol)) return undefined;
      const { last, bid, ask } = await session.run('ticker', (api) => api.fetchTicker(symbol));
      if (last === undefined) return undefined;
      const plain = (text: string) => d(text).toFixed();
      const sides = { ...(bid !== undefined && { bid: plain(bid) }), ...(ask !== undefined && { ask: plain(ask) }) };
      return { symbol, last: plain(last), ...sides, at: clock.now(), source: SOURCE };
    },
    async place(order) {
      // A process that was suspended on the way here does not get extra time.
      const leaveBefore = Math.min(performance.now(), order.leaveBefore ?? Infinity) + TIMEOUT_MS;
      // Checked before any await: of two calls with one id, the second only looks the order up.
      const isSecond = sent.has(order.clientOrderId);
      sent.add(order.clientOrderId);
      let session: Session;
      try {
        session = await door.open();
      } catch (error) {
        const why = error instanceof ExchangeFault ? error.message : 'The account could not be opened.';
        log.warn({ err: error, accountId: account.id }, 'an order was not sent: its account could not be opened');
        if (isSecond) return { kind: 'unknown', message: why };
        const message = `The order was not sent. ${why}`;
        if (error instanceof ExchangeFault && !PASSING.has(error.code))
          return { kind: 'refused', code: 'EXCHANGE_REFUSED', message };
        return { kind: 'notSent', message };
      }
      return isSecond ? findSent(session, order) : placeOrder(session, order, { leaveBefore });
    },
    findOrder: async (order, { byIdOnly, ...asking } = {}) =>
      findOrder((await door.open()).as(asking), order, { byIdOnly }),
    cancel: async (order, asking = {}) => cancelOrder((await door.open()).as(asking), order),
    remote: createRemoteAccount(
      door,
      dialect.userStream && {
        stream: dialect.userStream,
        log: log.child({ accountId: account.id }),
        timing: options.streamTiming,
      },
    ),
    close: door.close,
  };
}

/** Keeps the account's session. It is opened once for all callers, and again when the credentials changed. */
function createDoor({
  account,
  loadCredentials,
  credentialsForMs = CREDENTIALS_FOR_MS,
  budget,
  ...options
}: CcxtExchangeOptions & { dialect: Dialect }) {
  let opened: { version: number; checkedAt: number; session: Session } | undefined;
  let opening: Promise<Session> | undefined;
  const look = async (): Promise<Session> => {
    const credentials = await loadCredentials(account.id);
    if (!credentials) throw new ExchangeFault('KEYS_MISSING');
    const { version } = credentials;
    const checkedAt = performance.now();
    if (opened?.version === version) {
      opened.checkedAt = checkedAt;
      return opened.session;
    }
    const rateBudget = createRateBudget({
      budget,
      dialect: options.dialect,
      accountId: account.id,
      credentials,
      origin: options.origin,
    });
    const session = await openSession({ ...options, credentials, rateBudget });
    opened?.session.close();
    opened = { version, checkedAt, session };
    return session;
  };
  const begin = (): Promise<Session> =>
    (opening ??= look().finally(() => {
      opening = undefined;
    }));
  return {
    open(): Promise<Session> {
      if (opened && performance.now() - opened.checkedAt < credentialsForMs) return Promise.resolve(opened.session);
      return begin();
    },
    /** Opens it with the current credentials, for a caller that has just changed them. */
    async openAnew(): Promise<Session> {
      // A session that is being opened may have read the old credentials.
      await opening?.catch(() => undefined);
      return begin();
    },
    close() {
      opened?.session.close();
      opened = undefined;
    },
  };
}
