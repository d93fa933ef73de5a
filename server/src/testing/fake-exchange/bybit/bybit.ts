import { hmacHex } from '../binance/binance-auth.js';
import { BYBIT_ROUTES, type BybitRoute } from './bybit-routes.js';
import { createBybitStreams } from './bybit-streams.js';
import { say } from './bybit-wire.js';
import type { Dialect, FakeAccount, StreamMood, WireAnswer, WireRequest, World } from '../world.js';

const AHEAD_MS = 1000;
const DEFAULT_RECV_WINDOW = '5000';
const NOBODY: FakeAccount = {
  ...{ name: '', apiKey: '', secret: '', canRead: false, canTrade: false, canWithdraw: false },
  allowedIps: null,
};

const routeOf = ({ method, path }: WireRequest): BybitRoute | undefined => BYBIT_ROUTES[`${method} ${path}`];

/** Key, clock, signature, address and permission: https://bybit-exchange.github.io/docs/v5/guide#authentication */
function authorize(world: World, request: WireRequest, need: 'read' | 'trade'): { account: FakeAccount } | WireAnswer {
  const header = (name: string) => String(request.headers[name] ?? '');
  const [key, timestamp] = [header('x-bapi-api-key'), header('x-bapi-timestamp')];
  const recvWindow = header('x-bapi-recv-window') || DEFAULT_RECV_WINDOW;
  const account = world.accounts.find(({ apiKey }) => apiKey === key);
  if (!account) return say(world, 10003, 'API key is invalid.');
  const [sent, now] = [Number(timestamp), world.now()];
  if (!(sent < now + AHEAD_MS && now - sent <= Number(recvWindow))) {
    const seen = `req_timestamp[${timestamp}],server_timestamp[${now}],recv_window[${recvWindow}]`;
    return say(world, 10002, `invalid request, please check your server timestamp or recv_window param. ${seen}`);
  }
  const text = timestamp + key + recvWindow + (request.method === 'POST' ? request.body : request.query);
  if (header('x-bapi-sign') !== hmacHex(account.secret, text)) {
    return say(world, 10004, 'error sign! please check your signature generation algorithm.');
  }
  if (account.allowedIps && !account.allowedIps.includes(request.ip)) {
    return say(world, 10010, "Unmatched IP, please check your API key's bound IP addresses.");
  }
  if (need === 'trade' ? account.canTrade : account.canRead) return { account };
  return say(world, 10005, 'Permission denied, please check your API key permissions.');
}

function paramsOf({ method, query, body }: WireRequest): Record<string, string> {
  if (method === 'GET') return Object.fromEntries(new URLSearchParams(query));
  const values = Object.entries(JSON.parse(body || '{}') as Record<string, unknown>);
  return Object.fromEntries(values.map(([name, value]) => [name, String(value)]));
}

const tooMany = (world: World, isBan: boolean): WireAnswer =>
  isBan
    ? { status: 403, body: '<html><h1>403 Forbidden</h1>access too frequent</html>' }
    : say(world, 10006, 'Too many visits. Exceeded the API Rate Limit.');

const FIVE_SECONDS_MS = 5_000;
const BAN_MS = 10 * 60_000;

/**
 * Requests per second, endpoint and account, with headers for the remaining number. Also requests per five seconds and
 * address, with a ban: https://bybit-exchange.github.io/docs/v5/rate-limit
 */
function createMeter(world: World): Dialect['meter'] {
  const used = new Map<string, { window: number; count: number }>();
  const banned = new Map<string, number>();
  const add = (key: string, window: number): number => {
    const found = used.get(key);
    const count = (found?.window === window ? found.count : 0) + 1;
    used.set(key, { window, count });
    return count;
  };
  return (request) => {
    const route = routeOf(request);
    const now = world.now();
    const ofAddress = add(`address ${request.ip}`, Math.floor(now / FIVE_SECONDS_MS));
    if (ofAddress > world.limits.perFiveSeconds) banned.set(request.ip, now + BAN_MS);
    if ((banned.get(request.ip) ?? 0) > now) return { headers: {}, refusal: tooMany(world, true) };
    if (!route?.need) return { headers: {} };
    const second = Math.floor(now / 1000);
    const count = add(`${String(request.headers['x-bapi-api-key'])} ${request.path}`, second);
    const limit = world.limits.perSecond;
    const headers = {
      'x-bapi-limit': String(limit),
      'x-bapi-limit-status': String(Math.max(0, limit - count)),
      'x-bapi-limit-reset-timestamp': String((second + 1) * 1000),
    };
    return count > limit ? { headers, refusal: tooMany(world, false) } : { headers };
  };
}

/** The part of Bybit's v5 dialect that ccxt uses for a unified account's spot trading. */
export function createBybit(world: World, faultMode: StreamMood): Dialect {
  return {
    apiUrls: (http, ws) => ({
      ...{ public: http, private: http },
      ws: { public: { spot: `${ws}/v5/public/spot` }, private: { contract: `${ws}/v5/private` } },
    }),
    kindOf: (request) => routeOf(request)?.kind,
    meter: createMeter(world),
    run(request, hiddenMs) {
      const route = routeOf(request);
      if (!route) return { status: 404, body: '<html>404 page not found</html>' };
      if (!route.need) return route.run({ world, params: paramsOf(request), account: NOBODY, hiddenMs });
      const authorized = authorize(world, request, route.need);
      if ('body' in authorized) return authorized;
      return route.run({ world, params: paramsOf(request), account: authorized.account, hiddenMs });
    },
    unknown: () => say(world, 170007, 'Timeout waiting for response from backend server.'),
    tooMany: (_retryAfterSec, isBan) => tooMany(world, isBan),
    connect: createBybitStreams(world, faultMode).connect,
  };
}
