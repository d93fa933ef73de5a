import { describe, expect, it } from 'vitest';
import { isAfter, isFreshPrice, priceAge } from './price-age.js';

describe('The age of a price', () => {
  it('is the time passed since then; up to one second from the future counts as zero', () => {
    expect([priceAge(1_000, 4_000), priceAge(4_500, 4_000), priceAge(5_000, 4_000)]).toEqual([3_000, 0, 0]);
  });

  it('is unknown for a price from the future, which is stale', () => {
    expect(priceAge(305_000, 5_000)).toBe(Number.POSITIVE_INFINITY);
    expect(isFreshPrice({ at: 305_000 }, 5_000, 30_000)).toBe(false);
    expect(isFreshPrice({ at: 6_001 }, 5_000, 30_000)).toBe(false);
  });

  it('may be at the limit, not beyond it', () => {
    expect([isFreshPrice({ at: 0 }, 30_000, 30_000), isFreshPrice({ at: 0 }, 30_001, 30_000)]).toEqual([true, false]);
  });
});

it('a price of a later term comes after all prices of an earlier term, and within a term the numbers decide', () => {
  expect(isAfter({ term: 2, seq: 1 }, { term: 1, seq: 900 })).toBe(true);
  expect(isAfter({ term: 1, seq: 901 }, { term: 2, seq: 1 })).toBe(false);
  expect(isAfter({ term: 1, seq: 2 }, { term: 1, seq: 1 })).toBe(true);
  expect(isAfter({ term: 1, seq: 1 }, { term: 1, seq: 1 })).toBe(false);
});
