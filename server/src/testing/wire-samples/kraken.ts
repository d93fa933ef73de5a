import { AT, PRICE, QTY, SAMPLE_ID, TRADED_AT, type WireSample } from './wire-sample.js';

const krakenOrder = {
  refid: null,
  cl_ord_id: SAMPLE_ID,
  status: 'closed',
  opentm: AT / 1000,
  descr: { pair: 'XBTUSD', type: 'buy', ordertype: 'market', price: '0', order: '' },
  vol: QTY,
  vol_exec: QTY,
  cost: '123.00062',
  fee: '0.32',
  price: PRICE,
  oflags: 'fciq',
  trades: ['T7'],
};

export const KRAKEN_SAMPLE: WireSample = {
  quote: 'USD',
  fee: { feeAmount: '0.32', feeAsset: 'USD' },
  routes: {
    'GET /0/public/Time': { error: [], result: { unixtime: Math.floor(AT / 1000) } },
    'GET /0/public/AssetPairs': {
      error: [],
      result: {
        XXBTZUSD: {
          altname: 'XBTUSD',
          wsname: 'XBT/USD',
          base: 'XXBT',
          quote: 'ZUSD',
          pair_decimals: 1,
          lot_decimals: 8,
          cost_decimals: 5,
          lot_multiplier: 1,
          leverage_buy: [],
          fees: [[0, 0.26]],
          fees_maker: [[0, 0.16]],
          ordermin: '0.0001',
          costmin: '0.5',
          tick_size: '0.1',
          status: 'online',
        },
      },
    },
    'POST /0/private/AddOrder': { error: [], result: { descr: { order: '' }, txid: ['O7'] } },
    'POST /0/private/QueryOrders': { error: [], result: { O7: krakenOrder } },
    'POST /0/private/OpenOrders': { error: [], result: { open: {} } },
    'POST /0/private/ClosedOrders': { error: [], result: { closed: { O7: krakenOrder }, count: 1 } },
    'POST /0/private/QueryTrades': {
      error: [],
      result: {
        T7: {
          ordertxid: 'O7',
          pair: 'XXBTZUSD',
          time: TRADED_AT / 1000,
          type: 'buy',
          ordertype: 'market',
          price: PRICE,
          cost: '123.00062',
          fee: '0.32',
          vol: QTY,
        },
      },
    },
  },
  place: {
    path: '/0/private/AddOrder',
    params: { pair: 'XXBTZUSD', type: 'buy', ordertype: 'market', volume: QTY, cl_ord_id: SAMPLE_ID, oflags: 'fciq' },
  },
  lookups: [
    { path: '/0/private/OpenOrders', params: { cl_ord_id: SAMPLE_ID } },
    { path: '/0/private/ClosedOrders', params: { cl_ord_id: SAMPLE_ID } },
  ],
};
