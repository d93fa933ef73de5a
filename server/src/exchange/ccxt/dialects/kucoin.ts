import { listAt, meaning, objectAt, textAt, type Dialect, type JsonObject, type ErrorMeaning } from './dialect.js';

const one = (answer: JsonObject): JsonObject[] => (textAt(answer, 'data', 'id') ? [objectAt(answer, 'data')] : []);
const list = (answer: JsonObject): JsonObject[] => listAt(answer, 'data');
const paged = (call: string, params: JsonObject) => ({
  ...{ call, params: { ...params, limit: 100 } },
  rows: (answer: JsonObject) => listAt(answer, 'data', 'items'),
  next: (rows: JsonObject[], answer: JsonObject): JsonObject | undefined => {
    const lastId = textAt(answer, 'data', 'lastId');
    return rows.length < 100 || !lastId || lastId === '0' ? undefined : { ...params, limit: 100, lastId };
  },
});
/** 400100 means any invalid parameter, including an unknown id. */
const parameterRefusal = (text: string): ErrorMeaning =>
  /order[ _](does[ _])?not[ _]exist/i.test(text) ? 'ABSENT' : 'EXCHANGE_REFUSED';

/** https://www.kucoin.com/docs-new (spot, high frequency: the only remaining API). */
export const KUCOIN: Dialect = {
  exchange: 'KUCOIN_SPOT',
  ccxtId: 'kucoin',
  title: 'KuCoin',
  clientId: {
    parameter: 'clientOid',
    maxLength: 40,
    charset: /^[A-Za-z0-9_-]+$/,
    uniqueness: 'always',
    lookup: 'clientOid',
  },
  // KC-API-TIMESTAMP.
  admissionMs: 5_000,
  budget: { requests: { limit: 4_000, windowMs: 30_000 }, orders: { limit: 45, windowMs: 3_000 } },
  // Set here, otherwise ccxt asks the exchange for it before the first order.
  options: { uta: false, hf: true },
  marketParams: { marginables: false, fetchTickersFees: false },
  place: ({ wireId, market, side, type, quantity, price }) => ({
    call: 'privatePostHfOrders',
    params: {
      ...{ clientOid: wireId, symbol: market.id, side: side.toLowerCase(), type: type.toLowerCase(), size: quantity },
      ...(type === 'LIMIT' && { price, timeInForce: 'GTC' }),
    },
  }),
  acknowledgedId: (answer) => textAt(answer, 'data', 'orderId'),
  acknowledgesEarly: true,
  lookups: ({ wireId, market }) => [
    {
      call: 'privateGetHfOrdersClientOrderClientOid',
      params: { clientOid: wireId, symbol: market.id },
      weight: 2,
      rows: one,
    },
  ],
  ordersSince: ({ id: symbol }, since) => [
    { call: 'privateGetHfOrdersActive', params: { symbol }, weight: 2, rows: list },
    paged('privateGetHfOrdersDone', { symbol, startAt: Math.floor(since) }),
  ],
  openOrders: () => undefined,
  tradesSince: ({ id: symbol }, since) => [paged('privateGetHfFills', { symbol, startAt: Math.floor(since) })],
  byExchangeId: ({ market, exchangeOrderId }) => ({
    call: 'privateGetHfOrdersOrderId',
    params: { orderId: exchangeOrderId, symbol: market.id },
    weight: 2,
    rows: one,
  }),
  fills: ({ market, exchangeOrderId }) => [paged('privateGetHfFills', { symbol: market.id, orderId: exchangeOrderId })],
  cancel: ({ market, wireId }) => ({
    call: 'privateDeleteHfOrdersClientOrderClientOid',
    params: { clientOid: wireId, symbol: market.id },
  }),
  faultIn: (answer) => {
    const code = textAt(answer, 'code');
    return code === undefined || code === '200000' ? undefined : { code, text: textAt(answer, 'msg') ?? '' };
  },
  errorMeanings: {
    ...meaning('INSUFFICIENT_BALANCE', 200004, 210021, 126013),
    ...meaning('MIN_NOTIONAL_NOT_MET', 600101, 126003),
    ...meaning('INVALID_LOT_SIZE', 600100),
    ...meaning('INVALID_PRICE', 126022, 126029, 126030, 400330, 400370, 400760),
    ...meaning('UNKNOWN_MARKET', 900001),
    ...meaning('EXCHANGE_REFUSED', 126027, 126028, 400200, 400350, 411100),
    '400100': parameterRefusal,
    ...meaning('DUPLICATE', 126044, 126033),
    ...meaning('ABSENT', 126043, 'order_not_exist'),
    ...meaning('OVER', 'order_not_exist_or_not_allow_to_cancel'),
    ...meaning('CLOCK', 400002),
    ...meaning('LIMITED', 429000),
    ...meaning('KEY', 400001, 400003, 400004, 400005, 400006, 400007),
  },
  rights: {
    ask: { call: 'privateGetUserApiKey', params: {} },
    read: (answer) => {
      const rights = (textAt(answer, 'data', 'permission') ?? '').toLowerCase().split(',');
      return {
        canTrade: rights.includes('spot') || rights.includes('trade'),
        canWithdraw: rights.includes('withdraw') || rights.includes('withdrawal'),
      };
    },
  },
};
