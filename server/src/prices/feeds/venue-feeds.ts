import type { Context } from '../../context.js';
import { exchangeOf, type RealVenue } from '../../core/price/price-key.js';
import { createCcxtFeed, type CcxtFeedOptions } from './ccxt-feed.js';
import type { SharedPriceBoard } from '../create-price-board.js';
import { fillCandles } from '../candles/fill-candles.js';
import { handOverFeed } from './hand-over-feed.js';
import { holdPriceLease, type PriceLease } from './price-lease.js';
import { runPriceFeed } from './run-price-feed.js';
import { readRealSymbols } from '../symbols-in-use.store.js';

export type VenueFeedsContext = Pick<Context, 'env' | 'clock' | 'db' | 'log'> & { prices: SharedPriceBoard };

export interface VenueFeedsOptions {
  /** How often it reads which venues and symbols are needed. */
  everyMs?: number;
  /** Settings of a feed that tests change. */
  feedOf?: (venue: RealVenue) => Partial<CcxtFeedOptions>;
  /** Called whenever this process begins or stops leading a feed. */
  onLead?: () => void;
}

export interface VenueFeeds {
  /** Whether this process makes the prices of the venue. */
  leads(venue: RealVenue): boolean;
  /** Waits until other processes lead the feeds, see `handOverFeed`. The feeds of this one go on. */
  handOver(): Promise<void>;
  /** Ends the feeds but keeps the leases: no more prices are emitted. */
  endFeeds(): Promise<void>;
  /** Ends the feeds and releases the leases for other processes. */
  stop(): Promise<void>;
}

interface VenueFeed extends Pick<PriceLease, 'isLeader'> {
  handOver(): Promise<void>;
  endFeed(): Promise<void>;
  stop(): Promise<void>;
}

const EVERY_MS = 3_000;

/**
 * The prices of real accounts, in addition to PRICE_FEED. For each exchange (and test network) where such an account
 * needs prices, one process runs one feed, chosen by a lease of that venue. Feeds start and stop as accounts,
 * parameters and positions change. While the needed symbols cannot be read, running feeds continue.
 */
export function runVenueFeeds(ctx: VenueFeedsContext, options: VenueFeedsOptions = {}): VenueFeeds {
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
    leads: (venue) => running.get(venue)?.isLeader() ?? false,
    async handOver() {
      clearInterval(timer);
      await looking;
      await Promise.all([...running.values()].map((feed) => feed.handOver()));
    },
    async endFeeds() {
      clearInterval(timer);
      await looking;
      await Promise.all([...running.values()].map((feed) => feed.endFeed()));
    },
    async stop() {
      clearInterval(timer);
      await looking;
      await Promise.all([...running.keys()].map((venue) => end(venue)));
    },
  };
}

function startVenueFeed(
  { clock, env, log, prices, db }: VenueFeedsContext,
  venue: RealVenue,
  symbols: () => readonly string[],
  { feedOf, onLead }: VenueFeedsOptions,
): VenueFeed {
  const { exchange, testnet } = exchangeOf(venue);
  const filler = fillCandles({ db, clock, log }, { venue });
  const feed = runPriceFeed({
    choose: async () =>
      createCcxtFeed({
        // ccxt uses the same names for exchanges.
        exchangeId: exchange.replace('_SPOT', '').toLowerCase(),
        testnet,
        origin: env.EXCHANGE_API_URLS[exchange],
        clock,
        log,
        symbols: async () => symbols(),
        onSymbols: filler.follow,
        ...feedOf?.(venue),
      }),
    emit: (batch) => prices.publish(venue, batch),
    log,
  });
  const lease = holdPriceLease({
    ...{ db, log, venue },
    onHeld: () => prices.lead(venue),
    onChange(isLeader) {
      feed.turn(isLeader);
      onLead?.();
    },
  });
  return {
    isLeader: lease.isLeader,
    handOver: () => handOverFeed(lease, { isFollowed: () => prices.isFollowed(venue) }),
    async endFeed() {
      await Promise.all([feed.stop(), filler.stop()]);
    },
    async stop() {
      await Promise.all([feed.stop(), filler.stop()]);
      await lease.stop();
    },
  };
}
