import { countIn, listAt, objectAt, textAt, type Dialect, type JsonObject, type ErrorMeaning } from './dialect.js';
import { BINANCE_USER_STREAM } from './binance-user-stream.js';

const itself = (answer: JsonObject): JsonObject[] => (textAt(answer, 'orderId') ? [answer] : []);
const all = (answer: unknown): JsonObject[] => listAt({ answer }, 'answer');
const PAGE = 1_000;
/** After a full page, the next page starts after its last id. */
const after =
  (name: string, params: (id: string) => JsonObject) =>
  (rows: JsonObject[]): JsonObject | undefined => {
    const last = textAt(rows.at(-1), name);
    return rows.length < PAGE || !last ? undefined : params(String(BigInt(last) + 1n));
  };

/** Read from the text without parsing it, because the answer has megabytes. */
const limitIn = (body: string, head: string): number | undefined => {
  const at = body.indexOf(head);
  const limit =
    at < 0 ? undefined : /^,"limit":(\d{1,9})/.exec(body.slice(at + head.length, at + head.length + 30))?.[1];
  return limit === undefined ? undefined : Number(limit);
};

/** -1013: tells which filter refused the order. */
const filterRefusal = (text: string): ErrorMeaning => {
  if (/LOT_SIZE|quantity/i.test(text)) return 'INVALID_LOT_SIZE';
  if (/NOTIONAL/i.test(text)) return 'MIN_NOTIONAL_NOT_MET';
  if (/PRICE/i.test(text)) return 'INVALID_PRICE';
  return 'EXCHANGE_REFUSED';
};
/** -2010: the matching engine refused the order. Only its message tells why. */
const engineRefusal = (text: string): ErrorMeaning => {
  if (/duplicate order/i.test(text)) return 'DUPLICATE';
  if (/insufficient balance/i.test(text)) return 'INSUFFICIENT_BALANCE';
  return 'EXCHANGE_REFUSED';
};
const badParameters = [
  '-1100',
  '-1101',
  '-1102',
  '-1103',
  '-1104',
  '-1105',
  '-1106',
  '-1108',
  '-1111',
  '-1112',
  '-1114',
];
const badWords = ['-1014', '-1115', '-1116', '-1117', '-1118', '-1119', '-1128', '-1130', '-1131', '-1145'];

/**
 * https://developers.binance.com/docs/binance-spot-api-docs (rest-api, errors). Not in the table, so unknown: -1000,
 * -1001, -1006, -1007 ("execution status unknown"), -1008, -1016, and any answer with 5xx.
 */
export const BINANCE: Dialect = {
  exchange: 'BINANCE_SPOT',
  ccxtId: 'binance',
  title: 'Binance',
  clientId: {
    parameter: 'newClientOrderId',
    maxLength: 36,
    charset: /^[.A-Z:/a-z0-9_-]+$/,
    uniqueness: 'open',
    lookup: 'origClientOrderId',
  },
  // recvWindow, which is checked again before the matching engine.
  admissionMs: 5_000,
  budget: {
    requests: { limit: 6_000, windowMs: 60_000 },
    orders: { limit: 50, windowMs: 10_000 },
    weights: { markets: 20, balances: 20, ticker: 2 },
    usageIn: (headers) => ({
      requests: { used: countIn(headers, 'x-mbx-used-weight-1m') },
      orders: { used: countIn(headers, 'x-mbx-order-count-10s') },
    }),
    limitsIn: (body) => ({
      requests: { limit: limitIn(body, '"rateLimitType":"REQUEST_WEIGHT","interval":"MINUTE","intervalNum":1') },
      orders: { limit: limitIn(body, '"rateLimitType":"ORDERS","interval":"SECOND","intervalNum":10') },
    }),
    orderCodes: ['-1015'],
  },
  options: { recvWindow: 5_000, fetchMargins: false },
  place: ({ wireId, market, side, type, quantity, price }) => ({
    call: 'privatePostOrder',
    params: {
      ...{ symbol: market.id, side, type, quantity, newClientOrderId: wireId, newOrderRespType: 'FULL' },
      ...(price !== undefined && { price, timeInForce: 'GTC' }),
    },
  }),
  placedOrder: (answer) => (textAt(answer, 'status') ? answer : undefined),
  acknowledgedId: (answer) => textAt(answer, 'orderId'),
  lookups: ({ wireId, market }) => [
    { call: 'privateGetOrder', params: { symbol: market.id, origClientOrderId: wireId }, weight: 4, rows: itself },
  ],
  ordersSince: ({ id: symbol }, since) => [
    {
      call: 'privateGetAllOrders',
      params: { symbol, startTime: Math.floor(since), limit: PAGE },
      weight: 20,
      rows: all,
      next: after('orderId', (orderId) => ({ symbol, orderId, limit: PAGE })),
    },
  ],
  openOrders: () => ({ call: 'privateGetOpenOrders', params: {}, weight: 80, rows: all }),
  tradesSince: ({ id: symbol }, since) => [
    {
      call: 'privateGetMyTrades',
      params: { symbol, startTime: Math.floor(since), limit: PAGE },
      weight: 20,
      rows: all,
      next: after('id', (fromId) => ({ symbol, fromId, limit: PAGE })),
    },
  ],
  byExchangeId: ({ market, exchangeOrderId }) => ({
    call: 'privateGetOrder',
    params: { symbol: market.id, orderId: exchangeOrderId },
    weight: 4,
    rows: itself,
  }),
  fills: ({ market: { id: symbol }, exchangeOrderId: orderId }) => [
    {
      call: 'privateGetMyTrades',
      params: { symbol, orderId, limit: PAGE },
      weight: 5,
      rows: all,
      next: after('id', (fromId) => ({ symbol, orderId, fromId, limit: PAGE })),
    },
  ],
  cancel: ({ market, wireId }) => ({
    call: 'privateDeleteOrder',
    params: { symbol: market.id, origClientOrderId: wireId },
  }),
  faultIn: (answer) => {
    const code = textAt(answer, 'code');
    return code === undefined || Number(code) >= 0 ? undefined : { code, text: textAt(answer, 'msg') ?? '' };
  },
  errorMeanings: {
    '-1013': filterRefusal,
    '-2010': engineRefusal,
    '-1121': 'UNKNOWN_MARKET',
    '-1021': 'CLOCK',
    '-1003': 'LIMITED',
    '-1015': 'LIMITED',
    '-2013': 'ABSENT',
    '-2011': 'OVER',
    ...Object.fromEntries([...badParameters, ...badWords].map((code) => [code, 'EXCHANGE_REFUSED' as const])),
    ...Object.fromEntries(['-1002', '-1022', '-2008', '-2014', '-2015', '-2017'].map((code) => [code, 'KEY' as const])),
  },
  userStream: BINANCE_USER_STREAM,
  rights: {
    ask: { call: 'sapiGetAccountApiRestrictions', params: {} },
    read: (answer) => ({
      canTrade: objectAt({ answer }, 'answer').enableSpotAndMarginTrading === true,
      canWithdraw: answer.enableWithdrawals === true,
    }),
  },
};
