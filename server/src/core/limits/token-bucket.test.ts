import fc from 'fast-check';
import { expect, it } from 'vitest';
import { admit, charge, fullBucket, refilled, type Allowance, type Bucket, fullAfterSec } from './token-bucket.js';

const allowances = fc.record({
  burst: fc.integer({ min: 1, max: 1_000 }),
  perSec: fc.integer({ min: 1, max: 100 }),
}) satisfies fc.Arbitrary<Allowance>;
const steps = fc.array(
  fc.record({ waitMs: fc.integer({ min: -50, max: 2_000 }), cost: fc.integer({ min: 1, max: 500 }) }),
);

it('in any time, the admitted cost is at most the burst, the refill, and the last request', () => {
  fc.assert(
    fc.property(allowances, steps, (allowance, requests) => {
      let [nowMs, lastMs, used, largest] = [0, 0, 0, 0];
      let bucket: Bucket = fullBucket(allowance, 0);
      for (const { waitMs, cost } of requests) {
        nowMs += waitMs;
        lastMs = Math.max(lastMs, nowMs);
        const taking = admit(bucket, allowance, nowMs);
        bucket = taking.bucket;
        if (!taking.ok) continue;
        bucket = charge(bucket, allowance, cost);
        // Debt beyond one burst is forgiven, so a cost counts at most what is left plus one burst.
        used += Math.min(cost, 2 * allowance.burst);
        largest = Math.max(largest, cost);
        expect(used).toBeLessThanOrEqual(allowance.burst + (lastMs / 1_000) * allowance.perSec + largest + 1);
      }
    }),
  );
});

it('after the wait that a refusal names, the next request is admitted, and not before', () => {
  fc.assert(
    fc.property(allowances, fc.integer({ min: 1, max: 5_000 }), (allowance, cost) => {
      const bucket = charge(fullBucket(allowance, 0), allowance, allowance.burst + cost);
      const refusal = admit(bucket, allowance, 0);
      if (refusal.ok) throw new Error('it must be refused');
      expect(admit(bucket, allowance, refusal.retryAfterMs).ok).toBe(true);
      expect(admit(bucket, allowance, refusal.retryAfterMs - 2).ok).toBe(false);
    }),
    { numRuns: 20_000 },
  );
});

it('a clock that goes back takes nothing away', () => {
  expect(refilled({ left: 5, atMs: 1_000 }, { burst: 10, perSec: 1 }, 0)).toEqual({ left: 5, atMs: 1_000 });
});

it('after the seconds that are named nothing is used any more, and a second earlier something is', () => {
  fc.assert(
    fc.property(
      allowances,
      fc.integer({ min: 0, max: 5_000 }),
      fc.integer({ min: 0, max: 90_000 }),
      (a, cost, nowMs) => {
        const bucket = charge(fullBucket(a, 0), a, cost);
        const seconds = fullAfterSec(bucket, a, nowMs);
        const atMs = nowMs + seconds * 1_000;
        expect(refilled(bucket, a, atMs).left).toBeCloseTo(a.burst, 5);
        if (seconds > 0) expect(refilled(bucket, a, atMs - 1_000).left).toBeLessThan(a.burst);
      },
    ),
  );
});
