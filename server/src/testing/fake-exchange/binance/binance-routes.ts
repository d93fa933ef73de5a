import type { OrderSide, OrderType } from '../../../core/domain.js';
import type { Need } from './binance-auth.js';
import {
  accountJson,
  apiRestrictionsJson,
  bookTicker,
  canceledJson,
  ok,
  orderJson,
  placedJson,
  refuse,
  refusedAs,
  symbolInfo,
  ticker24h,
  tradeJson,
} from './binance-wire.js';
import { isRefusal, type FakeMarket, type FakeOrder, type TimeInForce } from '../engine-types.js';
import type { RequestKind } from '../faults.js';
import { findOrder, visibleOrders, type FakeAccount, type WireAnswer, type World } from '../world.js';

export interface Call {
  world: World;
  params: URLSearchParams;
  /** The account whose key signed it; none for public routes. */
  account: FakeAccount;
  hiddenMs: number;
}
export interface BinanceRoute {
  kind: RequestKind;
  /** undefined: public. */
  need?: Need;
  weight: number | ((params: URLSearchParams) => number);
  run(call: Call): WireAnswer;
}

const missing = (name: string) =>
  refuse(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
const NO_SYMBOL = refuse(-1121, 'Invalid symbol.');
const CLIENT_ID = /^[a-zA-Z0-9-_]{1,36}$/;
const DAY_MS = 86_400_000;

/** The markets that `symbol` or `symbols` names. All when neither is given; undefined when one is unknown. */
function namedMarkets({ world, params }: Call): { markets: readonly FakeMarket[]; isOne: boolean } | undefined {
  const one = params.get('symbol');
  const names = one === null ? (JSON.parse(params.get('symbols') ?? 'null') as string[] | null) : [one];
  if (!names) return { markets: world.engine.markets, isOne: false };
  const markets = names.map((name) => world.engine.markets.find(({ id }) => id === name));
  return markets.every((market) => market !== undefined) ? { markets, isOne: one !== null } : undefined;
}

const tickers =
  (row: (market: FakeMarket, call: Call) => unknown) =>
  (call: Call): WireAnswer => {
    const named = namedMarkets(call);
    if (!named) return NO_SYMBOL;
    const rows = named.markets.map((market) => row(market, call));
    return ok(named.isOne ? rows[0] : rows);
  };

/** A private request about one symbol: its market, or the refusal. */
function marketOf({ world, params }: Call): FakeMarket | WireAnswer {
  const name = params.get('symbol');
  if (!name) return missing('symbol');
  return world.engine.markets.find(({ id }) => id === name) ?? NO_SYMBOL;
}
const isMarket = (value: FakeMarket | WireAnswer): value is FakeMarket => 'tickSize' in value;

function place(call: Call): WireAnswer {
  const { world, params, account, hiddenMs } = call;
  const market = marketOf(call);
  if (!isMarket(market)) return market;
  const [side, type] = [params.get('side'), params.get('type')];
  if (side !== 'BUY' && side !== 'SELL') return missing('side');
  if (type !== 'MARKET' && type !== 'LIMIT') return refuse(-1116, 'Invalid orderType.');
  const quantity = params.get('quantity') ?? undefined;
  const quoteQuantity = params.get('quoteOrderQty') ?? undefined;
  if (quantity === undefined && (type === 'LIMIT' || quoteQuantity === undefined)) return missing('quantity');
  const price = params.get('price') ?? undefined;
  const timeInForce = params.get('timeInForce') ?? undefined;
  if (type === 'LIMIT' && timeInForce === undefined) return missing('timeInForce');
  if (type === 'LIMIT' && price === undefined) return missing('price');
  if (type === 'MARKET' && timeInForce !== undefined) {
    return refuse(-1106, "Parameter 'timeInForce' sent when not required.");
  }
  for (const [name, value] of [['quantity', quantity] as const, ['price', price] as const]) {
    if (value !== undefined && !/^\d{1,20}(\.\d{1,20})?$/.test(value)) {
      return refuse(
        -1100,
        `Illegal characters found in parameter '${name}'; legal range is '^([0-9]{1,20})(\\.[0-9]{1,20})?$'.`,
      );
    }
    if (/\.\d{8}\d*[1-9]/.test(value ?? '')) return refuse(-1111, `Parameter '${name}' has too much precision.`);
  }
  const clientId = params.get('newClientOrderId') ?? `auto${world.engine.orders.length + 1}`;
  if (!CLIENT_ID.test(clientId)) {
    return refuse(
      -1100,
      "Illegal characters found in parameter 'newClientOrderId'; legal range is '^[a-zA-Z0-9-_]{1,36}$'.",
    );
  }
  const placed = world.engine.place({
    ...{ account: account.name, clientId, market: market.id, side: side as OrderSide, type: type as OrderType },
    ...{ quantity, quoteQuantity, price, hiddenMs },
    ...(timeInForce !== undefined && { timeInForce: timeInForce as TimeInForce }),
  });
  return isRefusal(placed) ? refusedAs(placed) : ok(placedJson(placed, params.get('newOrderRespType') ?? 'FULL'));
}

/** The order that `orderId` or `origClientOrderId` names, if lookups show it. */
function namedOrder(call: Call, market: FakeMarket): FakeOrder | undefined | WireAnswer {
  const { world, params, account } = call;
  const [orderId, clientId] = [params.get('orderId'), params.get('origClientOrderId')];
  if (!orderId && !clientId) return missing('orderId');
  return findOrder(world, {
    ...{ account: account.name, market },
    ...(orderId && { orderId: Number(orderId) }),
    ...(clientId && { clientId }),
  });
}
const isAnswer = (value: FakeOrder | undefined | WireAnswer): value is WireAnswer =>
  value !== undefined && 'body' in value;

function lookup(call: Call): WireAnswer {
  const market = marketOf(call);
  if (!isMarket(market)) return market;
  const order = namedOrder(call, market);
  if (isAnswer(order)) return order;
  return order ? ok(orderJson(order)) : refuse(-2013, 'Order does not exist.');
}

function cancelOne({ world, params }: Call, order: FakeOrder | undefined): WireAnswer {
  if (!order) return refusedAs({ refusal: 'NO_SUCH_ORDER' });
  const cancelId = params.get('newClientOrderId') ?? `cancel${order.id}`;
  const canceled = world.engine.cancel(order, cancelId);
  return isRefusal(canceled) ? refusedAs(canceled) : ok(canceledJson(canceled, cancelId));
}

function cancel(call: Call): WireAnswer {
  const market = marketOf(call);
  if (!isMarket(market)) return market;
  const order = namedOrder(call, market);
  return isAnswer(order) ? order : cancelOne(call, order);
}

const isOpen = ({ status }: FakeOrder): boolean => status === 'NEW' || status === 'PARTIALLY_FILLED';

function openOrders(call: Call): WireAnswer {
  const market = call.params.has('symbol') ? marketOf(call) : undefined;
  if (market && !isMarket(market)) return market;
  return ok(visibleOrders(call.world, call.account.name, market).filter(isOpen).map(orderJson));
}

function cancelAll(call: Call): WireAnswer {
  const market = marketOf(call);
  if (!isMarket(market)) return market;
  const open = visibleOrders(call.world, call.account.name, market).filter(isOpen);
  if (open.length === 0) return refusedAs({ refusal: 'NO_SUCH_ORDER' });
  return ok(open.map((order) => cancelOne(call, order).body));
}

/**
 * The rows of a history between startTime and endTime: the oldest when a start or an id is given, otherwise the newest.
 */
function page<T>({ params }: Call, rows: T[], of: { id(row: T): number; at(row: T): number }, idName: string) {
  const number = (name: string) => (params.has(name) ? Number(params.get(name)) : undefined);
  const [from, start, end] = [number(idName), number('startTime'), number('endTime')];
  if (start !== undefined && end !== undefined && end - start > DAY_MS) {
    return refuse(-1127, 'More than 24 hours between startTime and endTime.');
  }
  const limit = Math.min(number('limit') ?? 500, 1000);
  const fitting = rows.filter(
    (row) => of.id(row) >= (from ?? 0) && of.at(row) >= (start ?? 0) && of.at(row) <= (end ?? Infinity),
  );
  const isForward = from !== undefined || start !== undefined;
  return isForward ? fitting.slice(0, limit) : fitting.slice(-limit);
}

function allOrders(call: Call): WireAnswer {
  const market = marketOf(call);
  if (!isMarket(market)) return market;
  const rows = visibleOrders(call.world, call.account.name, market);
  const found = page(call, rows, { id: ({ id }) => id, at: ({ createdAt }) => createdAt }, 'orderId');
  return Array.isArray(found) ? ok(found.map(orderJson)) : found;
}

function myTrades(call: Call): WireAnswer {
  const market = marketOf(call);
  if (!isMarket(market)) return market;
  const orderId = call.params.get('orderId');
  const trades = visibleOrders(call.world, call.account.name, market)
    .filter(({ id }) => !orderId || id === Number(orderId))
    .flatMap((order) => order.trades)
    .sort((a, b) => a.id - b.id);
  const found = page(call, trades, { id: ({ id }) => id, at: ({ at }) => at }, 'fromId');
  return Array.isArray(found) ? ok(found.map(tradeJson)) : found;
}

const perSymbols = (one: number, all: number) => (params: URLSearchParams) => (params.has('symbol') ? one : all);
/** The weight of 24-hour tickers, by the number of requested symbols. */
const tickerWeight = (params: URLSearchParams): number => {
  const named = params.has('symbol')
    ? 1
    : (params.get('symbols') ?? '').split(',').filter((name) => name !== '').length;
  if (named === 0 || named > 100) return 80;
  return named > 20 ? 40 : 2;
};

/** By method and path. */
export const BINANCE_ROUTES: Record<string, BinanceRoute> = {
  'GET /api/v3/ping': { kind: 'time', weight: 1, run: () => ok({}) },
  'GET /api/v3/time': { kind: 'time', weight: 1, run: ({ world }) => ok({ serverTime: world.now() }) },
  'GET /api/v3/exchangeInfo': {
    kind: 'markets',
    weight: 20,
    run: (call) => {
      const named = namedMarkets(call);
      if (!named) return NO_SYMBOL;
      const symbols = named.markets.map(symbolInfo);
      const { weightPerMinute, ordersPer10s } = call.world.limits;
      const rateLimits = [
        { rateLimitType: 'REQUEST_WEIGHT', interval: 'MINUTE', intervalNum: 1, limit: weightPerMinute },
        { rateLimitType: 'ORDERS', interval: 'SECOND', intervalNum: 10, limit: ordersPer10s },
      ];
      const told = rateLimits.filter(({ limit }) => Number.isFinite(limit));
      return ok({ timezone: 'UTC', serverTime: call.world.now(), rateLimits: told, exchangeFilters: [], symbols });
    },
  },
  'GET /api/v3/ticker/24hr': {
    kind: 'tickers',
    weight: tickerWeight,
    run: tickers((market, { world }) => ticker24h(market, world.engine.price(market.id), world.now())),
  },
  'GET /api/v3/ticker/bookTicker': {
    kind: 'tickers',
    weight: perSymbols(2, 4),
    run: tickers((market, { world }) => bookTicker(market, world.engine.price(market.id))),
  },
  'GET /api/v3/ticker/price': {
    kind: 'tickers',
    weight: perSymbols(2, 4),
    run: tickers(({ id }, { world }) => ({ symbol: id, price: world.engine.price(id)?.last ?? '0.00000000' })),
  },
  'POST /api/v3/order': { kind: 'place', need: 'trade', weight: 1, run: place },
  'GET /api/v3/order': { kind: 'lookup', need: 'read', weight: 4, run: lookup },
  'DELETE /api/v3/order': { kind: 'cancel', need: 'trade', weight: 1, run: cancel },
  'GET /api/v3/openOrders': { kind: 'openOrders', need: 'read', weight: perSymbols(6, 80), run: openOrders },
  'DELETE /api/v3/openOrders': { kind: 'cancel', need: 'trade', weight: 1, run: cancelAll },
  'GET /api/v3/allOrders': { kind: 'orders', need: 'read', weight: 20, run: allOrders },
  'GET /api/v3/myTrades': { kind: 'trades', need: 'read', weight: 20, run: myTrades },
  'GET /api/v3/account': {
    kind: 'account',
    need: 'read',
    weight: 20,
    run: ({ world, account }) => ok(accountJson(world, account)),
  },
  'GET /sapi/v1/account/apiRestrictions': {
    kind: 'permissions',
    need: 'read',
    weight: 1,
    run: ({ account }) => ok(apiRestrictionsJson(account)),
  },
  // ccxt requests these while it loads markets with a key, unless it is told not to.
  'GET /sapi/v1/margin/allPairs': { kind: 'markets', need: 'read', weight: 1, run: () => ok([]) },
  'GET /sapi/v1/margin/isolated/allPairs': { kind: 'markets', need: 'read', weight: 10, run: () => ok([]) },
  'GET /sapi/v1/margin/allAssets': { kind: 'markets', need: 'read', weight: 1, run: () => ok([]) },
  'GET /sapi/v1/capital/config/getall': { kind: 'markets', need: 'read', weight: 10, run: () => ok([]) },
};
