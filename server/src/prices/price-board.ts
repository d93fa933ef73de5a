import type { Price } from '../core/domain.js';

/** The latest price of each symbol as this process knows it. */
export interface PriceBoard {
  /** undefined when no price was ever seen; the caller judges its age by `at`. */
  get(symbol: string): Price | undefined;
  all(): Price[];
  /** Called with every batch of newer prices; answers the way to stop. */
  subscribe(listener: (changed: readonly Price[]) => void): () => void;
  /** One point a second for the last hour, oldest first. Empty when Redis is away. */
  history(symbol: string): Promise<{ at: number; price: string }[]>;
}
