import { useMemo } from 'react';
import { formatDecimal, type DecimalFormat } from './decimal';
import { usePreferences, type Locale, type Preferences } from './preferences';

const zoneOf = (zone: Preferences['zone']) => (zone === 'UTC' ? 'UTC' : undefined);

const dateFormats = new Map<string, Intl.DateTimeFormat>();

const dateFormat = (locale: Locale, zone: Preferences['zone'], options: Intl.DateTimeFormatOptions) => {
  const key = JSON.stringify([locale, zone, options]);
  const known = dateFormats.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone: zoneOf(zone) });
  dateFormats.set(key, known);
  return known;
};

const TIME = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
const DAY = { day: '2-digit', month: 'short' } as const;
const DATE = { ...DAY, year: 'numeric' } as const;
const MONTH = { month: 'long', year: 'numeric' } as const;
const FULL = { ...DAY, year: 'numeric', ...TIME, timeZoneName: 'short' } as const;

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** A duration in its two largest units: "2d 4h", "3m 12s", "41s". A negative one (clocks that differ) counts as zero. */
export const formatSpan = (ms: number): string => {
  let rest = Math.max(0, ms);
  const parts: string[] = [];
  for (const [unit, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 || (unit === 's' && parts.length === 0)) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
    if (parts.length === 2) break;
  }
  return parts.join(' ');
};

/** Formatters for the chosen language and time zone. Decimals are strings; instants are ISO text or ms. */
export const useFormat = () => {
  const { locale, zone } = usePreferences();
  return useMemo(
    () => ({
      locale,
      decimal: (value: string, format?: DecimalFormat) => formatDecimal(value, locale, format),
      count: (value: number) => formatDecimal(String(value), locale),
      time: (at: string | number) => dateFormat(locale, zone, TIME).format(new Date(at)),
      dayTime: (at: string | number) => dateFormat(locale, zone, { ...DAY, ...TIME }).format(new Date(at)),
      full: (at: string | number) => dateFormat(locale, zone, FULL).format(new Date(at)),
      local: (at: string | number) => dateFormat(locale, 'local', FULL).format(new Date(at)),
      // Dates without a time of day, such as 2026-11-30, are the same in every zone.
      day: (date: string) => dateFormat(locale, 'UTC', DATE).format(new Date(date)),
      month: (date: string) => dateFormat(locale, 'UTC', MONTH).format(new Date(date)),
      weekday: (date: string) => dateFormat(locale, 'UTC', { weekday: 'short' }).format(new Date(date)),
      utc: (at: string | number) => dateFormat(locale, 'UTC', FULL).format(new Date(at)),
    }),
    [locale, zone],
  );
};
