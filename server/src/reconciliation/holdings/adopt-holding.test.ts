import { beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../infra/database/database.js';
import { closePosition } from '../../positions/close-position.js';
import { makePosition, makeUser } from '../../testing/make.js';
import { remoteWorld, type RemoteWorld } from '../../testing/worlds/remote-world.js';
import { adoptHolding, type AdoptHoldingInput } from './adopt-holding.js';
import { closeAsReconciled } from './close-as-reconciled.js';
import { dismissExternalOrders } from '../external-orders/dismiss-external-orders.js';
import { reconcileAccount } from '../reconcile-account.js';
import { useTestDatabase } from '../../testing/services/use-test-database.js';

let db: Database;
let w: RemoteWorld;
useTestDatabase((made) => ({ db } = made));
beforeEach(async () => {
  w = await remoteWorld(db);
});

const BTC = 'BTC/USDT';
let keys = 0;
const adopt = (over: Partial<AdoptHoldingInput> = {}) =>
  adoptHolding(w.ctx, w.account.userId, {
    ...{ accountId: w.account.id, symbol: BTC, quantity: '0.5', entryPrice: '90000', idempotencyKey: `key ${++keys}` },
    ...over,
  });
const holds = (free: string, locked = '0') => {
  w.exchange.holdings = [{ asset: 'BTC', free, locked }];
};
const positions = () =>
  db.prisma.tradePosition.findMany({
    where: { exchange_account_id: w.account.id },
    include: { fills: true, open_job: { include: { executions: true } } },
    orderBy: { id: 'asc' },
  });
const openAlerts = async () =>
  (await db.prisma.systemAlert.findMany({ where: { user_id: w.account.userId, resolved_at: null } })).map(
    (one) => one.alert_type,
  );

describe('adopting a holding', () => {
  it('makes an open position with the given exits, a filled job, and a fill from what the owner stated', async () => {
    holds('0.7');
    expect(await adopt({ exits: { slEnabled: true, slPct: '5' } })).toMatchObject({ positionId: expect.any(Number) });
    const [position, ...more] = await positions();
    expect(more).toEqual([]);
    expect(position).toMatchObject({ status: 'OPEN', trade_mode: 'REAL', sl_enabled: true, tp_enabled: false });
    expect(position?.open_job).toMatchObject({ status: 'FILLED', origin: 'ADOPTED', side: 'BUY' });
    expect(position?.open_job.executions).toMatchObject([{ status_exchange: 'FILLED', exchange_order_id: null }]);
    const [fill] = position?.fills ?? [];
    expect([
      position?.qty_remaining.toFixed(),
      position?.price_open.toFixed(),
      fill?.qty.toFixed(),
      fill?.trade_id,
    ]).toEqual([...['0.5', '90000', '0.5', 'adopted']]);
    expect(w.woken).toContain(w.account.userId);
    expect(w.exchange.sent).toEqual([]);
    // The holdings add up, and the position sells like any other.
    expect(await reconcileAccount(w.ctx, w.account)).toMatchObject({ short: [] });
    const sold = await closePosition(w.ctx, w.account.userId, {
      positionId: position?.id ?? 0,
      idempotencyKey: 'sell',
    });
    expect(sold).toMatchObject({ jobId: expect.any(Number) });
  });

  it('starts a trailing stop at the opening price, from the adoption on', async () => {
    holds('0.7');
    await adopt({ exits: { trailingEnabled: true, trailingDistancePct: '5' } });
    const [position] = await positions();
    expect(position?.trailing_max_price?.toFixed()).toBe('90000');
    expect(position?.trailing_armed_at).toEqual(position?.exits_since);
    expect(position?.exits_since?.getTime()).toBe(w.ctx.clock.now());
  });

  it('adopts no more than is free and in no position', async () => {
    await makePosition(db, { exchange_account_id: w.account.id, trade_mode: 'REAL', qty_total: '1' });
    holds('1.4', '3');
    expect(await adopt({ quantity: '0.5' })).toMatchObject({
      code: 'HOLDING_TOO_SMALL',
      message: expect.stringContaining('0.4 BTC') as string,
    });
    expect(await adopt({ quantity: '0.4' })).toMatchObject({ positionId: expect.any(Number) });
    expect(await adopt({ quantity: '0.1' })).toMatchObject({ code: 'HOLDING_TOO_SMALL' });
  });

  it('counts the coins in our own resting sell as part of its position', async () => {
    await w.resting({ side: 'SELL' });
    holds('0.5', '1');
    expect(await adopt({ quantity: '0.51' })).toMatchObject({ code: 'HOLDING_TOO_SMALL' });
    expect(await adopt({ quantity: '0.5' })).toMatchObject({ positionId: expect.any(Number) });
  });

  it('adopts each coin once when many requests come at the same time', async () => {
    holds('1');
    const results = await Promise.all(Array.from({ length: 8 }, () => adopt({ quantity: '0.3' })));
    expect(results.filter((one) => one.ok)).toHaveLength(3);
    expect(results.filter((one) => !one.ok && one.code === 'HOLDING_TOO_SMALL')).toHaveLength(5);
  });

  it('makes one position for two requests with one key, and refuses the key for anything else', async () => {
    holds('5');
    const [first, second] = await Promise.all([adopt({ idempotencyKey: 'k' }), adopt({ idempotencyKey: 'k' })]);
    expect(second).toEqual(first);
    expect(await adopt({ idempotencyKey: 'k' })).toEqual(first);
    expect(await positions()).toHaveLength(1);
    const other = await remoteWorld(db);
    const { ctx } = w;
    await db.query('UPDATE exchange_accounts SET user_id = ? WHERE id = ?', [w.account.userId, other.account.id]);
    w.exchanges.set(other.account.id, other.exchange);
    const again = { accountId: other.account.id, symbol: BTC, quantity: '1', entryPrice: '1', idempotencyKey: 'k' };
    expect(await adoptHolding(ctx, w.account.userId, again)).toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' });
  });

  it('of an external order uses its trades as fills, minus fees in the coin, and ends the alert', async () => {
    await w.resting();
    const order = w.exchange.byHand({ side: 'BUY', quantity: '0.25' });
    const trade = w.exchange.trades.find(({ exchangeOrderId }) => exchangeOrderId === order.exchangeOrderId);
    Object.assign(trade ?? {}, { feeAmount: '0.00025', feeAsset: 'BTC' });
    holds('0.24975');
    await reconcileAccount(w.ctx, w.account);
    expect(await openAlerts()).toEqual(['ORDER_NOT_OURS']);
    const external = await db.prisma.externalOrder.findFirstOrThrow({ where: { exchange_account_id: w.account.id } });
    const wanted = { accountId: w.account.id, symbol: BTC, externalOrderId: external.id };
    const word = { ...wanted, idempotencyKey: 'trades' };
    expect(await adoptHolding(w.ctx, w.account.userId, word)).toMatchObject({ positionId: expect.any(Number) });
    const [position] = await positions();
    expect([position?.qty_total.toFixed(), position?.price_open.toFixed()]).toEqual(['0.24975', '100000']);
    expect(position?.fills).toMatchObject([{ trade_id: trade?.tradeId, fee_asset: 'BTC' }]);
    expect(await openAlerts()).toEqual([]);
    holds('10');
    expect(await adoptHolding(w.ctx, w.account.userId, { ...word, idempotencyKey: 'again' })).toMatchObject({
      code: 'EXTERNAL_ORDER_NOT_FOUND',
    });
    // An adopted order is not external any more: the next comparison does not bring it back.
    await reconcileAccount(w.ctx, w.account);
    expect(await openAlerts()).toEqual([]);
  });

  it.each([
    ['nothing', { quantity: '0' }, 'INVALID_AMOUNT'],
    ['words', { entryPrice: 'cheap' }, 'INVALID_AMOUNT'],
    ['dust', { quantity: '0.00001' }, 'MIN_NOTIONAL_NOT_MET'],
    ['an unknown market', { symbol: 'NO/USDT' }, 'UNKNOWN_MARKET'],
    ['invalid exits', { exits: { slEnabled: true } }, 'INVALID_EXITS'],
    ['no key', { idempotencyKey: '' }, 'IDEMPOTENCY_CONFLICT'],
    ['an order that does not exist', { externalOrderId: 999_999 }, 'EXTERNAL_ORDER_NOT_FOUND'],
  ] as const)('of %s is refused', async (_what, over, code) => {
    holds('5');
    expect(await adopt(over)).toMatchObject({ code });
    expect(await positions()).toEqual([]);
  });

  it('is refused while orders are being sent or the exchange does not answer', async () => {
    holds('5');
    const sending = await w.resting({ status: 'SENDING', sentThere: false });
    expect(await adopt()).toMatchObject({ code: 'ORDER_BUSY' });
    await db.query("UPDATE trade_executions SET status_exchange = 'NOT_PLACED' WHERE id = ?", [sending.executionId]);
    w.exchange.isDown = true;
    expect(await adopt()).toMatchObject({ code: 'EXCHANGE_UNREACHABLE' });
  });

  it('for another user finds nothing', async () => {
    holds('5');
    const { id } = await makeUser(db);
    const asked = { accountId: w.account.id, symbol: BTC, quantity: '1', entryPrice: '1', idempotencyKey: 'x' };
    expect(await adoptHolding(w.ctx, id, asked)).toMatchObject({ code: 'ACCOUNT_NOT_FOUND' });
  });
});

describe('closing a position whose coins are gone', () => {
  const make = (columns: object = {}) =>
    makePosition(db, { exchange_account_id: w.account.id, trade_mode: 'REAL', qty_total: '1', ...columns });
  const close = (positionId: number) => closeAsReconciled(w.ctx, w.account.userId, { positionId });

  it('closes it as RECONCILIATION without a profit, once, and ends the alert', async () => {
    const position = await make({ price_open: '90000' });
    holds('0');
    await reconcileAccount(w.ctx, w.account);
    expect(await openAlerts()).toEqual(['POSITION_INVALID_QTY']);
    for (let n = 0; n < 2; n++) expect(await close(position.id)).toEqual({ ok: true, positionId: position.id });
    const [row] = await positions();
    expect(row).toMatchObject({ status: 'CLOSED', close_reason: 'RECONCILIATION' });
    expect(
      [row?.qty_remaining, row?.shortfall_qty, row?.shortfall_value_quote, row?.realized_profit_usd].map(String),
    ).toEqual(['0', '1', '90000', '0']);
    await reconcileAccount(w.ctx, w.account);
    expect(await openAlerts()).toEqual([]);
    // Coins that come back may be adopted.
    holds('0.2');
    expect(await adopt({ quantity: '0.2' })).toMatchObject({ positionId: expect.any(Number) });
  });

  it('is refused while the coins are there, and closes only one of two positions that lack the same coins', async () => {
    const [one, two] = [await make(), await make()];
    holds('1.5', '0.5');
    expect(await close(one.id)).toMatchObject({ code: 'HOLDING_PRESENT' });
    holds('1');
    const results = await Promise.all([close(one.id), close(two.id)]);
    expect(results.filter((result) => result.ok)).toHaveLength(1);
    expect(results.filter((result) => !result.ok && result.code === 'HOLDING_PRESENT')).toHaveLength(1);
  });

  it('is refused while a sell of it is live, when it is closed, and for another user', async () => {
    await w.resting({ side: 'SELL' });
    holds('0');
    const [reserved] = await positions();
    expect(await close(reserved?.id ?? 0)).toMatchObject({ code: 'ALREADY_RESERVED' });
    const closed = await make({ status: 'CLOSED', close_reason: 'MANUAL' });
    expect(await close(closed.id)).toMatchObject({ code: 'POSITION_CLOSED' });
    const { id } = await makeUser(db);
    expect(await closeAsReconciled(w.ctx, id, { positionId: closed.id })).toMatchObject({ code: 'POSITION_NOT_FOUND' });
  });
});

it('dismissed external orders leave the list; the alert ends with the last one', async () => {
  await w.resting();
  w.exchange.byHand({ side: 'SELL', quantity: '1', limitPrice: '120000' });
  w.exchange.byHand({ side: 'SELL', quantity: '1', limitPrice: '130000' });
  await reconcileAccount(w.ctx, w.account);
  const rows = await db.prisma.externalOrder.findMany({ where: { exchange_account_id: w.account.id } });
  const [first, second] = rows.map(({ id }) => id);
  const stranger = await makeUser(db);
  expect(await dismissExternalOrders(w.ctx, stranger.id, [first ?? 0])).toMatchObject({
    code: 'EXTERNAL_ORDER_NOT_FOUND',
  });
  expect(await dismissExternalOrders(w.ctx, w.account.userId, [first ?? 0])).toEqual({ ok: true, dismissed: 1 });
  expect(await openAlerts()).toEqual(['ORDER_NOT_OURS']);
  expect(await dismissExternalOrders(w.ctx, w.account.userId, [second ?? 0])).toEqual({ ok: true, dismissed: 1 });
  expect(await openAlerts()).toEqual([]);
  await reconcileAccount(w.ctx, w.account);
  expect(await openAlerts()).toEqual([]);
});
