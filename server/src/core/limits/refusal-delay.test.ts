import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NO_REFUSALS, refusalDelayMs, refusedAgain, type Refusals } from './refusal-delay.js';

/** The delays of refusals that come every `everyMs`. */
function delays(times: number, everyMs: number): number[] {
  let refusals: Refusals = NO_REFUSALS;
  return Array.from({ length: times }, (_, n) => {
    refusals = refusedAgain(refusals, 5_000 + n * everyMs);
    return refusalDelayMs(refusals);
  });
}

describe('how long a refusal is held back', () => {
  it('is 40 ms for the first fifty, doubles with each further fifty, and ends at a second', () => {
    const all = delays(2_000, 0);
    expect([all[0], all[49], all[50], all[99], all[100], all[150], all[200], all[250], all[1_999]]).toEqual([
      ...[40, 40, 80, 80, 160, 320, 640, 1_000, 1_000],
    ]);
  });

  it('stays 40 ms for a client that comes back every 100 ms or later', () => {
    expect(new Set(delays(1_000, 100))).toEqual(new Set([40]));
  });

  it('is 40 ms again 40 seconds after the last refusal of any flood', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 1_500 }), (gaps) => {
        let [refusals, now] = [NO_REFUSALS as Refusals, 0];
        for (const gap of gaps) {
          now += gap;
          refusals = refusedAgain(refusals, now);
          expect(refusalDelayMs(refusals)).toBeGreaterThanOrEqual(40);
          expect(refusalDelayMs(refusals)).toBeLessThanOrEqual(1_000);
        }
        expect(refusalDelayMs(refusedAgain(refusals, now + 40_000))).toBe(40);
      }),
    );
  });
});
