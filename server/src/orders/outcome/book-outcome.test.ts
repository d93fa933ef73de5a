import { describe, expect, it } from 'vitest';
import type { Database } from '../../infra/database/database.js';
import {
  bookingContext,
  bookRefusal,
  bookReport,
  bookUnknown,
  claimedBuy,
  claimedSell,
  sendingExecution,
  snapshot,
} from '../../testing/worlds/booking-world.js';
import { makeBinding, makeParameter, makeVault } from '../../testing/make.js';
import { verifyLedger } from '../../vaults/verify-ledger.js';
import { useTestDatabase } from '../../testing/services/use-test-database.js';

let db: Database;
useTestDatabase((made) => ({ db } = made));

const vaultOf = async (id: number) => {
  const row = await db.prisma.vaultBalance.findUniqueOrThrow({
    where: { vault_id_asset: { vault_id: id, asset: 'USDT' } },
  });
  return { balance: row.balance.toFixed(), reserved: row.reserved.toFixed() };
};
const entriesOf = async (jobId: number) =>
  (await db.prisma.vaultTransaction.findMany({ where: { trade_job_id: jobId }, orderBy: { id: 'asc' } })).map(
    (row) => row.type,
  );
const liveOf = (userId: number) =>
  db.prisma.liveEvent.findMany({ where: { user_id: userId }, orderBy: { seq: 'asc' } });
const jobOf = (id: number) =>
  db.prisma.tradeJob.findUniqueOrThrow({ where: { id }, include: { position_open: { include: { fills: true } } } });

describe('booking a buy in the database', () => {
  it('opens one position with the defaults of the parameter, settles the vault and notifies the owner in order', async () => {
    const { ctx, woken } = bookingContext(db);
    const { webhook_source_id } = await makeBinding(db);
    const buy = await claimedBuy(ctx);
    const event = await db.prisma.webhookEvent.create({
      data: {
        ...{ webhook_source_id, target_account_id: buy.account.id, trade_mode: 'SIMULATION', event_uid: 'e1' },
        ...{ symbol_raw: 'SOLUSDT', symbol_normalized: 'SOL/USDT', action: 'BUY_SIGNAL', status: 'RECEIVED' },
      },
    });
    await db.prisma.tradeJob.update({ where: { id: buy.job.id }, data: { webhook_event_id: event.id } });
    const both = {
      exchange_account_id: buy.account.id,
      symbol: 'SOL/USDT',
      default_tp_enabled: true,
      default_tp_pct: '9',
    };
    await makeParameter(db, { ...both, side: 'BOTH' });
    await makeParameter(db, {
      ...both,
      side: 'BUY',
      default_sl_enabled: true,
      default_sl_pct: '2.5',
      min_profit_pct: '0.75',
      ...{ trailing_stop_enabled: true, trailing_distance_pct: '1.5', trailing_arming_pct: '0.5' },
      ...{ default_time_stop_hours: 48, default_break_even: true },
      default_targets_json: [
        { pct: '2', sharePct: '50' },
        { pct: '4.25', sharePct: '25' },
      ],
    });

    const order = snapshot(buy.execution.client_order_id, 'FILLED', [
      ['1', '0.6', '100', '0.0006', 'SOL'],
      ['2', '0.4', '101', '0.1', 'USDT'],
    ]);
    const sentAt = ctx.clock.now();
    ctx.clock.advance(7);
    expect(await bookReport(ctx, { executionId: buy.execution.id, order, sentAt, acknowledgedAt: sentAt + 5 })).toEqual(
      {
        status: 'FILLED',
      },
    );

    const job = await jobOf(buy.job.id);
    const position = job.position_open;
    expect(position).toMatchObject({
      status: 'OPEN',
      vault_id: buy.vaultId,
      sl_enabled: true,
      tp_enabled: true,
      ...{ trailing_enabled: true, time_stop_hours: 48, break_even_after_first: true },
    });
    expect(position?.sl_pct?.toFixed()).toBe('2.5');
    expect(position?.trailing_arming_pct?.toFixed()).toBe('0.5');
    const targets = await db.prisma.positionTarget.findMany({ where: { position_id: position?.id ?? 0 } });
    expect(targets.map((one) => [one.ordinal, one.pct.toFixed(), one.share_pct.toFixed(), one.triggered_at])).toEqual([
      [1, '2', '50', null],
      [2, '4.25', '25', null],
    ]);
    expect(position?.min_profit_pct?.toFixed()).toBe('0.75');
    expect(position?.qty_total.toFixed()).toBe('0.9994');
    expect(position?.price_open.toFixed()).toBe('100.4');
    expect([position?.realized_profit_usd, position?.cost_quote].map(String)).toEqual(['0', '100.5']);
    expect(position?.fills).toHaveLength(2);
    expect(await vaultOf(buy.vaultId)).toEqual({ balance: '899.5', reserved: '0' });
    const execution = await db.prisma.tradeExecution.findUniqueOrThrow({ where: { id: buy.execution.id } });
    expect(execution).toMatchObject({
      status_exchange: 'FILLED',
      sent_at: new Date(sentAt),
      acknowledged_at: new Date(sentAt + 5),
    });
    expect(execution.filled_at?.toISOString()).toBe('2026-11-24T12:00:01.001Z');
    expect(execution.booked_at).toEqual(new Date(ctx.clock.now()));
    expect(await db.prisma.webhookEvent.findUniqueOrThrow({ where: { id: event.id } })).toMatchObject({
      status: 'PROCESSED',
    });
    const live = await liveOf(buy.userId);
    expect(live.map((row) => [Number(row.seq), row.topic])).toEqual([
      [1, 'JOB'],
      [2, 'POSITION'],
      [3, 'FILL'],
      [4, 'FILL'],
      [5, 'VAULT'],
    ]);
    expect(live[1]?.entity_id).toBe(position?.id);
    expect(live.slice(2, 4).map((row) => row.entity_id)).toEqual(position?.fills.map((row) => row.id));
    expect(woken).toEqual([buy.userId]);
  });

  it('twenty bookings of the same answers at once book each fill once and settle the vault once', async () => {
    const { ctx } = bookingContext(db);
    const buy = await claimedBuy(ctx, { orderType: 'LIMIT' });
    const id = buy.execution.client_order_id;
    const part = snapshot(id, 'PARTIALLY_FILLED', [['1', '0.3', '99.000000000000000001']]);
    const full = snapshot(id, 'FILLED', [
      ['1', '0.3', '99.000000000000000001'],
      ['2', '0.7', '98'],
    ]);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        bookReport(ctx, { executionId: buy.execution.id, order: index % 3 ? full : part }),
      ),
    );
    const job = await jobOf(buy.job.id);
    expect(job.status).toBe('FILLED');
    expect(job.position_open?.fills).toHaveLength(2);
    expect(job.position_open?.qty_total.toFixed()).toBe('1');
    expect(await entriesOf(buy.job.id)).toEqual(['BUY_CONFIRM']);
    expect((await vaultOf(buy.vaultId)).reserved).toBe('0');
    const live = await liveOf(buy.userId);
    expect(live.map((row) => Number(row.seq))).toEqual(live.map((_, index) => index + 1));
    expect(live.filter((row) => row.topic === 'FILL')).toHaveLength(2);
    expect(await verifyLedger(ctx)).toEqual([]);
  });

  it('books an amount that the vault could not cover, notes it in the entry and raises one alert', async () => {
    const { ctx } = bookingContext(db);
    const buy = await claimedBuy(ctx, { balance: '115' });
    const order = snapshot(buy.execution.client_order_id, 'FILLED', [['1', '1', '120']]);
    await bookReport(ctx, { executionId: buy.execution.id, order });
    expect(await vaultOf(buy.vaultId)).toEqual({ balance: '0', reserved: '0' });
    const entry = await db.prisma.vaultTransaction.findUniqueOrThrow({
      where: { dedupe_key: `job:${buy.job.id}:resolve` },
    });
    expect(entry).toMatchObject({ type: 'BUY_CONFIRM', meta_json: { shortfall: '5' } });
    const alert = await db.prisma.systemAlert.findUniqueOrThrow({
      where: { open_key: `LEDGER_DRIFT:job:${buy.job.id}` },
    });
    expect(alert).toMatchObject({ alert_type: 'LEDGER_DRIFT', user_id: buy.userId });
    expect((await liveOf(buy.userId)).at(-1)).toMatchObject({ topic: 'ALERT', entity_id: alert.id });
  });

  it('refuses the answer for another order', async () => {
    const { ctx } = bookingContext(db);
    const buy = await claimedBuy(ctx);
    await expect(
      bookReport(ctx, { executionId: buy.execution.id, order: snapshot('other', 'FILLED') }),
    ).rejects.toThrow('not the order of');
    await expect(bookReport(ctx, { executionId: 999_999, order: snapshot('other', 'FILLED') })).rejects.toThrow(
      'no execution',
    );
  });
});

describe('booking a sell in the database', () => {
  it('closes the older position first, returns the proceeds and closes out dust below the market minimum', async () => {
    const { ctx } = bookingContext(db);
    const sell = await claimedSell(ctx, { positions: ['1', '1.0004'] });
    const order = snapshot(sell.execution.client_order_id, 'FILLED', [
      ['1', '1.5', '110', '0.165'],
      ['2', '0.5', '112', '0.0001', 'BNB'],
    ]);
    expect(await bookReport(ctx, { executionId: sell.execution.id, order })).toEqual({ status: 'FILLED' });
    const rows = await db.prisma.tradePosition.findMany({
      where: { id: { in: sell.positions.map(({ id }) => id) } },
      orderBy: { id: 'asc' },
    });
    expect(
      rows.map((row) => [
        row.status,
        row.close_reason,
        row.qty_remaining.toFixed(),
        row.qty_reserved.toFixed(),
        row.dust_qty.toFixed(),
      ]),
    ).toEqual([
      ['CLOSED', 'WEBHOOK_SELL', '0', '0', '0'],
      ['CLOSED', 'WEBHOOK_SELL', '0', '0', '0.0004'],
    ]);
    // 1.5 × 110 + 0.5 × 112 − 0.165 in quote; the BNB fee (0.06) costs profit only; dust counts at its value then.
    expect(await vaultOf(sell.vaultId)).toEqual({ balance: '320.835', reserved: '0' });
    expect(rows.map((row) => row.realized_profit_usd.toFixed())).toEqual(['19.89', '20.8938']);
    expect(await entriesOf(sell.job.id)).toEqual(['SELL_RETURN', 'SELL_RETURN', 'SELL_RETURN']);
    expect(await verifyLedger(ctx)).toEqual([]);
  });

  it('two sells of parts of one position, booked at the same time, never sell more than it has', async () => {
    const { ctx } = bookingContext(db);
    const first = await claimedSell(ctx, { positions: ['2'] });
    const [position] = first.positions;
    if (!position) throw new Error('no position');
    await db.prisma.positionReservation.updateMany({ where: { trade_job_id: first.job.id }, data: { qty: '1' } });
    const job = await db.prisma.tradeJob.create({ data: { ...jobCopy(first.job), side: 'SELL', status: 'EXECUTING' } });
    await db.prisma.positionReservation.create({ data: { trade_job_id: job.id, position_id: position.id, qty: '1' } });
    const second = await sendingExecution(ctx, job.id, '1');
    await Promise.all(
      [first.execution, second].flatMap((one) =>
        Array.from({ length: 5 }, () =>
          bookReport(ctx, { executionId: one.id, order: snapshot(one.client_order_id, 'FILLED', [['1', '1', '100']]) }),
        ),
      ),
    );
    const after = await db.prisma.tradePosition.findUniqueOrThrow({
      where: { id: position.id },
      include: { fills: true },
    });
    expect(after).toMatchObject({ status: 'CLOSED' });
    expect(after.fills.filter((one) => one.side === 'SELL')).toHaveLength(2);
    expect(await vaultOf(first.vaultId)).toEqual({ balance: '300', reserved: '0' });
  });
});

describe('a vault that never held the quote asset', () => {
  it('receives the first proceeds of two concurrent sells and loses neither', async () => {
    const { ctx } = bookingContext(db);
    const sells = [await claimedSell(ctx), await claimedSell(ctx)];
    const vault = await makeVault(db, { balances: {} });
    for (const { positions } of sells) {
      await db.prisma.tradePosition.updateMany({
        where: { id: { in: positions.map(({ id }) => id) } },
        data: { vault_id: vault.id },
      });
    }
    await Promise.all(
      sells.map(({ execution }) =>
        bookReport(ctx, {
          executionId: execution.id,
          order: snapshot(execution.client_order_id, 'FILLED', [['1', '1', '100.000000000000000001']]),
        }),
      ),
    );
    expect(await vaultOf(vault.id)).toEqual({ balance: '200.000000000000000002', reserved: '0' });
    expect(await verifyLedger(ctx)).toEqual([]);
  });
});

const jobCopy = (job: { exchange_account_id: number; trade_mode: string; symbol: string; order_type: string }) => ({
  exchange_account_id: job.exchange_account_id,
  trade_mode: job.trade_mode,
  symbol: job.symbol,
  order_type: job.order_type,
});

describe('refusals and unknown outcomes', () => {
  it('a refusal fails the job and releases the reservation once, also when it is booked twice at the same time', async () => {
    const { ctx } = bookingContext(db);
    const buy = await claimedBuy(ctx);
    const refusal = {
      executionId: buy.execution.id,
      code: 'MIN_NOTIONAL_NOT_MET' as const,
      message: 'below 5 USDT',
      sentAt: ctx.clock.now(),
    };
    await Promise.all([bookRefusal(ctx, refusal), bookRefusal(ctx, refusal), bookRefusal(ctx, refusal)]);
    expect(await jobOf(buy.job.id)).toMatchObject({
      status: 'FAILED',
      reason_code: 'MIN_NOTIONAL_NOT_MET',
      reason_message: 'below 5 USDT',
    });
    expect(await entriesOf(buy.job.id)).toEqual(['BUY_CANCEL']);
    expect(await vaultOf(buy.vaultId)).toEqual({ balance: '1000', reserved: '0' });
  });

  it('a refused sell releases its reservations', async () => {
    const { ctx } = bookingContext(db);
    const sell = await claimedSell(ctx, { positions: ['1', '2'] });
    await bookRefusal(ctx, { executionId: sell.execution.id, code: 'EXCHANGE_REFUSED', message: 'no' });
    const rows = await db.prisma.positionReservation.findMany({
      where: { trade_job_id: sell.job.id },
      include: { position: true },
    });
    expect(rows.map((row) => [row.is_live, row.position.qty_reserved.toFixed(), row.position.status])).toEqual([
      [false, '0', 'OPEN'],
      [false, '0', 'OPEN'],
    ]);
  });

  it('an unknown outcome keeps the job EXECUTING with its reservation, and a later answer settles it', async () => {
    const { ctx } = bookingContext(db);
    const buy = await claimedBuy(ctx);
    await bookUnknown(ctx, { executionId: buy.execution.id, message: 'timeout after 15 s', sentAt: ctx.clock.now() });
    expect((await jobOf(buy.job.id)).status).toBe('EXECUTING');
    expect(await vaultOf(buy.vaultId)).toEqual({ balance: '1000', reserved: '110' });
    await bookReport(ctx, {
      executionId: buy.execution.id,
      order: snapshot(buy.execution.client_order_id, 'FILLED', [['1', '1', '100']]),
    });
    await bookUnknown(ctx, { executionId: buy.execution.id, message: 'a late echo' });
    expect((await jobOf(buy.job.id)).status).toBe('FILLED');
    expect(
      (await db.prisma.tradeExecution.findUniqueOrThrow({ where: { id: buy.execution.id } })).status_exchange,
    ).toBe('FILLED');
  });

  it('a refusal or an answer for an order that has ended differently changes nothing, and a contradiction raises an alert', async () => {
    const { ctx } = bookingContext(db);
    const buy = await claimedBuy(ctx);
    const input = { executionId: buy.execution.id };
    await bookRefusal(ctx, { ...input, code: 'EXCHANGE_REFUSED', message: 'no' });
    const order = snapshot(buy.execution.client_order_id, 'FILLED', [['1', '1', '100']]);
    expect(await bookReport(ctx, { ...input, order })).toEqual({ status: 'FAILED' });
    await bookReport(ctx, { ...input, order });
    expect((await jobOf(buy.job.id)).position_open).toBeNull();
    const alerts = await db.prisma.systemAlert.findMany({ where: { user_id: buy.userId } });
    expect(alerts.map((row) => row.alert_type)).toEqual(['POSITION_INVALID_QTY']);
    expect(await entriesOf(buy.job.id)).toEqual(['BUY_CANCEL']);
  });
});
