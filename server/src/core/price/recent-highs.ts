import { comparePrices, exactPrice, type ExactPrice } from './exact-price.js';

/** A price (plain decimal text) and when the feed saw it, ms since 1970. */
export interface High {
  max: string;
  at: number;
}

interface Peak {
  price: ExactPrice;
  at: number;
}

/**
 * The highest price of each key since any moment of the last `keepMs`, for positions that were not watched from their
 * opening on. Only prices that no later price has reached are kept, so a few per key.
 */
export class RecentHighs<Key extends string> {
  private readonly peaks = new Map<Key, Peak[]>();

  constructor(private readonly keepMs: number) {}

  /** Prices of one key must come in the order in which they were seen. */
  note(key: Key, text: string, at: number): void {
    const peaks = this.peaks.get(key) ?? [];
    const price = exactPrice(text);
    addPeak(peaks, price, at);
    let old = 0;
    while ((peaks[old]?.at ?? at) < at - this.keepMs) old++;
    if (old > 0) peaks.splice(0, old);
    this.peaks.set(key, peaks);
  }

  /** The highest price seen at `since` or later; undefined without any. */
  since(key: Key, since: number): High | undefined {
    const first = this.peaks.get(key)?.find(({ at }) => at >= since);
    return first && { max: first.price.text, at: first.at };
  }
}

/** Adds a price to peaks that fall from the oldest to the newest. The peaks that it reaches are no longer needed. */
export function addPeak(peaks: Peak[], price: ExactPrice, at: number): void {
  for (let last = peaks.at(-1); last && comparePrices(last.price, price) <= 0; last = peaks.at(-1)) peaks.pop();
  peaks.push({ price, at });
}
