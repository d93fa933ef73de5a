import { describe, expect, it } from 'vitest';
import { createMemoryExchange, registryOf } from '../../testing/worlds/memory-exchange.js';
import { createTestContext } from '../../testing/test-context.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { withPrice } from './ask-price.js';
import { readVenue } from './read-venue.js';
import { useTestDatabase } from '../../testing/services/use-test-database.js';

let t: TestDatabase;
useTestDatabase((made) => (t = made));

const SYMBOL = 'BTC/USDT';
const account = { id: 1, exchange: 'BINANCE_SPOT', isSimulation: true, testnet: false } as const;

/** A process without a price, or with one of that age, and an exchange that gives these answers. */
async function ask({
  heardMs,
  isUp = true,
  answer,
}: {
  heardMs?: number;
  isUp?: boolean;
  answer: (at: number) => Promise<{ last: string; at: number } | undefined>;
}) {
  const exchange = createMemoryExchange();
  let asked = 0;
  const told = {
    ...exchange,
    price: async () => {
      asked += 1;
      const price = await answer(Date.now());
      return price && { symbol: SYMBOL, source: 'exchange', ...price };
    },
  };
  const base = createTestContext(t.db, { exchanges: registryOf(told) });
  const known =
    heardMs === undefined ? undefined : base.prices.all().map((one) => ({ ...one, at: Date.now() - heardMs }))[0];
  const ctx = {
    ...base,
    prices: { ...base.prices, get: () => known },
    redis: { ...base.redis, isUp: () => isUp },
  };
  const where = { account, symbol: SYMBOL };
  const venue = await readVenue(ctx, where);
  const since = performance.now();
  const both = await Promise.all([withPrice(ctx, where, venue), withPrice(ctx, where, venue)]);
  return { asked, prices: both.map(({ price }) => price?.last), tookMs: performance.now() - since };
}
const says = async (at: number) => ({ last: '99000', at });

describe('The price of an order', () => {
  it('is read from the exchange when no price is known, once for orders at the same time', async () => {
    expect(await ask({ answer: says })).toMatchObject({ asked: 1, prices: ['99000', '99000'] });
  });

  it('is read from the exchange when the last known price is too old', async () => {
    expect(await ask({ heardMs: 31_000, answer: says })).toMatchObject({ prices: ['99000', '99000'] });
  });

  it('is the one from the feed while prices arrive', async () => {
    expect(await ask({ heardMs: 20_000, answer: says })).toMatchObject({ asked: 0, prices: [undefined, undefined] });
  });

  it('is read from the exchange sooner while Redis delivers no prices', async () => {
    const unheard = await ask({ heardMs: 20_000, isUp: false, answer: says });
    expect(unheard).toMatchObject({ asked: 1, prices: ['99000', '99000'] });
    expect(await ask({ heardMs: 500, isUp: false, answer: says })).toMatchObject({ asked: 0 });
  });

  it('is waited for only briefly, and is missing when the exchange does not answer', async () => {
    const hangs = await ask({ answer: () => new Promise(() => undefined) });
    expect(hangs.prices).toEqual([undefined, undefined]);
    expect(hangs.tookMs).toBeLessThan(10_000);
    const away = await ask({ answer: () => Promise.reject(new Error('away')) });
    expect(away.prices).toEqual([undefined, undefined]);
  });
});
