/** Processes agree about the time to within this; a price from further ahead was stamped by a clock that is wrong. */
const AHEAD_MAX_MS = 1_000;

/**
 * How old a price from `at` is at `now`, in ms. One from the future is Infinity: nobody knows how old it is, so it is
 * stale, not fresh.
 */
export function priceAge(at: number, now: number): number {
  const age = now - at;
  if (age < -AHEAD_MAX_MS) return Number.POSITIVE_INFINITY;
  return Math.max(0, age);
}

/** Whether a price may decide anything: no older than `limitMs`, and not from the future. */
export const isFreshPrice = ({ at }: { at: number }, now: number, limitMs: number): boolean =>
  priceAge(at, now) <= limitMs;

/** Where a price stands in its venue's sequence: the term of the process that led the feed then, and its number in it. */
export interface PriceOrder {
  term: number;
  seq: number;
}

/** Whether `a` comes after `b`, whatever any clock says. */
export const isAfter = (a: PriceOrder, b: PriceOrder): boolean =>
  a.term > b.term || (a.term === b.term && a.seq > b.seq);
