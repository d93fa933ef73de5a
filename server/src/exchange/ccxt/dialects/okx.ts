import { listAt, meaning, textAt, type Dialect, type JsonObject } from './dialect.js';

const data = (answer: JsonObject): JsonObject[] => listAt(answer, 'data');
const INST = { instType: 'SPOT' };
/** The next page of a list starts after the last row's id. */
const paged = (call: string, params: JsonObject, id: string) => ({
  ...{ call, params: { ...params, limit: 100 }, rows: data },
  next: (rows: JsonObject[]): JsonObject | undefined => {
    const after = textAt(rows.at(-1), id);
    return rows.length < 100 || !after ? undefined : { ...params, limit: 100, after };
  },
});

/**
 * https://www.okx.com/docs-v5. 50004 is "does not indicate success or failure": unknown, like all codes not listed
 * below.
 */
export const OKX: Dialect = {
  exchange: 'OKX_SPOT',
  ccxtId: 'okx',
  title: 'OKX',
  clientId: {
    parameter: 'clOrdId',
    maxLength: 32,
    charset: /^[A-Za-z0-9]+$/,
    uniqueness: 'always',
    lookup: 'clOrdId',
  },
  // OK-ACCESS-TIMESTAMP.
  admissionMs: 30_000,
  budget: {
    requests: { limit: 500, windowMs: 2_500 },
    orders: { limit: 60, windowMs: 2_500 },
    polls: { limit: 60, windowMs: 2_500 },
  },
  place: ({ wireId, market, side, type, quantity, price }) => ({
    call: 'privatePostTradeOrder',
    params: {
      ...{ instId: market.id, tdMode: 'cash', side: side.toLowerCase(), sz: quantity, clOrdId: wireId },
      // Without it a market buy spends `sz` of the quote asset.
      ...(type === 'MARKET' ? { ordType: 'market', tgtCcy: 'base_ccy' } : { ordType: 'limit', px: price }),
    },
  }),
  acknowledgedId: (answer) => textAt(answer, 'data', 0, 'ordId'),
  lookups: ({ wireId, market }) => [
    { call: 'privateGetTradeOrder', params: { instId: market.id, clOrdId: wireId }, rows: data },
  ],
  ordersSince: ({ id: instId }, since) => [
    paged('privateGetTradeOrdersPending', { ...INST, instId }, 'ordId'),
    paged('privateGetTradeOrdersHistory', { ...INST, instId, begin: String(Math.floor(since)) }, 'ordId'),
  ],
  openOrders: () => paged('privateGetTradeOrdersPending', INST, 'ordId'),
  tradesSince: ({ id: instId }, since) => [
    paged('privateGetTradeFills', { ...INST, instId, begin: String(Math.floor(since)) }, 'billId'),
  ],
  byExchangeId: ({ market, exchangeOrderId }) => ({
    call: 'privateGetTradeOrder',
    params: { instId: market.id, ordId: exchangeOrderId },
    rows: data,
  }),
  // The first forgets after three days, the second is updated late.
  fills: ({ market, exchangeOrderId }) =>
    ['privateGetTradeFills', 'privateGetTradeFillsHistory'].map((call) =>
      paged(call, { ...INST, instId: market.id, ordId: exchangeOrderId }, 'billId'),
    ),
  cancel: ({ market, wireId }) => ({
    call: 'privatePostTradeCancelOrder',
    params: { instId: market.id, clOrdId: wireId },
  }),
  faultIn: (answer) => {
    const code = textAt(answer, 'code');
    if (code === undefined || code === '0') return undefined;
    // 1 and 2 mean that the reason is in the order's own code.
    const own = textAt(answer, 'data', 0, 'sCode');
    if (own !== undefined && own !== '0') return { code: own, text: textAt(answer, 'data', 0, 'sMsg') ?? '' };
    return { code, text: textAt(answer, 'msg') ?? '' };
  },
  errorMeanings: {
    ...meaning('INSUFFICIENT_BALANCE', 51008, 51119, 51127, 51131),
    ...meaning('MIN_NOTIONAL_NOT_MET', 51020, 51100, 51118),
    ...meaning('INVALID_LOT_SIZE', 51005, 51120, 51121, 51202, 51203, 51201),
    ...meaning('INVALID_PRICE', 51006, 51116, 51122, 51135, 51136, 51137, 51138),
    ...meaning('UNKNOWN_MARKET', 51001, 51012, 51015, 51021, 51022),
    ...meaning('EXCHANGE_REFUSED', 50000, 50002, 50014, 50015, 50016, 50024, 50027, 51000, 51009, 51010, 51024, 51025),
    ...meaning('DUPLICATE', 51016),
    ...meaning('ABSENT', 51603),
    ...meaning('OVER', 51400, 51401, 51402),
    ...meaning('CLOCK', 50102, 50112),
    ...meaning('LIMITED', 50011, 50061),
    ...meaning('KEY', 50101, 50103, 50104, 50105, 50106, 50107, 50110, 50111, 50113, 50114, 50119, 50120),
  },
  rights: {
    ask: { call: 'privateGetAccountConfig', params: {} },
    read: (answer) => {
      const rights = (textAt(answer, 'data', 0, 'perm') ?? '').split(',');
      return { canTrade: rights.includes('trade'), canWithdraw: rights.includes('withdraw') };
    },
  },
};
