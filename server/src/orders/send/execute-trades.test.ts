import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { Context } from '../../context.js';
import { d, sum } from '../../core/money/money.js';
import { LOCAL_TIME } from '../../infra/database/shared-clock.js';
import { createBatcher } from '../../infra/database/batcher.js';
import { makeBuyer, makeJobs, recoverFully, vaultOf } from '../../testing/worlds/buyer.js';
import type { FakeClock } from '../../testing/fake-clock.js';
import type { MemoryExchange } from '../../testing/worlds/memory-exchange.js';
import { makeAccount, makeParameter, makePosition, makeVault } from '../../testing/make.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { executeTrade } from './execute-trade.js';
import { readPendingJob } from '../claim/job-address.store.js';
import { useOrderWorld } from '../../testing/worlds/use-order-world.js';

let t: TestDatabase;
let exchange: MemoryExchange;
let clock: FakeClock;
let ctx: Context;
useOrderWorld((world) => ({ t, exchange, clock, ctx } = world));
// An order that is not sent within 5 s is left to recovery. These tests count how many are sent at once, not how fast
// this machine is, so both clocks of the process stand still.
beforeEach(() => {
  const held = { monotonic: performance.now(), wall: Date.now() };
  vi.spyOn(LOCAL_TIME, 'monotonic').mockReturnValue(held.monotonic);
  vi.spyOn(LOCAL_TIME, 'wall').mockReturnValue(held.wall);
});

const message = (jobId: number) => ({ jobId, committedAt: clock.now() - 2, queuedAt: clock.now() - 1 });
const setUp = (options?: Parameters<typeof makeBuyer>[1]) => makeBuyer(t.db, options);
const jobsOf = (accountId: number, count: number, side?: string) => makeJobs(t.db, accountId, count, side);
const vault = (id: number) => vaultOf(t.db, id);

describe.each([
  { how: 'each in its own transaction', options: {} },
  { how: 'sharing transactions', options: { batcher: createBatcher({ sizeMax: 20, waitMaxMs: 25 }) } },
])('at the same time, $how,', ({ options }) => {
  const execute = (job: { id: number }, context = ctx) => executeTrade(context, message(job.id), options);

  it('two executors over the same jobs make one execution each', async () => {
    const { account, vault_id } = await setUp({ vault: '100000' });
    const jobs = await jobsOf(account.id, 30);
    const other = { ...ctx };
    await Promise.all(jobs.flatMap((job) => [execute(job, ctx), execute(job, other)]));
    const executions = await t.db.prisma.tradeExecution.findMany({
      where: { trade_job: { exchange_account_id: account.id } },
    });
    expect(new Set(executions.map((each) => each.trade_job_id)).size).toBe(30);
    expect(executions).toHaveLength(30);
    expect(exchange.sent).toHaveLength(30);
    expect(await vault(vault_id)).toEqual({ balance: '97000', reserved: '0' });
  });

  it('50 signals on one vault: exactly as many trade as it can pay for, and it never goes below zero', async () => {
    exchange.faultMode = 'drop'; // the reservations stay, so no payout makes room for another buy
    const { account, vault_id } = await setUp({ vault: '1000' });
    const jobs = await jobsOf(account.id, 50);
    const outcomes = await Promise.all(jobs.map((job) => execute(job)));
    expect(outcomes.filter((outcome) => outcome === 'SENT')).toHaveLength(10);
    const skipped = await t.db.prisma.tradeJob.findMany({
      where: { exchange_account_id: account.id, status: 'SKIPPED' },
    });
    expect(skipped.map((job) => job.reason_code)).toEqual(Array(40).fill('INSUFFICIENT_BALANCE'));
    expect(await vault(vault_id)).toEqual({ balance: '1000', reserved: '1000' });
  });

  it('50 signals on one vault with every outcome: the vault settles to the last digit', async () => {
    let turn = 0;
    exchange.faultMode = () => (['accept', 'refuse', 'lose', 'drop', 'crash'] as const)[turn++ % 5]!;
    const { account, vault_id } = await setUp({ vault: '2500' });
    const jobs = await jobsOf(account.id, 50);
    await Promise.all(jobs.map((job) => execute(job)));
    exchange.faultMode = 'accept';
    await recoverFully({ ...ctx, clock }, execute);
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
    expect(await vault(vault_id)).toEqual({ balance: d('2500').sub(spent).toFixed(), reserved: '0' });
  });

  it('many accounts on one vault trade as far as it can pay, and each order is booked and announced once', async () => {
    exchange.faultMode = () => 'accept';
    const { account, vault_id } = await setUp({ vault: '1000' });
    const accounts = [account];
    for (let n = 1; n < 25; n++) {
      accounts.push(await makeAccount(t.db, { user_id: account.user_id }));
      await makeParameter(t.db, { exchange_account_id: accounts[n]!.id, vault_id });
    }
    const jobs = [];
    for (const { id } of accounts) jobs.push(...(await jobsOf(id, 1)));
    const outcomes = await Promise.all(jobs.map((job) => execute(job)));
    expect(outcomes.filter((outcome) => outcome === 'SENT')).toHaveLength(10);
    const ids = jobs.map(({ id }) => id);
    const executions = await t.db.prisma.tradeExecution.findMany({ where: { trade_job_id: { in: ids } } });
    const spent = sum(executions.map((each) => d(each.cumm_quote_qty.toFixed())));
    expect(await vault(vault_id)).toEqual({ balance: d('1000').sub(spent).toFixed(), reserved: '0' });
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
    const told = (topic: string) =>
      new Set(events.filter((each) => each.topic === topic).map((each) => each.entity_id));
    expect(told('POSITION')).toEqual(new Set(positions.map(({ id }) => id)));
    expect(told('FILL')).toEqual(new Set(positions.flatMap(({ fills }) => fills.map(({ id }) => id))));
    expect(told('JOB')).toEqual(new Set(ids));
  });

  it('a parameter that got another vault after the signal buys from the new one', async () => {
    const { account, vault_id } = await setUp();
    const other = await makeVault(t.db, { user_id: account.user_id, balances: { USDT: '500' } });
    const [job] = await jobsOf(account.id, 1);
    const address = await readPendingJob(t.db, job!.id);
    await t.db.query('UPDATE trade_parameters SET vault_id = ? WHERE exchange_account_id = ?', [other.id, account.id]);
    expect(await executeTrade(ctx, { ...message(job!.id), ...(address && { address }) }, options)).toBe('SENT');
    expect(await vault(vault_id)).toEqual({ balance: '1000', reserved: '0' });
    expect(await vault(other.id)).toEqual({ balance: '400', reserved: '0' });
  });

  it('sends no more orders than the parameter allows in an hour', async () => {
    const { account } = await setUp({ vault: '100000', max_orders_per_hour: 7 });
    const jobs = await jobsOf(account.id, 25);
    await Promise.all(jobs.map((job) => execute(job)));
    expect(exchange.sent).toHaveLength(7);
    clock.advance(3_600_001);
    const [late] = await jobsOf(account.id, 1);
    const created_at = new Date(clock.now());
    await t.db.prisma.tradeJob.update({ where: { id: late!.id }, data: { created_at } });
    expect(await execute(late!)).toBe('SENT');
  });

  it('sends one order within the interval, whether the parameter is for BUY or BOTH', async () => {
    const { account } = await setUp({ vault: '100000', min_interval_sec: 60, side: 'BUY' });
    const jobs = await jobsOf(account.id, 12);
    await Promise.all(jobs.map((job) => execute(job)));
    expect(exchange.sent).toHaveLength(1);
    const reasons = await t.db.prisma.tradeJob.groupBy({
      by: ['reason_code'],
      where: { exchange_account_id: account.id },
      _count: true,
    });
    expect(reasons).toContainEqual({ reason_code: 'RATE_LIMIT_EXCEEDED', _count: 11 });
  });

  it('several sells never reserve a coin twice', async () => {
    exchange.faultMode = 'drop';
    const account = await makeAccount(t.db);
    for (const qty_total of ['0.0015', '0.002'])
      await makePosition(t.db, { exchange_account_id: account.id, qty_total });
    const jobs = await jobsOf(account.id, 8, 'SELL');
    const outcomes = await Promise.all(jobs.map((job) => execute(job)));
    expect(outcomes.filter((outcome) => outcome === 'SENT')).toHaveLength(1);
    expect(exchange.sent.map(({ quantity }) => quantity)).toEqual(['0.0035']);
    const reasons = await t.db.prisma.tradeJob.findMany({
      where: { exchange_account_id: account.id, side: 'SELL', status: 'SKIPPED' },
    });
    expect(reasons.map((job) => job.reason_code)).toEqual(Array(7).fill('ALREADY_RESERVED'));
    const positions = await t.db.prisma.tradePosition.findMany({
      where: { exchange_account_id: account.id },
      orderBy: { id: 'asc' },
    });
    expect(positions.map((each) => each.qty_reserved.toFixed())).toEqual(['0.0015', '0.002']);
  });
  it('sells of a share each reserve their part of what the earlier ones left', async () => {
    exchange.faultMode = 'drop';
    const account = await makeAccount(t.db);
    await makeParameter(t.db, {
      ...{ exchange_account_id: account.id, side: 'SELL', quote_amount_fixed: null, quote_amount_pct_balance: '50' },
    });
    for (const qty_total of ['0.003', '0.005'])
      await makePosition(t.db, { exchange_account_id: account.id, qty_total });
    const jobs = await jobsOf(account.id, 3, 'SELL');
    await Promise.all(jobs.map((job) => execute(job)));
    expect(exchange.sent.map(({ quantity }) => quantity).sort()).toEqual(['0.001', '0.002', '0.004']);
    const positions = await t.db.prisma.tradePosition.findMany({
      where: { exchange_account_id: account.id },
      orderBy: { id: 'asc' },
    });
    expect(positions.map((each) => each.qty_reserved.toFixed())).toEqual(['0.003', '0.004']);
  });
});
