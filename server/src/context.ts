import type { Logger } from 'pino';
import type { BalanceRefresher } from './ports.js';
import type { Env } from './env.js';
import type { ExchangeRegistry } from './exchange/exchange.js';
import type { MarketDirectory } from './exchange/market-directory.js';
import type { Database } from './infra/database/database.js';
import type { ClockStanding } from './infra/database/shared-clock.js';
import type { LiveChannel } from './ports.js';
import type { Secrets } from './infra/secrets.js';
import type { RedisLink } from './infra/redis/redis.js';
import type { PriceBoard } from './ports.js';
import type { TradeQueue } from './ports.js';

/**
 * The source of time, which is an argument everywhere. In a running process it is the shared clock
 * (infra/shared-clock.ts), so that all processes use the same time. Durations inside one process are measured with
 * performance.now().
 */
export interface Clock {
  /** ms since 1970 by the database's clock. */
  now(): number;
  /** How this process's own clock differs from the database's; absent = it is the same clock. */
  standing?(): ClockStanding;
  /** Reads the database's time now; never throws. */
  sync?(): Promise<void>;
}

/** Everything that use cases need from outside. Built once at the start, passed down, and replaced in part by tests. */
export interface Context {
  env: Env;
  log: Logger;
  clock: Clock;
  db: Database;
  redis: RedisLink;
  secrets: Secrets;
  exchanges: ExchangeRegistry;
  /** The markets of each exchange, to split the ticker of a signal. */
  markets: MarketDirectory;
  prices: PriceBoard;
  /** Passes committed jobs to the executors. */
  trades: TradeQueue;
  /** Wakes the live subscriptions of a user after a commit. */
  live: LiveChannel;
  /** Reads the balances of a real account again after a booking on it. */
  balances?: BalanceRefresher;
}
