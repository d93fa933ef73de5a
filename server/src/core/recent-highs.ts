/** A price (plain decimal text) and when it was seen, ms since 1970. */
export interface High {
  max: string;
  at: number;
}

/**
 * The highest price of each key in the last one to two windows, for what nobody watched in that time: a window that
 * has passed is kept until the next one has, so that no high is forgotten before it is a whole window old.
 */
export class RecentHighs<Key extends string> {
  private readonly windows = new Map<Key, { startedAt: number; now: High; before: High | undefined }>();

  constructor(private readonly windowMs: number) {}

  note(key: Key, max: string, at: number): void {
    const known = this.windows.get(key);
    const isOver = !known || at - known.startedAt >= this.windowMs;
    if (!isOver) {
      if (Number(max) >= Number(known.now.max)) known.now = { max, at };
      return;
    }
    const isNext = known && at - known.startedAt < 2 * this.windowMs;
    this.windows.set(key, { startedAt: at, now: { max, at }, before: isNext ? known.now : undefined });
  }

  /** The highest price seen since `now` less a window, and perhaps of somewhat before; undefined without any. */
  highest(key: Key, now: number): High | undefined {
    const known = this.windows.get(key);
    if (!known) return undefined;
    const recent = [known.now, known.before].filter((one) => one && now - one.at < 2 * this.windowMs);
    return recent.reduce((a, b) => (a && b && Number(b.max) > Number(a.max) ? b : (a ?? b)), undefined);
  }
}
