import type { OrderType } from '../../../core/domain.js';
import {
  executionJson,
  fromBybitId,
  bybitId,
  instrumentJson,
  keyJson,
  ok,
  orderJson,
  refusalWords,
  say,
  tickerJson,
  walletJson,
} from './bybit-wire.js';
import { isRefusal, type FakeMarket, type FakeOrder, type RefusalKind, type TimeInForce } from '../engine-types.js';
import type { RequestKind } from '../faults.js';
import { findOrder, visibleOrders, type FakeAccount, type WireAnswer, type World } from '../world.js';

export interface Call {
  world: World;
  /** From the query or from the JSON body. */
  params: Record<string, string | undefined>;
  account: FakeAccount;
  hiddenMs: number;
}
export interface BybitRoute {
  kind: RequestKind;
  need?: 'read' | 'trade';
  run(call: Call): WireAnswer;
}

const CLIENT_ID = /^[a-zA-Z0-9-_]{1,36}$/;
const RECENT = 500;
const isOpen = ({ status }: FakeOrder): boolean => status === 'NEW' || status === 'PARTIALLY_FILLED';
const bad = ({ world }: Call, what: string) => say(world, 10001, `Request parameter error. ${what}`);
const refuse = ({ world, params }: Call, refusal: RefusalKind, market?: FakeMarket) =>
  say(world, ...refusalWords(refusal, market, params.qty));

/** The market of `symbol`; undefined when the exchange does not have it. */
const marketOf = ({ world, params }: Call): FakeMarket | undefined =>
  world.engine.markets.find(({ id }) => id === params.symbol);

/** Rows for the named market, or for all. */
const perMarket =
  (row: (market: FakeMarket, call: Call) => unknown) =>
  (call: Call): WireAnswer => {
    const { world, params } = call;
    if (params.category !== 'spot') return ok(world, { category: params.category, list: [] });
    const named = marketOf(call);
    if (params.symbol !== undefined && !named) return bad(call, 'Not supported symbols');
    const markets = named ? [named] : world.engine.markets;
    return ok(world, { category: 'spot', list: markets.map((market) => row(market, call)), nextPageCursor: '' });
  };

function create(call: Call): WireAnswer {
  const { world, params, account, hiddenMs } = call;
  const market = marketOf(call);
  if (params.category !== 'spot') return bad(call, 'category');
  if (!market) return refuse(call, 'UNKNOWN_MARKET');
  const { side, orderType, orderLinkId = '', qty, price, timeInForce = 'GTC' } = params;
  if ((side !== 'Buy' && side !== 'Sell') || (orderType !== 'Market' && orderType !== 'Limit')) {
    return bad(call, 'side or orderType');
  }
  if (orderLinkId !== '' && !CLIENT_ID.test(orderLinkId)) return bad(call, 'orderLinkId');
  const unit = params.marketUnit ?? (side === 'Buy' ? 'quoteCoin' : 'baseCoin');
  const isQuote = orderType === 'Market' && side === 'Buy' && unit === 'quoteCoin';
  const type: OrderType = orderType === 'Market' ? 'MARKET' : 'LIMIT';
  const placed = world.engine.place({
    ...{ account: account.name, clientId: orderLinkId, market: market.id, side: side === 'Buy' ? 'BUY' : 'SELL', type },
    ...(isQuote ? { quoteQuantity: qty ?? '' } : { quantity: qty }),
    ...{ price, hiddenMs, timeInForce: (timeInForce === 'PostOnly' ? 'GTC' : timeInForce) as TimeInForce },
  });
  if (isRefusal(placed)) return refuse(call, placed.refusal, market);
  return ok(world, { orderId: bybitId(placed.id), orderLinkId: placed.clientId });
}

/** The order that `orderId` or `orderLinkId` names, if lookups show it. */
function namedOrder({ world, params, account }: Call, market: FakeMarket): FakeOrder | undefined {
  return findOrder(world, {
    ...{ account: account.name, market },
    ...(params.orderId && { orderId: fromBybitId(params.orderId) }),
    ...(params.orderLinkId && { clientId: params.orderLinkId }),
  });
}

function cancel(call: Call): WireAnswer {
  const market = marketOf(call);
  if (!market) return refuse(call, 'UNKNOWN_MARKET');
  const order = namedOrder(call, market);
  const canceled = order ? call.world.engine.cancel(order) : undefined;
  if (!order || !canceled || isRefusal(canceled)) return refuse(call, 'NO_SUCH_ORDER');
  return ok(call.world, { orderId: bybitId(order.id), orderLinkId: order.clientId });
}

/** An account's orders that match an id, a link id or a symbol, newest first. */
function picked({ world, params, account }: Call): FakeOrder[] {
  const market = world.engine.markets.find(({ id }) => id === params.symbol);
  return visibleOrders(world, account.name, market)
    .filter(({ id }) => !params.orderId || id === fromBybitId(params.orderId))
    .filter(({ clientId }) => !params.orderLinkId || clientId === params.orderLinkId)
    .reverse();
}

/** A page of a list and the cursor of the next page. */
function page<T>({ world, params }: Call, rows: T[], size: { usual: number; most: number }, at: (row: T) => number) {
  const [start, end] = [Number(params.startTime ?? 0), Number(params.endTime ?? Infinity)];
  const limit = Math.min(Number(params.limit ?? size.usual), size.most);
  const from = Number(params.cursor || 0);
  const fitting = rows.filter((row) => at(row) >= start && at(row) <= end);
  const isMore = fitting.length > from + limit;
  const list = fitting.slice(from, from + limit);
  return {
    list,
    answer: (json: unknown[]) =>
      ok(world, { category: 'spot', list: json, nextPageCursor: isMore ? String(from + limit) : '' }),
  };
}

/** Open orders. The last 500 orders that ended since the last start can be found by id or with openOnly=1. */
function realtime(call: Call): WireAnswer {
  const { world, params } = call;
  const isById = Boolean(params.orderId || params.orderLinkId);
  const found = picked(call);
  const ended = found.filter((order) => !isOpen(order) && order.updatedAt >= world.upSince).slice(0, RECENT);
  const rows = isById
    ? found.filter((order) => isOpen(order) || ended.includes(order))
    : params.openOnly === '1'
      ? ended
      : found.filter(isOpen);
  const { list, answer } = page(call, rows, { usual: 20, most: 50 }, () => 0);
  return answer(list.map(orderJson));
}

function history(call: Call): WireAnswer {
  const rows = picked(call).filter((order) => !isOpen(order));
  const { list, answer } = page(call, rows, { usual: 20, most: 50 }, ({ createdAt }) => createdAt);
  return answer(list.map(orderJson));
}

function executions(call: Call): WireAnswer {
  const rows = picked(call)
    .flatMap((order) => order.trades.map((trade) => ({ order, trade })))
    .sort((a, b) => b.trade.id - a.trade.id);
  const { list, answer } = page(call, rows, { usual: 50, most: 100 }, ({ trade }) => trade.at);
  return answer(list.map(({ trade, order }) => executionJson(trade, order)));
}

/** By method and path. */
export const BYBIT_ROUTES: Record<string, BybitRoute> = {
  'GET /v5/market/time': {
    kind: 'time',
    run: ({ world }) =>
      ok(world, { timeSecond: String(Math.floor(world.now() / 1000)), timeNano: `${world.now()}000000` }),
  },
  'GET /v5/market/instruments-info': { kind: 'markets', run: perMarket(instrumentJson) },
  'GET /v5/market/tickers': {
    kind: 'tickers',
    run: perMarket((market, { world }) => tickerJson(market, world.engine.price(market.id))),
  },
  'POST /v5/order/create': { kind: 'place', need: 'trade', run: create },
  'POST /v5/order/cancel': { kind: 'cancel', need: 'trade', run: cancel },
  'GET /v5/order/realtime': { kind: 'lookup', need: 'read', run: realtime },
  'GET /v5/order/history': { kind: 'orders', need: 'read', run: history },
  'GET /v5/execution/list': { kind: 'trades', need: 'read', run: executions },
  'GET /v5/account/wallet-balance': {
    kind: 'account',
    need: 'read',
    run: ({ world, account }) => ok(world, { list: [walletJson(world, account.name)] }),
  },
  'GET /v5/account/info': {
    kind: 'permissions',
    need: 'read',
    run: ({ world }) =>
      ok(world, { marginMode: 'REGULAR_MARGIN', updatedTime: '1697078946000', unifiedMarginStatus: 6 }),
  },
  'GET /v5/user/query-api': {
    kind: 'permissions',
    need: 'read',
    run: ({ world, account }) => ok(world, keyJson(account)),
  },
  // ccxt requests it while it loads markets with a key.
  'GET /v5/asset/coin/query-info': { kind: 'markets', need: 'read', run: ({ world }) => ok(world, { rows: [] }) },
};
