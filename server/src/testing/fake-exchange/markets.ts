import type { FakeMarket } from './engine-types.js';

/** A market against USDT; `over` changes its filters. */
export function fakeMarket(base: string, over: Partial<FakeMarket> = {}): FakeMarket {
  const quote = over.quote ?? 'USDT';
  return {
    ...{ id: `${base}${quote}`, symbol: `${base}/${quote}`, base, quote },
    ...{ tickSize: '0.01', minPrice: '0.01', maxPrice: '1000000' },
    ...{ stepSize: '0.00001', minQty: '0.00001', maxQty: '9000', minNotional: '5', maxNumOrders: 200 },
    ...over,
  };
}

export const DEFAULT_MARKETS: FakeMarket[] = [
  fakeMarket('BTC'),
  fakeMarket('ETH', { stepSize: '0.0001', minQty: '0.0001' }),
  fakeMarket('SOL', { stepSize: '0.001', minQty: '0.001', maxQty: '90000' }),
  fakeMarket('BNB', { stepSize: '0.001', minQty: '0.001', maxQty: '90000' }),
  fakeMarket('XRP', { tickSize: '0.0001', minPrice: '0.0001', stepSize: '0.1', minQty: '0.1', maxQty: '9000000' }),
  fakeMarket('DOGE', { tickSize: '0.00001', minPrice: '0.00001', stepSize: '1', minQty: '1', maxQty: '90000000' }),
];
