/**
 * The events that wait for one subscriber. The size is limited, so that a reader that stops reading does not use more
 * and more memory.
 */
export class EventQueue<T> {
  private items: T[] = [];
  private wakeReader: (() => void) | undefined;
  private overflowed = false;
  private ended = false;

  constructor(private readonly limit: number) {}

  /** Once more than `limit` items wait, drops everything and marks the queue as overflowed. */
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

  /** Up to `max` waiting items, oldest first; empty when there are none. */
  take(max: number): T[] {
    return this.items.splice(0, max);
  }

  state(): 'open' | 'overflowed' | 'ended' {
    if (this.ended) return 'ended';
    return this.overflowed ? 'overflowed' : 'open';
  }

  /** Resolves when there is an item, or the queue has ended or overflowed. Only one reader at a time. */
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
