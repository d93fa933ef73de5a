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

/** Which markets every venue has, also in processes that never talk to an exchange: MySQL carries what others read. */
export interface MarketDirectory {
  /** Writes down what an exchange trades. Never throws: whoever trades goes on without it. */
  remember(venue: PriceVenue, markets: readonly CcxtMarket[]): void;
  /**
   * What a signal's symbol means at each venue where it is not simply `candidates[0]`. Reads the database when what it
   * knows is older than 30 s, the first time before it answers and then beside it.
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
    // What was known a moment ago is good enough; only a process that knows nothing waits.
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
        log.warn({ err, venue }, 'the markets of an exchange could not be written down'),
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

/** Undefined for what is no spot market that can be traded now. */
function nameOf({ id, symbol, base, quote, spot, active, info }: CcxtMarket) {
  if (spot !== true || active === false || symbol !== `${base}/${quote}`) return undefined;
  const { altname, wsname } = (info ?? {}) as { altname?: unknown; wsname?: unknown };
  const names = [id, altname, wsname].filter((name): name is string => typeof name === 'string');
  return { symbol, base, quote, names: [...new Set(names)] };
}

let simulated: { size: number; tickers: MarketTickers } | undefined;

/** Markets are only ever added to the simulation. */
function simulatedTickers(): MarketTickers {
  const markets = openDemoMarkets();
  if (simulated?.size !== markets.length) {
    const tickers = indexTickers(markets.map(({ symbol, base, quote }) => ({ symbol, base, quote, names: [] })));
    simulated = { size: markets.length, tickers };
  }
  return simulated.tickers;
}
