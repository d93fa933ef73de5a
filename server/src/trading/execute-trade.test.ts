import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Context } from '../context.js';
import { replay } from '../core/ledger.js';
import { d, sum } from '../core/money.js';
import { createTogether } from '../infra/together.js';
import { fakeClock, type FakeClock } from '../testing/fake-clock.js';
import { createMemoryExchange, registryOf, type MemoryExchange } from '../testing/memory-exchange.js';
import {
  makeAccount,
  makeBinding,
  makeJob,
  makeParameter,
  makePosition,
  makeSource,
  makeVault,
} from '../testing/make.js';
import { createTestContext } from '../testing/test-context.js';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { executeTrade } from './execute-trade.js';
import { explainPlan } from './explain-plan.js';
import { readPendingJob } from './job-address.store.js';
import { recoverOrders } from './recover-orders.js';

let t: TestDatabase;
let exchange: MemoryExchange;
let clock: FakeClock;
let ctx: Context;
beforeAll(async () => {
  t = await createTestDatabase();
});
afterAll(() => t.drop());
beforeEach(() => {
  exchange = createMemoryExchange();
  clock = fakeClock(Date.now());
  ctx = createTestContext(t.db, { clock, exchanges: registryOf(exchange) });
});

// What a test leaves open must not be recovered in the next one.
afterEach(() =>
  t.db.query(
    "UPDATE trade_executions SET status_exchange = 'NOT_PLACED' WHERE status_exchange IN ('SENDING', 'UNKNOWN')",
  ),
);

const ticket = (jobId: number) => ({ jobId, committedAt: clock.now() - 2, queuedAt: clock.now() - 1 });
const execute = (job: { id: number }, context = ctx) => executeTrade(context, ticket(job.id));
const jobOf = (id: number) =>
  t.db.prisma.tradeJob.findUniqueOrThrow({ where: { id }, include: { executions: true, promises: true } });

/** An account with a vault and a parameter that buys 100 USDT of BTC/USDT out of it. */
async function setUp({ vault = '1000', ...parameter }: { vault?: string } & Parameters<typeof makeParameter>[1] = {}) {
  const account = await makeAccount(t.db);
  const { id: vault_id } = await makeVault(t.db, { user_id: account.user_id, balances: { USDT: vault } });
  await makeParameter(t.db, { exchange_account_id: account.id, vault_id, ...parameter });
  return { account, vault_id };
}
const makeJobs = (exchange_account_id: number, count: number, side = 'BUY') =>
  Promise.all(Array.from({ length: count }, () => makeJob(t.db, { exchange_account_id, side })));

async function vaultOf(vault_id: number) {
  const row = await t.db.prisma.vaultBalance.findFirstOrThrow({ where: { vault_id, asset: 'USDT' } });
  const entries = await t.db.prisma.vaultTransaction.findMany({ where: { vault_id, asset: 'USDT' } });
  const rebuilt = replay(
    entries.map((entry) => ({
      balanceDelta: d(entry.balance_delta.toFixed()),
      reservedDelta: d(entry.reserved_delta.toFixed()),
    })),
  );
  expect([rebuilt.balance.toFixed(), rebuilt.reserved.toFixed()]).toEqual([
    row.balance.toFixed(),
    row.reserved.toFixed(),
  ]);
  return { balance: row.balance.toFixed(), reserved: row.reserved.toFixed() };
}

/** Time passes and recovery looks until nothing is left open, executing what it puts back. */
async function recoverFully() {
  for (let round = 0; round < 4; round++) {
    clock.advance(7_000);
    const retries: number[] = [];
    await recoverOrders(
      { ...ctx, trades: { enqueue: (tickets) => retries.push(...tickets.map(({ jobId }) => jobId)) } },
      { limit: 100 },
    );
    await Promise.all(retries.map((id) => execute({ id })));
  }
}

describe('a pending buy', () => {
  test('becomes one order, a position and a settled reservation', async () => {
    const { account, vault_id } = await setUp();
    const [made] = await makeJobs(account.id, 1);
    expect(await execute(made!)).toBe('SENT');
    const job = await jobOf(made!.id);
    expect(job).toMatchObject({ status: 'FILLED', order_type: 'MARKET', vault_id });
    expect(job.quote_amount?.toFixed()).toBe('100');
    expect(job.base_quantity?.toFixed()).toBe('0.001');
    expect(job.reserved_amount?.toFixed()).toBe('100');
    expect(job.trace_json).toContainEqual({ name: 'available', value: '1000', source: `vault ${vault_id}, USDT` });
    expect([job.committed_at, job.queued_at, job.claimed_at, job.admitted_at].map((at) => at?.getTime())).toEqual([
      ...[clock.now() - 2, clock.now() - 1, clock.now(), clock.now()],
    ]);
    const [execution] = job.executions;
    expect(execution).toMatchObject({
      attempt: 1,
      status_exchange: 'FILLED',
      client_order_id: exchange.sent[0]?.clientOrderId,
    });
    expect(execution?.client_order_id).toMatch(/^x[0-9A-Za-z]{17}$/);
    expect(await t.db.prisma.tradePosition.count({ where: { trade_job_id_open: job.id } })).toBe(1);
    expect(await vaultOf(vault_id)).toEqual({ balance: '900', reserved: '0' });
  });

  test('is done once, however often it is called', async () => {
    const { account } = await setUp();
    const [job] = await makeJobs(account.id, 1);
    const outcomes = await Promise.all([execute(job!), execute(job!), execute(job!)]);
    expect(outcomes.sort()).toEqual(['NOT_MINE', 'NOT_MINE', 'SENT']);
    expect(await execute(job!)).toBe('NOT_MINE');
    expect(exchange.sent).toHaveLength(1);
  });

  test('that must not trade is skipped with its reason and ends its event', async () => {
    const account = await makeAccount(t.db);
    const { webhook_source_id } = await makeBinding(t.db, { exchange_account_id: account.id });
    const event = await t.db.prisma.webhookEvent.create({
      data: {
        ...{
          webhook_source_id,
          target_account_id: account.id,
          trade_mode: 'SIMULATION',
          event_uid: 'skip',
          status: 'RECEIVED',
        },
        ...{ symbol_raw: 'BTCUSDT', symbol_normalized: 'BTC/USDT', action: 'BUY_SIGNAL' },
      },
    });
    const made = await makeJob(t.db, { exchange_account_id: account.id, webhook_event_id: event.id });
    expect(await execute(made)).toBe('SKIPPED');
    expect(await jobOf(made.id)).toMatchObject({
      status: 'SKIPPED',
      reason_code: 'MISSING_TRADE_PARAMETER',
      executions: [],
    });
    expect(await t.db.prisma.webhookEvent.findUnique({ where: { id: event.id } })).toMatchObject({
      status: 'PROCESSED',
    });
    expect(
      await t.db.prisma.liveEvent.count({ where: { user_id: account.user_id, topic: 'JOB', entity_id: made.id } }),
    ).toBe(1);
    expect(exchange.sent).toHaveLength(0);
  });

  test('on a real account says that real trading is not available', async () => {
    const account = await makeAccount(t.db, { is_simulation: false });
    const made = await makeJob(t.db, { exchange_account_id: account.id, trade_mode: 'REAL' });
    expect(await execute(made)).toBe('SKIPPED');
    expect(await jobOf(made.id)).toMatchObject({ status: 'SKIPPED', reason_code: 'REAL_NOT_AVAILABLE' });
  });

  test('waits for a price for ten seconds and is skipped then', async () => {
    const { account } = await setUp();
    const [made] = await makeJobs(account.id, 1);
    const blind = { ...ctx, prices: { ...ctx.prices, get: () => undefined } };
    expect(await execute(made!, blind)).toBe('POSTPONED');
    expect(await jobOf(made!.id)).toMatchObject({ status: 'PENDING', claimed_at: null });
    clock.advance(21_000); // the job is as young as the database says
    expect(await execute(made!, blind)).toBe('SKIPPED');
    expect(await jobOf(made!.id)).toMatchObject({ status: 'SKIPPED', reason_code: 'PRICE_UNAVAILABLE' });
  });

  test('refused by the exchange fails and gives its reservation back', async () => {
    exchange.mood = 'refuse';
    const { account, vault_id } = await setUp();
    const [made] = await makeJobs(account.id, 1);
    expect(await execute(made!)).toBe('SENT');
    expect(await jobOf(made!.id)).toMatchObject({ status: 'FAILED', reason_code: 'EXCHANGE_REFUSED' });
    expect(await vaultOf(vault_id)).toEqual({ balance: '1000', reserved: '0' });
  });
});

describe.each([
  { how: 'each in its own transaction', options: {} },
  { how: 'sharing transactions', options: { together: createTogether({ sizeMax: 20, waitMaxMs: 25 }) } },
])('at the same time, $how,', ({ options }) => {
  const execute = (job: { id: number }, context = ctx) => executeTrade(context, ticket(job.id), options);

  test('two executors over the same jobs make one execution each', async () => {
    const { account, vault_id } = await setUp({ vault: '100000' });
    const jobs = await makeJobs(account.id, 30);
    const other = { ...ctx };
    await Promise.all(jobs.flatMap((job) => [execute(job, ctx), execute(job, other)]));
    const executions = await t.db.prisma.tradeExecution.findMany({
      where: { trade_job: { exchange_account_id: account.id } },
    });
    expect(new Set(executions.map((each) => each.trade_job_id)).size).toBe(30);
    expect(executions).toHaveLength(30);
    expect(exchange.sent).toHaveLength(30);
    expect(await vaultOf(vault_id)).toEqual({ balance: '97000', reserved: '0' });
  });

  test('50 signals on one vault: exactly as many trade as it can pay for, and it never goes below zero', async () => {
    exchange.mood = 'drop'; // the reservations stay, so nothing paid out makes room for another
    const { account, vault_id } = await setUp({ vault: '1000' });
    const jobs = await makeJobs(account.id, 50);
    const outcomes = await Promise.all(jobs.map((job) => execute(job)));
    expect(outcomes.filter((outcome) => outcome === 'SENT')).toHaveLength(10);
    const skipped = await t.db.prisma.tradeJob.findMany({
      where: { exchange_account_id: account.id, status: 'SKIPPED' },
    });
    expect(skipped.map((job) => job.reason_code)).toEqual(Array(40).fill('INSUFFICIENT_BALANCE'));
    expect(await vaultOf(vault_id)).toEqual({ balance: '1000', reserved: '1000' });
  });

  test('50 signals on one vault with every outcome: it settles to the last digit', async () => {
    let turn = 0;
    exchange.mood = () => (['accept', 'refuse', 'lose', 'drop', 'crash'] as const)[turn++ % 5]!;
    const { account, vault_id } = await setUp({ vault: '2500' });
    const jobs = await makeJobs(account.id, 50);
    await Promise.all(jobs.map((job) => execute(job)));
    exchange.mood = 'accept';
    await recoverFully();
    const open = await t.db.prisma.tradeJob.count({
      where: { exchange_account_id: account.id, status: { notIn: ['FILLED', 'FAILED', 'SKIPPED'] } },
    });
    expect(open).toBe(0);
    const filled = await t.db.prisma.tradeExecution.findMany({
      where: { exchange_account_id: account.id, status_exchange: 'FILLED' },
    });
    expect(filled.map((each) => each.client_order_id).sort()).toEqual([...exchange.orders.keys()].sort());
    expect(new Set(filled.map((each) => each.trade_job_id)).size).toBe(filled.length);
    const spent = sum(filled.map((each) => d(each.cumm_quote_qty.toFixed())));
    expect(await vaultOf(vault_id)).toEqual({ balance: d('2500').sub(spent).toFixed(), reserved: '0' });
  });

  test('many accounts on one vault trade as far as it can pay, and each order is booked and told once', async () => {
    exchange.mood = () => 'accept';
    const { account, vault_id } = await setUp({ vault: '1000' });
    const accounts = [account];
    for (let n = 1; n < 25; n++) {
      accounts.push(await makeAccount(t.db, { user_id: account.user_id }));
      await makeParameter(t.db, { exchange_account_id: accounts[n]!.id, vault_id });
    }
    const jobs = [];
    for (const { id } of accounts) jobs.push(...(await makeJobs(id, 1)));
    const outcomes = await Promise.all(jobs.map((job) => execute(job)));
    expect(outcomes.filter((outcome) => outcome === 'SENT')).toHaveLength(10);
    const ids = jobs.map(({ id }) => id);
    const executions = await t.db.prisma.tradeExecution.findMany({ where: { trade_job_id: { in: ids } } });
    const spent = sum(executions.map((each) => d(each.cumm_quote_qty.toFixed())));
    expect(await vaultOf(vault_id)).toEqual({ balance: d('1000').sub(spent).toFixed(), reserved: '0' });
    const positions = await t.db.prisma.tradePosition.findMany({
      where: { trade_job_id_open: { in: ids } },
      include: { fills: true },
    });
    expect(positions.map(({ fills }) => fills.length)).toEqual(Array(10).fill(1));
    const events = await t.db.prisma.liveEvent.findMany({
      where: { user_id: account.user_id },
      orderBy: { seq: 'asc' },
    });
    expect(events.map(({ seq }) => Number(seq))).toEqual(events.map((_, index) => index + 1));
    const told = (topic: string) => new Set(events.filter((each) => each.topic === topic).map((each) => each.entity_id));
    expect(told('POSITION')).toEqual(new Set(positions.map(({ id }) => id)));
    expect(told('FILL')).toEqual(new Set(positions.flatMap(({ fills }) => fills.map(({ id }) => id))));
    expect(told('JOB')).toEqual(new Set(ids));
  });

  test('a parameter that was given another vault after its signal buys out of the new one', async () => {
    const { account, vault_id } = await setUp();
    const other = await makeVault(t.db, { user_id: account.user_id, balances: { USDT: '500' } });
    const [job] = await makeJobs(account.id, 1);
    const address = await readPendingJob(t.db, job!.id);
    await t.db.query('UPDATE trade_parameters SET vault_id = ? WHERE exchange_account_id = ?', [other.id, account.id]);
    expect(await executeTrade(ctx, { ...ticket(job!.id), ...(address && { address }) }, options)).toBe('SENT');
    expect(await vaultOf(vault_id)).toEqual({ balance: '1000', reserved: '0' });
    expect(await vaultOf(other.id)).toEqual({ balance: '400', reserved: '0' });
  });

  test('no more orders than the parameter allows in an hour', async () => {
    const { account } = await setUp({ vault: '100000', max_orders_per_hour: 7 });
    const jobs = await makeJobs(account.id, 25);
    await Promise.all(jobs.map((job) => execute(job)));
    expect(exchange.sent).toHaveLength(7);
    clock.advance(3_600_001);
    const [late] = await makeJobs(account.id, 1);
    const created_at = new Date(clock.now());
    await t.db.prisma.tradeJob.update({ where: { id: late!.id }, data: { created_at } });
    expect(await execute(late!)).toBe('SENT');
  });

  test('one order within the interval, whatever the side BUY or BOTH of its row', async () => {
    const { account } = await setUp({ vault: '100000', min_interval_sec: 60, side: 'BUY' });
    const jobs = await makeJobs(account.id, 12);
    await Promise.all(jobs.map((job) => execute(job)));
    expect(exchange.sent).toHaveLength(1);
    const reasons = await t.db.prisma.tradeJob.groupBy({
      by: ['reason_code'],
      where: { exchange_account_id: account.id },
      _count: true,
    });
    expect(reasons).toContainEqual({ reason_code: 'RATE_LIMIT_EXCEEDED', _count: 11 });
  });

  test('several sells never promise a coin twice', async () => {
    exchange.mood = 'drop';
    const account = await makeAccount(t.db);
    for (const qty_total of ['0.0015', '0.002'])
      await makePosition(t.db, { exchange_account_id: account.id, qty_total });
    const jobs = await makeJobs(account.id, 8, 'SELL');
    const outcomes = await Promise.all(jobs.map((job) => execute(job)));
    expect(outcomes.filter((outcome) => outcome === 'SENT')).toHaveLength(1);
    expect(exchange.sent.map(({ quantity }) => quantity)).toEqual(['0.0035']);
    const reasons = await t.db.prisma.tradeJob.findMany({
      where: { exchange_account_id: account.id, side: 'SELL', status: 'SKIPPED' },
    });
    expect(reasons.map((job) => job.reason_code)).toEqual(Array(7).fill('ALREADY_PROMISED'));
    const positions = await t.db.prisma.tradePosition.findMany({
      where: { exchange_account_id: account.id },
      orderBy: { id: 'asc' },
    });
    expect(positions.map((each) => each.qty_promised.toFixed())).toEqual(['0.0015', '0.002']);
  });
});

describe('a sell', () => {
  test('closes the older position first and returns the proceeds to its vault', async () => {
    const { account, vault_id } = await setUp({ side: 'SELL', quote_amount_fixed: '200' });
    const older = await makePosition(t.db, { exchange_account_id: account.id, qty_total: '0.0015', vault_id });
    const younger = await makePosition(t.db, { exchange_account_id: account.id, qty_total: '0.002', vault_id });
    const [made] = await makeJobs(account.id, 1, 'SELL');
    expect(await execute(made!)).toBe('SENT');
    expect((await jobOf(made!.id)).promises.map((each) => [each.position_id, each.qty.toFixed()])).toEqual([
      [older.id, '0.0015'],
      [younger.id, '0.0005'],
    ]);
    const after = await t.db.prisma.tradePosition.findMany({
      where: { id: { in: [older.id, younger.id] } },
      orderBy: { id: 'asc' },
    });
    expect(after.map((each) => [each.status, each.qty_remaining.toFixed(), each.qty_promised.toFixed()])).toEqual([
      ['CLOSED', '0', '0'],
      ['OPEN', '0.0015', '0'],
    ]);
    expect(await vaultOf(vault_id)).toEqual({ balance: '1200', reserved: '0' });
  });
});

describe('after a crash', () => {
  test('between commit and send the order is sent once, under a new attempt with the same reservation', async () => {
    exchange.mood = 'crash';
    const { account, vault_id } = await setUp();
    const [made] = await makeJobs(account.id, 1);
    await execute(made!);
    expect(await jobOf(made!.id)).toMatchObject({ status: 'EXECUTING', executions: [{ status_exchange: 'SENDING' }] });
    expect(await vaultOf(vault_id)).toEqual({ balance: '1000', reserved: '100' });
    exchange.mood = 'accept';
    await recoverFully();
    const job = await jobOf(made!.id);
    expect(job.status).toBe('FILLED');
    expect(job.executions.map((each) => [each.attempt, each.status_exchange])).toEqual([
      [1, 'NOT_PLACED'],
      [2, 'FILLED'],
    ]);
    expect(job.executions[0]?.client_order_id).not.toBe(job.executions[1]?.client_order_id);
    expect(exchange.sent).toHaveLength(1);
    expect(await vaultOf(vault_id)).toEqual({ balance: '900', reserved: '0' });
  });

  test('with the answer lost the order is found, not sent again', async () => {
    exchange.mood = 'lose';
    const { account, vault_id } = await setUp();
    const [made] = await makeJobs(account.id, 1);
    await execute(made!);
    expect(await jobOf(made!.id)).toMatchObject({ status: 'EXECUTING', executions: [{ status_exchange: 'UNKNOWN' }] });
    await recoverFully();
    expect(await jobOf(made!.id)).toMatchObject({ status: 'FILLED', executions: [{ attempt: 1 }] });
    expect(exchange.sent).toHaveLength(1);
    expect(await vaultOf(vault_id)).toEqual({ balance: '900', reserved: '0' });
  });

  test('an answer that cannot be booked is not sent again either', async () => {
    const { account } = await setUp();
    const [made] = await makeJobs(account.id, 1);
    exchange = createMemoryExchange();
    const place = exchange.place;
    exchange.place = async (request) => {
      const outcome = await place(request);
      if (outcome.kind === 'accepted') outcome.order.clientOrderId = 'another order';
      return outcome;
    };
    expect(await execute(made!, { ...ctx, exchanges: registryOf(exchange) })).toBe('SENT');
    expect(await jobOf(made!.id)).toMatchObject({ status: 'EXECUTING', executions: [{ status_exchange: 'SENDING' }] });
    expect(exchange.sent).toHaveLength(1);
  });

  test('an order that took too long to get out is not sent', async () => {
    const { account } = await setUp();
    const [made] = await makeJobs(account.id, 1);
    const late = { ...ctx, live: { ...ctx.live, wake: () => clock.advance(5_000) } };
    expect(await execute(made!, late)).toBe('SENT');
    expect(exchange.sent).toHaveLength(0);
    expect(await jobOf(made!.id)).toMatchObject({ status: 'EXECUTING', executions: [{ status_exchange: 'SENDING' }] });
    await recoverFully();
    expect(await jobOf(made!.id)).toMatchObject({ status: 'FILLED' });
    expect(exchange.sent).toHaveLength(1);
  });
});

describe('explaining a signal', () => {
  test('gives per bound account what the executor would do, and writes nothing', async () => {
    const { account } = await setUp({ quote_amount_fixed: '250' });
    const poor = await makeAccount(t.db, { user_id: account.user_id });
    const { id: sourceId } = await makeSource(t.db, { owner_user_id: account.user_id });
    await makeBinding(t.db, { webhook_source_id: sourceId, exchange_account_id: account.id, weight: '0.5' });
    await makeBinding(t.db, { webhook_source_id: sourceId, exchange_account_id: poor.id });
    await makeBinding(t.db, {
      webhook_source_id: sourceId,
      exchange_account_id: (await makeAccount(t.db)).id,
      is_active: false,
    });
    const signal = { action: 'BUY_SIGNAL' as const, symbol: 'BTC/USDT', price: '100000' };
    const before = await t.db.prisma.tradeJob.count();
    const [first, second, ...others] = await explainPlan(ctx, { sourceId, signal });
    expect(others).toEqual([]);
    expect(first).toMatchObject({ accountId: account.id, plan: { kind: 'trade' } });
    if (first?.plan.kind === 'trade') expect(first.plan.order.quantity.toFixed()).toBe('0.00125');
    expect(second).toMatchObject({
      accountId: poor.id,
      plan: { kind: 'skip', refusal: { code: 'MISSING_TRADE_PARAMETER' } },
    });
    expect(await t.db.prisma.tradeJob.count()).toBe(before);
  });
});
