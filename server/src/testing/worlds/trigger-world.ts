import type { Context } from '../../context.js';
import { priceKey, type PriceVenue } from '../../core/price/price-key.js';
import type { ExchangeRegistry } from '../../exchange/exchange.js';
import type { Database } from '../../infra/database/database.js';
import type { RedisLink } from '../../infra/redis/redis.js';
import { createPriceBoard, type SharedPriceBoard } from '../../prices/create-price-board.js';
import { startExecutor } from '../../roles/executor.js';
import { createTradeQueue } from '../../orders/queue/create-trade-queue.js';
import { createMemoryExchange, registryOf, type MemoryExchange } from './memory-exchange.js';
import { createTestContext } from '../test-context.js';

export const BTC = 'BTC/USDT';

export interface TriggerWorld {
  ctx: Context & { prices: SharedPriceBoard };
  exchange: MemoryExchange;
  /** Sets the price of BTC/USDT, in the simulation unless a venue is given. */
  price(last: string, extra?: { bid?: string; at?: number; venue?: PriceVenue }): void;
  close(): Promise<void>;
}

/** A process that publishes its own prices, with an exchange in memory and (unless told not to) an executor. */
export async function triggerWorld(
  db: Database,
  redis: RedisLink,
  {
    executor = true,
    exchange = createMemoryExchange(),
    exchanges = registryOf(exchange),
  }: { executor?: boolean; exchange?: MemoryExchange; exchanges?: ExchangeRegistry } = {},
): Promise<TriggerWorld> {
  const base = createTestContext(db, { redis, exchanges });
  const prices = await createPriceBoard({ redis, clock: base.clock, log: base.log });
  const trades = createTradeQueue({ redis, log: base.log });
  const listeners = new Set<(userIds: readonly number[]) => void>();
  const ctx = {
    ...base,
    prices,
    trades,
    live: {
      notify: (userId: number) => listeners.forEach((listener) => setImmediate(listener, [userId])),
      listen(listener: (userIds: readonly number[]) => void) {
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    },
  };
  const running = executor ? startExecutor(ctx) : undefined;
  return {
    ctx,
    exchange,
    price(text, { bid, at, venue = 'SIMULATION' } = {}) {
      // Of two prices in one millisecond the board would keep the first, which could be one stored in Redis.
      const next = Math.max(Date.now(), (prices.get(priceKey(venue, BTC))?.at ?? 0) + 1);
      prices.publish(venue, [{ symbol: BTC, last: text, ...(bid && { bid }), at: at ?? next, source: 'test' }]);
    },
    async close() {
      await running?.stop();
      await trades.close();
      await prices.close();
    },
  };
}

/** `count` open positions of 0.001 BTC bought at 100,000, with these columns. Returns their ids. */
export async function openMany(
  db: Database,
  { accountId, count, columns }: { accountId: number; count: number; columns: Record<string, unknown> },
): Promise<number[]> {
  const key = `many-${accountId}-${process.hrtime.bigint()}`;
  for (let from = 0; from < count; from += 1_000) {
    const some = Array.from({ length: Math.min(1_000, count - from) }, (_, index) => `${key}-${from + index}`);
    await db.query(
      `INSERT INTO trade_jobs (exchange_account_id, trade_mode, symbol, side, order_type, status, idempotency_key)
       VALUES ${some.map(() => "(?, 'SIMULATION', ?, 'BUY', 'MARKET', 'FILLED', ?)").join(', ')}`,
      some.flatMap((one) => [accountId, BTC, one]),
    );
  }
  const names = Object.keys(columns);
  await db.query(
    `INSERT INTO trade_positions (exchange_account_id, trade_mode, symbol, trade_job_id_open, qty_total, qty_remaining,
       price_open, status${names.map((name) => `, ${name}`).join('')})
     SELECT exchange_account_id, trade_mode, symbol, id, 0.001, 0.001, 100000, 'OPEN'${names.map(() => ', ?').join('')}
       FROM trade_jobs WHERE exchange_account_id = ? AND idempotency_key LIKE ? ORDER BY id`,
    [...Object.values(columns), accountId, `${key}-%`],
  );
  const rows = await db.query<{ id: number }[]>(
    `SELECT p.id FROM trade_positions p JOIN trade_jobs j ON j.id = p.trade_job_id_open
      WHERE j.exchange_account_id = ? AND j.idempotency_key LIKE ? ORDER BY p.id`,
    [accountId, `${key}-%`],
  );
  return rows.map(({ id }) => id);
}
