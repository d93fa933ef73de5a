import type { Logger } from 'pino';
import type { Clock } from '../context.js';
import type { Price } from '../core/domain.js';
import type { PriceKey, PriceVenue } from '../core/price-key.js';
import type { RedisLink } from '../infra/redis.js';
import { readHistory } from './price-history.js';
import { createPriceSharing } from './price-sharing.js';
import { atVenue, type PriceBoard, type VenuePrice } from './price-board.js';

/** The board of a process that may also have prices to give. */
export interface SharedPriceBoard extends PriceBoard {
  /** A feed's way in: known here at once, with or without Redis, and soon in every other process. */
  publish(venue: PriceVenue, prices: readonly Price[]): void;
  /** Stops listening and sends what is waiting to be shared. */
  close(): Promise<void>;
}

/**
 * The latest prices of this process: what its own feeds publish and what other processes' feeds share through
 * Redis. Of two prices of a key the newer `at` wins. Starts with the prices Redis remembers; never waits for a
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
  const latest = new Map<PriceKey, VenuePrice>();
  const listeners = new Set<(changed: readonly VenuePrice[]) => void>();

  /** Keeps what is newer, tells the listeners, answers what was. */
  const accept = (prices: readonly VenuePrice[]): VenuePrice[] => {
    const changed = prices.filter((price) => {
      const known = latest.get(price.key);
      if (known && known.at >= price.at) return false;
      latest.set(price.key, price);
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
    get: (key) => latest.get(key),
    all: () => [...latest.values()],
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    history: (key) => readHistory(redis, key, clock.now()),
    publish(venue, prices) {
      sharing.share(accept(prices.map((price) => atVenue(venue, price))));
    },
    async close() {
      listeners.clear();
      await sharing.stop();
    },
  };
}
