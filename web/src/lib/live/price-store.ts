import { useCallback, useSyncExternalStore } from 'react';
import type { LivePriceFragment } from '../../gql/generated';

/** The newest price the page knows of a symbol. `seenAt` is the feed's moment on this computer's clock (ms since 1970). */
export interface LivePrice {
  symbol: string;
  last: string;
  seenAt: number;
  source: string;
}

/** What schedules one paint; tests pass their own. */
export type Frame = (paint: () => void) => void;

const nextFrame: Frame = (paint) => void requestAnimationFrame(paint);

/**
 * Prices outside React: ticks wait for the next animation frame, then only rows whose symbol moved are told. A hidden
 * tab keeps the newest tick of each symbol and paints when it is looked at again.
 */
export class PriceStore {
  private readonly prices = new Map<string, LivePrice>();
  private readonly waiting = new Map<string, LivePrice>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly anyListeners = new Set<() => void>();
  private scheduled = false;
  private revision = 0;
  private heardAt = 0;

  constructor(
    private readonly frame: Frame = nextFrame,
    private readonly isHidden: () => boolean = () => document.hidden,
  ) {}

  /** Takes a message of the feed; `now` is its arrival. Of two prices the later one stays. */
  accept(prices: readonly LivePriceFragment[], now: number): void {
    for (const { symbol, last, ageMs, source } of prices) {
      const seenAt = now - ageMs;
      const known = this.waiting.get(symbol) ?? this.prices.get(symbol);
      if (known && known.seenAt > seenAt) continue;
      this.waiting.set(symbol, { symbol, last, seenAt, source });
      this.heardAt = Math.max(this.heardAt, seenAt);
    }
    this.schedule();
  }

  /** Paints what waited while the tab was hidden. */
  readonly schedule = (): void => {
    if (this.scheduled || this.waiting.size === 0 || this.isHidden()) return;
    this.scheduled = true;
    this.frame(() => {
      this.scheduled = false;
      this.flush();
    });
  };

  private flush(): void {
    const moved = [...this.waiting.values()];
    this.waiting.clear();
    for (const price of moved) this.prices.set(price.symbol, price);
    this.revision += 1;
    for (const { symbol } of moved) for (const listener of [...(this.listeners.get(symbol) ?? [])]) listener();
    for (const listener of [...this.anyListeners]) listener();
  }

  get(symbol: string): LivePrice | undefined {
    return this.prices.get(symbol);
  }

  /** When the newest price of any symbol was seen, 0 before the first (ms since 1970). */
  newestAt(): number {
    return this.heardAt;
  }

  /** Grows with every painted batch: a cheap snapshot for views over many symbols. */
  version(): number {
    return this.revision;
  }

  subscribe(symbol: string, listener: () => void): () => void {
    const set = this.listeners.get(symbol) ?? new Set();
    this.listeners.set(symbol, set.add(listener));
    return () => void set.delete(listener);
  }

  subscribeAny(listener: () => void): () => void {
    this.anyListeners.add(listener);
    return () => void this.anyListeners.delete(listener);
  }
}

export const priceStore = new PriceStore();
document.addEventListener('visibilitychange', priceStore.schedule);

/** The newest price of one symbol; re-renders only when that symbol moves. */
export const usePrice = (symbol: string): LivePrice | undefined => {
  const subscribe = useCallback((listener: () => void) => priceStore.subscribe(symbol, listener), [symbol]);
  return useSyncExternalStore(subscribe, () => priceStore.get(symbol));
};
