/** A price (plain decimal text) and when the feed saw it, ms since 1970. */
export interface SeenPrice {
  text: string;
  at: number;
}

const NONE: readonly SeenPrice[] = [];

/** All prices of each key of the last `keepMs`, at most `most` of them. */
export class RecentTicks<Key extends string> {
  private readonly ticks = new Map<Key, SeenPrice[]>();

  constructor(
    private readonly keepMs: number,
    private readonly most: number,
  ) {}

  /** Prices of one key must come in the order in which they were seen. */
  note(key: Key, text: string, at: number): void {
    let ticks = this.ticks.get(key);
    if (!ticks) this.ticks.set(key, (ticks = []));
    ticks.push({ text, at });
    // Trimmed only now and then: moving the rest at every price would cost more than keeping twice as much.
    const isFull = ticks.length >= 2 * this.most;
    if (isFull || (ticks.length > 16 && (ticks[ticks.length >> 1]?.at ?? at) < at - this.keepMs)) {
      this.ticks.set(
        key,
        ticks.slice(Math.max(0, ticks.length - this.most)).filter((one) => one.at >= at - this.keepMs),
      );
    }
  }

  /** The prices seen at or after `since`, oldest first. */
  since(key: Key, since: number): readonly SeenPrice[] {
    const ticks = this.ticks.get(key) ?? NONE;
    let from = ticks.length;
    while (from > 0 && (ticks[from - 1]?.at ?? 0) >= since) from--;
    return from === ticks.length ? NONE : ticks.slice(from);
  }
}
