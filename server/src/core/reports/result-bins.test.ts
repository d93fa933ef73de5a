import { expect, it } from 'vitest';
import { RESULT_EDGES_PCT, resultBin } from './result-bins.js';

it('each bin ends where the next one begins, and the outer ones have no end', () => {
  const bins = Array.from({ length: RESULT_EDGES_PCT.length + 1 }, (_, number) => resultBin(number));
  expect(bins[0]?.fromPct).toBeNull();
  expect(bins.at(-1)?.toPct).toBeNull();
  for (const [index, { toPct }] of bins.slice(0, -1).entries()) expect(bins[index + 1]?.fromPct).toBe(toPct);
  expect(() => resultBin(bins.length)).toThrow('no bin');
});
