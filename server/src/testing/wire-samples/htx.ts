import { AT, FEE_IN_BASE, PRICE, QTY, SAMPLE_ID, TRADED_AT, type WireSample } from './wire-sample.js';

const htxOrder = {
  id: 7,
  symbol: 'btcusdt',
  'account-id': 42,
  'client-order-id': SAMPLE_ID,
  amount: QTY,
  price: '101001',
  'created-at': AT,
  type: 'buy-ioc',
  'field-amount': QTY,
  'field-cash-amount': '123.000615',
  'field-fees': '0.00000123',
  source: 'spot-api',
  state: 'filled',
};

export const HTX_SAMPLE: WireSample = {
  quote: 'USDT',
  fee: FEE_IN_BASE,
  routes: {
    'GET /v1/common/timestamp': { status: 'ok', data: TRADED_AT },
    'GET /v1/common/symbols': {
      status: 'ok',
      data: [
        {
          'base-currency': 'btc',
          'quote-currency': 'usdt',
          'price-precision': 1,
          'amount-precision': 8,
          'symbol-partition': 'main',
          symbol: 'btcusdt',
          state: 'online',
          'value-precision': 8,
          'min-order-amt': 0.00001,
          'max-order-amt': 1000,
          'min-order-value': 1,
          'limit-order-min-order-amt': 0.00001,
          'sell-market-min-order-amt': 0.00001,
          'api-trading': 'enabled',
        },
      ],
    },
    'GET /v1/account/accounts': {
      status: 'ok',
      data: [
        { id: 41, type: 'margin' },
        { id: 42, type: 'spot' },
      ],
    },
    'GET /market/detail/merged': {
      status: 'ok',
      ts: TRADED_AT,
      tick: { ask: [100000.5, 1], bid: [99999.5, 1], close: 100000, open: 1, high: 1, low: 1, amount: 1, vol: 1 },
    },
    'POST /v1/order/orders/place': { status: 'ok', data: '7' },
    'GET /v1/order/orders/7': { status: 'ok', data: htxOrder },
    'GET /v1/order/orders/getClientOrder': { status: 'ok', data: htxOrder },
    'GET /v1/order/orders/7/matchresults': {
      status: 'ok',
      data: [
        {
          id: 1,
          'order-id': 7,
          'match-id': 1,
          'trade-id': 77,
          symbol: 'btcusdt',
          type: 'buy-ioc',
          price: PRICE,
          'filled-amount': QTY,
          'filled-fees': '0.00000123',
          'fee-currency': 'btc',
          'created-at': TRADED_AT,
          role: 'taker',
          'filled-points': '0',
          'fee-deduct-currency': '',
        },
      ],
    },
  },
  place: {
    path: '/v1/order/orders/place',
    params: {
      'account-id': '42',
      symbol: 'btcusdt',
      type: 'buy-ioc',
      amount: QTY,
      price: '101000.6',
      source: 'spot-api',
      'client-order-id': SAMPLE_ID,
    },
  },
  lookups: [{ path: '/v1/order/orders/getClientOrder', params: { clientOrderId: SAMPLE_ID } }],
};
