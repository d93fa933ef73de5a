import fc from 'fast-check';
import { expect, it } from 'vitest';
import { dayStart, isTimeZone } from './day-start.js';

const at = (text: string) => Date.parse(text);
const starts = (now: string, zone: string) => new Date(dayStart(at(now), zone)).toISOString();

it.each([
  ['2026-11-24T12:00:00Z', 'UTC', '2026-11-24T00:00:00.000Z'],
  ['2026-11-24T02:59:59Z', 'America/Sao_Paulo', '2026-11-23T03:00:00.000Z'],
  ['2026-11-24T03:00:00Z', 'America/Sao_Paulo', '2026-11-24T03:00:00.000Z'],
  ['2026-11-24T12:00:00Z', 'Asia/Kolkata', '2026-11-23T18:30:00.000Z'],
  // The clocks of New York went back at 06:00Z and forward at 07:00Z on these days.
  ['2026-11-01T20:00:00Z', 'America/New_York', '2026-11-01T04:00:00.000Z'],
  ['2026-03-08T20:00:00Z', 'America/New_York', '2026-03-08T05:00:00.000Z'],
  // Midnight came twice, because the clocks went back to it from one o'clock. The day began at the first one, even
  // before the second.
  ['2026-11-01T12:00:00Z', 'America/Havana', '2026-11-01T04:00:00.000Z'],
  ['2026-11-01T04:30:00Z', 'America/Havana', '2026-11-01T04:00:00.000Z'],
  ['2026-11-01T05:30:00Z', 'America/Havana', '2026-11-01T04:00:00.000Z'],
  ['2026-10-25T12:00:00Z', 'Atlantic/Azores', '2026-10-25T00:00:00.000Z'],
  ['2026-10-25T01:30:00Z', 'Atlantic/Azores', '2026-10-25T00:00:00.000Z'],
  // There was no midnight, because the clocks went forward from it to one o'clock.
  ['2026-03-08T12:00:00Z', 'America/Havana', '2026-03-08T05:00:00.000Z'],
  ['2026-04-24T12:00:00Z', 'Africa/Cairo', '2026-04-23T22:00:00.000Z'],
  ['2018-11-04T12:00:00Z', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
  // The clocks went back from midnight to eleven, so the day before had its last hour twice.
  ['2018-02-18T12:00:00Z', 'America/Sao_Paulo', '2018-02-18T03:00:00.000Z'],
  // Samoa skipped December 30, 2011.
  ['2011-12-31T00:00:00Z', 'Pacific/Apia', '2011-12-30T10:00:00.000Z'],
])('%s in %s began at %s', (now, zone, start) => {
  expect(starts(now, zone)).toBe(start);
});

it('distinguishes time zones from other words', () => {
  expect(['UTC', 'America/Sao_Paulo', 'Mars', ''].map(isTimeZone)).toEqual([true, true, false, false]);
});

const dates = new Map<string, Intl.DateTimeFormat>();
function dateIn(zone: string, moment: number): string {
  const known = dates.get(zone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  dates.set(zone, known);
  return known.format(moment);
}

/**
 * The day of a moment began at or before it, has its date from that start on, and a different date a millisecond
 * earlier.
 */
function isTheStart(moment: number, zone: string): void {
  const start = dayStart(moment, zone);
  const told = `${zone} ${new Date(moment).toISOString()} ${new Date(start).toISOString()}`;
  expect(start, told).toBeLessThanOrEqual(moment);
  expect(dateIn(zone, start), told).toBe(dateIn(zone, moment));
  expect(dateIn(zone, start - 1), told).not.toBe(dateIn(zone, moment));
}

const ZONES = Intl.supportedValuesOf('timeZone');
const HOUR_MS = 3_600_000;

it('in every zone the day begins at the first moment of its date', { timeout: 60_000 }, () => {
  const moment = fc.integer({ min: at('2010-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z') });
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), moment, (zone, now) => isTheStart(now, zone)),
    { numRuns: 4_000 },
  );
});

/** The moments at which the zone's clocks change in a year, by bisection to the minute. */
function changesOf(zone: string, year: number): number[] {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  const offsetAt = (moment: number) => format.format(moment).split(', ')[1];
  return Array.from({ length: 12 }, (_, month) => [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1)]).flatMap(
    ([first = 0, end = 0]) => {
      const before = offsetAt(first);
      if (before === offsetAt(end)) return [];
      let [low, high] = [first, end];
      while (high - low > 60_000) {
        const middle = low + Math.floor((high - low) / 120_000) * 60_000 || low + 60_000;
        if (offsetAt(middle) === before) low = middle === low ? high : middle;
        else high = middle;
      }
      return [high];
    },
  );
}

it('the same around every change of its clocks', { timeout: 60_000 }, () => {
  let changes = 0;
  for (const zone of ZONES) {
    for (const change of [2018, 2026].flatMap((year) => changesOf(zone, year))) {
      changes++;
      for (const hours of [-25, -1.5, -0.5, 0, 0.5, 1, 1.5, 2.5, 12, 25]) isTheStart(change + hours * HOUR_MS, zone);
    }
  }
  expect(changes).toBeGreaterThan(300);
});
