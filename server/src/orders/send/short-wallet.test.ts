import { afterEach, describe, expect, it } from 'vitest';
import { d } from '../../core/money/money.js';
import { atVenue } from '../../core/price/venue-price.js';
import { closeAsReconciled } from '../../reconciliation/holdings/close-as-reconciled.js';
import { fakeClock } from '../../testing/fake-clock.js';
import type { FakeMarket } from '../../testing/fake-exchange/engine-types.js';
import { makeJob, makePosition } from '../../testing/make.js';
import { openRealExchange } from '../../testing/worlds/real-exchange.js';
import { remoteWorld } from '../../testing/worlds/remote-world.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { verifyLedger } from '../../vaults/verify-ledger.js';
import { killSwitch } from '../../bulk-actions/kill-switch.js';
import { bookRestingOrder } from '../outcome/book-resting-order.js';
import { closePosition } from '../../positions/close-position.js';
import { confirmCloseAll } from '../../bulk-actions/confirm-close-all.js';
import { executeTrade } from './execute-trade.js';
import { placeLimitSell } from '../../positions/place-limit-sell.js';
import { previewCloseAll } from '../../bulk-actions/preview-close-all.js';
import { fireExit } from '../../exits/run-exits.js';
import { useTestDatabase } from '../../testing/services/use-test-database.js';

let t: TestDatabase;
useTestDatabase((made) => (t = made));
const opened: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.stop();
});

const market = (base: string, minNotional = '5'): FakeMarket => ({
  ...{ id: `${base}USDT`, symbol: `${base}/USDT`, base, quote: 'USDT', tickSize: '0.01', minPrice: '0.01' },
  ...{ maxPrice: '1000000', stepSize: '0.001', minQty: '0.001', maxQty: '9000', minNotional, maxNumOrders: 200 },
});

/** An account whose wallet has `bnb`, whatever its positions record. */
async function open(dialect: 'binance' | 'bybit', bnb: string) {
  const balances = { USDT: '100000', BNB: bnb };
  const real = await openRealExchange({
    dialect,
    balances,
    markets: [market('BNB'), market('SOL')],
    feeAsset: 'quote',
  });
  opened.push(real);
  const { fake } = real;
  for (const symbol of ['BNB/USDT', 'SOL/USDT']) fake.setPrice(symbol, { last: '600', bid: '600', ask: '600' });
  const clock = { ...fakeClock(), now: () => Date.now() };
  const priced = atVenue('BINANCE_SPOT', { symbol: 'BNB/USDT', last: '600', at: Date.now(), source: 'test' });
  const prices = {
    get: (key: string) => (key === priced.key ? { ...priced, at: Date.now() } : undefined),
    ...{ all: () => [priced], subscribe: () => () => undefined, history: async () => [] },
  };
  const w = await remoteWorld(t.db, { clock, overrides: { prices } });
  w.exchanges.set(w.account.id, real.exchange);
  const scope = { exchange_account_id: w.account.id, trade_mode: 'REAL', symbol: 'BNB/USDT', price_open: '580' };
  const hold = async (qty: string, columns: object = {}) =>
    (await makePosition(t.db, { ...scope, qty_total: qty, sl_enabled: true, sl_pct: '2', ...columns })).id;
  const run = async () => {
    for (const message of w.messages.splice(0)) await executeTrade(w.ctx, message);
  };
  const stop = (id: number, price = '560') =>
    fireExit(w.ctx, {
      position: { id, symbol: 'BNB/USDT', account: w.account },
      tick: { price: d(price), at: Date.now() },
    });
  const alerts = async () =>
    (await t.db.prisma.systemAlert.findMany({ where: { user_id: w.account.userId, resolved_at: null } }))
      .map(({ alert_type }) => alert_type)
      .sort();
  return { ...real, w, hold, run, stop, alerts };
}

const read = async (id: number) => {
  const row = await t.db.prisma.tradePosition.findUniqueOrThrow({ where: { id } });
  const { status, close_reason, unsellable_reason } = row;
  const [left, short, worth, dust] = [row.qty_remaining, row.shortfall_qty, row.shortfall_value_quote, row.dust_qty];
  return { status, close_reason, unsellable_reason, numbers: [left, short, worth, dust].map(String) };
};

describe.each(['binance', 'bybit'] as const)('a wallet that holds less than the book, at a fake %s', (dialect) => {
  it('a stop sells the available 0.484 of 0.5, closes with its reason, and records the difference', async () => {
    const { fake, hold, run, stop, alerts } = await open(dialect, '0.484');
    const id = await hold('0.5');
    expect(await stop(id)).toMatchObject({ kind: 'FIRED' });
    await run();
    expect(await read(id)).toEqual({
      ...{ status: 'CLOSED', close_reason: 'STOP_LOSS', unsellable_reason: null },
      numbers: ['0', '0.016', '9.6', '0'],
    });
    expect(fake.orders().map(({ executedQty, status }) => [executedQty.toFixed(), status])).toEqual([
      ['0.484', 'FILLED'],
    ]);
    const executions = await t.db.prisma.tradeExecution.findMany({
      where: { side: 'SELL', exchange_account: { positions: { some: { id } } } },
      orderBy: { attempt: 'asc' },
    });
    expect(executions.map(({ status_exchange, requested_qty }) => [status_exchange, String(requested_qty)])).toEqual([
      ['REJECTED', '0.5'],
      ['FILLED', '0.484'],
    ]);
    expect(new Set(executions.map(({ client_order_id }) => client_order_id)).size).toBe(2);
    expect(await alerts()).toEqual(['POSITION_SHORTFALL']);
    expect(await verifyLedger({ db: t.db })).toEqual([]);
  });

  it('a manual close and a signal sell what is available, and record dust and missing coins separately', async () => {
    const { w, hold, run } = await open(dialect, '0.9845');
    const [first, second] = [await hold('0.5'), await hold('0.5')];
    await closePosition(w.ctx, w.account.userId, { positionId: first, idempotencyKey: 'a' });
    await run();
    expect(await read(first)).toMatchObject({
      status: 'CLOSED',
      close_reason: 'MANUAL',
      numbers: ['0', '0', '0', '0'],
    });
    const job = await makeJob(t.db, {
      ...{ exchange_account_id: w.account.id, trade_mode: 'REAL', symbol: 'BNB/USDT', side: 'SELL', status: 'PENDING' },
      ...{ base_quantity: null, created_at: new Date() },
    });
    await executeTrade(w.ctx, { jobId: job.id, committedAt: Date.now(), queuedAt: Date.now() });
    expect(await read(second)).toMatchObject({
      ...{ status: 'CLOSED', close_reason: 'WEBHOOK_SELL' },
      numbers: ['0', '0.0155', '9.3', '0.0005'],
    });
  });

  it('what external orders hold is not written off: the free part is sold, the remainder stays open with a note', async () => {
    const { fake, w, hold, run, alerts } = await open(dialect, '0.5');
    const id = await hold('0.5');
    const { name } = fake.accounts[0] ?? { name: '' };
    const foreign = { account: name, market: 'BNB/USDT', side: 'SELL', type: 'LIMIT', clientId: 'handmade' } as const;
    fake.engine.place({ ...foreign, quantity: '0.2', price: '900' });
    await closePosition(w.ctx, w.account.userId, { positionId: id, idempotencyKey: 'a' });
    await run();
    expect(await read(id)).toMatchObject({
      ...{ status: 'OPEN', unsellable_reason: 'HOLDING_LOCKED', numbers: ['0.2', '0', '0', '0'] },
    });
    expect(await alerts()).toEqual(['POSITION_UNSELLABLE']);
  });

  it('without any coins, a position stays open with an alert, sends no more orders, and is sold when the coins are back', async () => {
    const { fake, hold, run, stop, alerts } = await open(dialect, '0');
    const id = await hold('0.5');
    await stop(id);
    await run();
    expect(await read(id)).toMatchObject({ status: 'OPEN', unsellable_reason: 'HOLDING_MISSING' });
    expect(await alerts()).toEqual(['POSITION_UNSELLABLE']);
    const jobs = await t.db.prisma.tradeJob.count();
    await t.db.query('UPDATE trade_jobs SET created_at = created_at - INTERVAL 5 MINUTE');
    for (let n = 0; n < 3; n++) expect(await stop(id)).toEqual({ kind: 'UNSELLABLE' });
    expect(await t.db.prisma.tradeJob.count()).toBe(jobs);
    fake.engine.balances.addFree(fake.accounts[0]?.name ?? '', 'BNB', d('0.5'));
    expect(await stop(id)).toMatchObject({ kind: 'FIRED' });
    await run();
    expect(await read(id)).toMatchObject({ status: 'CLOSED', close_reason: 'STOP_LOSS', unsellable_reason: null });
    expect(await alerts()).toEqual([]);
  });

  it('closing as reconciled removes only the missing coins: the others stay in the position', async () => {
    const { w, hold } = await open(dialect, '0.484');
    const id = await hold('0.5');
    expect(await closeAsReconciled(w.ctx, w.account.userId, { positionId: id })).toEqual({ ok: true, positionId: id });
    expect(await read(id)).toMatchObject({ status: 'OPEN', numbers: ['0.484', '0.016', '9.28', '0'] });
    expect(await closeAsReconciled(w.ctx, w.account.userId, { positionId: id })).toMatchObject({
      code: 'HOLDING_PRESENT',
    });
    expect(await verifyLedger({ db: t.db })).toEqual([]);
  });

  it('a trailing stop sells what is available', async () => {
    const { hold, run, stop } = await open(dialect, '0.484');
    const trailing = {
      trailing_enabled: true,
      trailing_distance_pct: '3',
      trailing_max_price: '610',
      sl_enabled: false,
    };
    const id = await hold('0.5', trailing);
    expect(await stop(id, '590')).toMatchObject({ kind: 'FIRED', reason: 'TRAILING_STOP' });
    await run();
    expect(await read(id)).toMatchObject({
      ...{ status: 'CLOSED', close_reason: 'TRAILING_STOP', numbers: ['0', '0.016', '9.6', '0'] },
    });
  });

  it('a partial target sells its share while it is available, and the later stop sells the rest', async () => {
    const { hold, run, stop } = await open(dialect, '0.484');
    const id = await hold('0.5');
    await t.db.query('INSERT INTO position_targets (position_id, ordinal, pct, share_pct) VALUES (?, 1, 3, 40)', [id]);
    expect(await stop(id, '600')).toMatchObject({ kind: 'FIRED', reason: 'PARTIAL_TAKE_PROFIT' });
    await run();
    expect(await read(id)).toMatchObject({ status: 'OPEN', numbers: ['0.3', '0', '0', '0'] });
    expect(await stop(id)).toMatchObject({ kind: 'FIRED', reason: 'STOP_LOSS' });
    await run();
    expect(await read(id)).toMatchObject({
      ...{ status: 'CLOSED', close_reason: 'STOP_LOSS', numbers: ['0', '0.016', '9.6', '0'] },
    });
  });

  it('a partial target with less than its share available sells that, and reports what is missing', async () => {
    const { hold, run, stop, alerts } = await open(dialect, '0.15');
    const id = await hold('0.5');
    await t.db.query('INSERT INTO position_targets (position_id, ordinal, pct, share_pct) VALUES (?, 1, 3, 40)', [id]);
    await stop(id, '600');
    await run();
    expect(await read(id)).toMatchObject({ status: 'OPEN', numbers: ['0.3', '0.05', '30', '0'] });
    expect(await alerts()).toEqual(['POSITION_SHORTFALL']);
  });

  it('a limit sell rests for what is available, and removes the rest after it has filled', async () => {
    const { fake, w, hold, run } = await open(dialect, '0.484');
    const id = await hold('0.5', { sl_enabled: false });
    const order = { price: '700', quantity: '0.5', hours: 1, idempotencyKey: 'limit' };
    await placeLimitSell(w.ctx, w.account.userId, { positionId: id, ...order });
    await run();
    const [resting] = fake.orders();
    expect([resting?.qty.toFixed(), resting?.status]).toEqual(['0.484', 'NEW']);
    expect(await read(id)).toMatchObject({ status: 'OPEN', numbers: ['0.5', '0', '0', '0'] });
    fake.setPrice('BNB/USDT', { last: '700', bid: '700', ask: '700' });
    await bookRestingOrder(w.ctx, {
      ...{ accountId: w.account.id, clientOrderId: resting?.clientId ?? '', symbol: 'BNB/USDT' },
    });
    expect(await read(id)).toMatchObject({
      status: 'CLOSED',
      close_reason: 'MANUAL',
      numbers: ['0', '0.016', '11.2', '0'],
    });
    expect(await verifyLedger({ db: t.db })).toEqual([]);
  });

  it.each([
    ['close all', 'CLOSE_ALL'],
    ['kill switch', 'KILL_SWITCH'],
  ])('%s sells what is available of each position', async (how, reason) => {
    const { fake, w, hold, run } = await open(dialect, '0.984');
    const ids = [await hold('0.5'), await hold('0.5')];
    const { userId } = w.account;
    if (how === 'kill switch') await killSwitch(w.ctx, userId, { closePositions: true, idempotencyKey: 'stop' });
    else {
      const plan = await previewCloseAll(w.ctx, userId, {});
      if (!plan.ok) throw new Error(plan.message);
      await confirmCloseAll(w.ctx, userId, plan);
    }
    await run();
    const [first, second] = [await read(ids[0] ?? 0), await read(ids[1] ?? 0)];
    expect([first.status, second.status, first.close_reason]).toEqual(['CLOSED', 'CLOSED', reason]);
    expect([first.numbers[1], second.numbers[1]].sort()).toEqual(['0', '0.016']);
    expect(fake.engine.balances.free(fake.accounts[0]?.name ?? '', 'BNB').toFixed()).toBe('0');
  });

  it('a fee in an asset without a price on the price board is priced by the exchange', async () => {
    const { fake, w, hold, run } = await open(dialect, '1');
    fake.engine.rules.feeAsset = 'BNB';
    const id = await hold('0.5', { symbol: 'SOL/USDT', sl_enabled: false });
    fake.engine.balances.addFree(fake.accounts[0]?.name ?? '', 'SOL', d('0.5'));
    const blind = { ...w.ctx.prices, get: () => undefined };
    Object.assign(w.ctx, { prices: blind });
    await closePosition(w.ctx, w.account.userId, { positionId: id, idempotencyKey: 'fee' });
    await run();
    const [fill] = await t.db.prisma.positionFill.findMany({ where: { position_id: id, side: 'SELL' } });
    // 0.5 SOL at 600 cost 0.1 %: 0.0005 BNB, worth 0.3 USDT at the exchange's own price of BNB.
    expect([fill?.fee_asset, fill?.fee_amount.toFixed()]).toEqual(['BNB', '0.0005']);
    expect((await t.db.prisma.tradePosition.findUniqueOrThrow({ where: { id } })).fees_quote.toFixed()).toBe('0.3');
  });

  it('a whole position below the minimum is not dust: it stays open, alerts once, and sells when it is worth enough', async () => {
    const { hold, run, stop, alerts } = await open(dialect, '0.008');
    const id = await hold('0.008', { price_open: '640' });
    for (let n = 0; n < 2; n++) expect(await stop(id, '600')).toEqual({ kind: 'UNSELLABLE' });
    expect(await read(id)).toMatchObject({ status: 'OPEN', unsellable_reason: 'EXIT_BELOW_MINIMUM' });
    expect(await alerts()).toEqual(['POSITION_UNSELLABLE']);
    // The market takes 0.008 at 625 and above; the stop at 2 % holds up to 627.2.
    expect(await stop(id, '626')).toMatchObject({ kind: 'FIRED' });
    await run();
  });
});
