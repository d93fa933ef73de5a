import { expect, test } from 'vitest';
import { dayStart, isTimeZone } from './day-start.js';

const at = (text: string) => Date.parse(text);
const starts = (now: string, zone: string) => new Date(dayStart(at(now), zone)).toISOString();

test.each([
  ['2026-11-24T12:00:00Z', 'UTC', '2026-11-24T00:00:00.000Z'],
  ['2026-11-24T02:59:59Z', 'America/Sao_Paulo', '2026-11-23T03:00:00.000Z'],
  ['2026-11-24T03:00:00Z', 'America/Sao_Paulo', '2026-11-24T03:00:00.000Z'],
  ['2026-11-24T12:00:00Z', 'Asia/Kolkata', '2026-11-23T18:30:00.000Z'],
  // The clocks of New York went back at 06:00Z and forward at 07:00Z on these days.
  ['2026-11-01T20:00:00Z', 'America/New_York', '2026-11-01T04:00:00.000Z'],
  ['2026-03-08T20:00:00Z', 'America/New_York', '2026-03-08T05:00:00.000Z'],
])('%s in %s began at %s', (now, zone, start) => {
  expect(starts(now, zone)).toBe(start);
});

test('tells zones from other words', () => {
  expect(['UTC', 'America/Sao_Paulo', 'Mars', ''].map(isTimeZone)).toEqual([true, true, false, false]);
});
