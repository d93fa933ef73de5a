import { compareDecimals } from '../../../lib/decimal';

/** A candle as the server sends it, with its beginning in ms since 1970. */
export interface Candle {
  at: number;
  open: string;
  high: string;
  low: string;
  close: string;
}

export interface SentCandle extends Omit<Candle, 'at'> {
  at: string;
}

export const candleOf = ({ at, open, high, low, close }: SentCandle): Candle => ({
  ...{ at: Date.parse(at), open, high, low, close },
});

const TICK_FROM = 50;
const DIGITS_MOST = 12;

/** A tick size for prices of a market that is not known: the digits that its newest prices have. */
export function tickOf(candles: readonly Candle[]): string {
  const prices = candles.slice(-TICK_FROM).flatMap(({ open, close }) => [open, close]);
  if (prices.length === 0) return '0.01';
  const digitsOf = (price: string) => (price.split('.')[1] ?? '').replace(/0+$/, '').length;
  const digits = Math.min(DIGITS_MOST, Math.max(...prices.map(digitsOf)));
  return digits === 0 ? '1' : `0.${'1'.padStart(digits, '0')}`;
}

const higher = (a: string, b: string): string => (compareDecimals(a, b) >= 0 ? a : b);
const lower = (a: string, b: string): string => (compareDecimals(a, b) <= 0 ? a : b);

/** The candle of a tick after the candle `last`: the same one, wider, or the next one. Older ticks change nothing. */
export function candleAfterTick(
  last: Candle | undefined,
  { price, at }: { price: string; at: number },
  seconds: number,
): Candle | undefined {
  const begin = Math.floor(at / (seconds * 1000)) * seconds * 1000;
  if (last && begin < last.at) return last;
  if (last?.at !== begin) return { at: begin, open: price, high: price, low: price, close: price };
  return { ...last, high: higher(last.high, price), low: lower(last.low, price), close: price };
}

/** Lists of candles as one, oldest first; of two of the same span, the later list has the right one. */
export function joinCandles(...lists: readonly (readonly Candle[])[]): Candle[] {
  const byTime = new Map(lists.flat().map((candle) => [candle.at, candle]));
  return [...byTime.values()].sort((a, b) => a.at - b.at);
}

export interface ChartFill {
  side: 'BUY' | 'SELL';
  filledAt: string;
}

export interface FillMark {
  at: number;
  side: 'BUY' | 'SELL';
  count: number;
}

/** The marks of fills, one for each candle and side, at candles that are drawn. */
export function fillMarks(fills: readonly ChartFill[], candles: readonly Candle[]): FillMark[] {
  const marks = new Map<string, FillMark>();
  for (const { side, filledAt } of fills) {
    const filled = Date.parse(filledAt);
    // The newest fills may be before the first price of their candle.
    const candle = candles.findLast(({ at }) => at <= filled);
    if (!candle) continue;
    const key = `${candle.at} ${side}`;
    const known = marks.get(key);
    marks.set(key, { at: candle.at, side, count: (known?.count ?? 0) + 1 });
  }
  return [...marks.values()].sort((a, b) => a.at - b.at || a.side.localeCompare(b.side));
}
