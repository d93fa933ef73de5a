import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dateAt, zoneOffsets } from './zone-offsets.js';

const FROM = Date.UTC(2015, 0, 1);
const TO = Date.UTC(2027, 0, 1);
const ZONES = [
  ...['UTC', 'America/Sao_Paulo', 'America/New_York', 'Europe/Lisbon', 'Asia/Kathmandu', 'Australia/Lord_Howe'],
  ...['Africa/Casablanca', 'America/St_Johns', 'Pacific/Apia', 'Asia/Tehran'],
];

it.each(ZONES)('the date of any moment in %s is the one of its clock', (timeZone) => {
  const offsets = zoneOffsets(FROM, TO, timeZone);
  const clock = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  fc.assert(
    fc.property(fc.integer({ min: FROM, max: TO - 1 }), (at) => {
      expect(dateAt(at, offsets)).toBe(clock.format(at));
    }),
    { numRuns: 300 },
  );
  // Also right at every change of the clock.
  for (const { until } of offsets) {
    if (until === null) continue;
    for (const at of [until - 1, until]) expect(dateAt(at, offsets)).toBe(clock.format(at));
  }
});
