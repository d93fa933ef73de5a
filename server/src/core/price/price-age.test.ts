import { describe, expect, it } from 'vitest';
import { isAfter, isFreshPrice, priceAge } from './price-age.js';

describe('The age of a price', () => {
  it('is what has passed since; the second by which processes may differ counts as nothing', () => {
    expect([priceAge(1_000, 4_000), priceAge(4_500, 4_000), priceAge(5_000, 4_000)]).toEqual([3_000, 0, 0]);
  });

  it('of one from the future is not known: it is stale, not fresh', () => {
    expect(priceAge(305_000, 5_000)).toBe(Number.POSITIVE_INFINITY);
    expect(isFreshPrice({ at: 305_000 }, 5_000, 30_000)).toBe(false);
    expect(isFreshPrice({ at: 6_001 }, 5_000, 30_000)).toBe(false);
  });

  it('may reach the limit and not pass it', () => {
    expect([isFreshPrice({ at: 0 }, 30_000, 30_000), isFreshPrice({ at: 0 }, 30_001, 30_000)]).toEqual([true, false]);
  });
});

it('a price of a later term comes after all of an earlier one, and in a term the numbers count', () => {
  expect(isAfter({ term: 2, seq: 1 }, { term: 1, seq: 900 })).toBe(true);
  expect(isAfter({ term: 1, seq: 901 }, { term: 2, seq: 1 })).toBe(false);
  expect(isAfter({ term: 1, seq: 2 }, { term: 1, seq: 1 })).toBe(true);
  expect(isAfter({ term: 1, seq: 1 }, { term: 1, seq: 1 })).toBe(false);
});
