import { d, roundMoney, toText } from './money.js';

/** A price in the text form of DECIMAL(36,18), or why it could not be read. */
export type PriceReading = { price: string } | { unreadable: string };

/**
 * Reads `83.09`, `98450,50`, `98,450.50`, `98.450,50`, `1.234.567`, with a currency sign or quote asset around it. A
 * single dot is a decimal point. A single comma before exactly three digits (`98,450`) means one thing in English and
 * another in Portuguese, a thousandfold apart: it is not guessed.
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

/** The number with a decimal point and no thousands separators; null when it is no number. */
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

/** Minutes TradingView offers as intervals; a bare number in parentheses is a timeframe only when it is one of them. */
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

const PRICE_WORD = /(?:preco|price|valor|cotacao|@)[ \t]{0,4}[:=@]?[ \t]{0,4}$/;
/** A number after a price word without parentheses: 'preco: 83.09', '@ 83.09'. Every repeat is bounded. */
const PRICE_AFTER_WORD =
  /(?:(?<![a-z])(?:preco|price|valor|cotacao)|@)[ \t]{0,4}[:=@]?[ \t]{0,4}((?:r\$|us\$|[$€£])?[ \t]?\d[\d.,]{0,40})/;

/** The timeframe and the price of a message. `plainText` is lower case and without accents. */
export function readTextNumbers(plainText: string): { timeframe: string | null; price: PriceReading | null } {
  const groups = parentheses(plainText);
  const named = groups.find((group) => !group.afterPriceWord && isTimeframe(group.inside));
  // A bare '(15)' is a timeframe only when no '(H1)' stands beside it: 'sell (H1) (60)' sells at 60.
  const bare = named ? undefined : groups.find((group) => !group.afterPriceWord && isBareInterval(group.inside));
  const timeframe = named ?? bare;
  const numeric = groups.filter((group) => group !== timeframe && /^[r$us€£ ]{0,4}\d/.test(group.inside));
  const priced = numeric.find((group) => group.afterPriceWord);
  const loose = PRICE_AFTER_WORD.exec(plainText)?.[1]?.replace(/[.,]+$/, '');
  const price = priced?.inside ?? loose ?? numeric.find((group) => !isTimeframe(group.inside))?.inside;
  return {
    timeframe: timeframe ? tidyTimeframe(timeframe.inside) : null,
    price: price === undefined ? null : readPrice(price),
  };
}

/** 'h1' is written H1; '4h' and '15' stay as they are. */
const tidyTimeframe = (value: string): string => (/^[a-z]/i.test(value) ? value.toUpperCase() : value);

const GROUPS_MAX = 50;

function parentheses(text: string): { inside: string; afterPriceWord: boolean }[] {
  const groups: { inside: string; afterPriceWord: boolean }[] = [];
  let open = text.indexOf('(');
  while (open >= 0 && groups.length < GROUPS_MAX) {
    const close = text.indexOf(')', open);
    if (close < 0) break;
    // Of '((H1)' the innermost counts.
    const start = text.lastIndexOf('(', close);
    if (close - start <= 42) {
      const before = text.slice(Math.max(0, start - 24), start);
      groups.push({ inside: text.slice(start + 1, close).trim(), afterPriceWord: PRICE_WORD.test(before) });
    }
    open = text.indexOf('(', close);
  }
  return groups;
}

const YEAR_2000_MS = 946_684_800_000;
const YEAR_2100_MS = 4_102_444_800_000;

/**
 * A payload's own time in ms since 1970: unix seconds or milliseconds (number or text) or ISO 8601; without a zone it
 * is UTC, as TradingView's `{{time}}` and `{{timenow}}` are. Null when it is none of these or not of this century.
 */
export function readTime(value: string): number | null {
  const text = value.trim();
  let ms: number;
  if (/^\d{9,13}(?:\.\d{1,9})?$/.test(text)) {
    const number = Number(text);
    ms = Math.round(number < 1e11 ? number * 1000 : number);
  } else {
    const iso = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?)?$/i.exec(text);
    if (!iso) return null;
    const zone = (iso[3] ?? 'Z').toUpperCase();
    ms = Date.parse(
      `${iso[1]}T${iso[2] ?? '00:00'}${zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone}`,
    );
  }
  return ms >= YEAR_2000_MS && ms <= YEAR_2100_MS ? ms : null;
}
