import fc from 'fast-check';
import { expect, it } from 'vitest';
import { silenceBeyondRhythm, silenceLimit } from './signal-rhythm.js';

const HOUR = 3_600_000;
const NOW = 1_800_000_000_000;
const every = (ms: number, count: number) => Array.from({ length: count }, (_, n) => NOW - n * ms);

it('a source that signals every hour is silent after an hour and a half times three, and not before', () => {
  const times = every(HOUR, 20);
  expect(silenceLimit(times)).toBe(3 * HOUR);
  expect(silenceBeyondRhythm(times, NOW + 3 * HOUR)).toBeUndefined();
  expect(silenceBeyondRhythm(times, NOW + 3 * HOUR + 1)).toEqual({ silentMs: 3 * HOUR + 1, limitMs: 3 * HOUR });
});

it('a weekend in its history makes a weekend no silence', () => {
  const times = [...every(HOUR, 30), ...every(HOUR, 30).map((at) => at - 90 * HOUR)];
  expect(silenceBeyondRhythm(times, NOW + 60 * HOUR)).toBeUndefined();
  expect(silenceBeyondRhythm(times, NOW + 100 * HOUR)).toBeDefined();
});

it('a few signals teach no rhythm, and a burst allows 15 minutes', () => {
  expect(silenceBeyondRhythm(every(HOUR, 11), NOW + 1_000 * HOUR)).toBeUndefined();
  expect(silenceLimit(every(1_000, 50))).toBe(15 * 60_000);
});

it('no pause that was there before, in whatever order the times are given, is a silence', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 10 * HOUR }), { minLength: 12, maxLength: 60 }), (pauses) => {
      let at = NOW;
      const times = [at, ...pauses.map((pause) => (at += pause))];
      for (const pause of pauses) expect(silenceBeyondRhythm(times.toReversed(), at + pause)).toBeUndefined();
      expect(silenceBeyondRhythm(times, at + 31 * HOUR)).toBeDefined();
    }),
  );
});
