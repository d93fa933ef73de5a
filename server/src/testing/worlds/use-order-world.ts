import { afterEach, beforeEach } from 'vitest';
import type { Context } from '../../context.js';
import { fakeClock, type FakeClock } from '../fake-clock.js';
import { createTestContext } from '../test-context.js';
import type { TestDatabase } from '../services/test-database.js';
import { useTestDatabase } from '../services/use-test-database.js';
import { createMemoryExchange, registryOf, type MemoryExchange } from './memory-exchange.js';

export interface OrderWorld {
  t: TestDatabase;
  exchange: MemoryExchange;
  clock: FakeClock;
  ctx: Context;
}

/**
 * For a test file: a separate database, and for each test an empty exchange in memory and a clock that stands still.
 * Orders that a test leaves open are not recovered in the next one.
 */
export function useOrderWorld(take: (world: OrderWorld) => void): void {
  let t: TestDatabase;
  useTestDatabase((made) => (t = made));
  beforeEach(() => {
    const exchange = createMemoryExchange();
    const clock = fakeClock(Date.now());
    take({ t, exchange, clock, ctx: createTestContext(t.db, { clock, exchanges: registryOf(exchange) }) });
  });
  afterEach(() =>
    t.db.query(
      "UPDATE trade_executions SET status_exchange = 'NOT_PLACED' WHERE status_exchange IN ('SENDING', 'UNKNOWN')",
    ),
  );
}
