import { expect, it } from 'vitest';
import { formatSpan } from './format';

it.each([
  [0, '0s'],
  [41_900, '41s'],
  [192_000, '3m 12s'],
  [3_600_000, '1h'],
  [3_605_000, '1h'],
  [187_200_000, '2d 4h'],
  [-5_000, '0s'],
])('%i ms is %s', (ms, expected) => {
  expect(formatSpan(ms)).toBe(expected);
});
