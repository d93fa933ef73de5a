import { loadCredentials } from './accounts/keys/credentials.store.js';
import { createBalanceRefresher } from './accounts/refresh-balances.js';
import type { Context } from './context.js';
import { EnvError, type Env } from './env.js';
import { addDemoMarkets } from './exchange/simulated/demo-markets.js';
import { createSharedBudget } from './exchange/ccxt/budget/shared-budget.js';
import { createExchangeRegistry } from './exchange/exchange-registry.js';
import type { ExchangeRegistry } from './exchange/exchange.js';
import { createMarketDirectory } from './exchange/market-directory.js';
import { openDatabase, type DatabaseOptions } from './infra/database/database.js';
import { createLogger } from './infra/log.js';
import { followLogLevel } from './infra/log-level.js';
import { provide } from './infra/metrics/metrics.js';
import { openRedis } from './infra/redis/redis.js';
import { createSecrets } from './infra/secrets.js';
import { waitForDatabase } from './infra/database/wait-for-database.js';
import { openSharedClock } from './infra/database/shared-clock.js';
import { createLiveChannel } from './live/live-channel.js';
import { createPriceBoard, type SharedPriceBoard } from './prices/create-price-board.js';
import { ReplayFileError } from './prices/feeds/replay-file.js';
import { surveyReplayFile } from './prices/feeds/survey-replay-file.js';
import { watchTradingHalt } from './system/watch-trading-halt.js';
import { createTradeQueue } from './orders/queue/create-trade-queue.js';

const REDIS_STATES = ['UP', 'READ_ONLY', 'SILENT', 'AWAY'] as const;

/** The context of a running process; its price board accepts new prices. */
export type ProcessContext = Context & { prices: SharedPriceBoard };

/** Opens everything that a process needs. `close` releases it; stop the roles first. */
export async function createContext(
  env: Env,
  overrides: { exchanges?: ExchangeRegistry } & DatabaseOptions = {},
): Promise<{ ctx: Context & { prices: SharedPriceBoard }; close(): Promise<void> }> {
  if (env.PRICE_FEED === 'replay' && env.REPLAY_FILE) await openRecordedMarkets(env.REPLAY_FILE);
  const log = createLogger({ level: env.LOG_LEVEL, pretty: env.LOG_PRETTY });
  const { exchanges: given, ...database } = overrides;
  await waitForDatabase({ databaseUrl: env.DATABASE_URL, log });
  const db = openDatabase(env.DATABASE_URL, { connectionLimit: env.DB_POOL, ...database });
  const clock = await openSharedClock({ db, log }).catch(async (error: unknown) => {
    await db.close();
    throw error;
  });
  const redis = await openRedis(env.REDIS_URL, env.REDIS_PREFIX, log);
  const prices = await createPriceBoard({ redis, db, clock, log });
  const secrets = createSecrets(env.SECRET_KEYS);
  const halt = await watchTradingHalt({ db, log });
  const markets = createMarketDirectory({ db, clock, log });
  const budget = createSharedBudget(redis, log);
  const endMetrics = [
    followLogLevel({ redis, log }, env.LOG_LEVEL),
    provide('rate_budget_used_ratio', budget.usage),
    provide('redis_state', () => REDIS_STATES.map((state) => [{ state }, Number(redis.state() === state)] as const)),
    provide('clock_skew_seconds', () => clock.standing().skewMs / 1_000),
  ];
  const registry = createExchangeRegistry(
    { db, prices, clock, stalePriceMs: env.STALE_PRICE_MS },
    {
      ...{ clock, log, origins: env.EXCHANGE_API_URLS, allowPrivateProxies: env.PROXY_ALLOW_PRIVATE },
      isTradingOn: env.REAL_TRADING,
      whyHalted: () => halt.current()?.reason,
      budget,
      loadCredentials: (accountId) => loadCredentials({ db, secrets }, accountId),
      rememberMarkets: markets.remember,
    },
  );
  const exchanges = given ?? registry;
  const live = createLiveChannel({ redis, log });
  const trades = createTradeQueue({ redis, log });
  const balances = createBalanceRefresher({ db, clock, log, exchanges, live });
  return {
    ctx: { env, log, clock, db, redis, secrets, exchanges, markets, prices, live, trades, balances },
    async close() {
      endMetrics.forEach((end) => end());
      await balances.stop();
      await halt.stop();
      await trades.close();
      await registry.close();
      await prices.close();
      await redis.close();
      await clock.stop();
      await db.close();
    },
  };
}

/** Makes the symbols of a recording tradable in every process, whichever process plays it. */
async function openRecordedMarkets(file: string): Promise<void> {
  const recorded = await surveyReplayFile(file).catch((error: unknown) => {
    throw error instanceof ReplayFileError ? new EnvError([`REPLAY_FILE cannot be played: ${error.message}`]) : error;
  });
  addDemoMarkets([...recorded.values()].map(({ market }) => market));
}
