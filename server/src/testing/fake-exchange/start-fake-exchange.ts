import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBinance } from './binance.js';
import { createFakeEngine, type FakeEngine } from './engine.js';
import type { EngineRules } from './engine-state.js';
import type { FakeMarket, FakeOrder, FakeTrade } from './engine-types.js';
import { createFaults, type Fault, type Faults, type RequestKind } from './faults.js';
import { DEFAULT_MARKETS } from './markets.js';
import { serveWebsockets, type FakeStreams } from './websockets.js';
import type { Dialect, FakeAccount, RateLimits, StreamMood, WireAnswer, WireRequest, World } from './world.js';

const DIALECTS = { binance: createBinance };
const DEFAULT_KEY = { apiKey: 'fake-api-key', secret: 'fake-api-secret' };

export interface FakeExchangeOptions extends Partial<EngineRules> {
  dialect: keyof typeof DIALECTS;
  clock?: { now(): number };
  markets?: FakeMarket[];
  /** Of the first account. */
  balances?: Record<string, string>;
  limits?: Partial<RateLimits>;
  /** 0 = any free one. */
  port?: number;
}

/** A request as it came, and what it met. */
export interface SeenRequest {
  kind: RequestKind;
  method: string;
  path: string;
  query: string;
  body: string;
  headers: WireRequest['headers'];
  fault: Fault | undefined;
}

export interface FakeExchange {
  readonly url: string;
  /** Replaces ccxt's `urls.api`. */
  readonly apiUrls: Record<string, unknown>;
  /** Of the first account. */
  readonly credentials: { apiKey: string; secret: string };
  readonly accounts: FakeAccount[];
  /** Another account with a key of its own; `over` narrows what the key may do. */
  openAccount(balances: Record<string, string>, over?: Partial<FakeAccount>): FakeAccount;
  readonly engine: FakeEngine;
  readonly faults: Faults;
  readonly streams: FakeStreams;
  /** Requests in the order they came. */
  readonly requests: SeenRequest[];
  setPrice: FakeEngine['setPrice'];
  orders(): readonly FakeOrder[];
  trades(): readonly FakeTrade[];
  /** How far the exchange's clock is ahead of ours, in ms. */
  drift(ms: number): void;
  /** Goes away with all connections, as in an outage; what it knows stays. */
  kill(): Promise<void>;
  /** Comes back at the same address. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Waits as long as a fault says, then does it. */
const after = (ms: number, act: () => void): void => {
  if (ms > 0) setTimeout(act, ms).unref();
  else act();
};

function send(response: ServerResponse, { status, body, headers }: WireAnswer, more: Record<string, string>): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const type = typeof body === 'string' ? 'text/html' : 'application/json;charset=UTF-8';
  response.writeHead(status, { 'content-type': type, ...more, ...headers }).end(text);
}

/** Lets a request take effect and answers it, as its fault wants it. */
function meetFault(
  dialect: Dialect,
  request: WireRequest,
  response: ServerResponse,
  fault: Fault,
  more: Record<string, string>,
) {
  const {
    taken = true,
    takenAfterMs = 0,
    answer = 'given',
    answerAfterMs = 0,
    hiddenMs = 0,
    retryAfterSec = 1,
  } = fault;
  const run = () => dialect.run(request, hiddenMs);
  const give = (given: WireAnswer): void => after(answerAfterMs, () => send(response, given, more));
  if (answer === 'given') return after(takenAfterMs, () => give(taken ? run() : dialect.unknown()));
  let effect: WireAnswer | undefined;
  if (taken && takenAfterMs > 0) after(takenAfterMs, () => void run());
  else if (taken) effect = run();
  if (answer === 'hang') return;
  if (answer === 'lost') return after(answerAfterMs, () => void response.socket?.resetAndDestroy());
  if (answer === 'garbled') {
    const text = JSON.stringify(effect?.body ?? {});
    return give({ status: 200, body: text.slice(0, Math.ceil(text.length / 2)) });
  }
  if (answer === 'unknown') return give(dialect.unknown());
  if (typeof answer === 'object') return give({ body: '', ...answer });
  give(dialect.tooMany(retryAfterSec, answer === 'banned'));
}

async function readRequest(incoming: IncomingMessage): Promise<WireRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const [path = '/', query = ''] = (incoming.url ?? '/').split('?', 2);
  return {
    ...{ method: incoming.method ?? 'GET', path, query },
    ...{ body: Buffer.concat(chunks).toString(), headers: incoming.headers },
    ip: incoming.socket.remoteAddress ?? '',
  };
}

/** A real HTTP and websocket server on loopback that speaks as an exchange does and can fail in every way one can. */
export async function startFakeExchange(options: FakeExchangeOptions): Promise<FakeExchange> {
  const { clock = Date, markets = DEFAULT_MARKETS, duplicateIds, feeRate = '0.001', feeAsset = 'received' } = options;
  let driftMs = 0;
  const now = () => clock.now() + driftMs;
  const rules = { feeRate, feeAsset, duplicateIds: duplicateIds ?? 'open' };
  const engine = createFakeEngine({ now, markets, rules });
  const limits = { weightPerMinute: 6000, ordersPer10s: 100, perSecond: 20, ...options.limits };
  const world: World = { engine, accounts: [], limits, now };
  const mood: StreamMood = { silent: false };
  const dialect = DIALECTS[options.dialect](world, mood);
  const faults = createFaults();
  const requests: SeenRequest[] = [];

  const http = createServer((incoming, response) => {
    const answer = async (): Promise<void> => {
      const request = await readRequest(incoming);
      const kind = dialect.kindOf(request);
      if (!kind) return send(response, dialect.run(request, 0), {});
      const { headers, refusal } = dialect.meter(request);
      const fault = refusal ? undefined : faults.take(kind);
      const { method, path, query, body } = request;
      requests.push({ kind, method, path, query, body, headers: request.headers, fault });
      if (refusal) send(response, refusal, headers);
      else meetFault(dialect, request, response, fault ?? {}, headers);
    };
    answer().catch((error: unknown) => send(response, { status: 500, body: String(error) }, {}));
  });
  const streams = serveWebsockets(http, dialect.connect, mood);
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
  const openAccount = (balances: Record<string, string>, over: Partial<FakeAccount> = {}): FakeAccount => {
    const suffix = world.accounts.length === 0 ? '' : `-${world.accounts.length + 1}`;
    const account: FakeAccount = {
      ...{ name: `account${suffix}`, apiKey: DEFAULT_KEY.apiKey + suffix, secret: DEFAULT_KEY.secret + suffix },
      ...{ canRead: true, canTrade: true, canWithdraw: false, allowedIps: null },
      ...over,
    };
    world.accounts.push(account);
    engine.balances.open(account.name, balances);
    return account;
  };
  const { apiKey, secret } = openAccount(options.balances ?? { USDT: '100000', BTC: '1' });
  return {
    url: `http://127.0.0.1:${port}`,
    apiUrls: dialect.apiUrls(`http://127.0.0.1:${port}`, `ws://127.0.0.1:${port}`),
    credentials: { apiKey, secret },
    ...{ accounts: world.accounts, openAccount, engine, faults, streams, requests },
    setPrice: engine.setPrice,
    orders: () => engine.orders,
    trades: () => engine.trades,
    drift(ms) {
      driftMs = ms;
    },
    kill,
    restart: async () => void (await listen(port)),
    stop: kill,
  };
}
