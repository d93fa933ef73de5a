import { listAt, meaning, objectAt, textAt, type Dialect, type JsonObject } from './dialect.js';

const one = (answer: JsonObject): JsonObject[] =>
  textAt(answer, 'order', 'order_id') ? [objectAt(answer, 'order')] : [];
const list =
  (name: string, productId?: string) =>
  (answer: JsonObject): JsonObject[] =>
    listAt(answer, name).filter((row) => productId === undefined || textAt(row, 'product_id') === productId);
const paged = (call: string, params: JsonObject, rows: (answer: JsonObject) => JsonObject[]) => ({
  ...{ call, params: { ...params, limit: 250 }, rows },
  next: (_rows: JsonObject[], answer: JsonObject): JsonObject | undefined => {
    const cursor = textAt(answer, 'cursor');
    return cursor ? { ...params, limit: 250, cursor } : undefined;
  },
});
const BATCH = 'v3PrivateGetBrokerageOrdersHistoricalBatch';
const FILLS = 'v3PrivateGetBrokerageOrdersHistoricalFills';
const iso = (ms: number): string => new Date(Math.floor(ms)).toISOString();

/**
 * https://docs.cdp.coinbase.com/advanced-trade. ccxt ignores the unified client id and creates its own; the raw name is
 * `client_order_id`. No lookup accepts it, only lists contain it. A market buy uses an amount of the quote asset.
 */
export const COINBASE: Dialect = {
  exchange: 'COINBASE_SPOT',
  ccxtId: 'coinbase',
  title: 'Coinbase',
  clientId: {
    parameter: 'client_order_id',
    maxLength: 128,
    charset: /^[A-Za-z0-9_-]+$/,
    uniqueness: 'echo',
    lookup: null,
  },
  // The token of a request is valid for two minutes.
  admissionMs: 120_000,
  budget: { requests: { limit: 30, windowMs: 1_500 }, orders: { limit: 30, windowMs: 1_500 } },
  buysByIoc: true,
  place: ({ wireId, market, side, type, quantity, price, ioc }) => ({
    call: 'v3PrivatePostBrokerageOrders',
    params: {
      ...{ client_order_id: wireId, product_id: market.id, side },
      order_configuration:
        type === 'MARKET'
          ? { market_market_ioc: { base_size: quantity } }
          : ioc
            ? { sor_limit_ioc: { base_size: quantity, limit_price: price } }
            : { limit_limit_gtc: { base_size: quantity, limit_price: price, post_only: false } },
    },
  }),
  acknowledgedId: (answer) => textAt(answer, 'success_response', 'order_id'),
  lookups: ({ market }) => [paged(BATCH, { order_status: 'OPEN' }, list('orders', market.id))],
  ordersSince: ({ id }, since) => [paged(BATCH, { start_date: iso(since) }, list('orders', id))],
  openOrders: () => paged(BATCH, { order_status: 'OPEN' }, list('orders')),
  tradesSince: ({ id }, since) => [paged(FILLS, { start_sequence_timestamp: iso(since) }, list('fills', id))],
  byExchangeId: ({ exchangeOrderId }) => ({
    call: 'v3PrivateGetBrokerageOrdersHistoricalOrderId',
    params: { order_id: exchangeOrderId },
    rows: one,
  }),
  fills: ({ exchangeOrderId }) => [paged(FILLS, { order_ids: [exchangeOrderId] }, list('fills'))],
  cancel: ({ exchangeOrderId }) => ({
    call: 'v3PrivatePostBrokerageOrdersBatchCancel',
    params: { order_ids: [exchangeOrderId] },
  }),
  faultIn: (answer) => {
    const refused = objectAt(answer, 'error_response');
    const code =
      textAt(refused, 'preview_failure_reason') ??
      textAt(refused, 'error') ??
      textAt(answer, 'error') ??
      textAt(answer, 'errors', 0, 'id');
    if (code) return { code, text: textAt(refused, 'message') ?? textAt(answer, 'message') ?? '' };
    const reason = textAt(answer, 'results', 0, 'failure_reason');
    const isCanceled = objectAt(answer, 'results', 0).success !== false;
    return reason && !isCanceled ? { code: reason, text: '' } : undefined;
  },
  errorMeanings: {
    ...meaning('INSUFFICIENT_BALANCE', 'INSUFFICIENT_FUND', 'PREVIEW_INSUFFICIENT_FUND', 'INSUFFICIENT_FUNDS'),
    ...meaning(
      'MIN_NOTIONAL_NOT_MET',
      'PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL',
      'PREVIEW_INVALID_ATTACHED_QUOTE_SIZE_TOO_SMALL',
    ),
    ...meaning(
      'INVALID_LOT_SIZE',
      'INVALID_SIZE_PRECISION',
      'PREVIEW_INVALID_BASE_SIZE_TOO_SMALL',
      'PREVIEW_INVALID_BASE_SIZE_TOO_LARGE',
    ),
    ...meaning('INVALID_PRICE', 'INVALID_PRICE_PRECISION', 'INVALID_LIMIT_PRICE', 'PREVIEW_INVALID_LIMIT_PRICE'),
    ...meaning('UNKNOWN_MARKET', 'INVALID_PRODUCT_ID', 'PREVIEW_INVALID_PRODUCT_ID'),
    ...meaning(
      'EXCHANGE_REFUSED',
      'UNSUPPORTED_ORDER_CONFIGURATION',
      'INVALID_SIDE',
      'INVALID_LIMIT_PRICE_POST_ONLY',
      'INVALID_ARGUMENT',
    ),
    ...meaning('ABSENT', 'not_found', 'NOT_FOUND', 'UNKNOWN_CANCEL_ORDER'),
    ...meaning('OVER', 'INVALID_CANCEL_REQUEST', 'DUPLICATE_CANCEL_REQUEST', 'ORDER_IS_FULLY_FILLED'),
    ...meaning('LIMITED', 'rate_limit_exceeded', 'resource_exhausted'),
    ...meaning(
      'KEY',
      'authentication_error',
      'invalid_api_key',
      'permission_denied',
      'PERMISSION_DENIED',
      'unauthorized',
    ),
  },
  rights: {
    ask: { call: 'v3PrivateGetBrokerageKeyPermissions', params: {} },
    read: (answer) => ({ canTrade: answer.can_trade === true, canWithdraw: answer.can_transfer === true }),
  },
};
