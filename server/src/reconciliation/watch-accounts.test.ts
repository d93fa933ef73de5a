import { beforeEach, describe, expect, it } from 'vitest';
import type { RedisLink } from '../infra/redis/redis.js';
import { eventually, throughout } from '../testing/eventually.js';
import { createRemoteExchange } from '../testing/worlds/remote-exchange.js';
import { remoteWorld, type RemoteWorld } from '../testing/worlds/remote-world.js';
import type { TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { watchAccounts, type AccountsWatch } from './watch-accounts.js';
import { useTestDatabase } from '../testing/services/use-test-database.js';

let t: TestDatabase;
let redis: RedisLink;
useTestDatabase((made) => (t = made));
beforeEach(async () => {
  redis = await createTestRedis();
  return () => redis.close();
});

const LEASE = { ttlMs: 600, everyMs: 50 };
const statusOf = async (jobId: number) =>
  (await t.db.prisma.tradeJob.findUniqueOrThrow({ where: { id: jobId } })).status;

/** Runs `work` while a monitor watches every account of the world. */
async function watching(w: RemoteWorld, work: (watch: AccountsWatch) => Promise<void>): Promise<void> {
  const watch = watchAccounts({ ...w.ctx, redis }, { lease: LEASE, pollMs: 100 });
  try {
    await eventually(() => expect(watch.watched().sort()).toEqual([...w.exchanges.keys()].sort()));
    await work(watch);
  } finally {
    await watch.stop();
  }
}

describe('the user stream of an account', () => {
  it('books each update as it arrives, without a request', async () => {
    const w = await remoteWorld(t.db);
    const order = await w.resting();
    await watching(w, async () => {
      await eventually(() => expect(w.exchange.asked.openOrders).toBe(1));
      w.exchange.fillOrder(order, '0.4', '90000');
      await eventually(async () => expect(await statusOf(order.jobId)).toBe('PARTIALLY_FILLED'));
      w.exchange.fillOrder(order, '0.6', '90000');
      await eventually(async () => expect(await statusOf(order.jobId)).toBe('FILLED'));
    });
    expect(w.exchange.asked).toMatchObject({ openOrders: 1, findOrder: 0 });
    expect(w.exchange.watchers()).toBe(0);
  });

  it('causes a lookup of the order when it omits trades or skipped an update', async () => {
    const w = await remoteWorld(t.db);
    const order = await w.resting();
    const { watchOrders } = w.exchange.remote;
    w.exchange.remote.watchOrders = (listener) =>
      watchOrders?.({ ...listener, onOrder: (one) => listener.onOrder({ ...one, fills: one.fills.slice(-1) }) }) ?? {
        stop: async () => undefined,
      };
    await watching(w, async () => {
      w.exchange.fillOrder(order, '0.4', '90000', true);
      w.exchange.fillOrder(order, '0.6', '90000');
      await eventually(async () => expect(await statusOf(order.jobId)).toBe('FILLED'));
    });
    const fills = await t.db.prisma.positionFill.count({ where: { trade_execution_id: order.executionId } });
    expect(fills).toBe(2);
  });

  it('causes a comparison after a gap', async () => {
    const w = await remoteWorld(t.db);
    const [filled, ended] = [await w.resting(), await w.resting()];
    await watching(w, async () => {
      await eventually(() => expect(w.exchange.asked.openOrders).toBe(1));
      w.exchange.fillOrder(filled, '1', '90000', true);
      w.exchange.end(ended, true);
      w.exchange.gap();
      await eventually(async () => expect(await statusOf(filled.jobId)).toBe('FILLED'));
      await eventually(async () => expect(await statusOf(ended.jobId)).toBe('CANCELED'));
    });
  });

  it('causes lookups until the exchange reports late trades', async () => {
    const w = await remoteWorld(t.db);
    const order = await w.resting();
    const told = w.exchange.findOrder;
    w.exchange.findOrder = async (key) => {
      const found = await told(key);
      return found && { ...found, fills: [] };
    };
    await watching(w, async () => {
      await eventually(() => expect(w.exchange.asked.openOrders).toBe(1));
      const { watchOrders } = w.exchange.remote;
      expect(watchOrders).toBeDefined();
      w.exchange.fillOrder(order, '1', '90000', true);
      w.exchange.gap();
      await eventually(() => expect(w.exchange.asked.findOrder).toBeGreaterThan(0));
      expect(await statusOf(order.jobId)).toBe('PENDING_LIMIT');
      w.exchange.findOrder = told;
      await eventually(async () => expect(await statusOf(order.jobId)).toBe('FILLED'));
    });
  });

  it('reports external orders at once', async () => {
    const w = await remoteWorld(t.db);
    await watching(w, async () => {
      const order = w.exchange.byHand({ symbol: 'DOGE/USDT', side: 'BUY', quantity: '10', limitPrice: '0.1' });
      w.exchange.fillOrder({ exchangeOrderId: order.exchangeOrderId }, '10', '0.1');
      await eventually(async () =>
        expect(
          await t.db.prisma.externalOrder.findMany({
            where: { exchange_account_id: w.account.id },
            include: { trades: true },
          }),
        ).toMatchObject([{ symbol: 'DOGE/USDT', status: 'FILLED', trades: [{}] }]),
      );
    });
  });

  it('causes a comparison after an error in booking', async () => {
    const w = await remoteWorld(t.db);
    const order = await w.resting();
    const { transaction } = w.ctx.db;
    let faults = 0;
    w.ctx.db = {
      ...w.ctx.db,
      transaction: (work) => (faults-- > 0 ? Promise.reject(new Error('the database is away')) : transaction(work)),
    };
    await watching(w, async () => {
      await eventually(() => expect(w.exchange.asked.openOrders).toBe(1));
      faults = 1;
      w.exchange.fillOrder(order, '1', '90000');
      await eventually(async () => expect(await statusOf(order.jobId)).toBe('FILLED'));
    });
  });
});

describe('an account without a user stream', () => {
  it('has its resting orders read, and causes no requests when it has none', async () => {
    const w = await remoteWorld(t.db, { exchange: createRemoteExchange({ streams: false }) });
    const order = await w.resting();
    await watching(w, async () => {
      await eventually(() => expect(w.exchange.asked.openOrders).toBeGreaterThan(0));
      w.exchange.fillOrder(order, '1', '90000');
      await eventually(async () => expect(await statusOf(order.jobId)).toBe('FILLED'));
      const asked = w.exchange.asked.openOrders;
      // One more comparison may follow after the one that found a difference.
      await throughout(400, () => expect(w.exchange.asked.openOrders).toBeLessThanOrEqual(asked + 1));
    });
  });
});

describe('accounts', () => {
  it('are added, removed and get another key without a restart', async () => {
    const w = await remoteWorld(t.db);
    await watching(w, async (watch) => {
      const second = await remoteWorld(t.db);
      w.exchanges.set(second.account.id, second.exchange);
      await eventually(() => expect(second.exchange.watchers()).toBe(1));
      const renewed = createRemoteExchange();
      w.exchanges.set(second.account.id, renewed);
      await eventually(() => expect([renewed.watchers(), second.exchange.watchers()]).toEqual([1, 0]));
      await t.db.query('UPDATE exchange_accounts SET is_active = 0 WHERE id = ?', [second.account.id]);
      await eventually(() => expect([watch.watched(), renewed.watchers()]).toEqual([[w.account.id], 0]));
      w.exchanges.delete(w.account.id);
      await eventually(() => expect([watch.watched(), w.exchange.watchers()]).toEqual([[], 0]));
    });
  });

  it('are shared among monitors, and taken over when a monitor ends', async () => {
    const worlds = [await remoteWorld(t.db), await remoteWorld(t.db), await remoteWorld(t.db), await remoteWorld(t.db)];
    const [w] = worlds as [RemoteWorld, ...RemoteWorld[]];
    for (const one of worlds) w.exchanges.set(one.account.id, one.exchange);
    const monitors = [1, 2].map(() => watchAccounts({ ...w.ctx, redis }, { lease: LEASE }));
    const received = () => worlds.map(({ exchange }) => exchange.watchers());
    await eventually(() => {
      expect(monitors.map((one) => one.watched().length)).toEqual([2, 2]);
      expect(received()).toEqual([1, 1, 1, 1]);
    });
    await monitors[0]?.stop();
    await eventually(() => expect(monitors[1]?.watched()).toHaveLength(4));
    expect(received()).toEqual([1, 1, 1, 1]);
    await monitors[1]?.stop();
    expect(received()).toEqual([0, 0, 0, 0]);
  });
});
