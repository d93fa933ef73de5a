import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAnswerer, type SeenRequest } from './answer-requests.js';
import { createBinance } from './binance/binance.js';
import { createBybit } from './bybit/bybit.js';
import { answerControl } from './control-api.js';
import { createFakeEngine, type FakeEngine } from './engine.js';
import type { EngineRules } from './engine-state.js';
import type { FakeMarket, FakeOrder, FakeTrade } from './engine-types.js';
import { createFaults, type Faults } from './faults.js';
import { DEFAULT_MARKETS } from './markets.js';
import { serveWebsockets, type FakeStreams } from './websockets.js';
import type { FakeAccount, RateLimits, StreamMood, World } from './world.js';

const DIALECTS = { binance: createBinance, bybit: createBybit };
/** How each exchange treats a repeated client order id. */
const DUPLICATE_IDS = { binance: 'open', bybit: 'always' } as const;
/** The documented limits; where endpoints differ, the smallest. */
export const REAL_LIMITS: RateLimits = {
  ...{ weightPerMinute: 6_000, ordersPer10s: 100, perSecond: 20, perFiveSeconds: 600 },
};
const DEFAULT_KEY = { apiKey: 'fake-api-key', secret: 'fake-api-secret' };

export interface FakeExchangeOptions extends Partial<EngineRules> {
  dialect: keyof typeof DIALECTS;
  clock?: { now(): number };
  markets?: FakeMarket[];
  /** Balances of the first account. */
  balances?: Record<string, string>;
  limits?: Partial<RateLimits>;
  /** 0 = any free port. */
  port?: number;
}

type Watcher = (request: SeenRequest, moment: 'arrived' | 'answered') => void;

export interface FakeExchange {
  readonly url: string;
  /** Replaces ccxt's `urls.api`. */
  readonly apiUrls: Record<string, unknown>;
  /** The key of the first account. */
  readonly credentials: { apiKey: string; secret: string };
  readonly accounts: FakeAccount[];
  /** Opens another account with its own key; `over` restricts the permissions of the key. */
  openAccount(balances: Record<string, string>, over?: Partial<FakeAccount>): FakeAccount;
  readonly engine: FakeEngine;
  readonly faults: Faults;
  readonly streams: FakeStreams;
  /** The requests in their order of arrival. */
  readonly requests: SeenRequest[];
  /** Reports every request with the times of its arrival and its answer, until the returned function is called. */
  onRequest(watcher: Watcher): () => void;
  setPrice: FakeEngine['setPrice'];
  orders(): readonly FakeOrder[];
  trades(): readonly FakeTrade[];
  /** How many requests were refused because of the rate limit. */
  refusals(): number;
  /** How far the exchange's clock is ahead of ours, in ms. */
  drift(ms: number): void;
  /** Closes all connections, as in an outage. The state is kept. */
  kill(): Promise<void>;
  /** Starts again at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Opens accounts, each with its own key. */
const accountOpener =
  ({ accounts, engine }: World): FakeExchange['openAccount'] =>
  (balances, over = {}) => {
    const suffix = accounts.length === 0 ? '' : `-${accounts.length + 1}`;
    const account: FakeAccount = {
      ...{ name: `account${suffix}`, apiKey: DEFAULT_KEY.apiKey + suffix, secret: DEFAULT_KEY.secret + suffix },
      ...{ canRead: true, canTrade: true, canWithdraw: false, allowedIps: null },
      ...over,
    };
    accounts.push(account);
    engine.balances.open(account.name, balances);
    return account;
  };

/** A real HTTP and websocket server on loopback that behaves like an exchange and can fail in many ways. */
export async function startFakeExchange(options: FakeExchangeOptions): Promise<FakeExchange> {
  const { clock = Date, markets = DEFAULT_MARKETS, duplicateIds, feeRate = '0.001', feeAsset = 'received' } = options;
  let driftMs = 0;
  const now = () => clock.now() + driftMs;
  const rules = { feeRate, feeAsset, duplicateIds: duplicateIds ?? DUPLICATE_IDS[options.dialect] };
  const engine = createFakeEngine({ now, markets, rules });
  const limits = { ...REAL_LIMITS, ...options.limits };
  const world: World = { engine, accounts: [], limits, now, upSince: now() };
  const faultMode: StreamMood = { silent: false };
  const dialect = DIALECTS[options.dialect](world, faultMode);
  const faults = createFaults();
  const requests: SeenRequest[] = [];
  const watchers = new Set<Watcher>();

  const http = createServer(
    createAnswerer({
      ...{ dialect, faults, requests, control: (request) => answerControl(fake, request) },
      observe: (request, moment) => watchers.forEach((watcher) => watcher(request, moment)),
    }),
  );
  const streams = serveWebsockets(http, dialect.connect, faultMode);
  const listen = async (port: number): Promise<number> => {
    http.listen(port, '127.0.0.1');
    await once(http, 'listening');
    return (http.address() as AddressInfo).port;
  };
  const port = await listen(options.port ?? 0);
  const kill = async (): Promise<void> => {
    if (!http.listening) return;
    const closed = once(http, 'close');
    http.close();
    streams.close();
    http.closeAllConnections();
    await closed;
  };
  const openAccount = accountOpener(world);
  const { apiKey, secret } = openAccount(options.balances ?? { USDT: '100000', BTC: '1' });
  const fake: FakeExchange = {
    url: `http://127.0.0.1:${port}`,
    apiUrls: dialect.apiUrls(`http://127.0.0.1:${port}`, `ws://127.0.0.1:${port}`),
    credentials: { apiKey, secret },
    ...{ accounts: world.accounts, openAccount, engine, faults, streams, requests },
    onRequest(watcher) {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    setPrice: engine.setPrice,
    orders: () => engine.orders,
    trades: () => engine.trades,
    refusals: () => requests.filter(({ isTooMany }) => isTooMany).length,
    drift(ms) {
      driftMs = ms;
    },
    kill,
    async restart() {
      await listen(port);
      world.upSince = now();
    },
    stop: kill,
  };
  return fake;
}
