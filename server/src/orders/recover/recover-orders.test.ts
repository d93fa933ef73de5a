import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../infra/database/database.js';
import {
  bookingContext,
  bookReport,
  bookUnknown,
  claimedBuy,
  claimedSell,
  sendingExecution,
  snapshot,
} from '../../testing/worlds/booking-world.js';
import { verifyLedger } from '../../vaults/verify-ledger.js';
import { bookOutcome } from '../outcome/book-outcome.js';
import { recoverOrders } from './recover-orders.js';
import { useTestDatabase } from '../../testing/services/use-test-database.js';
import { refuse } from '../../core/reasons.js';

let db: Database;
useTestDatabase((made) => ({ db } = made));
// Each test sweeps the whole table, so the open orders of earlier tests are closed first.
beforeEach(() =>
  db.query("UPDATE trade_executions SET status_exchange = 'CANCELED' WHERE status_exchange <> 'FILLED'"),
);

const statusOf = async (jobId: number) => (await db.prisma.tradeJob.findUniqueOrThrow({ where: { id: jobId } })).status;
const executionOf = (id: number) => db.prisma.tradeExecution.findUniqueOrThrow({ where: { id } });
const reservedIn = async (vaultId: number) =>
  (await db.prisma.vaultBalance.findFirstOrThrow({ where: { vault_id: vaultId } })).reserved.toFixed();
/** Past send_before (5 s), the exchange's window (5 s) and the margin (1 s). */
const PAST_WINDOW_MS = 11_001;

describe('recovering orders', () => {
  it('leaves an order alone while its sender may still send it', async () => {
    const { ctx, exchange } = bookingContext(db);
    await claimedBuy(ctx);
    expect(await recoverOrders(ctx, { limit: 10 })).toMatchObject({ looked: 0 });
    expect(exchange.asked).toBe(0);
  });

  it('K5, K6: sent and not booked, the process dead: the lookup books it, and the late sender adds nothing', async () => {
    const { ctx, exchange } = bookingContext(db);
    const buy = await claimedBuy(ctx);
    const order = snapshot(buy.execution.client_order_id, 'FILLED', [['1', '1', '100']]);
    exchange.orders.set(order.clientOrderId, order);
    ctx.clock.advance(5_001);
    expect(await recoverOrders(ctx, { limit: 10 })).toMatchObject({ looked: 1, booked: 1 });
    await bookReport(ctx, { executionId: buy.execution.id, order, sentAt: ctx.clock.now() });
    await bookUnknown(ctx, { executionId: buy.execution.id, message: 'late' });
    expect(await statusOf(buy.job.id)).toBe('FILLED');
    expect(await db.prisma.positionFill.count({ where: { trade_execution_id: buy.execution.id } })).toBe(1);
    expect(await reservedIn(buy.vaultId)).toBe('0');
    expect(await verifyLedger(ctx)).toEqual([]);
  });

  it('K4: never sent: two absences past the window put the fresh job back with its reservation, and the next attempt settles it once', async () => {
    const { ctx, exchange, messages } = bookingContext(db);
    const buy = await claimedBuy(ctx);
    ctx.clock.advance(PAST_WINDOW_MS - 1);
    expect(await recoverOrders(ctx, { limit: 10 })).toMatchObject({ absent: 1 });
    expect((await executionOf(buy.execution.id)).not_found_count).toBe(0);
    ctx.clock.advance(1);
    expect(await recoverOrders(ctx, { limit: 10 })).toMatchObject({ absent: 1 });
    expect(await executionOf(buy.execution.id)).toMatchObject({ not_found_count: 1, status_exchange: 'UNKNOWN' });
    expect(await recoverOrders(ctx, { limit: 10 })).toMatchObject({ retried: 1 });
    expect((await executionOf(buy.execution.id)).status_exchange).toBe('NOT_PLACED');
    expect(await statusOf(buy.job.id)).toBe('PENDING');
    expect(await reservedIn(buy.vaultId)).toBe('110');
    expect(messages.map((message) => message.jobId)).toEqual([buy.job.id]);

    await db.query("UPDATE trade_jobs SET status = 'EXECUTING' WHERE id = ?", [buy.job.id]);
    const second = await sendingExecution(ctx, buy.job.id, '1', 2);
    await bookReport(ctx, {
      executionId: second.id,
      order: snapshot(second.client_order_id, 'FILLED', [['1', '1', '100']]),
    });
    expect(await reservedIn(buy.vaultId)).toBe('0');
    expect(await verifyLedger(ctx)).toEqual([]);
    expect(exchange.asked).toBe(3);
  });

  it('an old buy is not sent again: it fails with NOT_PLACED and its reservation returned; a sell is tried again', async () => {
    const { ctx } = bookingContext(db);
    const buy = await claimedBuy(ctx);
    const sell = await claimedSell(ctx);
    ctx.clock.advance(60_000);
    await recoverOrders(ctx, { limit: 10 });
    expect(await recoverOrders(ctx, { limit: 10 })).toMatchObject({ failed: 1, retried: 1 });
    expect(await db.prisma.tradeJob.findUniqueOrThrow({ where: { id: buy.job.id } })).toMatchObject({
      status: 'FAILED',
      reason_code: 'NOT_PLACED',
    });
    expect(await reservedIn(buy.vaultId)).toBe('0');
    expect(await statusOf(sell.job.id)).toBe('PENDING');
    expect(
      (await db.prisma.positionReservation.findFirstOrThrow({ where: { trade_job_id: sell.job.id } })).is_live,
    ).toBe(true);
    expect(await verifyLedger(ctx)).toEqual([]);
  });

  it('a job that waits too long for its next attempt fails and releases its reservation once', async () => {
    const { ctx } = bookingContext(db);
    const buy = await claimedBuy(ctx);
    ctx.clock.advance(PAST_WINDOW_MS);
    await recoverOrders(ctx, { limit: 10 });
    await recoverOrders(ctx, { limit: 10 });
    expect(await statusOf(buy.job.id)).toBe('PENDING');
    expect(await recoverOrders(ctx, { limit: 10 })).toMatchObject({ failed: 0 });
    ctx.clock.advance(60_000);
    const sweeps = await Promise.all([1, 2, 3].map(() => recoverOrders(ctx, { limit: 10 })));
    expect(sweeps.reduce((total, { failed }) => total + failed, 0)).toBe(1);
    expect(await statusOf(buy.job.id)).toBe('FAILED');
    expect(await reservedIn(buy.vaultId)).toBe('0');
    expect(await verifyLedger(ctx)).toEqual([]);
  });

  it('concurrent recoverers count one absence together and act once', async () => {
    const { ctx } = bookingContext(db);
    const { execution } = await claimedBuy(ctx);
    const six = async (notFoundCount: number) => {
      const input = { executionId: execution.id, answer: { kind: 'not found', notFoundCount } } as const;
      const booked = await Promise.all(Array.from({ length: 6 }, () => bookOutcome(ctx, input)));
      const count = (is: 'isBooked' | 'retries') => booked.filter((one) => one[is]).length;
      return { booked: count('isBooked'), retries: count('retries') };
    };
    expect(await six(0)).toEqual({ booked: 1, retries: 0 });
    expect(await executionOf(execution.id)).toMatchObject({ not_found_count: 1, status_exchange: 'UNKNOWN' });
    expect(await six(1)).toEqual({ booked: 1, retries: 1 });
    expect(await executionOf(execution.id)).toMatchObject({ not_found_count: 2, status_exchange: 'NOT_PLACED' });
  });

  it('a network fault changes nothing, and an order with an unknown outcome for two minutes raises one alert until it is found', async () => {
    const { ctx, exchange } = bookingContext(db);
    const buy = await claimedBuy(ctx);
    exchange.isDown = true;
    ctx.clock.advance(130_000);
    expect(await recoverOrders(ctx, { limit: 10 })).toMatchObject({ unreachable: 1 });
    await recoverOrders(ctx, { limit: 10 });
    expect(await executionOf(buy.execution.id)).toMatchObject({ status_exchange: 'SENDING', not_found_count: 0 });
    const alerts = () => db.prisma.systemAlert.findMany({ where: { user_id: buy.userId } });
    expect(await alerts()).toMatchObject([{ alert_type: 'ORDER_UNKNOWN', resolved_at: null }]);
    exchange.isDown = false;
    exchange.orders.set(
      buy.execution.client_order_id,
      snapshot(buy.execution.client_order_id, 'FILLED', [['1', '1', '100']]),
    );
    await recoverOrders(ctx, { limit: 10 });
    expect(await alerts()).toMatchObject([{ open_key: null, resolved_at: new Date(ctx.clock.now()) }]);
  });

  it('follows a resting order: filled in part by one sweep, canceled at its deadline by the next, its fills kept', async () => {
    const { ctx, exchange } = bookingContext(db);
    const buy = await claimedBuy(ctx, { orderType: 'LIMIT', expiresAt: ctx.clock.now() + 3_600_000 });
    const id = buy.execution.client_order_id;
    await bookReport(ctx, { executionId: buy.execution.id, order: snapshot(id, 'NEW') });
    expect(await statusOf(buy.job.id)).toBe('PENDING_LIMIT');
    exchange.orders.set(id, snapshot(id, 'PARTIALLY_FILLED', [['1', '0.25', '100']]));
    ctx.clock.advance(6_000);
    await recoverOrders(ctx, { limit: 10 });
    expect(await statusOf(buy.job.id)).toBe('PARTIALLY_FILLED');
    ctx.clock.advance(3_600_000);
    await recoverOrders(ctx, { limit: 10 });
    expect(exchange.canceled).toEqual([id]);
    expect(await db.prisma.tradeJob.findUniqueOrThrow({ where: { id: buy.job.id } })).toMatchObject({
      status: 'CANCELED',
      reason_code: 'EXPIRED',
    });
    const position = await db.prisma.tradePosition.findUniqueOrThrow({ where: { trade_job_id_open: buy.job.id } });
    expect(position.qty_remaining.toFixed()).toBe('0.25');
    expect(await verifyLedger(ctx)).toEqual([]);
  });

  it('a limit order that filled while it was being canceled is booked as filled', async () => {
    const { ctx, exchange } = bookingContext(db);
    const buy = await claimedBuy(ctx, { orderType: 'LIMIT', expiresAt: ctx.clock.now() + 1_000 });
    const id = buy.execution.client_order_id;
    await bookReport(ctx, { executionId: buy.execution.id, order: snapshot(id, 'NEW') });
    exchange.orders.set(id, snapshot(id, 'FILLED', [['1', '1', '100']]));
    ctx.clock.advance(6_000);
    await recoverOrders(ctx, { limit: 10 });
    expect(await db.prisma.tradeJob.findUniqueOrThrow({ where: { id: buy.job.id } })).toMatchObject({
      status: 'FILLED',
      reason_code: null,
    });
  });

  it('an account whose exchange does not answer does not delay the others', async () => {
    const { ctx, exchange } = bookingContext(db);
    const dead = await claimedBuy(ctx);
    ctx.clock.advance(1);
    const good = await claimedBuy(ctx);
    exchange.orders.set(
      good.execution.client_order_id,
      snapshot(good.execution.client_order_id, 'FILLED', [['1', '1', '100']]),
    );
    const forAccount = ctx.exchanges.forAccount;
    ctx.exchanges = {
      ...ctx.exchanges,
      forAccount: (account) =>
        account.id === dead.account.id ? refuse('REAL_NOT_AVAILABLE', 'not here') : forAccount(account),
    };
    ctx.clock.advance(5_001);
    for (let sweep = 0; sweep < 2; sweep++) await recoverOrders(ctx, { limit: 1 });
    expect(await statusOf(good.job.id)).toBe('FILLED');
    expect(await statusOf(dead.job.id)).toBe('EXECUTING');
  });

  it('an exchange that hangs is asked one question at a time, delays no other account, and is used again once it answers', async () => {
    const { ctx, exchange } = bookingContext(db);
    const hung = [await claimedBuy(ctx), await claimedBuy(ctx), await claimedBuy(ctx)];
    const [first] = hung;
    // All orders belong to one account at another exchange.
    for (const { execution, job } of hung) {
      await db.query('UPDATE trade_executions SET exchange_account_id = ? WHERE id = ?', [
        first?.account.id,
        execution.id,
      ]);
      await db.query('UPDATE trade_jobs SET exchange_account_id = ? WHERE id = ?', [first?.account.id, job.id]);
    }
    const good = await claimedBuy(ctx);
    let asked = 0;
    let isDead = true;
    const filled = (id: string) => snapshot(id, 'FILLED', [['1', '1', '100']]);
    const dead = {
      ...exchange,
      async findOrder({ clientOrderId }: { clientOrderId: string }) {
        asked++;
        if (isDead) throw new Error('socket hang up');
        return filled(clientOrderId);
      },
    };
    exchange.orders.set(good.execution.client_order_id, filled(good.execution.client_order_id));
    const forAccount = ctx.exchanges.forAccount;
    ctx.exchanges = {
      ...ctx.exchanges,
      forAccount: (account) => (account.id === first?.account.id ? { ok: true, exchange: dead } : forAccount(account)),
    };
    ctx.clock.advance(5_001);
    expect(await recoverOrders(ctx, { limit: 10 })).toMatchObject({ looked: 4, booked: 1, unreachable: 3 });
    expect(asked).toBe(1);
    expect(await statusOf(good.job.id)).toBe('FILLED');
    isDead = false;
    expect(await recoverOrders(ctx, { limit: 10 })).toMatchObject({ looked: 3, booked: 3, unreachable: 0 });
  });
});
