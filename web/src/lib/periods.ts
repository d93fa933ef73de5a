import { percentOf, sum } from './decimal';

/** A day with a result or a closed position. `day` is YYYY-MM-DD in the person's zone. */
export interface DayResult {
  day: string;
  trades: number;
  wins: number;
  losses: number;
  net: string;
  realized: string;
  fees: string;
}

export type Span = 'day' | 'week' | 'month';

/** The days of a span, added up. `start` is its first day. */
export interface PeriodResult extends Omit<DayResult, 'day'> {
  start: string;
  /** Wins of all trades, in percent; null without a trade. */
  winRatePct: string | null;
}

const DAY_MS = 86_400_000;
const utc = (day: string): Date => new Date(`${day}T00:00:00Z`);
export const addDays = (day: string, count: number): string =>
  new Date(utc(day).getTime() + count * DAY_MS).toISOString().slice(0, 10);
/** 0 = Monday. */
export const weekdayOf = (day: string): number => (utc(day).getUTCDay() + 6) % 7;

/** The first day of the span in which a day lies; weeks begin on Monday. */
export const startOf = (day: string, span: Span): string =>
  span === 'day' ? day : span === 'week' ? addDays(day, -weekdayOf(day)) : `${day.slice(0, 8)}01`;

/** The days of one quote asset, added up by span, newest first. */
export const byPeriod = (days: readonly DayResult[], span: Span): PeriodResult[] => {
  const groups = new Map<string, DayResult[]>();
  for (const one of days) {
    const start = startOf(one.day, span);
    groups.set(start, [...(groups.get(start) ?? []), one]);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? 1 : -1))
    .map(([start, group]) => {
      const count = (name: 'trades' | 'wins' | 'losses') => group.reduce((total, one) => total + one[name], 0);
      const total = (name: 'net' | 'realized' | 'fees') => sum(group.map((one) => one[name]));
      const trades = count('trades');
      return {
        ...{ start, trades, wins: count('wins'), losses: count('losses') },
        ...{ net: total('net'), realized: total('realized'), fees: total('fees') },
        winRatePct: trades === 0 ? null : percentOf(String(count('wins')), String(trades)),
      };
    });
};

/** The weeks of a month (YYYY-MM), Monday to Sunday; null for days of other months. */
export const weeksOf = (month: string): (string | null)[][] => {
  const weeks: (string | null)[][] = [];
  const first = startOf(`${month}-01`, 'week');
  for (let monday = first; monday.slice(0, 7) <= month; monday = addDays(monday, 7)) {
    weeks.push(
      Array.from({ length: 7 }, (_, index) => addDays(monday, index)).map((day) =>
        day.startsWith(month) ? day : null,
      ),
    );
  }
  return weeks;
};

/** The month before or after another one. */
export const moveMonth = (month: string, by: number): string => {
  const date = utc(`${month}-01`);
  date.setUTCMonth(date.getUTCMonth() + by);
  return date.toISOString().slice(0, 7);
};
