import { d, roundMoney, toText } from '../money/money.js';

/** A price in the text form of DECIMAL(36,18), or why it could not be read. */
export type PriceReading = { price: string } | { unreadable: string };

/**
 * Reads `83.09`, `98450,50`, `98,450.50`, `98.450,50`, `1.234.567`, with a currency sign or quote asset around it. A
 * single dot is a decimal point. A single comma before exactly three digits (`98,450`) has two meanings, in English and
 * in Portuguese, that differ by a factor of 1,000: it is refused as ambiguous.
 */
export function readPrice(value: string): PriceReading {
  const shown = value.trim().slice(0, 60);
  if (value.length > 60) return { unreadable: `"${shown}" is too long for a price.` };
  const bare = shown
    .replace(/^(?:R\$|US\$|[$€£])/i, '')
    .replace(/(?:USDT|USDC|USD|BRL|EUR)$/i, '')
    .replace(/\s/g, '');
  const digits = unifySeparators(bare);
  if (digits === 'ambiguous') {
    return {
      unreadable: `"${shown}" could be ${bare.replace(',', '')} or ${bare.replace(',', '.')}: write the price with a decimal point.`,
    };
  }
  if (digits === null) return { unreadable: `"${shown}" is not a price.` };
  const price = roundMoney(d(digits));
  if (!price.gt(0) || price.gte('1e18')) return { unreadable: `"${shown}" is out of range for a price.` };
  return { price: toText(price) };
}

/** The number with a decimal point and no thousands separators; null when it is not a number. */
function unifySeparators(bare: string): string | null | 'ambiguous' {
  if (/^\d{1,30}(?:\.\d{1,40})?(?:e[+-]?\d{1,2})?$/i.test(bare)) return bare;
  if (/^[1-9]\d{0,2}(?:,\d{3}){1,9}\.\d{1,40}$/.test(bare)) return bare.replaceAll(',', '');
  if (/^[1-9]\d{0,2}(?:\.\d{3}){1,9},\d{1,40}$/.test(bare)) return bare.replaceAll('.', '').replace(',', '.');
  if (/^[1-9]\d{0,2}(?:,\d{3}){2,9}$/.test(bare) || /^[1-9]\d{0,2}(?:\.\d{3}){2,9}$/.test(bare)) {
    return bare.replace(/[.,]/g, '');
  }
  if (/^[1-9]\d{0,2},\d{3}$/.test(bare)) return 'ambiguous';
  return /^\d{1,30},\d{1,40}$/.test(bare) ? bare.replace(',', '.') : null;
}

/**
 * The minutes that TradingView offers as intervals. A bare number in parentheses is a timeframe only if it is one of
 * them.
 */
const BARE_INTERVALS = new Set([
  '1',
  '2',
  '3',
  '4',
  '5',
  '10',
  '15',
  '20',
  '30',
  '45',
  '60',
  '90',
  '120',
  '180',
  '240',
  '360',
  '480',
  '720',
  '1440',
]);
const TIMEFRAME =
  /^(?:[smhdwSMHDW]|[a-zA-Z]{1,3}\d{1,4}|\d{1,4} ?(?:s|m|h|d|w|mo|min|mins|hr|hrs|hour|hora|horas|dia|day))$/i;

/** A timeframe named with letters: H1, M15, 4h, 15min, D. */
export const isTimeframe = (value: string): boolean => TIMEFRAME.test(value);
export const isBareInterval = (value: string): boolean => BARE_INTERVALS.has(value);

/** 'h1' becomes H1; '4h' and '15' stay unchanged. */
export const tidyTimeframe = (value: string): string =>
  (/^[a-z]/i.test(value) ? value.toUpperCase() : value).slice(0, 16);

const YEAR_2000_MS = 946_684_800_000;
const YEAR_2100_MS = 4_102_444_800_000;

/**
 * A payload's own time in ms since 1970: unix seconds, milli-, micro- or nanoseconds (number or text), or ISO 8601 with
 * any form of time zone. Without a zone it is UTC, as TradingView's `{{time}}` and `{{timenow}}` are. Null when it is
 * none of these or not of this century: a time is never guessed.
 */
export function readTime(value: string): number | null {
  const text = value.trim();
  const ms = /^\d/.test(text) && text.length <= 40 ? (readUnix(text) ?? readIso(text)) : null;
  return ms !== null && ms >= YEAR_2000_MS && ms <= YEAR_2100_MS ? ms : null;
}

/** The number of digits gives the unit: in this century the ranges of the units do not overlap. */
function readUnix(text: string): number | null {
  const match = /^(\d{9,19})(?:\.(\d{1,12}))?$/.exec(/^\d\.?\d*e\+?\d{1,2}$/i.test(text) ? String(Number(text)) : text);
  if (!match) return null;
  const [, whole = '', fraction = ''] = match;
  const digits = whole.length;
  const perMs = digits <= 10 ? 1e-3 : digits <= 13 ? 1 : digits <= 16 ? 1e3 : 1e6;
  return Math.round(Number(fraction === '' ? whole : `${whole}.${fraction}`) / perMs);
}

const ISO =
  /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)? ?(Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?)?)?$/i;

function readIso(text: string): number | null {
  const match = ISO.exec(text.replace('−', '-'));
  if (!match) return null;
  const [, year, month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const offset = /([+-])(\d{1,2}):?(\d{2})?$/.exec(zone);
  const [, sign = '+', hours = '0', minutes = '0'] = offset ?? [];
  const utc = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction.padEnd(3, '0').slice(0, 3)}Z`);
  // Date would read 2026-02-31 as a day in March. It is refused.
  if (Number.isNaN(utc) || new Date(utc).getUTCDate() !== Number(day)) return null;
  const away = (Number(hours) * 60 + Number(minutes)) * 60_000;
  if (away > 14 * 3_600_000) return null;
  return sign === '-' ? utc + away : utc - away;
}
