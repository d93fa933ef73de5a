import { pino } from 'pino';
import type { Context } from '../context.js';
import { loadEnv } from '../env.js';
import type { Database } from '../infra/database/database.js';
import { createMarketDirectory } from '../exchange/market-directory.js';
import { createSecrets } from '../infra/secrets.js';
import { atVenue } from '../core/price/venue-price.js';
import { createMemoryExchange, registryOf } from './worlds/memory-exchange.js';

const KEY = Buffer.alloc(32, 7);

const NO_REDIS = {
  prefix: 'none',
  isUp: () => false,
  answers: () => false,
  state: () => 'AWAY',
  onChange: () => () => undefined,
} as unknown as Context['redis'];

/**
 * A context with a real database: no log output, BTC/USDT at 100,000, an exchange in memory, and no other processes.
 */
export function createTestContext(db: Database, overrides: Partial<Context> = {}): Context {
  const clock = overrides.clock ?? { now: () => Date.now() };
  const price = () => atVenue('SIMULATION', { symbol: 'BTC/USDT', last: '100000', at: clock.now(), source: 'test' });
  return {
    env: loadEnv({
      NODE_ENV: 'test',
      DATABASE_URL: 'mysql://127.0.0.1/test',
      REDIS_URL: 'redis://127.0.0.1',
      SECRET_KEYS: `k1:${KEY.toString('base64')}`,
    }),
    log: pino({ level: 'silent' }),
    clock,
    db,
    // Tests that need Redis provide their own link.
    redis: NO_REDIS,
    secrets: createSecrets([{ id: 'k1', key: KEY }]),
    exchanges: registryOf(createMemoryExchange()),
    markets: createMarketDirectory({ db, clock, log: pino({ level: 'silent' }) }),
    prices: {
      get: (key) => (key === price().key ? price() : undefined),
      all: () => [price()],
      subscribe: () => () => undefined,
      history: async () => [],
    },
    trades: { enqueue: () => undefined },
    live: { notify: () => undefined, listen: () => () => undefined },
    ...overrides,
  };
}
