import { expect, it } from 'vitest';
import { totalsOf } from './bulk-action-totals.js';

it('values are added exactly, separately for each quote asset, and positions without a price are counted', () => {
  expect(
    totalsOf([
      { symbol: 'SOL/USDT', value: '0.1', profit: '-0.3' },
      { symbol: 'ETH/BTC', value: '2', profit: '1' },
      { symbol: 'BTC/USDT', value: '0.2', profit: '0.1' },
      { symbol: 'XRP/USDT', value: null, profit: null },
    ]),
  ).toEqual([
    { asset: 'BTC', positions: 1, unpricedPositions: 0, value: '2', profit: '1' },
    { asset: 'USDT', positions: 3, unpricedPositions: 1, value: '0.3', profit: '-0.2' },
  ]);
  expect(totalsOf([])).toEqual([]);
});
