import { AT, FEE_IN_BASE, PRICE, QTY, SAMPLE_ID, TICKER, TRADED_AT, type WireSample } from './wire-sample.js';

const gateOrder = {
  id: '7',
  text: `t-${SAMPLE_ID}`,
  currency_pair: 'BTC_USDT',
  status: 'closed',
  finish_as: 'filled',
  type: 'limit',
  account: 'spot',
  side: 'buy',
  amount: QTY,
  left: '0',
  price: '101001',
  filled_total: '123.000615',
  create_time_ms: String(AT),
  fee: '0.00000123',
  fee_currency: 'BTC',
};

export const GATE_SAMPLE: WireSample = {
  quote: 'USDT',
  fee: FEE_IN_BASE,
  routes: {
    'GET /api/v4/spot/time': { server_time: TRADED_AT },
    'GET /api/v4/margin/currency_pairs': [],
    'GET /api/v4/spot/currency_pairs': [
      {
        id: 'BTC_USDT',
        base: 'BTC',
        quote: 'USDT',
        fee: '0.2',
        min_base_amount: '0.00001',
        min_quote_amount: '3',
        amount_precision: 8,
        precision: 1,
        trade_status: 'tradable',
        buy_start: 0,
      },
    ],
    'GET /api/v4/spot/tickers': [
      { currency_pair: 'BTC_USDT', last: TICKER.last, lowest_ask: TICKER.ask, highest_bid: TICKER.bid },
    ],
    'POST /api/v4/spot/orders': gateOrder,
    [`GET /api/v4/spot/orders/t-${SAMPLE_ID}`]: gateOrder,
    'GET /api/v4/spot/my_trades': [
      {
        id: 'T7',
        create_time_ms: String(TRADED_AT),
        currency_pair: 'BTC_USDT',
        side: 'buy',
        role: 'taker',
        amount: QTY,
        price: PRICE,
        order_id: '7',
        fee: '0.00000123',
        fee_currency: 'BTC',
        gt_fee: '0',
      },
    ],
  },
  place: {
    path: '/api/v4/spot/orders',
    params: {
      text: `t-${SAMPLE_ID}`,
      currency_pair: 'BTC_USDT',
      account: 'spot',
      side: 'buy',
      type: 'limit',
      time_in_force: 'ioc',
      amount: QTY,
      price: '101000.6',
    },
  },
  lookups: [{ path: `/api/v4/spot/orders/t-${SAMPLE_ID}`, params: { currency_pair: 'BTC_USDT' } }],
};
