/** What waits for one subscriber. Bounded: memory never grows with a reader that has stopped reading. */
export class EventQueue<T> {
  private items: T[] = [];
  private wakeReader: (() => void) | undefined;
  private overflowed = false;
  private ended = false;

  constructor(private readonly limit: number) {}

  /** Drops everything and marks the queue overflowed once more than `limit` items wait. */
  push(item: T): void {
    if (this.ended || this.overflowed) return;
    this.items.push(item);
    if (this.items.length > this.limit) {
      this.items = [];
      this.overflowed = true;
    }
    this.wake();
  }

  end(): void {
    this.ended = true;
    this.items = [];
    this.wake();
  }

  /** Up to `max` of what waits, oldest first; empty when nothing does. */
  take(max: number): T[] {
    return this.items.splice(0, max);
  }

  state(): 'open' | 'overflowed' | 'ended' {
    if (this.ended) return 'ended';
    return this.overflowed ? 'overflowed' : 'open';
  }

  /** Resolves when there is something to look at. One reader at a time. */
  changed(): Promise<void> {
    if (this.items.length > 0 || this.ended || this.overflowed) return Promise.resolve();
    return new Promise((resolve) => {
      this.wakeReader = resolve;
    });
  }

  private wake(): void {
    this.wakeReader?.();
    this.wakeReader = undefined;
  }
}
