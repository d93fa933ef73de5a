import type { Logger } from 'pino';
import type { Clock } from '../context.js';
import type { Price } from '../core/domain.js';
import type { RedisLink } from '../infra/redis.js';
import { readHistory } from './price-history.js';
import { createPriceSharing } from './price-sharing.js';
import type { PriceBoard } from './price-board.js';

/** The board of a process that may also have prices to give. */
export interface SharedPriceBoard extends PriceBoard {
  /** The feed's way in: known here at once, with or without Redis, and soon in every other process. */
  publish(prices: readonly Price[]): void;
  /** Stops listening and sends what is waiting to be shared. */
  close(): Promise<void>;
}

/**
 * The latest prices of this process: what its own feed publishes and what another process's feed shares through
 * Redis. Of two prices of a symbol the newer `at` wins. Starts with the prices Redis remembers; never waits for a
 * Redis that is away, and reads them again when it is back.
 */
export async function createPriceBoard({
  redis,
  clock,
  log,
}: {
  redis: RedisLink;
  clock: Clock;
  log: Logger;
}): Promise<SharedPriceBoard> {
  const latest = new Map<string, Price>();
  const listeners = new Set<(changed: readonly Price[]) => void>();

  /** Keeps what is newer, tells the listeners, answers what was. */
  const accept = (prices: readonly Price[]): Price[] => {
    const changed = prices.filter((price) => {
      const known = latest.get(price.symbol);
      if (known && known.at >= price.at) return false;
      latest.set(price.symbol, price);
      return true;
    });
    if (changed.length === 0) return changed;
    for (const listener of listeners) {
      try {
        listener(changed);
      } catch (err) {
        log.error({ err }, 'a listener to prices failed');
      }
    }
    return changed;
  };
  const sharing = createPriceSharing({ redis, log, latest: () => [...latest.values()], onPrices: accept });
  await sharing.start();
  return {
    get: (symbol) => latest.get(symbol),
    all: () => [...latest.values()],
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    history: (symbol) => readHistory(redis, symbol, clock.now()),
    publish(prices) {
      sharing.share(accept(prices));
    },
    async close() {
      listeners.clear();
      await sharing.stop();
    },
  };
}
