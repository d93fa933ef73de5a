import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isFreshForRetry, isRetryDue, mayRetry } from './freshness.js';

const fresh = (now: number, sentAt: number, provenAt: number) =>
  isFreshForRetry({ now, createdAt: 0, sentAt, provenAt });

it('a signal is fresh for a minute, and the time to prove that its order never existed does not count', () => {
  expect(fresh(59_999, 59_000, 59_000)).toBe(true);
  expect(fresh(60_000, 59_000, 59_000)).toBe(false);
  // Sent at 55 s, known not to exist at 67 s.
  expect(fresh(67_000, 55_000, 67_000)).toBe(true);
  expect(fresh(71_999, 55_000, 67_000)).toBe(true);
  expect(fresh(72_000, 55_000, 67_000)).toBe(false);
});

it('a proof that took longer than promised counts as age', () => {
  expect(fresh(70_000, 50_000, 70_000)).toBe(true);
  expect(fresh(70_001, 50_000, 70_001)).toBe(false);
});

it('no signal is executed after 80 seconds, and none younger than a minute is too old', () => {
  const ms = fc.integer({ min: 0, max: 200_000 });
  fc.assert(
    fc.property(ms, ms, ms, (now, sentAt, tookMs) => {
      const isFresh = fresh(now, sentAt, sentAt + tookMs);
      if (now >= 80_000) expect(isFresh).toBe(false);
      if (now < 60_000) expect(isFresh).toBe(true);
    }),
  );
});

it('a sell never grows too old: within a minute it is tried at once, later every ten seconds', () => {
  const at = (now: number, provenAt: number) => ({ now, createdAt: 0, sentAt: provenAt - 100, provenAt });
  expect(mayRetry('SELL', at(7_200_000, 7_199_999))).toBe(true);
  expect(mayRetry('BUY', at(7_200_000, 7_199_999))).toBe(false);
  expect(isRetryDue('SELL', at(59_000, 58_999))).toBe(true);
  expect(isRetryDue('SELL', at(90_000, 80_001))).toBe(false);
  expect(isRetryDue('SELL', at(90_001, 80_001))).toBe(true);
  expect(isRetryDue('BUY', at(90_001, 80_001))).toBe(false);
});
