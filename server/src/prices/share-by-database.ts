import type { Logger } from 'pino';
import type { Database } from '../infra/database/database.js';
import { isWanted, markWanted } from '../infra/database/process-lease.store.js';
import type { RedisLink } from '../infra/redis/redis.js';
import type { OrderedPrice } from './price-sharing.js';
import { readSharedPrices, writeSharedPrices } from './shared-prices.store.js';

export interface DatabaseSharing {
  /** The prices that this process's feeds published. */
  note(prices: readonly OrderedPrice[]): void;
  stop(): Promise<void>;
}

/** On average, half of it passes until a price is written, and another half until another process reads it. */
const EVERY_MS = 250;
const READ_BACK_MS = 3_000;
/** The first read also includes prices written before this process started. */
const READ_BACK_FIRST_MS = 60_000;
/**
 * How often a process without Redis announces that. Processes with Redis check for such announcements at the same
 * interval.
 */
const ASK_EVERY_MS = 1_000;
const WANTED_MS = 3_000;
const WANTED = 'prices wanted';

/**
 * Shares the latest prices through the database, four times a second, while Redis does not work. A process that makes
 * prices writes them when it cannot reach Redis, or when another process announces that it cannot. Triggers do not
 * depend on it, because they run in the process of the feed. It is used for orders of the simulation, the size of buys,
 * and the page.
 */
export function sharePricesByDatabase({
  db,
  redis,
  log,
  onPrices,
}: {
  db: Pick<Database, 'query'>;
  redis: Pick<RedisLink, 'isUp'>;
  log: Logger;
  onPrices: (prices: OrderedPrice[]) => void;
}): DatabaseSharing {
  const unwritten = new Map<string, OrderedPrice>();
  let hasRead = false;
  let isWantedByOthers = false;
  let askedAt = Number.NEGATIVE_INFINITY;
  let isStopped = false;
  let working: Promise<void> | undefined;

  const write = async (): Promise<void> => {
    const prices = [...unwritten.values()];
    if (prices.length === 0) return;
    await writeSharedPrices(db, prices);
    for (const one of prices) if (unwritten.get(one.price.key) === one) unwritten.delete(one.price.key);
  };
  const read = async (): Promise<void> => {
    const prices = await readSharedPrices(db, hasRead ? READ_BACK_MS : READ_BACK_FIRST_MS);
    hasRead = true;
    if (!isStopped) onPrices(prices);
  };
  const work = async (): Promise<void> => {
    const isAway = !redis.isUp();
    const isTimeToAsk = performance.now() - askedAt >= ASK_EVERY_MS;
    if (isTimeToAsk && (isAway || unwritten.size > 0)) {
      askedAt = performance.now();
      if (isAway) await markWanted(db, { name: WANTED, ttlMs: WANTED_MS });
      else isWantedByOthers = await isWanted(db, WANTED);
    }
    if (isAway || isWantedByOthers) await write();
    if (isAway) await read();
    else hasRead = false;
  };
  const timer = setInterval(() => {
    working ??= work()
      .catch((err: unknown) => log.debug({ err }, 'prices could not be shared by the database'))
      .finally(() => {
        working = undefined;
      });
  }, EVERY_MS);
  timer.unref();
  return {
    note(prices) {
      for (const one of prices) unwritten.set(one.price.key, one);
    },
    async stop() {
      isStopped = true;
      clearInterval(timer);
      await working;
    },
  };
}
