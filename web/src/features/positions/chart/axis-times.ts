import { TickMarkType } from 'lightweight-charts';
import { zoneName } from '../../../lib/preferences';

const DAY_SECONDS = 86_400;

const formats = new Map<string, Intl.DateTimeFormat>();
const formatOf = (locale: string, timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => {
  const key = JSON.stringify([locale, timeZone, options]);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone });
  formats.set(key, known);
  return known;
};

const CLOCK = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
const MARKS: Record<TickMarkType, Intl.DateTimeFormatOptions> = {
  [TickMarkType.Year]: { year: 'numeric' },
  [TickMarkType.Month]: { month: 'short' },
  [TickMarkType.DayOfMonth]: { day: 'numeric', month: 'short' },
  [TickMarkType.Time]: CLOCK,
  [TickMarkType.TimeWithSeconds]: { ...CLOCK, second: '2-digit' },
};

/** How far a zone is ahead of UTC now, in seconds. */
const aheadSeconds = (timeZone: string): number => (timeZone === 'UTC' ? 0 : -new Date().getTimezoneOffset() * 60);

/**
 * The times of the axis in the person's zone. The library knows only UTC and writes dates at its midnight, so the drawn
 * times are shifted, and shifted back before they are written. Days are days of UTC in every zone.
 */
export function axisTimes(seconds: number) {
  const timeZone = seconds >= DAY_SECONDS ? 'UTC' : zoneName();
  const ahead = aheadSeconds(timeZone);
  const instant = (time: number) => new Date((time - ahead) * 1000);
  return {
    /** The time that the library gets for an instant (ms since 1970). */
    drawn: (at: number): number => at / 1000 + ahead,
    mark: (time: number, kind: number, locale: string): string =>
      formatOf(locale, timeZone, MARKS[kind as TickMarkType]).format(instant(time)),
    full: (time: number, locale: string): string =>
      formatOf(locale, timeZone, {
        ...{ day: '2-digit', month: 'short' },
        ...(seconds >= DAY_SECONDS ? { year: 'numeric' } : CLOCK),
        ...(seconds < 60 && { second: '2-digit' }),
      }).format(instant(time)),
  };
}
