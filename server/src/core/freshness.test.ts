import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isFreshForRetry } from './freshness.js';

const fresh = (now: number, sentAt: number, provenAt: number) =>
  isFreshForRetry({ now, createdAt: 0, sentAt, provenAt });

test('a signal is acted on for a minute, and the time to prove that its order never existed does not age it', () => {
  expect(fresh(59_999, 59_000, 59_000)).toBe(true);
  expect(fresh(60_000, 59_000, 59_000)).toBe(false);
  // Sent at 55 s, known not to exist at 67 s.
  expect(fresh(67_000, 55_000, 67_000)).toBe(true);
  expect(fresh(71_999, 55_000, 67_000)).toBe(true);
  expect(fresh(72_000, 55_000, 67_000)).toBe(false);
});

test('proof that took longer than promised ages it like everything else', () => {
  expect(fresh(70_000, 50_000, 70_000)).toBe(true);
  expect(fresh(70_001, 50_000, 70_001)).toBe(false);
});

test('no signal is ever acted on after 80 seconds, and none younger than a minute is too old', () => {
  const ms = fc.integer({ min: 0, max: 200_000 });
  fc.assert(
    fc.property(ms, ms, ms, (now, sentAt, tookMs) => {
      const isFresh = fresh(now, sentAt, sentAt + tookMs);
      if (now >= 80_000) expect(isFresh).toBe(false);
      if (now < 60_000) expect(isFresh).toBe(true);
    }),
  );
});
