import type { Logger } from 'pino';
import type { Clock } from '../context.js';
import type { Price } from '../core/domain.js';
import { isAfter, type PriceOrder } from '../core/price/price-age.js';
import type { PriceKey, PriceVenue } from '../core/price/price-key.js';
import type { Database } from '../infra/database/database.js';
import type { RedisLink } from '../infra/redis/redis.js';
import { readHistory } from './price-history.js';
import { createPriceSharing, type OrderedPrice } from './price-sharing.js';
import { sharePricesByDatabase } from './share-by-database.js';
import { atVenue, type VenuePrice } from '../core/price/venue-price.js';
import type { PriceBoard } from '../ports.js';

/** The board of a process that may also have prices to give. */
export interface SharedPriceBoard extends PriceBoard {
  /** A feed's way in: known here at once, with or without Redis, and soon in every other process. */
  publish(venue: PriceVenue, prices: readonly Price[]): void;
  /** Says that this process leads the venue's feed at this moment: what it publishes comes after all that others did. */
  lead(venue: PriceVenue): void;
  /** Stops listening and sends what is waiting to be shared. */
  close(): Promise<void>;
}

/** A leader that said nothing of a key for so long may be gone: what an earlier one says counts again. */
const TERM_SILENCE_MS = 10_000;

interface Known extends OrderedPrice {
  /** By our monotonic clock. */
  heardAt: number;
}

/**
 * The latest prices of this process: what its own feeds publish and what other processes' feeds share through
 * Redis, or through `db` while Redis is away. Of two prices of a key the one that comes later in the feed's sequence wins, whatever time they carry. Starts
 * with the prices Redis remembers; never waits for a Redis that is away, and reads them again when it is back.
 */
export async function createPriceBoard({
  redis,
  db,
  clock,
  log,
}: {
  redis: RedisLink;
  db?: Pick<Database, 'query'>;
  clock: Clock;
  log: Logger;
}): Promise<SharedPriceBoard> {
  const latest = new Map<PriceKey, Known>();
  const listeners = new Set<(changed: readonly VenuePrice[]) => void>();
  const terms = createTerms(clock);

  /** Keeps what comes later, tells the listeners, answers what was. */
  const accept = (prices: readonly OrderedPrice[]): OrderedPrice[] => {
    const heardAt = performance.now();
    const changed = prices.filter(({ price, order }) => {
      terms.hear(price.venue, order.term);
      const known = latest.get(price.key);
      if (known && !isAfter(order, known.order)) {
        const isSilent = order.term < known.order.term && heardAt - known.heardAt > TERM_SILENCE_MS;
        if (!isSilent) return false;
      }
      latest.set(price.key, { price, order, heardAt });
      return true;
    });
    if (changed.length === 0) return changed;
    const told = changed.map(({ price }) => price);
    for (const listener of listeners) {
      try {
        listener(told);
      } catch (err) {
        log.error({ err }, 'a listener to prices failed');
      }
    }
    return changed;
  };
  const sharing = createPriceSharing({ redis, clock, log, latest: () => [...latest.values()], onPrices: accept });
  await sharing.start();
  const byDatabase = db && sharePricesByDatabase({ db, redis, log, onPrices: accept });
  return {
    get: (key) => latest.get(key)?.price,
    all: () => [...latest.values()].map(({ price }) => price),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    history: (key) => readHistory(redis, key, clock.now()),
    publish(venue, prices) {
      const accepted = accept(prices.map((price) => ({ price: atVenue(venue, price), order: terms.next(venue) })));
      sharing.share(accepted);
      byDatabase?.note(accepted);
    },
    lead: terms.lead,
    async close() {
      listeners.clear();
      await byDatabase?.stop();
      await sharing.stop();
    },
  };
}

/**
 * The terms of the feeds that this process leads. A term is later than every one this process has heard of, and no
 * earlier than the time, so that it also comes after those that a Redis which lost everything does not remember.
 */
function createTerms(clock: Clock) {
  const heard = new Map<PriceVenue, number>();
  const ours = new Map<PriceVenue, { term: number; seq: number }>();
  const begin = (venue: PriceVenue): { term: number; seq: number } => {
    const term = Math.max((heard.get(venue) ?? 0) + 1, Math.trunc(clock.now()));
    const own = { term, seq: 0 };
    ours.set(venue, own);
    return own;
  };
  return {
    hear: (venue: PriceVenue, term: number): void => void heard.set(venue, Math.max(term, heard.get(venue) ?? 0)),
    lead(venue: PriceVenue): void {
      const own = ours.get(venue);
      if (!own || own.term < (heard.get(venue) ?? 0)) begin(venue);
    },
    next(venue: PriceVenue): PriceOrder {
      const own = ours.get(venue) ?? begin(venue);
      own.seq += 1;
      return { ...own };
    },
  };
}
