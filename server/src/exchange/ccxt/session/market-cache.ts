import type { CcxtApi } from './ccxt-api.js';
import type { CcxtMarket } from '../dialects/dialect.js';

/** ccxt's fields about an exchange's markets. None contains account data. */
const SHARED = ['id', 'markets', 'markets_by_id', 'symbols', 'ids', 'currencies', 'currencies_by_id'] as const;
const SHARED_TOO = ['baseCurrencies', 'quoteCurrencies', 'codes', 'options'] as const;
type Shared = Record<(typeof SHARED)[number] | (typeof SHARED_TOO)[number], unknown>;

/**
 * The markets of an exchange, read once for all its accounts of this process: thousands of markets are megabytes per
 * read.
 */
export interface MarketCache {
  /** Copies markets that were read within `maxAgeMs`, or reads them with `load`, once for all waiting callers. */
  take(
    key: string,
    api: CcxtApi,
    how: { maxAgeMs: number; load(): Promise<unknown> },
  ): Promise<Record<string, CcxtMarket>>;
}

export function createMarketCache(): MarketCache {
  const read = new Map<string, { shared: Shared; readAt: number }>();
  const reading = new Map<string, Promise<void>>();
  return {
    async take(key, api, { maxAgeMs, load }) {
      const isFresh = () => performance.now() - (read.get(key)?.readAt ?? Number.NEGATIVE_INFINITY) < maxAgeMs;
      if (!isFresh()) {
        const own = reading.get(key) ?? readInto();
        reading.set(key, own);
        await own.finally(() => reading.delete(key));
      }
      const found = read.get(key);
      if (found && found.shared.markets !== api.markets) api.setMarketsFromExchange(found.shared);
      return api.markets ?? {};

      async function readInto(): Promise<void> {
        await load();
        const from = api as unknown as Shared;
        const shared = Object.fromEntries([...SHARED, ...SHARED_TOO].map((name) => [name, from[name]])) as Shared;
        read.set(key, { shared, readAt: performance.now() });
      }
    },
  };
}
