import {
  meaning,
  objectAt,
  textAt,
  type CcxtMarket,
  type Dialect,
  type JsonObject,
  type ErrorMeaning,
} from './dialect.js';

/** Kraken returns maps by id, but ccxt reads the id from the row. */
const entries = (answer: JsonObject, ...path: string[]): JsonObject[] =>
  Object.entries(objectAt(answer, ...path)).map(([id, row]) => ({ id, ...(row as JsonObject) }));
const open = (answer: JsonObject): JsonObject[] => entries(answer, 'result', 'open');
const closed = (answer: JsonObject): JsonObject[] => entries(answer, 'result', 'closed');
/** Lists contain all markets. An order uses the other of Kraken's two names of a market. */
const of =
  ({ id, info }: CcxtMarket, rows: (answer: JsonObject) => JsonObject[]) =>
  (answer: JsonObject): JsonObject[] =>
    rows(answer).filter((row) => {
      const pair = textAt(row, 'descr', 'pair') ?? textAt(row, 'pair');
      return pair === id || pair === textAt(info, 'altname');
    });
const seconds = (ms: number): number => Math.floor(ms / 1_000);
const TRADES_AT_ONCE = 20;

const argumentRefusal = (text: string): ErrorMeaning => {
  if (/volume minimum|minimum not met/i.test(text)) return 'INVALID_LOT_SIZE';
  if (/cost/i.test(text)) return 'MIN_NOTIONAL_NOT_MET';
  return /price/i.test(text) ? 'INVALID_PRICE' : 'EXCHANGE_REFUSED';
};

/**
 * https://docs.kraken.com/api (spot REST). ccxt's fetchOrder sends our id as `userref`, which is a number; lists accept
 * `cl_ord_id`. Unknown: EService:Unavailable, EService:Busy, EGeneral:Internal error.
 */
export const KRAKEN: Dialect = {
  exchange: 'KRAKEN_SPOT',
  ccxtId: 'kraken',
  title: 'Kraken',
  clientId: {
    parameter: 'cl_ord_id',
    maxLength: 18,
    charset: /^[A-Za-z0-9_-]+$/,
    uniqueness: 'open',
    lookup: 'cl_ord_id',
  },
  // `deadline`: the matching engine rejects later orders.
  admissionMs: 10_000,
  countsRequests: true,
  // A counter up to 15 that falls by one every three seconds. Orders have their own counter for each market.
  budget: {
    requests: { limit: 15, windowMs: 45_000 },
    orders: { limit: 60, windowMs: 60_000 },
  },
  place: ({ wireId, market, side, type, quantity, price, signedAt }) => ({
    call: 'privatePostAddOrder',
    weight: 0,
    params: {
      ...{ pair: market.id, type: side.toLowerCase(), ordertype: type.toLowerCase(), volume: quantity },
      // Fees in the quote asset for both sides, as trades report them.
      ...{ cl_ord_id: wireId, oflags: 'fciq', deadline: new Date(signedAt + 10_000).toISOString() },
      ...(price !== undefined && { price }),
    },
  }),
  acknowledgedId: (answer) => {
    const ids = objectAt(answer, 'result').txid;
    return Array.isArray(ids) && typeof ids[0] === 'string' ? ids[0] : undefined;
  },
  lookups: ({ wireId }) => [
    { call: 'privatePostOpenOrders', params: { trades: true, cl_ord_id: wireId }, rows: open },
    { call: 'privatePostClosedOrders', params: { trades: true, cl_ord_id: wireId }, rows: closed },
  ],
  ordersSince: (market, since) => [
    { call: 'privatePostOpenOrders', params: { trades: true }, rows: of(market, open) },
    { call: 'privatePostClosedOrders', params: { trades: true, start: seconds(since) }, rows: of(market, closed) },
  ],
  openOrders: () => ({ call: 'privatePostOpenOrders', params: { trades: true }, rows: open }),
  tradesSince: (market, since) => [
    {
      call: 'privatePostTradesHistory',
      params: { start: seconds(since) },
      weight: 2,
      rows: of(market, (answer) => entries(answer, 'result', 'trades')),
    },
  ],
  byExchangeId: ({ exchangeOrderId }) => ({
    call: 'privatePostQueryOrders',
    params: { trades: true, txid: exchangeOrderId },
    rows: (answer) => entries(answer, 'result'),
  }),
  // An order lists the ids of its trades.
  fills: ({ raw }) => {
    const ids = Array.isArray(raw.trades) ? raw.trades.filter((id): id is string => typeof id === 'string') : [];
    return Array.from({ length: Math.ceil(ids.length / TRADES_AT_ONCE) }, (_, n) => ({
      call: 'privatePostQueryTrades',
      params: { txid: ids.slice(n * TRADES_AT_ONCE, (n + 1) * TRADES_AT_ONCE).join(',') },
      rows: (answer: JsonObject) => entries(answer, 'result'),
    }));
  },
  cancel: ({ wireId }) => ({ call: 'privatePostCancelOrder', weight: 0, params: { cl_ord_id: wireId } }),
  faultIn: (answer) => {
    const errors = objectAt(answer).error;
    const text = Array.isArray(errors) && typeof errors[0] === 'string' ? errors[0] : undefined;
    // 'EGeneral:Invalid arguments:volume minimum not met': the first two parts give the kind.
    return text === undefined ? undefined : { code: text.split(':').slice(0, 2).join(':'), text };
  },
  errorMeanings: {
    ...meaning('INSUFFICIENT_BALANCE', 'EOrder:Insufficient funds', 'EFunding:Insufficient funds'),
    ...meaning('MIN_NOTIONAL_NOT_MET', 'EOrder:Cost minimum not met'),
    ...meaning('INVALID_LOT_SIZE', 'EOrder:Order minimum not met'),
    ...meaning('INVALID_PRICE', 'EOrder:Invalid price', 'EOrder:Tick size check failed'),
    ...meaning('UNKNOWN_MARKET', 'EQuery:Unknown asset pair', 'EService:Market in cancel_only mode'),
    ...meaning('EXCHANGE_REFUSED', 'EOrder:Orders limit exceeded', 'EOrder:Trading agreement required'),
    ...meaning(
      'EXCHANGE_REFUSED',
      'EGeneral:Unknown order type',
      'EService:Deadline elapsed',
      'EOrder:Domain rate limit exceeded',
    ),
    'EGeneral:Invalid arguments': argumentRefusal,
    ...meaning('DUPLICATE', 'EOrder:Duplicate client order id', 'EOrder:cl_ord_id already exists'),
    ...meaning('ABSENT', 'EOrder:Unknown order'),
    ...meaning('CLOCK', 'EAPI:Invalid nonce'),
    ...meaning('LIMITED', 'EAPI:Rate limit exceeded', 'EOrder:Rate limit exceeded', 'EGeneral:Too many requests'),
    ...meaning(
      'KEY',
      'EAPI:Invalid key',
      'EAPI:Invalid signature',
      'EGeneral:Permission denied',
      'EGeneral:Temporary lockout',
    ),
  },
  rights: {
    ask: { call: 'privatePostGetApiKeyInfo', params: {} },
    read: (answer) => {
      const rights = objectAt(answer, 'result').permissions;
      const has = (right: string) => Array.isArray(rights) && rights.includes(right);
      return { canTrade: has('modify-trades') || has('create-orders'), canWithdraw: has('withdraw-funds') };
    },
  },
};
