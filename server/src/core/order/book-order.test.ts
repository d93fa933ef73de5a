import { describe, expect, it } from 'vitest';
import { apply, fill, openPosition, sellWorld, world } from '../../testing/worlds/order-world.js';
import { releaseJob } from './book-order.js';
import { d } from '../money/money.js';

describe('booking a buy', () => {
  it('opens the position at the average price, net of a base fee, and confirms the reservation once', () => {
    const w = world();
    const fills = [fill('1', '1', '99', { feeAmount: '0.001', feeAsset: 'SOL' }), fill('2', '0.1', '101')];
    const booking = apply(w, { status: 'FILLED', executedQty: '1.1', fills });
    expect(booking.job).toMatchObject({ status: 'FILLED', ended: true });
    const [position] = booking.positions;
    expect(position?.qtyTotal.toFixed()).toBe('1.099');
    expect(position?.entryPrice.toFixed()).toBe('99.181818181818181818');
    expect(position?.realizedPnl.toFixed()).toBe('0');
    expect(position?.feesQuote.toFixed()).toBe('0.099');
    expect(booking.vaultMoves.map((move) => move.posted.entry.type)).toEqual(['BUY_CONFIRM']);
    expect(w.input.vaults.get(1)?.balance.toFixed()).toBe('890.9');
    expect(w.input.vaults.get(1)?.reserved.toFixed()).toBe('0');
  });

  it('counts a quote fee as spent, and every fee as a part of what the coins cost, a BNB fee at the current price', () => {
    const w = world();
    const fills = [
      fill('1', '1', '100', { feeAmount: '0.1' }),
      fill('2', '0.05', '100', { feeAmount: '0.0001', feeAsset: 'BNB' }),
    ];
    const booking = apply(w, { status: 'FILLED', executedQty: '1.05', fills });
    expect(booking.positions[0]?.realizedPnl.toFixed()).toBe('0');
    expect(booking.positions[0]?.cost.toFixed()).toBe('105.16');
    expect(booking.positions[0]?.feesQuote.toFixed()).toBe('0.16');
    expect(w.input.vaults.get(1)?.balance.toFixed()).toBe('894.9');
  });

  it('says which fee had no price instead of inventing one', () => {
    const booking = apply(world(), {
      status: 'FILLED',
      executedQty: '1',
      fills: [fill('1', '1', '100', { feeAmount: '1', feeAsset: 'XYZ' })],
    });
    expect(booking.unpricedFeeAssets).toEqual(['XYZ']);
  });

  it('keeps the reservation while a limit order rests and confirms what was filled when it is canceled', () => {
    const w = world({ execution: { id: 7, status: 'SENDING', orderType: 'LIMIT', fills: [] } });
    expect(apply(w, { status: 'NEW', executedQty: '0', fills: [] }).job.status).toBe('PENDING_LIMIT');
    const part = [fill('1', '0.4', '100')];
    expect(apply(w, { status: 'PARTIALLY_FILLED', executedQty: '0.4', fills: part }).vaultMoves).toEqual([]);
    expect(w.input.job.status).toBe('PARTIALLY_FILLED');
    const end = apply(w, { status: 'CANCELED', executedQty: '0.4', fills: part });
    expect(end.job).toMatchObject({ status: 'CANCELED', ended: true, reason: { code: 'CANCELED_BY_EXCHANGE' } });
    expect(w.input.vaults.get(1)?.balance.toFixed()).toBe('960');
    expect(w.input.vaults.get(1)?.reserved.toFixed()).toBe('0');
  });

  it('gives the whole reservation back when nothing was executed', () => {
    const w = world();
    const booking = apply(w, { status: 'EXPIRED', executedQty: '0', fills: [] });
    expect(booking.job).toMatchObject({ status: 'CANCELED', ended: true });
    expect(booking.vaultMoves[0]?.posted.entry).toMatchObject({ type: 'BUY_CANCEL' });
    expect(w.input.vaults.get(1)?.balance.toFixed()).toBe('1000');
  });

  it('an order only counts as filled once its fills add up to what the exchange says was executed', () => {
    const w = world();
    expect(apply(w, { status: 'FILLED', executedQty: '1', fills: [fill('1', '0.6', '100')] }).job.status).toBe(
      'PARTIALLY_FILLED',
    );
    const all = [fill('1', '0.6', '100'), fill('2', '0.4', '100')];
    expect(apply(w, { status: 'FILLED', executedQty: '1', fills: all }).job.status).toBe('FILLED');
  });

  it('reports the part of the cost that the vault could not cover, and still books the fill', () => {
    const w = world({ vaults: new Map([[1, { balance: d('115'), reserved: d('110') }]]) });
    const booking = apply(w, { status: 'FILLED', executedQty: '1', fills: [fill('1', '1', '120')] });
    expect(booking.vaultMoves[0]?.posted.shortfall.toFixed()).toBe('5');
    expect(booking.positions[0]?.qtyTotal.toFixed()).toBe('1');
  });

  it('reports trades of an order that had ended here instead of booking or losing them', () => {
    const w = world({ execution: { id: 7, status: 'NOT_PLACED', orderType: 'MARKET', fills: [] } });
    const booking = apply(w, { status: 'FILLED', executedQty: '1', fills: [fill('1', '1', '100')] });
    expect(booking).toMatchObject({ changed: false, fills: [], positions: [], vaultMoves: [] });
    expect(booking.contradiction).toContain('NOT_PLACED');
  });
});

describe('booking a sell', () => {
  it('closes the older position first across two positions, and returns the proceeds to the vault of each', () => {
    const w = sellWorld([openPosition(1, '1', '90'), openPosition(2, '2', '100')]);
    const booking = apply(w, {
      status: 'FILLED',
      executedQty: '2',
      fills: [fill('1', '2', '110', { feeAmount: '0.22' })],
    });
    const [older, newer] = booking.positions;
    expect(older).toMatchObject({ status: 'CLOSED', closeReason: 'WEBHOOK_SELL', closedAt: 1_001 });
    expect(older?.realizedPnl.toFixed()).toBe('19.89');
    expect(newer?.status).toBe('OPEN');
    expect(newer?.qtyRemaining.toFixed()).toBe('1');
    expect(newer?.qtyReserved.toFixed()).toBe('0');
    expect(newer?.realizedPnl.toFixed()).toBe('9.89');
    expect(w.input.vaults.get(1)?.balance.toFixed()).toBe('209.89');
    expect(w.input.vaults.get(2)?.balance.toFixed()).toBe('209.89');
    expect(w.dedupeKeys).toEqual(['exec:7:1:1:return', 'exec:7:1:2:return']);
    expect(booking.reservations.map((one) => one.isLive)).toEqual([false, false]);
  });

  it('closes a rest that no order could sell and records it as dust', () => {
    const w = sellWorld([openPosition(1, '1.0004', '90', '1')]);
    const booking = apply(w, { status: 'FILLED', executedQty: '1', fills: [fill('1', '1', '110')] });
    expect(booking.positions[0]).toMatchObject({ status: 'CLOSED' });
    expect(booking.positions[0]?.dustQty.toFixed()).toBe('0.0004');
    expect(booking.positions[0]?.dustValueQuote.toFixed()).toBe('0.044');
  });

  it('leaves a rest open that is reserved to another sell, or that a resting buy may still grow', () => {
    const other = sellWorld([openPosition(1, '1.0004', '90', '1.0004')]);
    other.input = { ...other.input, reservations: other.input.reservations.map((one) => ({ ...one, qty: d('1') })) };
    const order = { status: 'FILLED' as const, executedQty: '1', fills: [fill('1', '1', '110')] };
    expect(apply(other, order).positions[0]?.status).toBe('OPEN');
    const growing = sellWorld([openPosition(1, '1.0004', '90', '1')]);
    growing.input = {
      ...growing.input,
      reservations: growing.input.reservations.map((one) => ({ ...one, isOpeningDone: false })),
    };
    expect(apply(growing, order).positions[0]?.status).toBe('OPEN');
  });

  it.each([
    ['MANUAL', false, false, 'MANUAL'],
    ['CLOSE_ALL', true, false, 'CLOSE_ALL'],
    ['KILL_SWITCH', false, true, 'KILL_SWITCH'],
    ['TRIGGER', true, false, 'STOP_LOSS'],
    ['TRIGGER', false, true, 'TRAILING_STOP'],
    ['TRIGGER', false, false, 'TAKE_PROFIT'],
  ])('names the reason of a %s close (stop %s, trailing %s): %s', (origin, slTriggered, trailingTriggered, reason) => {
    const w = sellWorld([openPosition(1, '1', '90')]);
    const reservations = w.input.reservations.map((one) => ({ ...one, flags: { slTriggered, trailingTriggered } }));
    w.input = { ...w.input, reservations, job: { ...w.input.job, origin } };
    expect(
      apply(w, { status: 'FILLED', executedQty: '1', fills: [fill('1', '1', '80')] }).positions[0]?.closeReason,
    ).toBe(reason);
  });

  it('a sell stopped early is CANCELED with its fills kept and the rest of its reservation returned', () => {
    const w = sellWorld([openPosition(1, '2', '90')]);
    const booking = apply(w, { status: 'CANCELED', executedQty: '0.5', fills: [fill('1', '0.5', '100')] });
    expect(booking.job.status).toBe('CANCELED');
    expect(booking.positions[0]).toMatchObject({ status: 'OPEN' });
    expect(booking.positions[0]?.qtyRemaining.toFixed()).toBe('1.5');
    expect(booking.positions[0]?.qtyReserved.toFixed()).toBe('0');
  });

  it('reports what was sold beyond the reservations and takes no position below zero', () => {
    const w = sellWorld([openPosition(1, '1', '90')]);
    const booking = apply(w, { status: 'FILLED', executedQty: '1.5', fills: [fill('1', '1.5', '100')] });
    expect(booking.unallocatedQty.toFixed()).toBe('0.5');
    expect(booking.positions[0]?.qtyRemaining.toFixed()).toBe('0');
    expect(w.input.vaults.get(1)?.balance.toFixed()).toBe('200');
  });

  it('a released job returns its reservations and touches nothing else', () => {
    const w = sellWorld([openPosition(1, '1', '90')]);
    const released = releaseJob(w.input);
    expect(released.positions[0]?.qtyReserved.toFixed()).toBe('0');
    expect(released.reservations).toMatchObject([{ isLive: false }]);
    expect(released.vaultMoves).toEqual([]);
  });
});
