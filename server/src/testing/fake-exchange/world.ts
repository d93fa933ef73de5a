import type { WebSocket } from 'ws';
import type { FakeEngine } from './engine.js';
import type { FakeMarket, FakeOrder } from './engine-types.js';
import type { RequestKind } from './faults.js';

/** An account of the fake exchange and its only key. */
export interface FakeAccount {
  name: string;
  apiKey: string;
  secret: string;
  canRead: boolean;
  canTrade: boolean;
  canWithdraw: boolean;
  /** The addresses that may use the key; null = any. */
  allowedIps: string[] | null;
}

export interface RateLimits {
  /** Binance: request weight per minute and address. */
  weightPerMinute: number;
  /** Binance: orders per ten seconds and account. */
  ordersPer10s: number;
  /** Bybit: requests per second, account and endpoint. */
  perSecond: number;
  /** Bybit: requests per five seconds and address. Exceeding it bans the address for ten minutes. */
  perFiveSeconds: number;
  /** Binance: false = the limits are reported with the markets, but requests are not counted. */
  counts?: boolean;
}

/** The state that a dialect works on. */
export interface World {
  engine: FakeEngine;
  accounts: FakeAccount[];
  limits: RateLimits;
  /** The exchange's own clock, which may be wrong. */
  now(): number;
  /** The time of the last start. Bybit's list of recent orders begins there. */
  upSince: number;
}

export interface WireRequest {
  method: string;
  path: string;
  /** The query string as sent, without the question mark. */
  query: string;
  body: string;
  headers: Record<string, string | string[] | undefined>;
  ip: string;
}

export interface WireAnswer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** The faults of the streams of a dialect. */
export interface StreamMood {
  /** Sockets stay open, but nothing more is sent. */
  silent: boolean;
}

export interface Dialect {
  /** Replaces ccxt's `urls.api`. */
  apiUrls(http: string, ws: string): Record<string, unknown>;
  /** undefined: no such route. */
  kindOf(request: WireRequest): RequestKind | undefined;
  /** Counts a request against the limits. Returns the headers of the answer, and a refusal when a limit is exceeded. */
  meter(request: WireRequest): { headers: Record<string, string>; refusal?: WireAnswer };
  /** Checks signature, clock and permissions, then executes the request. */
  run(request: WireRequest, hiddenMs: number): WireAnswer;
  /** The dialect's answers for "status unknown", "too many requests" and "banned". */
  unknown(): WireAnswer;
  tooMany(retryAfterSec: number, isBan: boolean): WireAnswer;
  /** Serves a websocket that was opened at this path. */
  connect(socket: WebSocket, path: string): void;
}

/** The newest order of an account that lookups show, by its own number or by the client's id. */
export function findOrder(
  { engine, now }: World,
  { account, market, orderId, clientId }: { account: string; market: FakeMarket; orderId?: number; clientId?: string },
): FakeOrder | undefined {
  const isIt = (order: FakeOrder | undefined): order is FakeOrder =>
    order !== undefined && order.account === account && order.market === market && order.visibleAt <= now();
  if (orderId !== undefined) {
    const byNumber = engine.orders[orderId - 1];
    return isIt(byNumber) && (clientId === undefined || byNumber.clientId === clientId) ? byNumber : undefined;
  }
  if (clientId === undefined || clientId === '') return undefined;
  const newest = engine.byClientId(account, clientId);
  if (!newest || isIt(newest)) return newest;
  return engine.orders.findLast((order) => order.clientId === clientId && isIt(order));
}

/** The orders that an account's lists show: those that are not hidden, oldest first. */
export function visibleOrders({ engine, now }: World, account: string, market?: FakeMarket): FakeOrder[] {
  const at = now();
  return engine.orders.filter(
    (order) => order.account === account && (!market || order.market === market) && order.visibleAt <= at,
  );
}
