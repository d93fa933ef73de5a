import { countIn, listAt, meaning, objectAt, textAt, windowsOf, type Dialect, type JsonObject } from './dialect.js';

const SPOT = { category: 'spot' };
const list = (answer: JsonObject): JsonObject[] => listAt(answer, 'result', 'list');
const nextPage =
  (params: JsonObject) =>
  (rows: JsonObject[], answer: JsonObject): JsonObject | undefined => {
    const cursor = textAt(answer, 'result', 'nextPageCursor');
    return cursor && rows.length > 0 ? { ...params, cursor } : undefined;
  };
const WEEK_MS = 7 * 24 * 60 * 60_000;
/** A request for history covers at most seven days. */
const weeks = (since: number, now: number) =>
  windowsOf(since, now + 1_000, WEEK_MS, 13).map(({ from, to }) => ({ startTime: from, endTime: to }));
const paged = (call: string, params: JsonObject) => ({ call, params, rows: list, next: nextPage(params) });
/**
 * https://bybit-exchange.github.io/docs/v5/order/execution: `feeCurrency` is the asset of a spot fee. ccxt reads the
 * stream's name for it, and treats a fee in a third asset (MNT) as one in the received asset.
 */
const trades = (params: JsonObject) => ({
  ...paged('privateGetV5ExecutionList', params),
  rows: (answer: JsonObject): JsonObject[] =>
    list(answer).map((row) => (textAt(row, 'feeCurrency') ? { ...row, feeCoin: row.feeCurrency } : row)),
});

/**
 * https://bybit-exchange.github.io/docs/v5 (order, error). Not in the table, so unknown: 10000 and 170007 (timeouts),
 * 10016, 170001, 170032, 170149 and 170234 (internal errors), 170146 (creation timed out).
 */
export const BYBIT: Dialect = {
  exchange: 'BYBIT_SPOT',
  ccxtId: 'bybit',
  title: 'Bybit',
  clientId: {
    parameter: 'orderLinkId',
    maxLength: 36,
    charset: /^[A-Za-z0-9_-]+$/,
    uniqueness: 'always',
    lookup: 'orderLinkId',
  },
  // recv_window.
  admissionMs: 5_000,
  budget: {
    requests: { limit: 600, windowMs: 5_000 },
    // Windows of one second, plus half a second: requests do not arrive as evenly as they leave.
    orders: { limit: 20, windowMs: 1_500 },
    polls: { limit: 50, windowMs: 1_500 },
    pollsByEndpoint: true,
    // https://bybit-exchange.github.io/docs/v5/rate-limit: "403, access too frequent", for ten minutes.
    ban: { status: 403, words: /too frequent/i, forMs: 10 * 60_000 },
    // Applies to the requested endpoint; each has its own limit.
    usageIn: (headers, isOrder) => {
      const limit = countIn(headers, 'x-bapi-limit');
      const left = countIn(headers, 'x-bapi-limit-status');
      if (limit === undefined || left === undefined) return {};
      return { [isOrder ? 'orders' : 'polls']: { limit, used: limit - left } };
    },
  },
  // Set here, otherwise ccxt asks the exchange for it before the first order. `checkMode` verifies it.
  options: { recvWindow: 5_000, enableUnifiedMargin: false, enableUnifiedAccount: true, unifiedMarginStatus: 5 },
  place: ({ wireId, market, side, type, quantity, price }) => ({
    call: 'privatePostV5OrderCreate',
    params: {
      ...SPOT,
      ...{ symbol: market.id, side: side === 'BUY' ? 'Buy' : 'Sell', qty: quantity, orderLinkId: wireId },
      // Never with borrowed money.
      isLeverage: 0,
      ...(type === 'MARKET' && { orderType: 'Market', marketUnit: 'baseCoin' }),
      ...(type === 'LIMIT' && { orderType: 'Limit', price, timeInForce: 'GTC' }),
    },
  }),
  acknowledgedId: (answer) => textAt(answer, 'result', 'orderId'),
  acknowledgesEarly: true,
  lookups: ({ wireId, market }) => [
    // Open orders and the last 500 that ended. Bybit loses them when it restarts, so the history is read too.
    paged('privateGetV5OrderRealtime', { ...SPOT, symbol: market.id, orderLinkId: wireId }),
    paged('privateGetV5OrderHistory', { ...SPOT, symbol: market.id, orderLinkId: wireId }),
  ],
  ordersSince: ({ id: symbol }, since, now) => [
    paged('privateGetV5OrderRealtime', { ...SPOT, symbol, limit: 50 }),
    ...weeks(since, now).map((week) => paged('privateGetV5OrderHistory', { ...SPOT, symbol, ...week, limit: 50 })),
  ],
  openOrders: () => paged('privateGetV5OrderRealtime', { ...SPOT, openOnly: 0, limit: 50 }),
  tradesSince: ({ id: symbol }, since, now) =>
    weeks(since, now).map((week) => trades({ ...SPOT, symbol, ...week, limit: 100 })),
  byExchangeId: ({ market, exchangeOrderId }) =>
    paged('privateGetV5OrderRealtime', { ...SPOT, symbol: market.id, orderId: exchangeOrderId }),
  fills: ({ market, exchangeOrderId }) => [
    trades({ ...SPOT, symbol: market.id, orderId: exchangeOrderId, limit: 100 }),
  ],
  cancel: ({ market, wireId }) => ({
    call: 'privatePostV5OrderCancel',
    params: { ...SPOT, symbol: market.id, orderLinkId: wireId, orderFilter: 'Order' },
  }),
  faultIn: (answer) => {
    const code = textAt(answer, 'retCode');
    return code === undefined || code === '0' ? undefined : { code, text: textAt(answer, 'retMsg') ?? '' };
  },
  errorMeanings: {
    ...meaning('INSUFFICIENT_BALANCE', 170131, 170033, 110004, 110007, 110012, 110045),
    ...meaning('MIN_NOTIONAL_NOT_MET', 170140, 110094),
    ...meaning('INVALID_LOT_SIZE', 170124, 170135, 170136, 170137, 170148),
    ...meaning('INVALID_PRICE', 170132, 170133, 170134, 170192, 170193, 170194, 110003),
    ...meaning('UNKNOWN_MARKET', 170121, 170151, 170157, 170209, 10029),
    ...meaning('EXCHANGE_REFUSED', 10001, 110020, 170031, 170105, 170115, 170116, 170117, 170130, 170159),
    ...meaning('EXCHANGE_REFUSED', 170197, 170198, 170199, 170200, 170201, 170202, 170210, 170217, 170218, 170224),
    ...meaning('EXCHANGE_REFUSED', 170227, 170228, 170229, 170241, 10020, 10024, 10027, 10028),
    ...meaning('DUPLICATE', 170141, 110072),
    ...meaning('ABSENT', 170213, 110001),
    ...meaning('OVER', 170139, 170142, 170143, 170190, 110008, 110010),
    ...meaning('CLOCK', 10002),
    ...meaning('LIMITED', 10006, 10018, 170005, 170222),
    ...meaning('KEY', 10003, 10004, 10005, 10007, 10008, 10009, 10010),
  },
  checkMode: {
    ask: { call: 'privateGetV5AccountInfo', params: {} },
    // 1 is a classic account, 3 to 6 are unified ones.
    fault: (answer) => {
      const status = textAt(answer, 'result', 'unifiedMarginStatus');
      return status !== undefined && Number(status) < 3
        ? 'The Bybit account is a classic one; upgrade it to a unified trading account.'
        : undefined;
    },
  },
  // https://bybit-exchange.github.io/docs/v5/websocket/private/order: the order as in its lists, without its trades.
  userStream: {
    ping: { op: 'ping' },
    listen: () => (message) => {
      if (textAt(message, 'op') === 'subscribe' && objectAt({ message }, 'message').success === true)
        return { kind: 'ready' };
      if (textAt(message, 'topic') !== 'order') return undefined;
      return { kind: 'orders', rows: listAt(message, 'data').filter(({ category }) => category === 'spot') };
    },
  },
  rights: {
    ask: { call: 'privateGetV5UserQueryApi', params: {} },
    read: (answer) => {
      const permissions = objectAt(answer, 'result', 'permissions');
      const has = (group: string, right: string) => {
        const rights = permissions[group];
        return Array.isArray(rights) && rights.includes(right);
      };
      const isReadOnly = textAt(answer, 'result', 'readOnly') === '1';
      return {
        canTrade: !isReadOnly && has('Spot', 'SpotTrade'),
        canWithdraw: !isReadOnly && has('Wallet', 'Withdraw'),
      };
    },
  },
};
