/**
 * An executor with the simulated exchange that hangs on every order: on the first before it arrives, on the others
 * after it was accepted. It reports each to its parent. For tests that kill it.
 */
import { createExchangeRegistry } from '../../exchange/exchange-registry.js';
import { openDatabase } from '../../infra/database/database.js';
import { openRedis } from '../../infra/redis/redis.js';
import { startExecutor } from '../../roles/executor.js';
import { createTestContext } from '../test-context.js';

const [databaseUrl = '', prefix = ''] = process.argv.slice(2);
const db = openDatabase(databaseUrl);
const redis = await openRedis(process.env.REDIS_URL ?? '', prefix);
const ctx = createTestContext(db, { redis });
const simulated = createExchangeRegistry({ db, prices: ctx.prices, clock: ctx.clock, stalePriceMs: 30_000 });
let orders = 0;
ctx.exchanges = {
  forReading: (account) => simulated.forReading(account),
  forAccount(account) {
    const found = simulated.forAccount(account);
    if (!found.ok) return found;
    const place: typeof found.exchange.place = async (order) => {
      if (orders++ > 0) await found.exchange.place(order);
      process.send?.(order.clientOrderId);
      return new Promise<never>(() => undefined);
    };
    return { ok: true, exchange: { ...found.exchange, place } };
  },
};
startExecutor(ctx);
process.on('disconnect', () => process.exit());
process.send?.('listening');
