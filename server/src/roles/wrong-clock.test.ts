import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Clock, Context } from '../context.js';
import { clockState } from '../core/time/database-time.js';
import type { RedisLink } from '../infra/redis/redis.js';
import { startAdmin } from './admin.js';
import { watchClock } from '../system/watch-clock.js';
import { eventually } from '../testing/eventually.js';
import { makeAccount, makeExecution, makeJob, makeParameter, makePosition, makeVault } from '../testing/make.js';
import { createMemoryExchange, registryOf } from '../testing/worlds/memory-exchange.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { createTestContext } from '../testing/test-context.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { closePosition } from '../positions/close-position.js';
import { createTradeQueue } from '../orders/queue/create-trade-queue.js';
import { startExecutor } from './executor.js';

let t: TestDatabase;
let redis: RedisLink;
beforeAll(async () => {
  [t, redis] = await Promise.all([createTestDatabase(), createTestRedis()]);
});
afterAll(async () => {
  await redis.close();
  await t.drop();
});
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface SettableClock extends Clock {
  skewMs: number;
  /** How often its state was read. */
  looks: number;
}
/** The clock of a machine that is `skewMs` ahead of the database's. */
function clockOff(skewMs: number): SettableClock {
  const clock: SettableClock = {
    skewMs,
    looks: 0,
    now: () => Date.now(),
    standing() {
      clock.looks++;
      return { skewMs: clock.skewMs, state: clockState(clock.skewMs), steppedMs: 0 };
    },
  };
  return clock;
}

/** An executor on its own machine; its exchange records what it sent. */
function executorOn(clock: Clock) {
  const exchange = createMemoryExchange();
  const base = createTestContext(t.db, { redis, clock, exchanges: registryOf(exchange) });
  const trades = createTradeQueue({ redis, log: base.log });
  const ctx: Context = { ...base, trades };
  const executor = startExecutor(ctx);
  closing.push(async () => {
    await executor.stop();
    await trades.close();
  });
  return { ctx, exchange };
}

async function buyJob() {
  const account = await makeAccount(t.db, { balances: { USDT: '100000' } });
  const vault = await makeVault(t.db, { user_id: account.user_id, balances: { USDT: '100000' } });
  await makeParameter(t.db, { exchange_account_id: account.id, vault_id: vault.id });
  const job = await makeJob(t.db, { exchange_account_id: account.id });
  return { account, job };
}
const statusOf = async (id: number) => (await t.db.prisma.tradeJob.findUniqueOrThrow({ where: { id } })).status;
const enqueue = ({ trades }: Context, jobId: number) =>
  trades.enqueue([{ jobId, committedAt: Date.now(), queuedAt: Date.now() }]);
const openPosition = async () => {
  const account = await makeAccount(t.db, { balances: { USDT: '1000', BTC: '1' } });
  const position = await makePosition(t.db, { exchange_account_id: account.id });
  return { ownerUserId: account.user_id, positionId: position.id };
};
const sellOf = async (positionId: number) =>
  t.db.prisma.positionReservation.findFirst({ where: { position_id: positionId } });

describe('An executor whose clock is more than five seconds off', () => {
  it('opens nothing: its buys wait until the clock is right', async () => {
    const clock = clockOff(-6_000);
    const { ctx, exchange } = executorOn(clock);
    const { job } = await buyJob();
    enqueue(ctx, job.id);
    // Unannounced sells, each written after the previous sweep: two sweeps have skipped the older buy.
    for (const count of [1, 2]) {
      const { ownerUserId, positionId } = await openPosition();
      await closePosition(createTestContext(t.db), ownerUserId, { positionId, idempotencyKey: `swept-${count}` });
      await vi.waitFor(() => expect(exchange.sent.map(({ side }) => side)).toEqual(Array(count).fill('SELL')), {
        timeout: 15_000,
      });
    }
    expect(await statusOf(job.id)).toBe('PENDING');
    clock.skewMs = 0;
    await vi.waitFor(async () => expect(await statusOf(job.id)).toBe('FILLED'), { timeout: 15_000 });
    expect(exchange.sent.map(({ side }) => side)).toEqual(['SELL', 'SELL', 'BUY']);
  });

  it('leaves jobs and exits to the executor whose clock is right', async () => {
    const wrong = executorOn(clockOff(14_000));
    const right = executorOn(clockOff(200));
    const { job } = await buyJob();
    const { ownerUserId, positionId } = await openPosition();
    enqueue(wrong.ctx, job.id);
    await closePosition(wrong.ctx, ownerUserId, { positionId, idempotencyKey: 'wrong-clock-1' });
    await vi.waitFor(() => expect(right.exchange.sent.map(({ side }) => side).sort()).toEqual(['BUY', 'SELL']), {
      timeout: 15_000,
    });
    expect(wrong.exchange.sent).toEqual([]);
  });

  it('returns the message that it was waiting for when its clock became wrong', async () => {
    const clock = clockOff(0);
    const { exchange } = executorOn(clock);
    const trades = createTradeQueue({ redis, log: createTestContext(t.db).log });
    closing.push(() => trades.close());
    // Its blocking read waits in Redis, where a pause has no effect.
    const waiting = new RegExp(`name=${redis.prefix}:queue:.* cmd=bzpopmin`);
    await eventually(async () => expect(await redis.commands.client('LIST')).toMatch(waiting));
    const { job } = await buyJob();
    clock.skewMs = 14_000;
    trades.enqueue([{ jobId: job.id, committedAt: Date.now(), queuedAt: Date.now() }]);
    await eventually(async () =>
      expect(await redis.commands.zcard(`${redis.prefix}:queue:execute-trade:delayed`)).toBe(1),
    );
    const right = executorOn(clockOff(0));
    await vi.waitFor(async () => expect(await statusOf(job.id)).toBe('FILLED'), { timeout: 15_000 });
    expect([exchange.sent.length, right.exchange.sent.length]).toEqual([0, 1]);
  });

  it('sells an exit that no other executor took', async () => {
    const { ctx, exchange } = executorOn(clockOff(300_000));
    const { ownerUserId, positionId } = await openPosition();
    await closePosition(ctx, ownerUserId, { positionId, idempotencyKey: 'wrong-clock-2' });
    await vi.waitFor(() => expect(exchange.sent.map(({ side }) => side)).toEqual(['SELL']), { timeout: 10_000 });
    expect(await sellOf(positionId)).not.toBeNull();
  });

  it('continues to trade when its clock is off by less', async () => {
    const { ctx, exchange } = executorOn(clockOff(4_900));
    const { job } = await buyJob();
    enqueue(ctx, job.id);
    await vi.waitFor(async () => expect(await statusOf(job.id)).toBe('FILLED'), { timeout: 15_000 });
    expect(exchange.sent).toHaveLength(1);
  });
});

describe('A wrong clock is reported', () => {
  const alerts = (where = {}) =>
    t.db.prisma.systemAlert.findMany({ where: { alert_type: 'CLOCK_SKEW', ...where }, orderBy: { id: 'asc' } });

  it('by an alert beyond one second, critical beyond five seconds, ended when the clock is right', async () => {
    const clock = clockOff(900);
    const watch = watchClock({ ...createTestContext(t.db), clock }, { roles: ['executor'], lookMs: 20 });
    closing.push(() => watch.stop());
    // Each check begins after the previous one: nine checks have passed without an alert.
    await eventually(() => expect(clock.looks).toBeGreaterThanOrEqual(10));
    expect(await alerts()).toEqual([]);
    clock.skewMs = -1_200;
    await eventually(async () => expect((await alerts({ resolved_at: null }))[0]?.severity).toBe('high'));
    clock.skewMs = 14_000;
    await eventually(async () => expect((await alerts({ resolved_at: null }))[0]?.severity).toBe('critical'));
    const [alert, ...more] = await alerts();
    expect(more).toEqual([]);
    expect(alert?.message).toMatch(/^The clock of process \d+ \(executor\) on .* is 14\.0 s ahead of the database's\./);
    clock.skewMs = 0;
    await eventually(async () => expect(await alerts({ resolved_at: null })).toEqual([]));
  });

  it('only while the process exists', async () => {
    const metadata_json = {
      host: 'gone',
      pid: 1,
      roles: [],
      skewMs: 9_000,
      trades: false,
      seenAt: Date.now() - 61_000,
    };
    const gone = await t.db.prisma.systemAlert.create({
      data: {
        alert_type: 'CLOCK_SKEW',
        severity: 'critical',
        message: 'x',
        open_key: 'CLOCK_SKEW:gone:1',
        metadata_json,
      },
    });
    const watch = watchClock({ ...createTestContext(t.db), clock: clockOff(0) }, { roles: ['api'], lookMs: 20 });
    closing.push(() => watch.stop());
    await eventually(async () =>
      expect((await t.db.prisma.systemAlert.findUniqueOrThrow({ where: { id: gone.id } })).resolved_at).not.toBeNull(),
    );
  });

  it('in /readyz of the admin port, and by serverInfo for each process', async () => {
    const clock = clockOff(25_000);
    const api: TestApi = await startTestApi({ db: t.db, redis }, { clock, roles: ['api', 'executor'] });
    closing.push(() => api.stop());
    const watch = watchClock({ ...createTestContext(t.db), clock }, { roles: ['api', 'executor'], lookMs: 20 });
    closing.push(() => watch.stop());
    const details = { port: 0, roles: ['api', 'executor'], state: { isStopping: false } };
    const admin = await startAdmin({ db: t.db, redis, clock, env: {}, log: createTestContext(t.db).log }, details);
    closing.push(() => admin.stop());
    const ready = async () => {
      const answer = await fetch(`${admin.url}/readyz`);
      expect((await fetch(`${api.url}/readyz`)).status).toBe(answer.status);
      return [answer.status, await answer.json()];
    };
    expect(await ready()).toEqual([
      503,
      expect.objectContaining({ status: 'not ready', clock: 'too far off to trade', clockSkewMs: 25_000 }),
    ]);
    const { cookie } = await api.newUser();
    const QUERY = '{ serverInfo { clock clockSkewMs wrongClocks { pid roles skewMs trades } } }';
    await eventually(async () =>
      expect((await api.send(QUERY, {}, cookie)).data?.serverInfo).toEqual({
        ...{ clock: 'TOO_FAR_OFF', clockSkewMs: 25_000 },
        wrongClocks: [{ pid: process.pid, roles: ['api', 'executor'], skewMs: 25_000, trades: false }],
      }),
    );
    clock.skewMs = -2_000;
    expect(await ready()).toEqual([
      200,
      expect.objectContaining({ status: 'ready', clock: 'off', clockSkewMs: -2_000 }),
    ]);
    clock.skewMs = 0;
    await eventually(async () =>
      expect((await api.send(QUERY, {}, cookie)).data?.serverInfo).toEqual({
        clock: 'OK',
        clockSkewMs: 0,
        wrongClocks: [],
      }),
    );
  });

  it('but a process that only takes signals stays ready', async () => {
    const api = await startTestApi({ db: t.db, redis }, { clock: clockOff(25_000) });
    closing.push(() => api.stop());
    const answer = await fetch(`${api.url}/readyz`);
    expect([answer.status, await answer.json()]).toEqual([200, { status: 'ready' }]);
  });
});

it('an order whose sender was stopped between its claim and its send is not sent', async () => {
  // Replaces the claim: the send window that nextExecution opened ended while the process was stopped.
  const { sendOrder } = await import('../orders/send/execute-trade.js');
  const exchange = createMemoryExchange();
  const ctx = createTestContext(t.db, { exchanges: registryOf(exchange) });
  const { job } = await buyJob();
  const execution = await makeExecution(t.db, { trade_job_id: job.id, status_exchange: 'SENDING' });
  const { d } = await import('../core/money/money.js');
  const order = {
    ...{ jobId: job.id, accountId: 1, exchange: 'BINANCE_SPOT' as const, tradeMode: 'SIMULATION' as const, attempt: 1 },
    ...{ clientOrderId: execution.client_order_id, side: 'BUY' as const, orderType: 'MARKET' as const },
    ...{ quantity: d('0.001'), limitPrice: null },
    // By the database's time the window would still be open, because its clock was set back.
    sendBefore: Date.now() + 60_000,
  };
  const claimed = { executionId: execution.id, vaultIds: [], exchange, market: undefined, symbol: 'BTC/USDT' };
  const batcher = async <I, O>(_key: string, item: I, work: (items: I[]) => Promise<O[]>) =>
    (await work([item]))[0] as O;
  const send = (isOver: boolean) =>
    sendOrder(
      ctx,
      { ...claimed, order: { ...order, sendWindow: { endsAt: performance.now(), isOver: () => isOver } } },
      batcher,
    );
  await send(true);
  expect(exchange.sent).toEqual([]);
  await send(false);
  expect(exchange.sent).toHaveLength(1);
});
