import { randomBytes } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, describe, expect, it } from 'vitest';
import type { PriceVenue } from '../../core/price/price-key.js';
import { atVenue, type VenuePrice } from '../../core/price/venue-price.js';
import type { PriceBoard } from '../../ports.js';
import { eventually, throughout } from '../../testing/eventually.js';
import { fakeClock } from '../../testing/fake-clock.js';
import { makeAccount } from '../../testing/make.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import type { OrderRequest } from '../exchange.js';
import { matchRestingOrders, type TouchedOrder } from './match-resting-orders.js';
import { createSimulatedExchange } from './simulated-exchange.js';
import { watchRestingOrders } from './watch-resting-orders.js';
import { useTestDatabase } from '../../testing/services/use-test-database.js';

const log = pino({ level: 'silent' });
const clock = fakeClock();
const BTC = 'BTC/USDT';

let t: TestDatabase;
useTestDatabase((made) => (t = made));
const stopping: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of stopping.splice(0)) await each.stop();
});

/** A price board that the test moves. */
function handBoard(): PriceBoard & { move(last: string, venue?: PriceVenue): void } {
  const listeners = new Set<(changed: readonly VenuePrice[]) => void>();
  let latest: VenuePrice | undefined;
  return {
    get: (key) => (key === latest?.key ? latest : undefined),
    all: () => (latest ? [latest] : []),
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    history: async () => [],
    move(last, venue = 'SIMULATION') {
      const price = atVenue(venue, { symbol: BTC, last, at: clock.now(), source: 'test' });
      latest = price;
      for (const listener of listeners) listener([price]);
    },
  };
}

async function open() {
  const row = await makeAccount(t.db, { balances: { USDT: '1000000' } });
  const prices = handBoard();
  const rules = { db: t.db, prices, clock, log, stalePriceMs: 30_000 };
  const account = { id: row.id, exchange: 'BINANCE_SPOT' as const, isSimulation: true, testnet: false };
  const exchange = createSimulatedExchange({ ...rules, account });
  const touched: TouchedOrder[] = [];
  const watch = (onOrderUpdate = async (order: TouchedOrder) => void touched.push(order)) => {
    const started = watchRestingOrders(rules, onOrderUpdate);
    stopping.push(started);
    return started;
  };
  const rest = async (limitPrice: string) => {
    const request: OrderRequest = {
      clientOrderId: randomBytes(9).toString('hex'),
      symbol: BTC,
      side: 'BUY',
      type: 'LIMIT',
      quantity: '0.1',
      limitPrice,
    };
    await exchange.place(request);
    return request;
  };
  const statusOf = async (request: OrderRequest) => (await exchange.findOrder(request))?.status;
  return { exchange, prices, rules, account, touched, watch, rest, statusOf };
}

describe('Watching resting orders', () => {
  it('fills an order that another process placed after the watch began, and reports it once', async () => {
    const { prices, account, touched, watch, rest, statusOf } = await open();
    prices.move('100000');
    watch();
    watch();
    const request = await rest('90000');
    await eventually(async () => {
      prices.move('89999');
      expect(await statusOf(request)).toBe('FILLED');
    });
    await Promise.all(stopping.map((each) => each.stop()));
    expect(touched).toEqual([{ accountId: account.id, clientOrderId: request.clientOrderId, symbol: BTC }]);
  });

  it('matches an order with the current price when the price does not move any more', async () => {
    const { prices, watch, rest, statusOf } = await open();
    prices.move('100000');
    const request = await rest('90000');
    prices.move('85000');
    watch();
    await eventually(async () => expect(await statusOf(request)).toBe('FILLED'));
  });

  it('ignores prices of the same symbol at a real exchange', async () => {
    const { prices, rules, watch, rest, statusOf } = await open();
    prices.move('100000');
    const request = await rest('90000');
    watch();
    prices.move('80000', 'BINANCE_SPOT');
    expect(await matchRestingOrders(rules, prices.all()[0]!)).toEqual([]);
    // Longer than the watch needs to read the orders again.
    await throughout(1_200, async () => expect(await statusOf(request)).toBe('NEW'));
    prices.move('80000');
    await eventually(async () => expect(await statusOf(request)).toBe('FILLED'));
  });

  it('does not lose a dip that came and went while it was busy', async () => {
    const { prices, watch, rest, statusOf } = await open();
    prices.move('100000');
    const [first, second] = [await rest('95000'), await rest('90000')];
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    let calls = 0;
    watch(async () => {
      calls += 1;
      if (calls === 1) await held;
    });
    await eventually(async () => {
      prices.move('94000');
      expect(calls).toBe(1);
    });
    prices.move('89000');
    prices.move('99000');
    goOn();
    await eventually(async () => expect(await statusOf(second)).toBe('FILLED'));
    expect(await statusOf(first)).toBe('FILLED');
  });

  it('continues when the handler of a fill fails, and stops matching when stopped', async () => {
    const { prices, watch, rest, statusOf } = await open();
    prices.move('100000');
    const [first, second, third] = [await rest('95000'), await rest('90000'), await rest('80000')];
    const started = watch(async () => {
      throw new Error('booking is down');
    });
    await eventually(async () => {
      prices.move('94000');
      expect(await statusOf(first)).toBe('FILLED');
    });
    await eventually(async () => {
      prices.move('89000');
      expect(await statusOf(second)).toBe('FILLED');
    });
    await started.stop();
    prices.move('70000');
    expect(await statusOf(third)).toBe('NEW');
  });
});
