import type { Context } from '../context.js';
import { startExecutor } from '../roles/executor.js';
import { createTradeQueue } from '../orders/queue/create-trade-queue.js';
import { startTestApi, type TestApi, type TestApiOptions } from './test-api.js';
import { createTestDatabase, type TestDatabase } from './services/test-database.js';
import { createTestRedis } from './services/test-redis.js';

export interface TradingApi extends TestApi {
  database: TestDatabase;
  close(): Promise<void>;
}

/**
 * The API over HTTP with a separate database and Redis, a real executor and, unless others are given, the simulated
 * exchange.
 */
export async function startTradingApi(options: Pick<TestApiOptions, 'exchanges'> = {}): Promise<TradingApi> {
  const database = await createTestDatabase();
  const redis = await createTestRedis();
  let closeQueue = async (): Promise<void> => undefined;
  const trades = ({ log }: Pick<Context, 'log'>) => {
    const queue = createTradeQueue({ redis, log });
    closeQueue = () => queue.close();
    return queue;
  };
  const api = await startTestApi({ db: database.db, redis }, { ...options, trades });
  const executor = startExecutor(api.ctx);
  return {
    ...api,
    database,
    async close() {
      await executor.stop();
      await api.stop();
      await closeQueue();
      await redis.close();
      await database.drop();
    },
  };
}
