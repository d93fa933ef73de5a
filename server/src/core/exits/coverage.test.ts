import fc from 'fast-check';
import { expect, it } from 'vitest';
import { coverageGaps, type CoveredGroup } from './coverage.js';

const group = (over: Partial<CoveredGroup> = {}): CoveredGroup => ({
  ...{ accountId: 3, label: 'Main', symbol: 'BTC/USDT', isSimulation: false, positions: 2, unlimited: 0 },
  ...{ unlimitedIds: [], newestUnlimited: 0, canTrade: true, hasWatcher: true, hasFreshPrice: true },
  ...over,
});
const gaps = (over: Partial<CoveredGroup>) =>
  coverageGaps([group(over)]).map(({ gap, severity }) => `${gap} ${severity}`);

it('a position with an exit that limits its loss, a watcher and a fresh price has no gap', () => {
  expect(gaps({})).toEqual([]);
});

it('each thing that is missing is a gap; an account that cannot sell is one, whatever else is missing', () => {
  expect(gaps({ unlimited: 1, unlimitedIds: ['8'] })).toEqual(['OFF medium']);
  expect(gaps({ hasWatcher: false, hasFreshPrice: false })).toEqual(['WATCHER critical']);
  expect(gaps({ hasFreshPrice: false, unlimited: 2 })).toEqual(['PRICE critical', 'OFF medium']);
  expect(gaps({ canTrade: false, hasWatcher: false, unlimited: 2 })).toEqual(['ACCOUNT critical']);
  expect(gaps({ isSimulation: true, canTrade: false })).toEqual(['ACCOUNT low']);
});

it('the message names the positions, and says when there are more', () => {
  const [one] = coverageGaps([group({ unlimited: 12, unlimitedIds: ['4', '5'] })]);
  expect(one?.message).toContain('12 open positions of BTC/USDT at Main');
  expect(one?.message).toContain('#4, #5, …');
});

it('a group is without a gap exactly when nothing is missing, and no gap of a subject is there twice', () => {
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.boolean(),
      fc.boolean(),
      fc.nat({ max: 3 }),
      (canTrade, hasWatcher, hasFreshPrice, unlimited) => {
        const found = coverageGaps([group({ canTrade, hasWatcher, hasFreshPrice, unlimited })]);
        expect(found.length === 0).toBe(canTrade && hasWatcher && hasFreshPrice && unlimited === 0);
        expect(new Set(found.map(({ gap, subject }) => `${gap} ${subject}`)).size).toBe(found.length);
      },
    ),
  );
});
