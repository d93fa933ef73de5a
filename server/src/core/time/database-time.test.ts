import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockState, nextOffset, readSample, type DatabaseOffset } from './database-time.js';

const at = (offsetMs: number, errorMs: number, measuredAt = 0): DatabaseOffset => ({ offsetMs, errorMs, measuredAt });

describe("The database's time", () => {
  it('is from the middle of the round trip, with an error of at most half of it', () => {
    expect(readSample({ askedAt: 100, answeredAt: 140, databaseTime: 5_120 })).toEqual({
      ...{ offsetMs: 5_000, errorMs: 20, measuredAt: 140 },
    });
  });

  it('is never wrong by more than its error, for any split of the round trip', () => {
    const ms = fc.integer({ min: 0, max: 5_000 });
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 1e12 }),
        fc.array(fc.tuple(ms, ms, ms), { minLength: 1 }),
        (truth, trips) => {
          let known: DatabaseOffset | undefined;
          let now = 0;
          for (const [there, back, rest] of trips) {
            const sample = { askedAt: now, answeredAt: now + there + back, databaseTime: now + there + truth };
            const next = nextOffset(known, sample);
            known = next.offset;
            now = sample.answeredAt + rest;
            expect(next.stepMs).toBe(0);
            expect(Math.abs(known.offsetMs - truth)).toBeLessThanOrEqual(known.errorMs + 1e-3);
          }
        },
      ),
    );
  });

  it('from a slow answer does not replace that of a fast one', () => {
    const known = at(1_000, 1);
    expect(nextOffset(known, { askedAt: 0, answeredAt: 3_000, databaseTime: 2_000 })).toEqual({
      offset: known,
      stepMs: 0,
    });
  });

  it('gets less exact with age: at some time a slower answer is more exact', () => {
    const { offset } = nextOffset(at(1_000, 1), { askedAt: 100_000, answeredAt: 100_020, databaseTime: 101_012 });
    expect(offset).toMatchObject({ offsetMs: 1_002, errorMs: 10 });
  });

  it('is used when it contradicts the known offset, because the clock was set', () => {
    const next = nextOffset(at(300_000, 2), { askedAt: 1_000, answeredAt: 1_010, databaseTime: 1_005 });
    expect(next).toEqual({ offset: at(0, 5, 1_010), stepMs: -300_000 });
  });
});

it('a clock is off beyond one second and does not trade beyond five, ahead or behind', () => {
  const states = [0, 1_000, 1_001, 5_000, 5_001].map((ms) => [clockState(ms), clockState(-ms)]);
  expect(states).toEqual([
    ['OK', 'OK'],
    ['OK', 'OK'],
    ['OFF', 'OFF'],
    ['OFF', 'OFF'],
    ['TOO_FAR_OFF', 'TOO_FAR_OFF'],
  ]);
});
