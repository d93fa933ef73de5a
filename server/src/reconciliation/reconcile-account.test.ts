import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../infra/database/database.js';
import { makePosition } from '../testing/make.js';
import { remoteWorld, type RemoteWorld } from '../testing/worlds/remote-world.js';
import { reconcileAccount } from './reconcile-account.js';
import { syncOrders } from './sync-orders.js';
import { useTestDatabase } from '../testing/services/use-test-database.js';

let db: Database;
let w: RemoteWorld;
useTestDatabase((made) => ({ db } = made));
beforeEach(async () => {
  w = await remoteWorld(db);
});

const BTC = 'BTC/USDT';
const executionOf = (id: number) => db.prisma.tradeExecution.findUniqueOrThrow({ where: { id } });
const jobOf = (id: number) => db.prisma.tradeJob.findUniqueOrThrow({ where: { id } });
const alerts = () => db.prisma.systemAlert.findMany({ where: { user_id: w.account.userId }, orderBy: { id: 'asc' } });
const openAlerts = async () => (await alerts()).filter((one) => one.resolved_at === null).map((one) => one.alert_type);
const external = () =>
  db.prisma.externalOrder.findMany({
    where: { exchange_account_id: w.account.id },
    include: { trades: true },
    orderBy: { id: 'asc' },
  });
const reconcile = () => reconcileAccount(w.ctx, w.account);

describe('open orders', () => {
  it('that match the exchange are compared with one request', async () => {
    for (let n = 0; n < 5; n++) await w.resting();
    expect(await reconcile()).toMatchObject({ compared: 5, differed: 0, external: 0 });
    expect(w.exchange.asked).toMatchObject({ openOrders: 1, findOrder: 0 });
  });

  it('that were partially filled, filled or canceled while we were down are booked, each with one lookup', async () => {
    const [part, full, gone, same] = [await w.resting(), await w.resting(), await w.resting(), await w.resting()];
    w.exchange.fillOrder(part, '0.4', '89000', true);
    w.exchange.fillOrder(full, '1', '90000', true);
    w.exchange.end(gone, true);
    // The coins of both buys are there, so nothing is short.
    w.exchange.holdings = [{ asset: 'BTC', free: '1.4', locked: '0' }];
    expect(await reconcile()).toMatchObject({ compared: 4, differed: 3 });
    expect(w.exchange.asked.findOrder).toBe(3);
    expect(await jobOf(part.jobId)).toMatchObject({ status: 'PARTIALLY_FILLED' });
    expect(await jobOf(full.jobId)).toMatchObject({ status: 'FILLED' });
    expect(await jobOf(gone.jobId)).toMatchObject({ status: 'CANCELED', reason_code: 'CANCELED_BY_EXCHANGE' });
    expect(await jobOf(same.jobId)).toMatchObject({ status: 'PENDING_LIMIT' });
    const positions = await db.prisma.tradePosition.findMany({ where: { exchange_account_id: w.account.id } });
    expect(positions.map((one) => one.qty_remaining.toFixed()).sort()).toEqual(['0.4', '1']);
    expect(await reconcile()).toMatchObject({ compared: 2, differed: 0, late: 0 });
    expect(await openAlerts()).toEqual([]);
  });

  it('with an unknown outcome are looked up, and booked when found', async () => {
    const lost = await w.resting({ status: 'UNKNOWN' });
    w.exchange.fillOrder(lost, '1', '90000', true);
    w.exchange.holdings = [{ asset: 'BTC', free: '1', locked: '0' }];
    await reconcile();
    expect(await jobOf(lost.jobId)).toMatchObject({ status: 'FILLED' });
  });

  it('are proven absent only when no trade may belong to them', async () => {
    const lost = await w.resting({ status: 'UNKNOWN', sentThere: false });
    w.ctx.clock.advance(30_000);
    // The exchange lost the client order id and lists the order nowhere: only a trade of its side is left.
    const other = w.exchange.byHand({ side: 'BUY', quantity: '1' });
    w.exchange.orders.clear();
    for (let n = 0; n < 3; n++) expect(await reconcile()).toBeDefined();
    expect(await executionOf(lost.executionId)).toMatchObject({ status_exchange: 'UNKNOWN', not_found_count: 0 });
    // Once the order is known to be external, the absence counts.
    w.exchange.orders.set(other.exchangeOrderId, other);
    for (let n = 0; n < 2; n++) expect(await reconcile()).toBeDefined();
    expect(await executionOf(lost.executionId)).toMatchObject({ status_exchange: 'NOT_PLACED', not_found_count: 2 });
  });

  it('that the lookup by client order id misses are found in the list of recent orders, with their trades', async () => {
    const lost = await w.resting({ status: 'UNKNOWN' });
    w.exchange.fillOrder(lost, '1', '90000', true);
    w.exchange.holdings = [{ asset: 'BTC', free: '1', locked: '0' }];
    w.exchange.findOrder = async () => undefined;
    w.ctx.clock.advance(30_000);
    await reconcile();
    expect(await jobOf(lost.jobId)).toMatchObject({ status: 'FILLED' });
    expect(await executionOf(lost.executionId)).toMatchObject({ status_exchange: 'FILLED', not_found_count: 0 });
  });
});

describe('trades', () => {
  it('that came late for an incomplete order are booked', async () => {
    const order = await w.resting();
    w.exchange.fillOrder(order, '1', '90000', true);
    const told = w.exchange.trades.splice(0);
    const complete = w.exchange.findOrder;
    w.exchange.holdings = [{ asset: 'BTC', free: '1', locked: '0' }];
    // The exchange says FILLED but reports no trades yet.
    w.exchange.findOrder = async (key) => {
      const found = await complete(key);
      return found && { ...found, fills: [] };
    };
    await reconcile();
    expect(await jobOf(order.jobId)).toMatchObject({ status: 'PENDING_LIMIT' });
    w.exchange.findOrder = complete;
    w.exchange.trades.push(...told);
    await reconcile();
    expect(await jobOf(order.jobId)).toMatchObject({ status: 'FILLED' });
  });

  it('for an order that has ended here raise an alert instead of being lost', async () => {
    const order = await w.resting();
    w.exchange.end(order, true);
    await reconcile();
    expect(await jobOf(order.jobId)).toMatchObject({ status: 'CANCELED' });
    w.exchange.fillOrder(order, '0.5', '90000', true);
    await reconcile();
    expect(await openAlerts()).toEqual(['POSITION_INVALID_QTY']);
  });

  it('are requested since the last comparison, with an overlap', async () => {
    await w.resting();
    const since: number[] = [];
    const { tradesSince } = w.exchange.remote;
    w.exchange.remote.tradesSince = (symbol, from) => {
      since.push(from);
      return tradesSince(symbol, from);
    };
    const first = w.ctx.clock.now();
    await reconcile();
    w.ctx.clock.advance(60_000);
    await reconcile();
    expect(since).toEqual([first - 3_600_000, first - 300_000]);
  });

  it('are all read when they fill more than a page', async () => {
    await w.resting();
    for (let n = 0; n < 250; n++) {
      w.exchange.byHand({ side: 'SELL', quantity: '0.001' });
      w.ctx.clock.advance(10);
    }
    const { tradesSince } = w.exchange.remote;
    w.exchange.remote.tradesSince = async (symbol, from) => (await tradesSince(symbol, from)).slice(0, 100);
    await reconcile();
    expect(await external()).toHaveLength(250);
    expect(await openAlerts()).toEqual(['ORDER_NOT_OURS']);
  });
});

describe('external activity', () => {
  it('is recorded once, alerted once and never adopted', async () => {
    await w.resting();
    w.exchange.byHand({ side: 'SELL', quantity: '0.5', limitPrice: '120000' });
    w.exchange.byHand({ side: 'BUY', quantity: '0.25' });
    for (let n = 0; n < 3; n++) await reconcile();
    expect(await external()).toMatchObject([
      { side: 'SELL', status: 'NEW', order_type: 'LIMIT', trades: [] },
      { side: 'BUY', status: 'FILLED', order_type: 'MARKET', trades: [{ fee_asset: 'USDT' }] },
    ]);
    const [alert, ...more] = await alerts();
    expect([alert?.alert_type, more.length]).toEqual(['ORDER_NOT_OURS', 0]);
    expect(alert?.message).toContain('BUY 0.25 BTC/USDT. 2 such orders');
    expect(await db.prisma.tradePosition.count({ where: { exchange_account_id: w.account.id } })).toBe(0);
    expect(await db.prisma.tradeJob.count({ where: { exchange_account_id: w.account.id } })).toBe(1);
  });

  it('is followed until it ends, and trades bring a dismissed order back', async () => {
    await w.resting();
    const order = w.exchange.byHand({ side: 'SELL', quantity: '0.5', limitPrice: '120000' });
    const quiet = w.exchange.byHand({ side: 'SELL', quantity: '0.1', limitPrice: '130000' });
    await reconcile();
    await db.prisma.externalOrder.updateMany({ data: { dismissed_at: new Date() } });
    w.exchange.fillOrder({ exchangeOrderId: order.exchangeOrderId }, '0.5', '120000', true);
    w.exchange.orders.delete(quiet.exchangeOrderId);
    w.ctx.clock.advance(60_000);
    await reconcile();
    expect(
      (await external()).map(({ status, dismissed_at, trades }) => [status, dismissed_at === null, trades.length]),
    ).toEqual([
      ['FILLED', true, 1],
      ['GONE', false, 0],
    ]);
  });

  it('does not include our orders in flight: while an order has no answer, an unassigned trade waits', async () => {
    const sending = await w.resting({ status: 'SENDING', sentThere: false });
    await db.query('UPDATE trade_executions SET send_before = ? WHERE id = ?', [
      new Date(w.ctx.clock.now() + 5_000),
      sending.executionId,
    ]);
    w.exchange.byHand({ side: 'BUY', quantity: '1', limitPrice: '90000', clientOrderId: sending.clientOrderId });
    w.exchange.fillOrder(sending, '1', '90000', true);
    await reconcile();
    expect(await external()).toEqual([]);
    w.exchange.holdings = [{ asset: 'BTC', free: '1', locked: '0' }];
    w.ctx.clock.advance(6_000);
    await reconcile();
    expect(await jobOf(sending.jobId)).toMatchObject({ status: 'FILLED' });
    expect(await external()).toEqual([]);
  });
});

describe('holdings', () => {
  const position = (qty: string) =>
    makePosition(db, { exchange_account_id: w.account.id, trade_mode: 'REAL', symbol: BTC, qty_total: qty });

  it('smaller than the open positions raise one clear alert, which ends when they add up again', async () => {
    await position('1');
    await position('0.5');
    w.exchange.holdings = [{ asset: 'BTC', free: '0.9', locked: '0.2' }];
    for (let n = 0; n < 2; n++) expect(await reconcile()).toMatchObject({ short: ['BTC'] });
    const [alert, ...more] = await alerts();
    expect([alert?.alert_type, more.length]).toEqual(['POSITION_INVALID_QTY', 0]);
    expect(alert?.message).toContain(
      'has 1.1 BTC at the exchange, but its open positions say 1.5: 0.4 BTC are missing',
    );
    w.exchange.holdings = [{ asset: 'BTC', free: '1.5', locked: '0' }];
    expect(await reconcile()).toMatchObject({ short: [] });
    expect(await openAlerts()).toEqual([]);
  });

  it('raise no alert when a sell was just filled: it is booked first', async () => {
    const sell = await w.resting({ side: 'SELL' });
    const { balances } = w.exchange;
    w.exchange.holdings = [{ asset: 'BTC', free: '0', locked: '1' }];
    w.exchange.balances = async () => {
      // It fills between the comparison of orders and the read of the balances.
      if (w.exchange.holdings.length > 0) w.exchange.fillOrder(sell, '1', '90000', true);
      w.exchange.holdings = [];
      return balances();
    };
    expect(await reconcile()).toMatchObject({ short: [] });
    expect(await jobOf(sell.jobId)).toMatchObject({ status: 'FILLED' });
    expect(await alerts()).toEqual([]);
  });
});

describe('an exchange that does not answer', () => {
  it('is recorded, alerted after two minutes, and cleared when it answers', async () => {
    await w.resting();
    w.exchange.isDown = true;
    expect(await reconcile()).toBeUndefined();
    expect(await openAlerts()).toEqual([]);
    w.ctx.clock.advance(180_000);
    await reconcile();
    const sync = () => db.prisma.accountSync.findUniqueOrThrow({ where: { exchange_account_id: w.account.id } });
    expect(await openAlerts()).toEqual(['RECONCILE_FAILED']);
    expect(await sync()).toMatchObject({ error_message: 'socket hang up', reconciled_at: null });
    w.exchange.isDown = false;
    await reconcile();
    expect(await openAlerts()).toEqual([]);
    expect(await sync()).toMatchObject({ error_message: null, failing_since: null });
    expect((await sync()).reconciled_at).toEqual(new Date(w.ctx.clock.now()));
  });
});

describe('orders_sync_real', () => {
  it('is shared: of several processes one compares an account, and again when it is due', async () => {
    await w.resting();
    const runs = () => Promise.all([1, 2, 3].map(() => syncOrders(w.ctx, { notWithinMs: 45_000 })));
    await runs();
    expect(w.exchange.asked.openOrders).toBe(1);
    w.ctx.clock.advance(60_000);
    await runs();
    expect(w.exchange.asked.openOrders).toBe(2);
  });
});
