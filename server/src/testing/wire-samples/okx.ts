import { AT, FEE_IN_BASE, PRICE, QTY, SAMPLE_ID, TRADED_AT, type WireSample } from './wire-sample.js';

const okx = { code: '0', msg: '' };
const okxOrder = {
  instType: 'SPOT',
  instId: 'BTC-USDT',
  ordId: '7',
  clOrdId: SAMPLE_ID,
  ordType: 'market',
  side: 'buy',
  sz: QTY,
  accFillSz: QTY,
  avgPx: PRICE,
  state: 'filled',
  cTime: String(AT),
  tgtCcy: 'base_ccy',
  px: '',
  fee: '-0.00000123',
  feeCcy: 'BTC',
};

export const OKX_SAMPLE: WireSample = {
  quote: 'USDT',
  fee: FEE_IN_BASE,
  routes: {
    'GET /api/v5/public/time': { ...okx, data: [{ ts: String(TRADED_AT) }] },
    'GET /api/v5/public/instruments': {
      ...okx,
      data: [
        {
          instType: 'SPOT',
          instId: 'BTC-USDT',
          baseCcy: 'BTC',
          quoteCcy: 'USDT',
          lotSz: '0.00000001',
          minSz: '0.00001',
          tickSz: '0.1',
          state: 'live',
        },
      ],
    },
    'POST /api/v5/trade/order': { ...okx, data: [{ ordId: '7', clOrdId: SAMPLE_ID, sCode: '0', sMsg: '' }] },
    'GET /api/v5/trade/order': { ...okx, data: [okxOrder] },
    'GET /api/v5/trade/fills': {
      ...okx,
      data: [
        {
          instType: 'SPOT',
          instId: 'BTC-USDT',
          tradeId: 'T7',
          ordId: '7',
          billId: '1',
          fillPx: PRICE,
          fillSz: QTY,
          side: 'buy',
          fee: '-0.00000123',
          feeCcy: 'BTC',
          ts: String(TRADED_AT),
        },
      ],
    },
    'GET /api/v5/trade/fills-history': { ...okx, data: [] },
  },
  place: {
    path: '/api/v5/trade/order',
    params: {
      instId: 'BTC-USDT',
      tdMode: 'cash',
      side: 'buy',
      ordType: 'market',
      sz: QTY,
      tgtCcy: 'base_ccy',
      clOrdId: SAMPLE_ID,
    },
  },
  lookups: [{ path: '/api/v5/trade/order', params: { instId: 'BTC-USDT', clOrdId: SAMPLE_ID } }],
};
