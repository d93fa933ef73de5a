import { listAt, meaning, textAt, type Dialect, type JsonObject, type ErrorMeaning } from './dialect.js';

const itself = (answer: JsonObject): JsonObject[] => (textAt(answer, 'id') ? [answer] : []);
const all = (answer: unknown): JsonObject[] => listAt({ answer }, 'answer');
const PAGE = 100;
const paged = (call: string, params: JsonObject) => ({
  ...{ call, params: { ...params, limit: PAGE, page: 1 }, rows: all },
  next: (rows: JsonObject[], _answer: JsonObject, sent: JsonObject): JsonObject | undefined =>
    rows.length < PAGE ? undefined : { ...sent, page: Number(sent.page) + 1 },
});
const seconds = (ms: number): number => Math.floor(ms / 1_000);
/** INVALID_PARAM_VALUE: only the message tells which parameter. */
const parameterRefusal = (text: string): ErrorMeaning => {
  if (/too small|minimum/i.test(text)) return 'MIN_NOTIONAL_NOT_MET';
  return /order not found|order_id/i.test(text) ? 'ABSENT' : 'EXCHANGE_REFUSED';
};

/** https://www.gate.com/docs/developers/apiv4 (spot). Its market buys use an amount of the quote asset. */
export const GATE: Dialect = {
  exchange: 'GATE_SPOT',
  ccxtId: 'gate',
  title: 'Gate',
  clientId: {
    parameter: 'text',
    prefix: 't-',
    maxLength: 30,
    charset: /^t-[0-9A-Za-z_.-]+$/,
    uniqueness: 'none',
    lookup: 'order_id',
  },
  // Timestamp.
  admissionMs: 60_000,
  budget: {
    requests: { limit: 200, windowMs: 10_500 },
    orders: { limit: 10, windowMs: 1_500 },
  },
  options: { unifiedAccount: false },
  buysByIoc: true,
  place: ({ wireId, market, side, type, quantity, price, ioc }) => ({
    call: 'privateSpotPostOrders',
    params: {
      ...{ text: wireId, currency_pair: market.id, account: 'spot', side: side.toLowerCase(), amount: quantity },
      ...{ type: type.toLowerCase(), time_in_force: type === 'MARKET' || ioc ? 'ioc' : 'gtc' },
      ...(price !== undefined && { price }),
    },
  }),
  placedOrder: (answer) => (textAt(answer, 'status') ? answer : undefined),
  acknowledgedId: (answer) => textAt(answer, 'id'),
  // Found by our id while it rests and for an hour after; then in the list of ended orders.
  lookups: ({ wireId, market }) => [
    {
      call: 'privateSpotGetOrdersOrderId',
      params: { order_id: wireId, currency_pair: market.id },
      rows: itself,
    },
  ],
  ordersSince: ({ id: currency_pair }, since) => [
    paged('privateSpotGetOrders', { currency_pair, status: 'open' }),
    paged('privateSpotGetOrders', { currency_pair, status: 'finished', from: seconds(since) }),
  ],
  openOrders: () => ({
    call: 'privateSpotGetOpenOrders',
    params: { limit: 100 },
    rows: (answer) => all(answer).flatMap((market) => listAt(market, 'orders')),
  }),
  tradesSince: ({ id: currency_pair }, since) => [
    paged('privateSpotGetMyTrades', { currency_pair, from: seconds(since) }),
  ],
  byExchangeId: ({ market, exchangeOrderId }) => ({
    call: 'privateSpotGetOrdersOrderId',
    params: { order_id: exchangeOrderId, currency_pair: market.id },
    rows: itself,
  }),
  fills: ({ market, exchangeOrderId }) => [
    paged('privateSpotGetMyTrades', { currency_pair: market.id, order_id: exchangeOrderId }),
  ],
  cancel: ({ market, exchangeOrderId }) => ({
    call: 'privateSpotDeleteOrdersOrderId',
    params: { order_id: exchangeOrderId, currency_pair: market.id },
  }),
  faultIn: (answer) => {
    const code = textAt(answer, 'label');
    return code === undefined ? undefined : { code, text: textAt(answer, 'message') ?? '' };
  },
  errorMeanings: {
    ...meaning('INSUFFICIENT_BALANCE', 'BALANCE_NOT_ENOUGH', 'INSUFFICIENT_AVAILABLE'),
    ...meaning('MIN_NOTIONAL_NOT_MET', 'AMOUNT_TOO_LITTLE'),
    ...meaning('INVALID_LOT_SIZE', 'AMOUNT_TOO_MUCH', 'QUANTITY_NOT_ENOUGH'),
    ...meaning('INVALID_PRICE', 'PRICE_TOO_DEVIATED', 'PRICE_THRESHOLD_EXCEEDED'),
    ...meaning('UNKNOWN_MARKET', 'INVALID_CURRENCY_PAIR', 'INVALID_CURRENCY'),
    ...meaning('EXCHANGE_REFUSED', 'INVALID_PRECISION', 'TOO_MANY_ORDERS', 'MIXED_ACCOUNT_TYPE', 'TRADE_RESTRICTED'),
    ...meaning('EXCHANGE_REFUSED', 'MISSING_REQUIRED_PARAM', 'INVALID_REQUEST_BODY', 'INVALID_ARGUMENT'),
    INVALID_PARAM_VALUE: parameterRefusal,
    ...meaning('DUPLICATE', 'REPEATED_CREATION'),
    ...meaning('ABSENT', 'ORDER_NOT_FOUND', 'CLIENT_ID_NOT_FOUND'),
    ...meaning('OVER', 'ORDER_CLOSED', 'ORDER_CANCELLED'),
    ...meaning('CLOCK', 'REQUEST_EXPIRED'),
    ...meaning('LIMITED', 'TOO_MANY_REQUESTS', 'TOO_FAST'),
    ...meaning(
      'KEY',
      'INVALID_KEY',
      'INVALID_SIGNATURE',
      'IP_FORBIDDEN',
      'READ_ONLY',
      'FORBIDDEN',
      'MISSING_REQUIRED_HEADER',
    ),
  },
  // Gate does not report the key's permissions. That it may read is known at this point.
  rights: {
    ask: { call: 'privateAccountGetDetail', params: {} },
    read: () => ({ canTrade: true, canWithdraw: null }),
  },
};
