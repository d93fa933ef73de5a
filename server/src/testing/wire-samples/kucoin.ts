import { AT, FEE_IN_BASE, PRICE, QTY, SAMPLE_ID, TRADED_AT, type WireSample } from './wire-sample.js';

const kucoin = { code: '200000' };
const kucoinOrder = {
  id: '7',
  symbol: 'BTC-USDT',
  clientOid: SAMPLE_ID,
  type: 'market',
  side: 'buy',
  size: QTY,
  dealSize: QTY,
  dealFunds: '123.000615',
  active: false,
  cancelExist: false,
  createdAt: AT,
};

export const KUCOIN_SAMPLE: WireSample = {
  quote: 'USDT',
  fee: FEE_IN_BASE,
  routes: {
    'GET /api/v1/timestamp': { ...kucoin, data: TRADED_AT },
    'GET /api/v2/symbols': {
      ...kucoin,
      data: [
        {
          symbol: 'BTC-USDT',
          baseCurrency: 'BTC',
          quoteCurrency: 'USDT',
          baseMinSize: '0.00001',
          baseIncrement: '0.00000001',
          priceIncrement: '0.1',
          quoteMinSize: '0.1',
          minFunds: '0.1',
          enableTrading: true,
        },
      ],
    },
    'POST /api/v1/hf/orders': { ...kucoin, data: { orderId: '7', clientOid: SAMPLE_ID } },
    'GET /api/v1/hf/orders/7': { ...kucoin, data: kucoinOrder },
    [`GET /api/v1/hf/orders/client-order/${SAMPLE_ID}`]: { ...kucoin, data: kucoinOrder },
    'GET /api/v1/hf/fills': {
      ...kucoin,
      data: {
        items: [
          {
            id: 1,
            tradeId: 'T7',
            orderId: '7',
            symbol: 'BTC-USDT',
            side: 'buy',
            price: PRICE,
            size: QTY,
            funds: '123.000615',
            fee: '0.00000123',
            feeCurrency: 'BTC',
            liquidity: 'taker',
            createdAt: TRADED_AT,
          },
        ],
        lastId: 1,
      },
    },
  },
  place: {
    path: '/api/v1/hf/orders',
    params: { clientOid: SAMPLE_ID, symbol: 'BTC-USDT', side: 'buy', type: 'market', size: QTY },
  },
  lookups: [{ path: `/api/v1/hf/orders/client-order/${SAMPLE_ID}`, params: { symbol: 'BTC-USDT' } }],
};
