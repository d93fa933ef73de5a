import { AT, PRICE, QTY, SAMPLE_ID, TICKER, TRADED_AT, type WireSample } from './wire-sample.js';

const coinbaseOrder = {
  order_id: '7',
  client_order_id: SAMPLE_ID,
  product_id: 'BTC-USD',
  side: 'BUY',
  status: 'FILLED',
  order_type: 'LIMIT',
  time_in_force: 'IMMEDIATE_OR_CANCEL',
  filled_size: QTY,
  average_filled_price: PRICE,
  filled_value: '123.000615',
  total_fees: '0.7',
  created_time: new Date(AT).toISOString(),
  order_configuration: { sor_limit_ioc: { base_size: QTY, limit_price: '101001' } },
};

export const COINBASE_SAMPLE: WireSample = {
  quote: 'USD',
  fee: { feeAmount: '0.7', feeAsset: 'USD' },
  routes: {
    'GET /v2/time': { data: { epoch: Math.floor(AT / 1000) } },
    'GET /api/v3/brokerage/market/products': ({ params }: { params: Record<string, unknown> }) => ({
      products: params.product_type
        ? []
        : [
            {
              product_id: 'BTC-USD',
              price: '100000',
              base_increment: '0.00000001',
              quote_increment: '0.01',
              price_increment: '0.1',
              quote_min_size: '1',
              base_min_size: '0.00000001',
              base_max_size: '3400',
              status: 'online',
              product_type: 'SPOT',
              quote_currency_id: 'USD',
              base_currency_id: 'BTC',
              trading_disabled: false,
              is_disabled: false,
            },
          ],
    }),
    'GET /api/v3/brokerage/transaction_summary': { fee_tier: { taker_fee_rate: '0.006', maker_fee_rate: '0.004' } },
    'GET /api/v3/brokerage/market/products/BTC-USD/ticker': {
      trades: [
        {
          trade_id: '1',
          product_id: 'BTC-USD',
          price: '100000',
          size: '1',
          time: new Date(AT).toISOString(),
          side: 'BUY',
        },
      ],
      best_bid: TICKER.bid,
      best_ask: TICKER.ask,
    },
    'POST /api/v3/brokerage/orders': {
      success: true,
      success_response: { order_id: '7', product_id: 'BTC-USD', side: 'BUY', client_order_id: SAMPLE_ID },
    },
    'GET /api/v3/brokerage/orders/historical/7': { order: coinbaseOrder },
    'GET /api/v3/brokerage/orders/historical/batch': ({ params }: { params: Record<string, unknown> }) => ({
      orders: params.order_status ? [] : [coinbaseOrder],
      cursor: '',
      has_next: false,
    }),
    'GET /api/v3/brokerage/orders/historical/fills': {
      fills: [
        {
          entry_id: '1',
          trade_id: 'T7',
          order_id: '7',
          trade_time: new Date(TRADED_AT).toISOString(),
          price: PRICE,
          size: QTY,
          commission: '0.7',
          product_id: 'BTC-USD',
          size_in_quote: false,
          side: 'BUY',
        },
      ],
      cursor: '',
    },
  },
  place: {
    path: '/api/v3/brokerage/orders',
    params: {
      client_order_id: SAMPLE_ID,
      product_id: 'BTC-USD',
      side: 'BUY',
      order_configuration: { sor_limit_ioc: { base_size: QTY, limit_price: '101000.6' } },
    },
  },
  lookups: [
    { path: '/api/v3/brokerage/orders/historical/batch', params: { order_status: 'OPEN' } },
    { path: '/api/v3/brokerage/orders/historical/batch', params: {} },
  ],
};
