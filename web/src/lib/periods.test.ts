import { describe, expect, it } from 'vitest';
import { byPeriod, moveMonth, weeksOf, type DayResult } from './periods';
import { dayIn, startOfDay, startOfPeriod } from './zoned-days';

const day = (name: string, net: string, part: Partial<DayResult> = {}): DayResult => ({
  ...{ day: name, trades: 1, wins: 1, losses: 0, net, realized: net, fees: '0.1' },
  ...part,
});

it('days are added up exactly, by week from Monday and by month, newest first', () => {
  const days = [day('2026-11-29', '0.1'), day('2026-11-30', '0.2', { wins: 0, losses: 1 }), day('2026-12-01', '-0.3')];
  expect(byPeriod(days, 'week').map(({ start, net, trades }) => [start, net, trades])).toEqual([
    ['2026-11-30', '-0.1', 2],
    ['2026-11-23', '0.1', 1],
  ]);
  const [december, november] = byPeriod(days, 'month');
  expect(december).toMatchObject({ start: '2026-12-01', net: '-0.3' });
  expect(november).toMatchObject({ start: '2026-11-01', net: '0.3', fees: '0.2', winRatePct: '50' });
  expect(byPeriod(days, 'day')).toHaveLength(3);
  expect(byPeriod([day('2026-11-29', '5', { trades: 0, wins: 0 })], 'day')[0]?.winRatePct).toBeNull();
});

it('a calendar has each day of its month once, in weeks of seven', () => {
  for (const month of ['2026-02', '2026-11', '2027-01', '2028-02']) {
    const weeks = weeksOf(month);
    expect(weeks.every((week) => week.length === 7)).toBe(true);
    const days = weeks.flat().filter((one) => one !== null);
    const last = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)), 0)).getUTCDate();
    expect(days).toEqual(Array.from({ length: last }, (_, index) => `${month}-${String(index + 1).padStart(2, '0')}`));
  }
  expect(weeksOf('2026-11')[0]).toEqual([null, null, null, null, null, null, '2026-11-01']);
  expect([moveMonth('2026-12', 1), moveMonth('2026-01', -1)]).toEqual(['2027-01', '2025-12']);
});

describe('a day begins at midnight of the zone', () => {
  it.each([
    ['UTC', '2026-11-30', '2026-11-30T00:00:00.000Z'],
    ['America/Sao_Paulo', '2026-11-30', '2026-11-30T03:00:00.000Z'],
    ['Asia/Kathmandu', '2026-11-30', '2026-11-29T18:15:00.000Z'],
    // The clocks change on these days, after midnight.
    ['Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00.000Z'],
    ['Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00.000Z'],
    ['America/New_York', '2026-03-08', '2026-03-08T05:00:00.000Z'],
  ])('%s %s', (zone, name, instant) => {
    const start = startOfDay(zone, name);
    expect(start.toISOString()).toBe(instant);
    expect(dayIn(zone, start)).toBe(name);
    expect(dayIn(zone, new Date(start.getTime() - 1))).not.toBe(name);
  });
});

it('a period counts days of the person, today included', () => {
  // In São Paulo it is still November 29.
  const now = new Date('2026-11-30T01:00:00Z');
  const from = (period: Parameters<typeof startOfPeriod>[0]) =>
    startOfPeriod(period, 'America/Sao_Paulo', now)?.toISOString();
  expect(from('7d')).toBe('2026-11-23T03:00:00.000Z');
  expect(from('month')).toBe('2026-11-01T03:00:00.000Z');
  expect(from('year')).toBe('2026-01-01T03:00:00.000Z');
  expect(from('all')).toBeUndefined();
});
