import { expect, it } from 'vitest';
import { checkFrequency } from './limits.js';

const now = Date.UTC(2026, 10, 24, 12);
const code = (limits: [number | null, number | null], admitted: [number, number | null]) =>
  checkFrequency(
    { maxOrdersPerHour: limits[0], minIntervalSec: limits[1] },
    { inLastHour: admitted[0], lastAt: admitted[1] },
    now,
  )?.code;

it('a parameter without limits allows any number of orders', () => {
  expect(code([null, null], [10_000, now])).toBeUndefined();
});

it('the hour is full at its maximum, and a maximum of zero allows nothing', () => {
  expect(code([3, null], [2, now])).toBeUndefined();
  expect(code([3, null], [3, now])).toBe('RATE_LIMIT_EXCEEDED');
  expect(code([0, null], [0, null])).toBe('RATE_LIMIT_EXCEEDED');
});

it('an order exactly the interval after the last one is allowed', () => {
  expect(code([null, 60], [1, now - 60_000])).toBeUndefined();
  expect(code([null, 60], [1, now - 59_999])).toBe('RATE_LIMIT_EXCEEDED');
  expect(code([null, 60], [1, now + 5])).toBe('RATE_LIMIT_EXCEEDED');
  expect(code([null, 60], [0, null])).toBeUndefined();
});
