/** Processes agree about the time to within this. A price from further ahead has a timestamp from a wrong clock. */
const AHEAD_MAX_MS = 1_000;

/**
 * The age in ms at `now` of a price from `at`. A price from the future has the age Infinity: its age is unknown, so it
 * counts as stale.
 */
export function priceAge(at: number, now: number): number {
  const age = now - at;
  if (age < -AHEAD_MAX_MS) return Number.POSITIVE_INFINITY;
  return Math.max(0, age);
}

/** Whether a price may decide anything: it is at most `limitMs` old and not from the future. */
export const isFreshPrice = ({ at }: { at: number }, now: number, limitMs: number): boolean =>
  priceAge(at, now) <= limitMs;

/**
 * The place of a price in its venue's sequence: the term of the process that led the feed, and its number in that term.
 */
export interface PriceOrder {
  term: number;
  seq: number;
}

/** Whether `a` comes after `b`, independent of any clock. */
export const isAfter = (a: PriceOrder, b: PriceOrder): boolean =>
  a.term > b.term || (a.term === b.term && a.seq > b.seq);
