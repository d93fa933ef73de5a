import { AT, FEE_IN_BASE, PRICE, QTY, SAMPLE_ID, TRADED_AT, type WireSample } from './wire-sample.js';

const mexcOrder = {
  symbol: 'BTCUSDT',
  orderId: '7',
  clientOrderId: SAMPLE_ID,
  price: '0',
  origQty: QTY,
  executedQty: QTY,
  cummulativeQuoteQty: '123.000615',
  status: 'FILLED',
  type: 'MARKET',
  side: 'BUY',
  time: AT,
};

export const MEXC_SAMPLE: WireSample = {
  quote: 'USDT',
  fee: FEE_IN_BASE,
  routes: {
    'GET /api/v3/time': { serverTime: TRADED_AT },
    'GET /api/v3/exchangeInfo': {
      symbols: [
        {
          symbol: 'BTCUSDT',
          status: '1',
          baseAsset: 'BTC',
          baseAssetPrecision: 8,
          quoteAsset: 'USDT',
          quoteAssetPrecision: 1,
          orderTypes: ['LIMIT', 'MARKET'],
          isSpotTradingAllowed: true,
          isMarginTradingAllowed: false,
          permissions: ['SPOT'],
          filters: [],
          baseSizePrecision: '0.00001',
          maxQuoteAmount: '5000000',
          quoteAmountPrecision: '1',
          makerCommission: '0',
          takerCommission: '0.0005',
        },
      ],
    },
    'POST /api/v3/order': {
      symbol: 'BTCUSDT',
      orderId: '7',
      price: '0',
      origQty: QTY,
      type: 'MARKET',
      side: 'BUY',
      transactTime: AT,
    },
    'GET /api/v3/order': mexcOrder,
    'GET /api/v3/myTrades': [
      {
        symbol: 'BTCUSDT',
        id: 'T7',
        orderId: '7',
        price: PRICE,
        qty: QTY,
        quoteQty: '123.000615',
        commission: '0.00000123',
        commissionAsset: 'BTC',
        time: TRADED_AT,
        isBuyer: true,
        isMaker: false,
        isBestMatch: true,
      },
    ],
  },
  place: {
    path: '/api/v3/order',
    params: { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: QTY, newClientOrderId: SAMPLE_ID },
  },
  lookups: [{ path: '/api/v3/order', params: { symbol: 'BTCUSDT', origClientOrderId: SAMPLE_ID } }],
};
