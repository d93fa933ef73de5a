import type { Context } from '../../context.js';
import { createExchangeRegistry } from '../../exchange/exchange-registry.js';
import type { ExchangeRegistry } from '../../exchange/exchange.js';
import type { Database } from '../../infra/database/database.js';
import { openRedis, type RedisLink } from '../../infra/redis/redis.js';
import { createLiveChannel } from '../../live/live-channel.js';
import { createPriceBoard, type SharedPriceBoard } from '../../prices/create-price-board.js';
import { createTradeQueue } from '../../orders/queue/create-trade-queue.js';
import { createTestContext } from '../test-context.js';

export type ProcessContext = Context & { prices: SharedPriceBoard; redis: RedisLink };

/** One process of several: it has its own link, board, queue and live channel over the shared database and Redis. */
export async function openProcess(
  db: Database,
  { url, prefix, exchanges, log }: { url: string; prefix: string; exchanges?: ExchangeRegistry; log?: Context['log'] },
): Promise<{ ctx: ProcessContext; close(): Promise<void> }> {
  const redis = await openRedis(url, prefix);
  const base = createTestContext(db, { redis, ...(log && { log }) });
  const prices = await createPriceBoard({ redis, db, clock: base.clock, log: base.log });
  const registry = createExchangeRegistry({ ...base, prices, stalePriceMs: base.env.STALE_PRICE_MS });
  const trades = createTradeQueue({ redis, log: base.log });
  const live = createLiveChannel({ redis, log: base.log });
  return {
    ctx: { ...base, redis, prices, trades, live, exchanges: exchanges ?? registry },
    async close() {
      await trades.close();
      await registry.close();
      await prices.close();
      await redis.close();
    },
  };
}
