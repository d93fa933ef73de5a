import { useCallback, useSyncExternalStore } from 'react';
import type { LivePriceFragment, TradeMode } from '../../gql/generated';
import { frozenPrices } from './frozen-prices';

/** The newest price of a key. `seenAt` is the time of the price on this computer's clock (ms since 1970). */
export interface LivePrice {
  key: string;
  last: string;
  seenAt: number;
}

/** Only the keys of exchanges contain their venue. */
const modeOf = (key: string): TradeMode => (key.includes(':') ? 'REAL' : 'SIMULATION');

/** Schedules one paint; tests pass their own function. */
export type Frame = (paint: () => void) => void;

const nextFrame: Frame = (paint) => void requestAnimationFrame(paint);

/**
 * Prices outside React, by the price keys of the server: a symbol has its own price at each venue. Ticks wait for the
 * next animation frame; then only rows whose key changed are updated. A hidden tab, and one whose prices
 * the user has frozen, keeps the newest tick of each key and paints it afterwards.
 */
export class PriceStore {
  private readonly prices = new Map<string, LivePrice>();
  private readonly waiting = new Map<string, LivePrice>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly anyListeners = new Set<() => void>();
  private scheduled = false;
  private revision = 0;
  private readonly heardAt: Record<TradeMode, number> = { REAL: 0, SIMULATION: 0 };

  constructor(
    private readonly frame: Frame = nextFrame,
    private readonly isStill: () => boolean = () => document.hidden || frozenPrices.get() > 0,
  ) {}

  /** Takes a message of the feed; `now` is its time of arrival. Of two prices, the later one is kept. */
  accept(prices: readonly LivePriceFragment[], now: number): void {
    for (const { key, last, ageMs } of prices) {
      const seenAt = now - ageMs;
      const known = this.waiting.get(key) ?? this.prices.get(key);
      if (known && known.seenAt > seenAt) continue;
      this.waiting.set(key, { key, last, seenAt });
      const mode = modeOf(key);
      this.heardAt[mode] = Math.max(this.heardAt[mode], seenAt);
    }
    this.schedule();
  }

  /** Paints the prices that arrived while the tab was hidden or its prices were frozen. */
  readonly schedule = (): void => {
    if (this.scheduled || this.waiting.size === 0 || this.isStill()) return;
    this.scheduled = true;
    this.frame(() => {
      this.scheduled = false;
      this.flush();
    });
  };

  private flush(): void {
    const moved = [...this.waiting.values()];
    this.waiting.clear();
    for (const price of moved) this.prices.set(price.key, price);
    this.revision += 1;
    for (const { key } of moved) for (const listener of [...(this.listeners.get(key) ?? [])]) listener();
    for (const listener of [...this.anyListeners]) listener();
  }

  get(key: string): LivePrice | undefined {
    return this.prices.get(key);
  }

  /** The newest price of a key, also when it is not painted yet: for what is about to be traded. */
  newest(key: string): LivePrice | undefined {
    return this.waiting.get(key) ?? this.prices.get(key);
  }

  /** When the newest price of a mode was seen, 0 before the first (ms since 1970). */
  newestAt(mode: TradeMode): number {
    return this.heardAt[mode];
  }

  /** Grows with every painted batch; a cheap snapshot for views over many keys. */
  version(): number {
    return this.revision;
  }

  subscribe(key: string, listener: () => void): () => void {
    const set = this.listeners.get(key) ?? new Set();
    this.listeners.set(key, set.add(listener));
    return () => void set.delete(listener);
  }

  subscribeAny(listener: () => void): () => void {
    this.anyListeners.add(listener);
    return () => void this.anyListeners.delete(listener);
  }
}

export const priceStore = new PriceStore();
document.addEventListener('visibilitychange', priceStore.schedule);
frozenPrices.subscribe(priceStore.schedule);

/** The newest price of one key; re-renders only when this price changes. */
export const usePrice = (key: string): LivePrice | undefined => {
  const subscribe = useCallback((listener: () => void) => priceStore.subscribe(key, listener), [key]);
  return useSyncExternalStore(subscribe, () => priceStore.get(key));
};
