import { AT, FEE_IN_BASE, PRICE, QTY, SAMPLE_ID, TICKER, TRADED_AT, type WireSample } from './wire-sample.js';

const bitget = { code: '00000', msg: 'success' };
const bitgetOrder = {
  orderId: '7',
  clientOid: SAMPLE_ID,
  symbol: 'BTCUSDT',
  size: QTY,
  orderType: 'limit',
  side: 'buy',
  status: 'filled',
  price: '101001',
  priceAvg: PRICE,
  baseVolume: QTY,
  quoteVolume: '123.000615',
  cTime: String(AT),
  uTime: String(AT),
};

export const BITGET_SAMPLE: WireSample = {
  quote: 'USDT',
  fee: FEE_IN_BASE,
  routes: {
    'GET /api/v2/public/time': { ...bitget, data: { serverTime: String(TRADED_AT) } },
    'GET /api/v2/spot/public/symbols': {
      ...bitget,
      data: [
        {
          symbol: 'BTCUSDT',
          baseCoin: 'BTC',
          quoteCoin: 'USDT',
          minTradeAmount: '0.00001',
          maxTradeAmount: '10000',
          pricePrecision: '1',
          quantityPrecision: '8',
          quotePrecision: '8',
          status: 'online',
          minTradeUSDT: '1',
        },
      ],
    },
    'GET /api/v2/margin/currencies': { ...bitget, data: [] },
    'GET /api/v2/spot/market/tickers': {
      ...bitget,
      data: [{ symbol: 'BTCUSDT', lastPr: TICKER.last, askPr: TICKER.ask, bidPr: TICKER.bid, ts: String(TRADED_AT) }],
    },
    'POST /api/v2/spot/trade/place-order': { ...bitget, data: { orderId: '7', clientOid: SAMPLE_ID } },
    'GET /api/v2/spot/trade/orderInfo': { ...bitget, data: [bitgetOrder] },
    'GET /api/v2/spot/trade/fills': {
      ...bitget,
      data: [
        {
          symbol: 'BTCUSDT',
          orderId: '7',
          tradeId: 'T7',
          orderType: 'limit',
          side: 'buy',
          priceAvg: PRICE,
          size: QTY,
          amount: '123.000615',
          tradeScope: 'taker',
          feeDetail: { deduction: 'no', feeCoin: 'BTC', totalFee: '-0.00000123' },
          cTime: String(TRADED_AT),
        },
      ],
    },
  },
  place: {
    path: '/api/v2/spot/trade/place-order',
    params: {
      symbol: 'BTCUSDT',
      side: 'buy',
      orderType: 'limit',
      force: 'ioc',
      price: '101000.6',
      size: QTY,
      clientOid: SAMPLE_ID,
    },
  },
  lookups: [{ path: '/api/v2/spot/trade/orderInfo', params: { clientOid: SAMPLE_ID } }],
};
