import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS } from '../../../testing/fake-exchange/faults.js';
import { openRealExchange } from '../../../testing/worlds/real-exchange.js';
import { createTestRedis } from '../../../testing/services/test-redis.js';
import type { RedisLink } from '../../../infra/redis/redis.js';
import type { OrderRequest } from '../../exchange.js';
import type { RequestPriority } from '../../../core/exchange/request-budget.js';
import {
  BudgetExhausted,
  createSharedBudget,
  type Allowance,
  type BudgetLink,
  type BudgetRequest,
} from './shared-budget.js';

const log = pino({ level: 'silent' });
let redis: RedisLink;
beforeAll(async () => {
  redis = await createTestRedis();
});
afterAll(() => redis.close());

/** On a busy machine, Redis may answer later than a budget usually waits for it. */
const openBudget = (link: BudgetLink | undefined) => createSharedBudget(link, log, { redisTimeoutMs: 30_000 });
let names = 0;
const allowance = (limit: number, windowMs = 60_000): Allowance => ({ key: `a${++names}`, rule: { limit, windowMs } });
const now = () => performance.now();
/** The number of requests that were granted at once. */
async function granted(
  budgets: ReturnType<typeof createSharedBudget>[],
  count: number,
  budgetRequests: BudgetRequest[],
  priority: RequestPriority = 'exit',
) {
  const takes = Array.from({ length: count }, (_, n) =>
    budgets[n % budgets.length]?.take(budgetRequests, { priority, before: now() }),
  );
  return (await Promise.allSettled(takes)).filter(({ status }) => status === 'fulfilled').length;
}

describe('The shared rate budget of an exchange', () => {
  it('is shared by processes, and each priority gets the part that lower priorities leave free', async () => {
    const [one, two] = [openBudget(redis), openBudget(redis)];
    const budgetRequests = [{ allowance: allowance(100), cost: 1 }];
    const found: number[] = [];
    for (const priority of ['history', 'recovery', 'entry', 'follow', 'exit'] as const)
      found.push(await granted([one, two], 200, budgetRequests, priority));
    expect(found).toEqual([50, 20, 5, 15, 5]);
  });

  it.each([
    ['Redis', () => openBudget(redis)],
    ['memory', () => openBudget(undefined)],
  ])('takes nothing for what was given up while it waited, counted in %s', async (_where, open) => {
    const budget = open();
    const budgetRequests = [{ allowance: allowance(10, 60_000), cost: 1 }];
    expect(await granted([budget], 20, budgetRequests)).toBe(9);
    const given = new AbortController();
    const waiting = Array.from({ length: 30 }, () =>
      budget.take(budgetRequests, { priority: 'exit', before: now() + 120_000, signal: given.signal }),
    );
    given.abort();
    for (const each of await Promise.allSettled(waiting))
      expect(each).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
    const gone = budget.take(budgetRequests, { priority: 'exit', before: now() + 120_000, signal: given.signal });
    await expect(gone).rejects.toThrow('aborted');
  });

  it('is taken from all allowances of a request or from none', async () => {
    const budget = openBudget(redis);
    const [wide, narrow] = [allowance(1_000), allowance(20)];
    const budgetRequests = [
      { allowance: wide, cost: 2 },
      { allowance: narrow, cost: 1 },
    ];
    expect(await granted([budget], 50, budgetRequests)).toBe(19);
    // The 31 requests that found the narrow allowance used up took nothing from the wide one.
    expect(await granted([budget], 1_000, [{ allowance: wide, cost: 1 }])).toBe(950 - 2 * 19);
  });

  it('is free again a window later, and a request that may wait so long gets it', async () => {
    const budget = openBudget(redis);
    const budgetRequests = [{ allowance: allowance(10, 400), cost: 9 }];
    const startedAt = now();
    await budget.take(budgetRequests, { priority: 'exit', before: now() });
    await budget.take(budgetRequests, { priority: 'exit', before: now() + 2_000 });
    expect(now() - startedAt).toBeGreaterThanOrEqual(399);
    await expect(budget.take(budgetRequests, { priority: 'exit', before: now() + 100 })).rejects.toThrow(
      BudgetExhausted,
    );
  });

  it('is smaller when the exchange has counted more', async () => {
    const [one, two] = [openBudget(redis), openBudget(redis)];
    const asked = allowance(100);
    one.report(asked, 90);
    await redis.commands.ping();
    expect(await granted([two], 20, [{ allowance: asked, cost: 1 }])).toBe(5);
    one.report(asked, 10);
    await redis.commands.ping();
    expect(await granted([two], 20, [{ allowance: asked, cost: 1 }])).toBe(0);
  });

  it('is empty in all processes while the exchange asks for a pause', async () => {
    const [one, two] = [openBudget(redis), openBudget(redis)];
    const budgetRequests = [{ allowance: allowance(100), cost: 1 }];
    one.pause(budgetRequests[0]?.allowance as Allowance, 300);
    await redis.commands.ping();
    for (const budget of [one, two]) {
      const take = budget.take(budgetRequests, { priority: 'exit', before: now() + 50 });
      await expect(take).rejects.toThrow(BudgetExhausted);
    }
    await two.take(budgetRequests, { priority: 'exit', before: now() + 1_000 });
  });

  it('is a fixed share for each process while Redis is down, including what was taken before', async () => {
    let isUp = true;
    const link: BudgetLink = { prefix: redis.prefix, commands: redis.commands, isUp: () => isUp };
    const budget = createSharedBudget(link, log);
    const budgetRequests = [{ allowance: allowance(100), cost: 1 }];
    expect(await granted([budget], 10, budgetRequests)).toBe(10);
    isUp = false;
    expect(await granted([budget], 100, budgetRequests)).toBe(Math.floor(95 * 0.25) - 10);
    isUp = true;
    expect(await granted([budget], 100, budgetRequests)).toBe(85);
  });

  it('counts in memory when Redis fails in the middle', async () => {
    const commands = {
      ...redis.commands,
      eval: () => Promise.reject(new Error('gone')),
    } as unknown as RedisLink['commands'];
    const budget = createSharedBudget({ prefix: redis.prefix, commands, isUp: () => true }, log);
    expect(await granted([budget], 100, [{ allowance: allowance(100), cost: 1 }])).toBe(23);
  });
});

describe('An account at an exchange with rate limits', () => {
  const opened: Awaited<ReturnType<typeof openRealExchange>>[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.stop();
  });
  const open = async (options: Parameters<typeof openRealExchange>[0]) => {
    const real = await openRealExchange(options, {
      budget: openBudget(redis),
      account: { id: ++names, exchange: options.dialect === 'bybit' ? 'BYBIT_SPOT' : 'BINANCE_SPOT' },
    });
    opened.push(real);
    real.fake.setPrice('BTC/USDT', { last: '100000' });
    await real.exchange.market('BTC/USDT');
    return real;
  };
  const buy = (): OrderRequest => ({
    clientOrderId: `xL${String(++names).padStart(16, '0')}`,
    ...{ symbol: 'BTC/USDT', side: 'BUY', type: 'MARKET', quantity: '0.0001' },
  });

  it('never sends more than the exchange allows, and a burst leaves as fast as allowed', async () => {
    const { fake, exchange } = await open({ dialect: 'bybit', limits: { perSecond: 20 } });
    // Two windows of entries. The rest is for exits.
    const outcomes = await Promise.all(Array.from({ length: 30 }, () => exchange.place(buy())));
    expect(outcomes.filter(({ kind }) => kind !== 'accepted')).toEqual([]);
    expect(fake.orders().length).toBe(30);
  });

  it('learns its limits from the exchange', async () => {
    const { fake, exchange } = await open({
      dialect: 'binance',
      limits: { ordersPer10s: 200, weightPerMinute: 100_000 },
    });
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => exchange.place(buy())));
    expect(outcomes.every(({ kind }) => kind === 'accepted')).toBe(true);
    expect(fake.orders().length).toBe(100);
  });

  it('sends nothing during a ban, and the order gets the reason', async () => {
    const { fake, exchange } = await open({ dialect: 'binance' });
    fake.faults.next('place', { ...FAULTS.banned, retryAfterSec: 60 });
    expect(JSON.stringify(await exchange.place(buy()))).toContain('(code -1003)');
    const before = fake.requests.length;
    const outcome = await exchange.place(buy());
    expect(outcome.kind).toBe('notSent');
    expect(JSON.stringify(outcome)).toMatch(/may leave in (59|60) s/);
    await expect(exchange.findOrder(buy())).rejects.toThrow('may leave in');
    expect(fake.requests.length).toBe(before);
  });

  it('sends an order after the requested pause, if that ends soon', async () => {
    const { fake, exchange } = await open({ dialect: 'binance' });
    fake.faults.next('place', FAULTS.limited);
    const startedAt = now();
    expect((await exchange.place(buy())).kind).toBe('accepted');
    expect(now() - startedAt).toBeGreaterThanOrEqual(999);
    expect(fake.orders().length).toBe(1);
  });
});
