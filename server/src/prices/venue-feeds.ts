import type { Context } from '../context.js';
import { exchangeOf, type RealVenue } from '../core/price-key.js';
import { createCcxtFeed, type CcxtFeedOptions } from './ccxt-feed.js';
import type { SharedPriceBoard } from './create-price-board.js';
import { holdPriceLease } from './price-lease.js';
import { runPriceFeed } from './run-price-feed.js';
import { readRealSymbols } from './symbols-in-use.store.js';

export type VenueFeedsContext = Pick<Context, 'env' | 'clock' | 'db' | 'log' | 'redis'> & { prices: SharedPriceBoard };

export interface VenueFeedsOptions {
  /** Whether this process runs the feeds by itself while Redis is away. */
  leadsAlone: boolean;
  /** How often it is asked which venues are needed and what of them. */
  everyMs?: number;
  /** What tests change of a feed. */
  feedOf?: (venue: RealVenue) => Partial<CcxtFeedOptions>;
}

interface VenueFeed {
  stop(): Promise<void>;
}

const EVERY_MS = 3_000;

/**
 * The prices of real accounts, beside PRICE_FEED: for each exchange (and test network) where such an account needs any,
 * one feed among all processes, led by a lease of that venue. Feeds begin and end as accounts, parameters and positions
 * come and go. While nobody can say what is needed, what runs goes on.
 */
export function runVenueFeeds(ctx: VenueFeedsContext, options: VenueFeedsOptions): { stop(): Promise<void> } {
  const { db, env, log } = ctx;
  const running = new Map<RealVenue, VenueFeed>();
  let symbols: ReadonlyMap<RealVenue, readonly string[]> = new Map();
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    symbols = await readRealSymbols(db, { isTrading: env.REAL_TRADING });
    for (const venue of symbols.keys()) {
      if (!running.has(venue))
        running.set(
          venue,
          startVenueFeed(ctx, venue, () => symbols.get(venue) ?? [], options),
        );
    }
    const idle = [...running.keys()].filter((venue) => !symbols.has(venue));
    await Promise.all(idle.map((venue) => end(venue)));
  };
  const end = async (venue: RealVenue): Promise<void> => {
    const feed = running.get(venue);
    running.delete(venue);
    await feed?.stop();
  };
  const begin = (): void => {
    looking ??= look()
      .catch((err: unknown) => log.warn({ err }, 'the venues that need prices could not be read'))
      .finally(() => {
        looking = undefined;
      });
  };
  begin();
  const timer = setInterval(begin, options.everyMs ?? EVERY_MS);
  return {
    async stop() {
      clearInterval(timer);
      await looking;
      await Promise.all([...running.keys()].map((venue) => end(venue)));
    },
  };
}

function startVenueFeed(
  { clock, env, log, prices, redis }: VenueFeedsContext,
  venue: RealVenue,
  symbols: () => readonly string[],
  { leadsAlone, feedOf }: VenueFeedsOptions,
): VenueFeed {
  const { exchange, testnet } = exchangeOf(venue);
  const feed = runPriceFeed({
    choose: async () =>
      createCcxtFeed({
        // ccxt names its exchanges as we do.
        exchangeId: exchange.replace('_SPOT', '').toLowerCase(),
        testnet,
        origin: env.EXCHANGE_API_URLS[exchange],
        clock,
        log,
        symbols: async () => symbols(),
        ...feedOf?.(venue),
      }),
    emit: (batch) => prices.publish(venue, batch),
    log,
  });
  const lease = holdPriceLease({
    ...{ redis, log, venue, leadsAlone },
    onHeld: () => prices.lead(venue),
    onChange: (isLeader) => feed.turn(isLeader),
  });
  return {
    async stop() {
      await feed.stop();
      await lease.stop();
    },
  };
}
