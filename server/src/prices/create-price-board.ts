import type { Logger } from 'pino';
import type { Clock } from '../context.js';
import type { Price } from '../core/domain.js';
import { isAfter, type PriceOrder } from '../core/price/price-age.js';
import type { PriceKey, PriceVenue } from '../core/price/price-key.js';
import type { Database } from '../infra/database/database.js';
import { add, provide } from '../infra/metrics/metrics.js';
import type { RedisLink } from '../infra/redis/redis.js';
import { readHistory } from './price-history.js';
import { createPriceSharing, type OrderedPrice } from './price-sharing.js';
import { sharePricesByDatabase } from './share-by-database.js';
import { atVenue, type VenuePrice } from '../core/price/venue-price.js';
import type { PriceBoard } from '../ports.js';

/** The price board of a process that can also publish prices. */
export interface SharedPriceBoard extends PriceBoard {
  /**
   * Publishes a price of a feed: it is known in this process at once, with or without Redis, and soon in every other
   * process.
   */
  publish(venue: PriceVenue, prices: readonly Price[]): void;
  /**
   * Tells the board that this process now leads the venue's feed: its prices come after all prices of other processes.
   */
  lead(venue: PriceVenue): void;
  /** Whether a later leader has published every price of the venue that this process published in the last seconds. */
  isFollowed(venue: PriceVenue): boolean;
  /** Stops listening and sends the prices that wait to be shared. */
  close(): Promise<void>;
}

/**
 * When a leader published nothing for a key for this time, it may be gone, and prices of an earlier leader count again.
 */
const TERM_SILENCE_MS = 10_000;

interface Known extends OrderedPrice {
  /** Time of our monotonic clock. */
  receivedAt: number;
}

/**
 * The latest prices of this process: those that its own feeds publish and those that other processes share through
 * Redis, or through `db` while Redis is away. Of two prices of a key, the one that comes later in the feed's sequence
 * wins, whatever their times are. It starts with the prices stored in Redis. It never waits for a Redis that is away,
 * and reads the prices again when Redis is back.
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

  /** Stores the prices that are later than the known ones, calls the listeners with them and returns them. */
  const accept = (prices: readonly OrderedPrice[]): OrderedPrice[] => {
    const receivedAt = performance.now();
    const changed = prices.filter(({ price, order }) => {
      terms.note(price.venue, order.term);
      const known = latest.get(price.key);
      if (known && !isAfter(order, known.order)) {
        const isSilent = order.term < known.order.term && receivedAt - known.receivedAt > TERM_SILENCE_MS;
        if (!isSilent) return false;
      }
      latest.set(price.key, { price, order, receivedAt });
      return true;
    });
    if (changed.length === 0) return changed;
    countPrices(changed);
    tell(listeners, changed, log);
    return changed;
  };
  const sharing = createPriceSharing({ redis, clock, log, latest: () => [...latest.values()], onPrices: accept });
  await sharing.start();
  const endMetrics = provide('price_age_seconds', () => newestAges(latest.values(), clock.now()));
  const byDatabase = db && sharePricesByDatabase({ db, redis, log, onPrices: accept });
  return {
    get: (key) => latest.get(key)?.price,
    all: () => [...latest.values()].map(({ price }) => price),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    history: (key, points) => readHistory(redis, key, clock.now(), points),
    publish(venue, prices) {
      const accepted = accept(prices.map((price) => ({ price: atVenue(venue, price), order: terms.next(venue) })));
      sharing.share(accepted);
      byDatabase?.note(accepted);
    },
    lead: terms.lead,
    isFollowed(venue) {
      const own = terms.own(venue);
      const since = performance.now() - TERM_SILENCE_MS;
      return ![...latest.values()].some(
        ({ price, order, receivedAt }) => price.venue === venue && order.term === own && receivedAt > since,
      );
    },
    async close() {
      endMetrics();
      listeners.clear();
      await byDatabase?.stop();
      await sharing.stop();
    },
  };
}

function tell(
  listeners: ReadonlySet<(changed: readonly VenuePrice[]) => void>,
  changed: readonly OrderedPrice[],
  log: Logger,
): void {
  const told = changed.map(({ price }) => price);
  for (const listener of listeners) {
    try {
      listener(told);
    } catch (err) {
      log.error({ err }, 'a listener to prices failed');
    }
  }
}

/** Prices come in batches, nearly always of one venue. */
function countPrices(prices: readonly OrderedPrice[]): void {
  const numbers = new Map<PriceVenue, number>();
  for (const { price } of prices) numbers.set(price.venue, (numbers.get(price.venue) ?? 0) + 1);
  for (const [venue, number] of numbers) add('prices_received_total', number, { venue });
}

function newestAges(prices: Iterable<OrderedPrice>, now: number): (readonly [{ venue: PriceVenue }, number])[] {
  const newest = new Map<PriceVenue, number>();
  for (const { price } of prices) newest.set(price.venue, Math.max(price.at, newest.get(price.venue) ?? 0));
  return [...newest].map(([venue, at]) => [{ venue }, Math.max(0, now - at) / 1_000] as const);
}

/**
 * The terms of the feeds that this process leads. A new term is later than every term that this process has seen, and
 * not earlier than the time. So it also comes after terms that Redis lost.
 */
function createTerms(clock: Clock) {
  const latestTerms = new Map<PriceVenue, number>();
  const ours = new Map<PriceVenue, { term: number; seq: number }>();
  const begin = (venue: PriceVenue): { term: number; seq: number } => {
    const term = Math.max((latestTerms.get(venue) ?? 0) + 1, Math.trunc(clock.now()));
    const own = { term, seq: 0 };
    ours.set(venue, own);
    return own;
  };
  return {
    note: (venue: PriceVenue, term: number): void =>
      void latestTerms.set(venue, Math.max(term, latestTerms.get(venue) ?? 0)),
    lead(venue: PriceVenue): void {
      const own = ours.get(venue);
      if (!own || own.term < (latestTerms.get(venue) ?? 0)) begin(venue);
    },
    own: (venue: PriceVenue): number | undefined => ours.get(venue)?.term,
    next(venue: PriceVenue): PriceOrder {
      const own = ours.get(venue) ?? begin(venue);
      own.seq += 1;
      return { ...own };
    },
  };
}
