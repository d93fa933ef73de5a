import type { ExchangeName } from '../core/domain.js';
import { priceVenueOf } from '../core/price/price-key.js';
import { refuse } from '../core/reasons.js';
import { createCcxtExchange, type CcxtExchangeOptions } from './ccxt/create-ccxt-exchange.js';
import type { CcxtMarket } from './ccxt/dialects/dialect.js';
import { createMarketCache } from './ccxt/session/market-cache.js';
import { withTimeout } from '../infra/with-timeout.js';
import type {
  AccountRef,
  ConnectionReport,
  Exchange,
  ExchangeOrRefusal,
  ExchangeRegistry,
  KeysToTest,
} from './exchange.js';
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
  const testKeys: ExchangeRegistry['testKeys'] = real && ((account, keys) => testUnstored(real, account, keys));
  return {
    ...(testKeys && { testKeys }),
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

const TEST_TIMEOUT_MS = 20_000;

/** Asks an exchange with keys that are not stored, over a session that is closed afterwards. */
async function testUnstored(
  real: RealRules,
  account: Pick<AccountRef, 'exchange' | 'testnet'>,
  keys: KeysToTest,
): Promise<ConnectionReport> {
  const exchange = createCcxtExchange({
    ...real,
    // No row has this id, so that these requests count against no account's own limits.
    account: { id: 0, exchange: account.exchange },
    origin: real.origins[account.exchange],
    loadCredentials: async () => ({ ...keys, testnet: account.testnet, version: 0 }),
  });
  try {
    return await withTimeout(exchange.remote.testConnection(), TEST_TIMEOUT_MS);
  } finally {
    exchange.close();
  }
}
