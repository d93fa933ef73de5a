import type { Logger } from 'pino';
import type { Clock } from '../context.js';
import {
  indexTickers,
  resolveSymbol,
  type MarketTickers,
  type SymbolResolution,
} from '../core/signal/market-tickers.js';
import { PRICE_VENUES, type PriceVenue } from '../core/price/price-key.js';
import type { Database } from '../infra/database/database.js';
import type { CcxtMarket } from './ccxt/dialects/dialect.js';
import { openDemoMarkets } from './simulated/demo-markets.js';
import { readVenueMarkets, readVenueMarketTimes, writeVenueMarkets } from './venue-markets.store.js';

/** The markets of every venue, also for processes that never talk to an exchange: they are shared through MySQL. */
export interface MarketDirectory {
  /** Stores the markets of an exchange. Never throws, so that trading continues without it. */
  remember(venue: PriceVenue, markets: readonly CcxtMarket[]): void;
  /**
   * The meaning of a signal's symbol at each venue where it is not simply `candidates[0]`. Reads the database when its
   * data is older than 30 s: the first time before it answers, later in the background.
   */
  resolve(written: { raw: string; candidates: readonly string[] }): Promise<ReadonlyMap<PriceVenue, SymbolResolution>>;
}

const REFRESH_MS = 30_000;

export function createMarketDirectory({
  db,
  clock,
  log,
}: {
  db: Pick<Database, 'query'>;
  clock: Clock;
  log: Logger;
}): MarketDirectory {
  const known = new Map<string, { readAt: number; tickers: MarketTickers }>();
  let refreshedAt = Number.NEGATIVE_INFINITY;
  let refreshing: Promise<void> | undefined;

  const refresh = async (): Promise<void> => {
    const times = await readVenueMarketTimes(db);
    for (const [venue, readAt] of times) {
      if (known.get(venue)?.readAt === readAt) continue;
      const markets = await readVenueMarkets(db, venue);
      if (markets) known.set(venue, { readAt, tickers: indexTickers(markets) });
    }
    refreshedAt = performance.now();
  };
  const current = async (): Promise<void> => {
    if (performance.now() - refreshedAt < REFRESH_MS) return;
    refreshing ??= refresh().finally(() => {
      refreshing = undefined;
    });
    // Slightly old data is good enough. Only a process without any data waits.
    if (refreshedAt === Number.NEGATIVE_INFINITY) await refreshing;
    else refreshing.catch((err: unknown) => log.warn({ err }, 'the markets of the exchanges could not be read again'));
  };
  const tickersOf = (venue: PriceVenue): MarketTickers | undefined =>
    venue === 'SIMULATION' ? simulatedTickers() : known.get(venue)?.tickers;

  return {
    remember(venue, markets) {
      const named = markets.flatMap((market) => nameOf(market) ?? []);
      if (named.length === 0) return;
      const readAt = new Date(clock.now());
      known.set(venue, { readAt: readAt.getTime(), tickers: indexTickers(named) });
      writeVenueMarkets(db, { venue, markets: named, readAt }).catch((err: unknown) =>
        log.warn({ err, venue }, 'the markets of an exchange could not be stored'),
      );
    },
    async resolve(written) {
      await current();
      const [likeliest] = written.candidates;
      const resolved = new Map<PriceVenue, SymbolResolution>();
      for (const venue of PRICE_VENUES) {
        const resolution = resolveSymbol(written, tickersOf(venue));
        if (!('symbol' in resolution) || resolution.symbol !== likeliest) resolved.set(venue, resolution);
      }
      return resolved;
    },
  };
}

/** undefined for anything that is not a spot market that can be traded now. */
function nameOf({ id, symbol, base, quote, spot, active, info }: CcxtMarket) {
  if (spot !== true || active === false || symbol !== `${base}/${quote}`) return undefined;
  const { altname, wsname } = (info ?? {}) as { altname?: unknown; wsname?: unknown };
  const names = [id, altname, wsname].filter((name): name is string => typeof name === 'string');
  return { symbol, base, quote, names: [...new Set(names)] };
}

let simulated: { size: number; tickers: MarketTickers } | undefined;

/** The simulation's markets are never removed. */
function simulatedTickers(): MarketTickers {
  const markets = openDemoMarkets();
  if (simulated?.size !== markets.length) {
    const tickers = indexTickers(markets.map(({ symbol, base, quote }) => ({ symbol, base, quote, names: [] })));
    simulated = { size: markets.length, tickers };
  }
  return simulated.tickers;
}
