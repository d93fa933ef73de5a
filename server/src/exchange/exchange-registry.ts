import type { ExchangeName } from '../core/domain.js';
import { priceVenueOf } from '../core/price/price-key.js';
import { refuse } from '../core/reasons.js';
import { createCcxtExchange, type CcxtExchangeOptions } from './ccxt/create-ccxt-exchange.js';
import type { CcxtMarket } from './ccxt/dialects/dialect.js';
import { createMarketCache } from './ccxt/session/market-cache.js';
import type { AccountRef, Exchange, ExchangeOrRefusal, ExchangeRegistry } from './exchange.js';
import type { MarketDirectory } from './market-directory.js';
import { createSimulatedExchange, type SimulationRules } from './simulated/simulated-exchange.js';

/** How real accounts are opened. */
export interface RealRules extends Omit<CcxtExchangeOptions, 'account' | 'origin' | 'onMarkets'> {
  /** REAL_TRADING: while it is off, real accounts are only read. */
  isTradingOn: boolean;
  /** Why an administrator halted trading with real money; undefined = it goes on. */
  whyHalted?: () => string | undefined;
  /** Origins of servers that replace the exchanges, for tests and benchmarks. */
  origins: Partial<Record<ExchangeName, string>>;
  /** Stores the markets of an exchange. */
  rememberMarkets?: MarketDirectory['remember'];
}

/**
 * Returns the exchange of an account, one instance for each account. The only code that checks whether an account is
 * simulated. Without `real` there are only simulated accounts.
 */
export function createExchangeRegistry(
  rules: SimulationRules,
  real?: RealRules,
): ExchangeRegistry & { close(): Promise<void> } {
  const simulated = new Map<number, Exchange>();
  const opened = new Map<number, ReturnType<typeof createCcxtExchange>>();
  const marketCache = createMarketCache();
  const simulatedFor = (account: AccountRef): ExchangeOrRefusal => {
    let exchange = simulated.get(account.id);
    if (!exchange) {
      exchange = createSimulatedExchange({ ...rules, account });
      simulated.set(account.id, exchange);
    }
    return { ok: true, exchange };
  };
  const realFor = (account: AccountRef): ExchangeOrRefusal => {
    if (!real) return refuse('REAL_NOT_AVAILABLE');
    let exchange = opened.get(account.id);
    if (!exchange) {
      const venue = priceVenueOf(account);
      const onMarkets = (markets: readonly CcxtMarket[]) => real.rememberMarkets?.(venue, markets);
      exchange = createCcxtExchange({
        ...real,
        account,
        marketCache,
        onMarkets,
        origin: real.origins[account.exchange],
      });
      opened.set(account.id, exchange);
    }
    return { ok: true, exchange };
  };
  return {
    forAccount(account) {
      if (account.isSimulation) return simulatedFor(account);
      if (!real?.isTradingOn) return refuse('REAL_NOT_AVAILABLE');
      const halted = real.whyHalted?.();
      if (halted !== undefined) return refuse('TRADING_HALTED', halted);
      return realFor(account);
    },
    forReading: (account) => (account.isSimulation ? simulatedFor(account) : realFor(account)),
    async close() {
      await Promise.all([...opened.values()].map((exchange) => exchange.close()));
      opened.clear();
    },
  };
}
