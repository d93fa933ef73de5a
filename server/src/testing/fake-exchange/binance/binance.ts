import { authorize, isAuthorized } from './binance-auth.js';
import { createBinanceMeter, tooManyRequests } from './binance-meter.js';
import { BINANCE_ROUTES, type BinanceRoute } from './binance-routes.js';
import { createBinanceStreams } from './binance-streams.js';
import { refuse } from './binance-wire.js';
import type { Dialect, FakeAccount, StreamMood, WireRequest, World } from '../world.js';

const routeOf = ({ method, path }: WireRequest): BinanceRoute | undefined => BINANCE_ROUTES[`${method} ${path}`];
const paramsOf = ({ query, body }: WireRequest) =>
  new URLSearchParams([query, body].filter((text) => text !== '').join('&'));
const NOBODY: FakeAccount = {
  ...{ name: '', apiKey: '', secret: '', canRead: false, canTrade: false, canWithdraw: false },
  allowedIps: null,
};

/**
 * The part of Binance's spot dialect that ccxt uses: REST under /api/v3 and /sapi/v1, market streams under /ws and
 * /stream, and the user's events over the websocket API (`userDataStream.subscribe.signature`).
 */
export function createBinance(world: World, faultMode: StreamMood): Dialect {
  const meter = createBinanceMeter(world.limits, world.now);
  const streams = createBinanceStreams(world, faultMode);
  return {
    apiUrls: (http, ws) => ({
      public: `${http}/api/v3`,
      private: `${http}/api/v3`,
      v1: `${http}/api/v1`,
      ...Object.fromEntries(['sapi', 'sapiV2', 'sapiV3', 'sapiV4'].map((name, n) => [name, `${http}/sapi/v${n + 1}`])),
      ws: { spot: `${ws}/ws`, margin: `${ws}/ws`, 'ws-api': { spot: `${ws}/ws-api/v3` } },
    }),
    kindOf: (request) => routeOf(request)?.kind,
    meter(request) {
      const route = routeOf(request);
      const weight = typeof route?.weight === 'function' ? route.weight(paramsOf(request)) : (route?.weight ?? 1);
      const apiKey = String(request.headers['x-mbx-apikey'] ?? '');
      return meter.count({ ip: request.ip, apiKey, weight, isOrder: route?.kind === 'place' });
    },
    run(request, hiddenMs) {
      const route = routeOf(request);
      if (!route) return refuse(-1000, 'Not found', 404);
      const params = paramsOf(request);
      if (!route.need) return route.run({ world, params, account: NOBODY, hiddenMs });
      const authorized = authorize(world, request, params, route.need);
      return isAuthorized(authorized)
        ? route.run({ world, params, account: authorized.account, hiddenMs })
        : authorized;
    },
    unknown: () =>
      refuse(
        -1007,
        'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
        504,
      ),
    tooMany: (retryAfterSec, isBan) => tooManyRequests(retryAfterSec, isBan, world.now()),
    connect: streams.connect,
  };
}
