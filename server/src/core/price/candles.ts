import { d } from '../money/money.js';

/** Open, high, low and close of a span of time; decimals. `at` is its beginning (ms since 1970). */
export interface Candle {
  at: number;
  open: string;
  high: string;
  low: string;
  close: string;
}

/** The intervals of charts, in seconds. Spans begin at multiples of their length, so days begin at midnight UTC. */
export const CANDLE_SECONDS = {
  S1: 1,
  S5: 5,
  S15: 15,
  M1: 60,
  M5: 300,
  M15: 900,
  H1: 3_600,
  H4: 14_400,
  D1: 86_400,
} as const;
export type CandleInterval = keyof typeof CANDLE_SECONDS;

/** The intervals that are kept as candles; the longer ones are made of them, and shorter ones of packed seconds. */
export const KEPT_SECONDS = [60, 3_600, 86_400] as const;
export type KeptSeconds = (typeof KEPT_SECONDS)[number];

/** The longest kept interval that an interval consists of; undefined = single seconds. */
export const keptFor = (interval: CandleInterval): KeptSeconds | undefined =>
  [...KEPT_SECONDS].reverse().find((kept) => kept <= CANDLE_SECONDS[interval]);

/** The beginning of the span of `seconds` in which a moment lies. */
export const spanOf = (at: number, seconds: number): number => Math.floor(at / (seconds * 1_000)) * seconds * 1_000;

// Rounding keeps the order, so only numbers that look equal need their digits.
const isHigher = (a: string, b: string): boolean => {
  const [x, y] = [Number(a), Number(b)];
  return x === y ? a !== b && d(a).gt(b) : x > y;
};
const higher = (a: string, b: string): string => (isHigher(b, a) ? b : a);
const lower = (a: string, b: string): string => (isHigher(a, b) ? b : a);

/** Two candles of the same span as one; `later` has the close. */
export const mergeCandles = (earlier: Candle, later: Candle): Candle => ({
  at: earlier.at,
  open: earlier.open,
  high: higher(earlier.high, later.high),
  low: lower(earlier.low, later.low),
  close: later.close,
});

/** A price as a candle of the span in which it was made. */
export const candleOf = ({ at, price }: { at: number; price: string }, seconds: number): Candle => ({
  at: spanOf(at, seconds),
  ...{ open: price, high: price, low: price, close: price },
});

/** Candles, oldest first, as candles of longer spans. Spans without any are left out. */
export function groupCandles(candles: readonly Candle[], seconds: number): Candle[] {
  const grouped: Candle[] = [];
  for (const candle of candles) {
    const at = spanOf(candle.at, seconds);
    const last = grouped.at(-1);
    if (last?.at === at) grouped[grouped.length - 1] = mergeCandles(last, candle);
    else grouped.push({ ...candle, at });
  }
  return grouped;
}

/**
 * The seconds of a minute as text: `12:100.5;` for a second with one price, `13:1,4,0.5,2;` for open, high, low and
 * close. Texts of the same minute can be put behind each other.
 */
export const packSeconds = (minuteAt: number, candles: readonly Candle[]): string =>
  candles
    .map(({ at, open, high, low, close }) => {
      const isOne = open === high && high === low && low === close;
      return `${Math.round((at - minuteAt) / 1_000)}:${isOne ? open : [open, high, low, close].join()};`;
    })
    .join('');

/** What `packSeconds` wrote, oldest first. A second that stands in it several times is one candle. */
export function unpackSeconds(minuteAt: number, text: string): Candle[] {
  const bySecond = new Map<number, Candle>();
  for (const part of text.split(';')) {
    const [second = '', prices = ''] = part.split(':');
    const [open, high = open, low = open, close = open] = prices.split(',');
    if (!open || !high || !low || !close) continue;
    const at = minuteAt + Number(second) * 1_000;
    const known = bySecond.get(at);
    const candle = { at, open, high, low, close };
    bySecond.set(at, known ? mergeCandles(known, candle) : candle);
  }
  return [...bySecond.values()].sort((a, b) => a.at - b.at);
}
