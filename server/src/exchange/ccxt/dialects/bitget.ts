import { listAt, meaning, textAt, type Dialect, type JsonObject } from './dialect.js';

const data = (answer: JsonObject): JsonObject[] => listAt(answer, 'data');
const PAGE = 100;
const paged = (call: string, params: JsonObject, id: string) => ({
  ...{ call, params: { ...params, limit: PAGE }, rows: data },
  next: (rows: JsonObject[]): JsonObject | undefined => {
    const idLessThan = textAt(rows.at(-1), id);
    return rows.length < PAGE || !idLessThan ? undefined : { ...params, limit: PAGE, idLessThan };
  },
});
const UNFILLED = 'privateSpotGetV2SpotTradeUnfilledOrders';
const HISTORY = 'privateSpotGetV2SpotTradeHistoryOrders';
const FILLS = 'privateSpotGetV2SpotTradeFills';

/** https://www.bitget.com/api-doc/spot. Its market buys use an amount of the quote asset. */
export const BITGET: Dialect = {
  exchange: 'BITGET_SPOT',
  ccxtId: 'bitget',
  title: 'Bitget',
  clientId: {
    parameter: 'clientOid',
    maxLength: 50,
    charset: /^[A-Za-z0-9_#-]+$/,
    uniqueness: 'always',
    lookup: 'clientOid',
  },
  // ACCESS-TIMESTAMP.
  admissionMs: 30_000,
  budget: {
    requests: { limit: 6_000, windowMs: 60_000 },
    orders: { limit: 10, windowMs: 1_500 },
    polls: { limit: 20, windowMs: 1_500 },
  },
  // Set here, otherwise ccxt asks the exchange for it before the first order.
  options: { uta: false },
  buysByIoc: true,
  place: ({ wireId, market, side, type, quantity, price, ioc }) => ({
    call: 'privateSpotPostV2SpotTradePlaceOrder',
    params: {
      ...{ symbol: market.id, side: side.toLowerCase(), orderType: type.toLowerCase(), size: quantity },
      ...{ clientOid: wireId, force: ioc ? 'ioc' : 'gtc' },
      ...(price !== undefined && { price }),
    },
  }),
  acknowledgedId: (answer) => textAt(answer, 'data', 'orderId'),
  lookups: ({ wireId }) => [{ call: 'privateSpotGetV2SpotTradeOrderInfo', params: { clientOid: wireId }, rows: data }],
  ordersSince: ({ id: symbol }, since) => [
    paged(UNFILLED, { symbol }, 'orderId'),
    paged(HISTORY, { symbol, startTime: Math.floor(since) }, 'orderId'),
  ],
  openOrders: () => paged(UNFILLED, {}, 'orderId'),
  tradesSince: ({ id: symbol }, since) => [paged(FILLS, { symbol, startTime: Math.floor(since) }, 'tradeId')],
  byExchangeId: ({ exchangeOrderId }) => ({
    call: 'privateSpotGetV2SpotTradeOrderInfo',
    params: { orderId: exchangeOrderId },
    rows: data,
  }),
  fills: ({ market, exchangeOrderId }) => [paged(FILLS, { symbol: market.id, orderId: exchangeOrderId }, 'tradeId')],
  cancel: ({ market, wireId }) => ({
    call: 'privateSpotPostV2SpotTradeCancelOrder',
    params: { symbol: market.id, clientOid: wireId },
  }),
  faultIn: (answer) => {
    const code = textAt(answer, 'code');
    return code === undefined || code === '00000' ? undefined : { code, text: textAt(answer, 'msg') ?? '' };
  },
  errorMeanings: {
    ...meaning('INSUFFICIENT_BALANCE', 43012, 40762, 40711),
    ...meaning('MIN_NOTIONAL_NOT_MET', 45110, 43027),
    ...meaning('INVALID_LOT_SIZE', 40808),
    ...meaning('INVALID_PRICE', 40706, 41103, 41117, 43008, 43009),
    ...meaning('UNKNOWN_MARKET', 40309, 40034, 41114, 43115),
    ...meaning('EXCHANGE_REFUSED', 40017, 40019, 40020, 40304, 40305, 40500, 40024, 45113, 43011),
    ...meaning('DUPLICATE', 43118, 40786),
    ...meaning('ABSENT', 43001, 40109, 40768),
    ...meaning('CLOCK', 40004, 40005, 40008),
    ...meaning('LIMITED', 429, 1001),
    ...meaning('KEY', 40001, 40002, 40003, 40006, 40009, 40010, 40011, 40012, 40014, 40018, 40037),
  },
  // Bitget describes the key's permissions differently for each kind of key. That it may read is known at this point.
  rights: {
    ask: { call: 'privateSpotGetV2SpotAccountInfo', params: {} },
    read: (answer) => ({ canTrade: textAt(answer, 'data', 'userId') !== undefined, canWithdraw: null }),
  },
};
