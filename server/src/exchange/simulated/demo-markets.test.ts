import { describe, expect, it } from 'vitest';
import { addDemoMarkets, DEMO_MARKETS, demoMarket, openDemoMarkets, type DemoMarket } from './demo-markets.js';

const pair = (base: string): DemoMarket => ({
  ...{ symbol: `${base}/ETH`, base, quote: 'ETH', tickSize: '0.00000001', stepSize: '0.1', minQty: '0.1' },
  ...{ minNotional: '0.001', basePrice: '0.00141342' },
});

describe('The markets of the simulated exchange', () => {
  it('are those of the demo, and those that a recording opens', () => {
    expect(demoMarket('QQQ/ETH')).toBeUndefined();
    addDemoMarkets([pair('QQQ')]);
    expect(demoMarket('QQQ/ETH')).toEqual(pair('QQQ'));
    // Another test of this process may have opened more.
    expect(openDemoMarkets()).toEqual(expect.arrayContaining([...DEMO_MARKETS, pair('QQQ')]));
  });

  it('keep their filters when added again', () => {
    addDemoMarkets([{ ...pair('BTC'), symbol: 'BTC/USDT', tickSize: '5' }]);
    expect(demoMarket('BTC/USDT')?.tickSize).toBe('0.01');
  });
});
