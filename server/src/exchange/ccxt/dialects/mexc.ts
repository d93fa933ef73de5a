import { listAt, meaning, objectAt, textAt, type Dialect, type JsonObject } from './dialect.js';

const itself = (answer: JsonObject): JsonObject[] => (textAt(answer, 'orderId') ? [answer] : []);
const all = (answer: unknown): JsonObject[] => listAt({ answer }, 'answer');

/** https://www.mexc.com/api-docs/spot-v3: Binance's requests, with its own codes. */
export const MEXC: Dialect = {
  exchange: 'MEXC_SPOT',
  ccxtId: 'mexc',
  title: 'MEXC',
  clientId: {
    parameter: 'newClientOrderId',
    maxLength: 32,
    charset: /^[A-Za-z0-9_-]+$/,
    uniqueness: 'open',
    lookup: 'origClientOrderId',
  },
  // recvWindow.
  admissionMs: 5_000,
  budget: {
    requests: { limit: 500, windowMs: 10_500 },
    orders: { limit: 5, windowMs: 1_500 },
    weights: { markets: 10, balances: 10 },
  },
  // Contract markets, which ccxt would read along with the spot markets.
  skips: ['fetchSwapMarkets'],
  options: { recvWindow: 5_000 },
  place: ({ wireId, market, side, type, quantity, price }) => ({
    call: 'spotPrivatePostOrder',
    params: {
      ...{ symbol: market.id, side, type, quantity, newClientOrderId: wireId },
      ...(price !== undefined && { price }),
    },
  }),
  acknowledgedId: (answer) => textAt(answer, 'orderId'),
  lookups: ({ wireId, market }) => [
    { call: 'spotPrivateGetOrder', params: { symbol: market.id, origClientOrderId: wireId }, weight: 2, rows: itself },
  ],
  ordersSince: ({ id: symbol }, since) => [
    { call: 'spotPrivateGetOpenOrders', params: { symbol }, weight: 3, rows: all },
    {
      call: 'spotPrivateGetAllOrders',
      params: { symbol, startTime: Math.floor(since), limit: 1_000 },
      weight: 10,
      rows: all,
    },
  ],
  openOrders: () => undefined,
  tradesSince: ({ id: symbol }, since) => [
    {
      call: 'spotPrivateGetMyTrades',
      params: { symbol, startTime: Math.floor(since), limit: 1_000 },
      weight: 10,
      rows: all,
    },
  ],
  byExchangeId: ({ market, exchangeOrderId }) => ({
    call: 'spotPrivateGetOrder',
    params: { symbol: market.id, orderId: exchangeOrderId },
    weight: 2,
    rows: itself,
  }),
  fills: ({ market, exchangeOrderId }) => [
    {
      call: 'spotPrivateGetMyTrades',
      params: { symbol: market.id, orderId: exchangeOrderId, limit: 1_000 },
      weight: 10,
      rows: all,
    },
  ],
  cancel: ({ market, wireId }) => ({
    call: 'spotPrivateDeleteOrder',
    params: { symbol: market.id, origClientOrderId: wireId },
  }),
  faultIn: (answer) => {
    const code = textAt(answer, 'code');
    return code === undefined || code === '0' || code === '200'
      ? undefined
      : { code, text: textAt(answer, 'msg') ?? '' };
  },
  errorMeanings: {
    ...meaning('INSUFFICIENT_BALANCE', 10101, 30004, 30005, 2005, 88015),
    ...meaning('MIN_NOTIONAL_NOT_MET', 30002, 88013),
    ...meaning('INVALID_LOT_SIZE', 30003, 10096, 10097, 10102),
    ...meaning('INVALID_PRICE', 30010, 30087, 2003),
    ...meaning('UNKNOWN_MARKET', -1121, 10007, 30000, 30014, 30016, 30021),
    ...meaning('EXCHANGE_REFUSED', 30001, 30018, 30020, 30025, 30027, 30028, 30029, 30032, 30041, 700004, 700008),
    ...meaning('ABSENT', -2013),
    ...meaning('OVER', -2011),
    ...meaning('CLOCK', 700003, 700005, 10073),
    ...meaning('LIMITED', 429, 510),
    ...meaning('KEY', 401, 402, 403, 406, 602, 10072, 700001, 700002, 700006, 700007),
  },
  rights: {
    ask: { call: 'spotPrivateGetAccount', params: {}, weight: 10 },
    read: (answer) => ({ canTrade: objectAt({ answer }, 'answer').canTrade === true, canWithdraw: null }),
  },
};
