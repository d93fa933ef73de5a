import { CallFault } from '../call-fault.js';
import { listAt, meaning, objectAt, textAt, windowsOf, type Dialect, type JsonObject } from './dialect.js';

const one = (answer: JsonObject): JsonObject[] => (textAt(answer, 'data', 'id') ? [objectAt(answer, 'data')] : []);
const data = (answer: JsonObject): JsonObject[] => listAt(answer, 'data');
const ENDED = 'partial-canceled,filled,canceled';
const WINDOW_MS = 48 * 60 * 60_000;
/** A request for history covers at most two days. */
const twoDays = (since: number, now: number) =>
  windowsOf(since, now, WINDOW_MS, 16).map(({ from, to }) => ({ 'start-time': from, 'end-time': to }));

/**
 * https://www.htx.com/en-us/opend/newApiPages (spot). Since 2021 it does not check whether a client id was used before.
 * Its market buys use an amount of the quote asset.
 */
export const HTX: Dialect = {
  exchange: 'HTX_SPOT',
  ccxtId: 'htx',
  title: 'HTX',
  clientId: {
    parameter: 'client-order-id',
    maxLength: 64,
    charset: /^[A-Za-z0-9_-]+$/,
    uniqueness: 'none',
    lookup: 'clientOrderId',
  },
  // Timestamp.
  admissionMs: 300_000,
  budget: {
    requests: { limit: 100, windowMs: 2_500 },
    orders: { limit: 100, windowMs: 2_500 },
    polls: { limit: 50, windowMs: 2_500 },
  },
  options: { fetchMarkets: { types: { spot: true, linear: false, inverse: false } } },
  buysByIoc: true,
  place: ({ wireId, market, side, type, quantity, price, ioc, accountId }) => ({
    call: 'spotPrivatePostV1OrderOrdersPlace',
    params: {
      ...{
        'account-id': accountId,
        symbol: market.id,
        amount: quantity,
        source: 'spot-api',
        'client-order-id': wireId,
      },
      type: `${side.toLowerCase()}-${ioc ? 'ioc' : type.toLowerCase()}`,
      ...(price !== undefined && { price }),
    },
  }),
  acknowledgedId: (answer) => textAt(answer, 'data'),
  // Works for two hours after an order has ended, eight hours while it rests; lists keep it longer.
  lookups: ({ wireId }) => [
    { call: 'spotPrivateGetV1OrderOrdersGetClientOrder', params: { clientOrderId: wireId }, rows: one },
  ],
  ordersSince: ({ id: symbol }, since, now) => [
    { call: 'spotPrivateGetV1OrderOpenOrders', params: { symbol, size: 500 }, rows: data },
    ...twoDays(since, now).map((window) => ({
      call: 'spotPrivateGetV1OrderOrders',
      params: { symbol, states: ENDED, ...window, size: 100 },
      rows: data,
    })),
  ],
  openOrders: () => ({ call: 'spotPrivateGetV1OrderOpenOrders', params: { size: 500 }, rows: data }),
  tradesSince: ({ id: symbol }, since, now) =>
    twoDays(since, now).map((window) => ({
      call: 'spotPrivateGetV1OrderMatchresults',
      params: { symbol, ...window, size: 500 },
      rows: data,
    })),
  byExchangeId: ({ exchangeOrderId }) => ({
    call: 'spotPrivateGetV1OrderOrdersOrderId',
    params: { 'order-id': exchangeOrderId },
    rows: one,
  }),
  fills: ({ exchangeOrderId }) => [
    { call: 'spotPrivateGetV1OrderOrdersOrderIdMatchresults', params: { 'order-id': exchangeOrderId }, rows: data },
  ],
  cancel: ({ wireId }) => ({
    call: 'spotPrivatePostV1OrderOrdersSubmitCancelClientOrder',
    params: { 'client-order-id': wireId },
  }),
  faultIn: (answer) => {
    const code = textAt(answer, 'err-code') ?? (textAt(answer, 'status') === 'error' ? 'error' : undefined);
    return code === undefined ? undefined : { code, text: textAt(answer, 'err-msg') ?? '' };
  },
  errorMeanings: {
    ...meaning('INSUFFICIENT_BALANCE', 'account-frozen-balance-insufficient-error'),
    ...meaning('MIN_NOTIONAL_NOT_MET', 'order-value-min-error'),
    ...meaning(
      'INVALID_LOT_SIZE',
      'invalid-amount',
      'order-limitorder-amount-min-error',
      'order-limitorder-amount-max-error',
    ),
    ...meaning('INVALID_LOT_SIZE', 'order-marketorder-amount-min-error', 'order-orderamount-precision-error'),
    ...meaning(
      'INVALID_PRICE',
      'order-limitorder-price-min-error',
      'order-limitorder-price-max-error',
      'order-invalid-price',
    ),
    ...meaning('INVALID_PRICE', 'order-limitorder-price-buy-max-error', 'order-limitorder-price-sell-min-error'),
    ...meaning('INVALID_PRICE', 'order-orderprice-precision-error', 'order-limitorder-price-buy-min-error'),
    ...meaning('UNKNOWN_MARKET', 'base-symbol-error', 'invalid-symbol', 'base-symbol-trade-disabled'),
    ...meaning(
      'EXCHANGE_REFUSED',
      'order-holding-limit-failed',
      'order-etp-nav-price-max-error',
      'account-get-accounts-inexistent-error',
    ),
    ...meaning('ABSENT', 'base-record-invalid', 'order-queryorder-invalid', 'not-found'),
    ...meaning('OVER', 'order-orderstate-error'),
    ...meaning('CLOCK', 'gateway-internal-error-timestamp'),
    ...meaning('LIMITED', 'base-request-exceed-frequency-limit', 'rate-too-many-requests'),
    ...meaning('KEY', 'api-signature-not-valid', 'login-required', 'invalid-ip', 'api-signature-check-failed'),
  },
  async accountId(ask) {
    const accounts = listAt(await ask({ call: 'spotPrivateGetV1AccountAccounts', params: {} }), 'data');
    const id = textAt(
      accounts.find((account) => account.type === 'spot'),
      'id',
    );
    if (id === undefined) throw new CallFault('notSent', 'HTX has no spot account for this key.');
    return id;
  },
  // HTX reports the key's permissions only to the main account. That it may read is known at this point.
  rights: {
    ask: { call: 'spotPrivateGetV1AccountAccounts', params: {} },
    read: () => ({ canTrade: true, canWithdraw: null }),
  },
};
