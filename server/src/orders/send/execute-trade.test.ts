import type { SymbolResolution } from '../../core/signal/market-tickers.js';
import type { PriceVenue } from '../../core/price/price-key.js';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../context.js';
import { makeBuyer, makeJobs, recoverFully, vaultOf } from '../../testing/worlds/buyer.js';
import type { FakeClock } from '../../testing/fake-clock.js';
import { createMemoryExchange, registryOf, type MemoryExchange } from '../../testing/worlds/memory-exchange.js';
import { makeAccount, makeBinding, makeJob, makePosition, makeSource } from '../../testing/make.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { executeTrade } from './execute-trade.js';
import { dryRunPlan } from '../claim/dry-run-plan.js';
import { useOrderWorld } from '../../testing/worlds/use-order-world.js';

let t: TestDatabase;
let exchange: MemoryExchange;
let clock: FakeClock;
let ctx: Context;
useOrderWorld((world) => ({ t, exchange, clock, ctx } = world));

const message = (jobId: number) => ({ jobId, committedAt: clock.now() - 2, queuedAt: clock.now() - 1 });
const execute = (job: { id: number }, context = ctx) => executeTrade(context, message(job.id));
const jobOf = (id: number) =>
  t.db.prisma.tradeJob.findUniqueOrThrow({ where: { id }, include: { executions: true, reservations: true } });

const setUp = (options?: Parameters<typeof makeBuyer>[1]) => makeBuyer(t.db, options);
const jobsOf = (accountId: number, count: number, side?: string) => makeJobs(t.db, accountId, count, side);
const vault = (id: number) => vaultOf(t.db, id);

describe('a pending buy', () => {
  it('becomes one order, a position and a settled reservation', async () => {
    const { account, vault_id } = await setUp();
    const [made] = await jobsOf(account.id, 1);
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
    expect(await vault(vault_id)).toEqual({ balance: '900', reserved: '0' });
  });

  it('is executed once, however often it is called', async () => {
    const { account } = await setUp();
    const [job] = await jobsOf(account.id, 1);
    const outcomes = await Promise.all([execute(job!), execute(job!), execute(job!)]);
    expect(outcomes.sort()).toEqual(['NOT_MINE', 'NOT_MINE', 'SENT']);
    expect(await execute(job!)).toBe('NOT_MINE');
    expect(exchange.sent).toHaveLength(1);
  });

  it('that must not trade is skipped with its reason and ends its event', async () => {
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

  it('on a real account says that real trading is not available', async () => {
    const account = await makeAccount(t.db, { is_simulation: false });
    const made = await makeJob(t.db, { exchange_account_id: account.id, trade_mode: 'REAL' });
    expect(await execute(made)).toBe('SKIPPED');
    expect(await jobOf(made.id)).toMatchObject({ status: 'SKIPPED', reason_code: 'REAL_NOT_AVAILABLE' });
  });

  /** An executor without a price until `sees` is called, and a job created at the clock's time. */
  async function blind(side: 'BUY' | 'SELL') {
    const { account } = await setUp();
    if (side === 'SELL')
      await makePosition(t.db, {
        exchange_account_id: account.id,
        qty_total: '0.0015',
        min_profit_pct: '0.01',
        price_open: '90000',
      });
    const [made] = await jobsOf(account.id, 1, side);
    await t.db.query('UPDATE trade_jobs SET created_at = ? WHERE id = ?', [new Date(clock.now()), made!.id]);
    let isBlind = true;
    const unpriced = { ...exchange, price: async () => undefined };
    const get: Context['prices']['get'] = (key) => {
      const price = ctx.prices.get(key);
      return isBlind || !price ? undefined : { ...price, at: clock.now() };
    };
    const own = { ...ctx, exchanges: registryOf(unpriced), prices: { ...ctx.prices, get } };
    return { ...{ id: made!.id, run: () => execute(made!, own) }, sees: () => void (isBlind = false) };
  }

  it('waits for a price while its signal is fresh, longer than a new monitor takes to replace a killed one', async () => {
    const { id, run, sees } = await blind('BUY');
    expect(await run()).toBe('POSTPONED');
    clock.advance(59_000);
    expect(await run()).toBe('POSTPONED');
    expect(await jobOf(id)).toMatchObject({ status: 'PENDING', claimed_at: null });
    sees();
    expect(await run()).toBe('SENT');
    expect(await jobOf(id)).toMatchObject({ status: 'FILLED' });
  });

  it('is skipped when no price came while its signal was fresh', async () => {
    const { id, run } = await blind('BUY');
    clock.advance(60_000);
    expect(await run()).toBe('SKIPPED');
    expect(await jobOf(id)).toMatchObject({ status: 'SKIPPED', reason_code: 'PRICE_UNAVAILABLE' });
  });

  it('a sell with a minimum profit waits for a price, however long that takes', async () => {
    const { id, run, sees } = await blind('SELL');
    expect(await run()).toBe('POSTPONED');
    clock.advance(3_600_000);
    expect(await run()).toBe('POSTPONED');
    sees();
    expect(await run()).toBe('SENT');
    expect(await jobOf(id)).toMatchObject({ status: 'FILLED', side: 'SELL' });
  });

  it('that the exchange did not process (rate limit) keeps its reservation and is tried again, under a new id', async () => {
    exchange.faultMode = 'hold';
    const { account, vault_id } = await setUp();
    const [made] = await jobsOf(account.id, 1);
    expect(await execute(made!)).toBe('SENT');
    expect(await jobOf(made!.id)).toMatchObject({
      status: 'PENDING',
      executions: [{ status_exchange: 'NOT_PLACED', error_message: 'Too many requests.' }],
    });
    expect((await vault(vault_id)).reserved).not.toBe('0');
    exchange.faultMode = 'accept';
    expect(await execute(await jobOf(made!.id))).toBe('SENT');
    const { status, executions } = await jobOf(made!.id);
    expect([status, executions.map((one) => one.status_exchange)]).toEqual(['FILLED', ['NOT_PLACED', 'FILLED']]);
    expect(new Set(exchange.sent.map((one) => one.clientOrderId)).size).toBe(2);
    expect((await vault(vault_id)).reserved).toBe('0');
  });

  it('that the exchange did not process until its signal is old fails with the message of the exchange', async () => {
    exchange.faultMode = 'hold';
    const { account, vault_id } = await setUp();
    const [made] = await jobsOf(account.id, 1);
    await t.db.query('UPDATE trade_jobs SET created_at = created_at - INTERVAL 5 MINUTE WHERE id = ?', [made!.id]);
    expect(await execute(await jobOf(made!.id))).toBe('SENT');
    expect(await jobOf(made!.id)).toMatchObject({ status: 'FAILED', reason_message: 'Too many requests.' });
    expect(await vault(vault_id)).toEqual({ balance: '1000', reserved: '0' });
  });

  it('that the exchange refused fails and releases its reservation', async () => {
    exchange.faultMode = 'refuse';
    const { account, vault_id } = await setUp();
    const [made] = await jobsOf(account.id, 1);
    expect(await execute(made!)).toBe('SENT');
    expect(await jobOf(made!.id)).toMatchObject({ status: 'FAILED', reason_code: 'EXCHANGE_REFUSED' });
    expect(await vault(vault_id)).toEqual({ balance: '1000', reserved: '0' });
  });
});

describe('a sell', () => {
  it('that the exchange did not process never expires: it is tried again every ten seconds until it is sold', async () => {
    exchange.faultMode = 'hold';
    const { account } = await setUp();
    const { id } = await makePosition(t.db, { exchange_account_id: account.id, qty_total: '0.0015' });
    const [made] = await jobsOf(account.id, 1, 'SELL');
    // It has waited this long for an earlier buy.
    await t.db.query('UPDATE trade_jobs SET created_at = created_at - INTERVAL 5 MINUTE WHERE id = ?', [made!.id]);
    expect(await execute(await jobOf(made!.id))).toBe('SENT');
    expect(await jobOf(made!.id)).toMatchObject({
      status: 'PENDING',
      reason_code: null,
      reservations: [{ is_live: true }],
    });
    clock.advance(9_999);
    expect(await execute(await jobOf(made!.id))).toBe('POSTPONED');
    clock.advance(1);
    expect(await execute(await jobOf(made!.id))).toBe('SENT');
    clock.advance(10_000);
    exchange.faultMode = 'accept';
    expect(await execute(await jobOf(made!.id))).toBe('SENT');
    const { status, executions } = await jobOf(made!.id);
    expect([status, executions.length]).toEqual(['FILLED', 3]);
    expect((await t.db.prisma.tradePosition.findUniqueOrThrow({ where: { id } })).status).toBe('CLOSED');
  });

  it('closes the older position first and returns the proceeds to its vault', async () => {
    const { account, vault_id } = await setUp({ side: 'SELL', quote_amount_fixed: '200' });
    const older = await makePosition(t.db, { exchange_account_id: account.id, qty_total: '0.0015', vault_id });
    const younger = await makePosition(t.db, { exchange_account_id: account.id, qty_total: '0.002', vault_id });
    const [made] = await jobsOf(account.id, 1, 'SELL');
    expect(await execute(made!)).toBe('SENT');
    expect((await jobOf(made!.id)).reservations.map((each) => [each.position_id, each.qty.toFixed()])).toEqual([
      [older.id, '0.0015'],
      [younger.id, '0.0005'],
    ]);
    const after = await t.db.prisma.tradePosition.findMany({
      where: { id: { in: [older.id, younger.id] } },
      orderBy: { id: 'asc' },
    });
    expect(after.map((each) => [each.status, each.qty_remaining.toFixed(), each.qty_reserved.toFixed()])).toEqual([
      ['CLOSED', '0', '0'],
      ['OPEN', '0.0015', '0'],
    ]);
    expect(await vault(vault_id)).toEqual({ balance: '1200', reserved: '0' });
  });
});

describe('after a crash', () => {
  it('between commit and send, the order is sent once, by a new attempt with the same reservation', async () => {
    exchange.faultMode = 'crash';
    const { account, vault_id } = await setUp();
    const [made] = await jobsOf(account.id, 1);
    await execute(made!);
    expect(await jobOf(made!.id)).toMatchObject({ status: 'EXECUTING', executions: [{ status_exchange: 'SENDING' }] });
    expect(await vault(vault_id)).toEqual({ balance: '1000', reserved: '100' });
    exchange.faultMode = 'accept';
    await recoverFully({ ...ctx, clock }, execute);
    const job = await jobOf(made!.id);
    expect(job.status).toBe('FILLED');
    expect(job.executions.map((each) => [each.attempt, each.status_exchange])).toEqual([
      [1, 'NOT_PLACED'],
      [2, 'FILLED'],
    ]);
    expect(job.executions[0]?.client_order_id).not.toBe(job.executions[1]?.client_order_id);
    expect(exchange.sent).toHaveLength(1);
    expect(await vault(vault_id)).toEqual({ balance: '900', reserved: '0' });
  });

  it('with a lost answer, the order is found and not sent again', async () => {
    exchange.faultMode = 'lose';
    const { account, vault_id } = await setUp();
    const [made] = await jobsOf(account.id, 1);
    await execute(made!);
    expect(await jobOf(made!.id)).toMatchObject({ status: 'EXECUTING', executions: [{ status_exchange: 'UNKNOWN' }] });
    await recoverFully({ ...ctx, clock }, execute);
    expect(await jobOf(made!.id)).toMatchObject({ status: 'FILLED', executions: [{ attempt: 1 }] });
    expect(exchange.sent).toHaveLength(1);
    expect(await vault(vault_id)).toEqual({ balance: '900', reserved: '0' });
  });

  it('an answer that cannot be booked is not sent again either', async () => {
    const { account } = await setUp();
    const [made] = await jobsOf(account.id, 1);
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

  it('an order that waited too long before it was sent is not sent', async () => {
    const { account } = await setUp();
    const [made] = await jobsOf(account.id, 1);
    const late: Context = { ...ctx, live: { ...ctx.live, notify: () => clock.advance(5_000) } };
    expect(await execute(made!, late)).toBe('SENT');
    expect(exchange.sent).toHaveLength(0);
    expect(await jobOf(made!.id)).toMatchObject({ status: 'EXECUTING', executions: [{ status_exchange: 'SENDING' }] });
    await recoverFully({ ...ctx, clock }, execute);
    expect(await jobOf(made!.id)).toMatchObject({ status: 'FILLED' });
    expect(exchange.sent).toHaveLength(1);
  });
});

describe('explaining a signal', () => {
  it('returns for each bound account what the executor would do, and writes nothing', async () => {
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
    const signal = {
      ...{ action: 'BUY_SIGNAL' as const, symbol: 'BTC/USDT', price: '100000' },
      priceUnread: null,
      symbolAt: new Map<PriceVenue, SymbolResolution>([['KRAKEN_SPOT', { symbol: 'XBT/USDT' }]]),
    };
    const before = await t.db.prisma.tradeJob.count();
    const [first, second, ...others] = await dryRunPlan(ctx, { sourceId, signal });
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
