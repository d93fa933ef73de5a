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
 * Time is an argument everywhere; this is where it comes from. In a running process it is the shared clock
 * (infra/shared-clock.ts), so that what one process writes another judges by the same time. What only this process
 * measures it measures with performance.now().
 */
export interface Clock {
  /** ms since 1970 by the database's clock. */
  now(): number;
  /** How this process's own clock stands against it; absent = they are one. */
  standing?(): ClockStanding;
  /** Asks the database for its time now; never throws. */
  sync?(): Promise<void>;
}

/** Everything the use cases act through. Built once at start, passed down, replaced piece by piece in tests. */
export interface Context {
  env: Env;
  log: Logger;
  clock: Clock;
  db: Database;
  redis: RedisLink;
  secrets: Secrets;
  exchanges: ExchangeRegistry;
  /** Which markets each exchange has, for splitting the ticker of a signal. */
  markets: MarketDirectory;
  prices: PriceBoard;
  /** Hands committed jobs to the executors. */
  trades: TradeQueue;
  /** Wakes the live subscriptions of a user after a commit. */
  live: LiveChannel;
  /** Reads the balances of a real account anew after something was booked on it. */
  balances?: BalanceRefresher;
}
