import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  NEW_POSITION,
  planBooking,
  releaseJob,
  type BookedFill,
  type Booking,
  type BookingInput,
  type PromiseState,
} from './book-order.js';
import type { JobStatus } from './domain.js';
import { replay } from './ledger.js';
import { d, type D, sum, ZERO } from './money.js';
import { emptyPosition, type PositionState } from './position.js';

const MARKET = { stepSize: '0.001', minQty: '0.001', minNotional: '5' };
const bnb = (asset: string): D | undefined => (asset === 'BNB' ? d('600') : undefined);

const fill = (tradeId: string, qty: string, price: string, fee: Partial<BookedFill> = {}): BookedFill => ({
  tradeId,
  qty,
  price,
  feeAmount: '0',
  feeAsset: 'USDT',
  at: 1_000 + Number(tradeId.replace(/\D/g, '')),
  ...fee,
});

/** A world of one order: applies bookings the way the store does. */
interface World {
  input: BookingInput;
  vaultEntries: { balanceDelta: D; reservedDelta: D }[];
  dedupeKeys: string[];
  fills: Booking['fills'];
  last?: Booking;
}

function world(overrides: Partial<BookingInput> = {}): World {
  return {
    input: {
      execution: { id: 7, status: 'SENDING', orderType: 'MARKET', fills: [] },
      job: { id: 3, status: 'EXECUTING', side: 'BUY', origin: 'WEBHOOK', vaultId: 1, reserved: d('110') },
      order: { status: 'NEW', executedQty: '0', fills: [] },
      position: undefined,
      promises: [],
      vaults: new Map([[1, { balance: d('1000'), reserved: d('110') }]]),
      base: 'SOL',
      quote: 'USDT',
      market: MARKET,
      priceOf: bnb,
      stopReason: undefined,
      now: 5_000,
      ...overrides,
    },
    vaultEntries: [],
    dedupeKeys: [],
    fills: [],
  };
}

function apply(w: World, order: BookingInput['order']): Booking {
  const booking = planBooking({ ...w.input, order });
  const vaults = new Map(w.input.vaults);
  for (const move of booking.vaultMoves) {
    expect(w.dedupeKeys).not.toContain(move.dedupeKey);
    w.dedupeKeys.push(move.dedupeKey);
    vaults.set(move.vaultId, move.posted.after);
    w.vaultEntries.push(move.posted.entry);
  }
  w.fills.push(...booking.fills);
  const byId = new Map(booking.positions.map((one) => [one.id, one]));
  w.input = {
    ...w.input,
    vaults,
    execution: { ...w.input.execution, status: booking.execution.status, fills: booking.execution.fills },
    job: { ...w.input.job, status: booking.job.status },
    position: byId.get(w.input.position?.id ?? NEW_POSITION) ?? w.input.position,
    promises: w.input.promises.map((promise) => ({
      ...promise,
      ...booking.promises.find(({ id }) => id === promise.id),
      position: byId.get(promise.position.id) ?? promise.position,
    })),
  };
  w.last = booking;
  return booking;
}

const openPosition = (id: number, qty: string, priceOpen: string, promised = qty): PositionState => ({
  ...emptyPosition(id, id),
  qtyTotal: d(qty),
  qtyRemaining: d(qty),
  qtyPromised: d(promised),
  priceOpen: d(priceOpen),
});
const promise = (position: PositionState, qty = position.qtyPromised): PromiseState => ({
  id: position.id * 10,
  qty,
  qtySold: ZERO,
  isLive: true,
  position,
  flags: { slTriggered: false, trailingTriggered: false },
  openingOver: true,
});
const sellWorld = (positions: PositionState[], overrides: Partial<BookingInput> = {}): World =>
  world({
    job: { id: 3, status: 'EXECUTING', side: 'SELL', origin: 'WEBHOOK', vaultId: null, reserved: null },
    promises: positions.map((one) => promise(one)),
    vaults: new Map(positions.map((one) => [one.id, { balance: d('100'), reserved: ZERO }])),
    ...overrides,
  });
const show = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (_, one: unknown) => one));

describe('booking a buy', () => {
  it('opens the position at the average price, net of a base fee, and confirms the reservation once', () => {
    const w = world();
    const fills = [fill('1', '1', '99', { feeAmount: '0.001', feeAsset: 'SOL' }), fill('2', '0.1', '101')];
    const booking = apply(w, { status: 'FILLED', executedQty: '1.1', fills });
    expect(booking.job).toMatchObject({ status: 'FILLED', ended: true });
    const [position] = booking.positions;
    expect(position?.qtyTotal.toFixed()).toBe('1.099');
    expect(position?.priceOpen.toFixed()).toBe('99.181818181818181818');
    expect(position?.realizedProfit.toFixed()).toBe('0');
    expect(position?.feesQuote.toFixed()).toBe('0.099');
    expect(booking.vaultMoves.map((move) => move.posted.entry.type)).toEqual(['BUY_CONFIRM']);
    expect(w.input.vaults.get(1)?.balance.toFixed()).toBe('890.9');
    expect(w.input.vaults.get(1)?.reserved.toFixed()).toBe('0');
  });

  it('counts a quote fee as spent and as lost profit, a BNB fee as lost profit at the current price', () => {
    const w = world();
    const fills = [
      fill('1', '1', '100', { feeAmount: '0.1' }),
      fill('2', '0.05', '100', { feeAmount: '0.0001', feeAsset: 'BNB' }),
    ];
    const booking = apply(w, { status: 'FILLED', executedQty: '1.05', fills });
    expect(booking.positions[0]?.realizedProfit.toFixed()).toBe('-0.16');
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

  it('keeps the reservation while a limit order rests and confirms what was filled when it is cancelled', () => {
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
    expect(older?.realizedProfit.toFixed()).toBe('19.89');
    expect(newer?.status).toBe('OPEN');
    expect(newer?.qtyRemaining.toFixed()).toBe('1');
    expect(newer?.qtyPromised.toFixed()).toBe('0');
    expect(newer?.realizedProfit.toFixed()).toBe('9.89');
    expect(w.input.vaults.get(1)?.balance.toFixed()).toBe('209.89');
    expect(w.input.vaults.get(2)?.balance.toFixed()).toBe('209.89');
    expect(w.dedupeKeys).toEqual(['exec:7:1:1:return', 'exec:7:1:2:return']);
    expect(booking.promises.map((one) => one.isLive)).toEqual([false, false]);
  });

  it('closes out what no order could sell any more and records it as dust', () => {
    const w = sellWorld([openPosition(1, '1.0004', '90', '1')]);
    const booking = apply(w, { status: 'FILLED', executedQty: '1', fills: [fill('1', '1', '110')] });
    expect(booking.positions[0]).toMatchObject({ status: 'CLOSED' });
    expect(booking.positions[0]?.dustQty.toFixed()).toBe('0.0004');
    expect(booking.positions[0]?.dustValueQuote.toFixed()).toBe('0.044');
  });

  it('leaves a rest open that is promised to another sell, or that a resting buy may still grow', () => {
    const other = sellWorld([openPosition(1, '1.0004', '90', '1.0004')]);
    other.input = { ...other.input, promises: other.input.promises.map((one) => ({ ...one, qty: d('1') })) };
    const order = { status: 'FILLED' as const, executedQty: '1', fills: [fill('1', '1', '110')] };
    expect(apply(other, order).positions[0]?.status).toBe('OPEN');
    const growing = sellWorld([openPosition(1, '1.0004', '90', '1')]);
    growing.input = {
      ...growing.input,
      promises: growing.input.promises.map((one) => ({ ...one, openingOver: false })),
    };
    expect(apply(growing, order).positions[0]?.status).toBe('OPEN');
  });

  it.each([
    ['MANUAL', false, false, 'MANUAL'],
    ['TRIGGER', true, false, 'STOP_LOSS'],
    ['TRIGGER', false, true, 'TRAILING_STOP'],
    ['TRIGGER', false, false, 'TAKE_PROFIT'],
  ])('names the reason of a %s close (stop %s, trailing %s): %s', (origin, slTriggered, trailingTriggered, reason) => {
    const w = sellWorld([openPosition(1, '1', '90')]);
    const promises = w.input.promises.map((one) => ({ ...one, flags: { slTriggered, trailingTriggered } }));
    w.input = { ...w.input, promises, job: { ...w.input.job, origin } };
    expect(
      apply(w, { status: 'FILLED', executedQty: '1', fills: [fill('1', '1', '80')] }).positions[0]?.closeReason,
    ).toBe(reason);
  });

  it('a sell stopped early is CANCELED with its fills kept and the rest of its promise returned', () => {
    const w = sellWorld([openPosition(1, '2', '90')]);
    const booking = apply(w, { status: 'CANCELED', executedQty: '0.5', fills: [fill('1', '0.5', '100')] });
    expect(booking.job.status).toBe('CANCELED');
    expect(booking.positions[0]).toMatchObject({ status: 'OPEN' });
    expect(booking.positions[0]?.qtyRemaining.toFixed()).toBe('1.5');
    expect(booking.positions[0]?.qtyPromised.toFixed()).toBe('0');
  });

  it('reports what was sold beyond the promises and takes no position below zero', () => {
    const w = sellWorld([openPosition(1, '1', '90')]);
    const booking = apply(w, { status: 'FILLED', executedQty: '1.5', fills: [fill('1', '1.5', '100')] });
    expect(booking.unallocatedQty.toFixed()).toBe('0.5');
    expect(booking.positions[0]?.qtyRemaining.toFixed()).toBe('0');
    expect(w.input.vaults.get(1)?.balance.toFixed()).toBe('200');
  });

  it('a released job returns its promises and touches nothing else', () => {
    const w = sellWorld([openPosition(1, '1', '90')]);
    const released = releaseJob(w.input);
    expect(released.positions[0]?.qtyPromised.toFixed()).toBe('0');
    expect(released.promises).toMatchObject([{ isLive: false }]);
    expect(released.vaultMoves).toEqual([]);
  });
});

const scaled = (places: number, max: number) =>
  fc.integer({ min: 1, max }).map((units) =>
    d(String(units))
      .div(d('1' + '0'.repeat(places)))
      .toFixed(),
  );
const fills = fc
  .array(
    fc.record({
      qty: scaled(3, 5_000),
      price: scaled(2, 30_000),
      fee: scaled(18, 2_000_000_000),
      feeAsset: fc.constantFrom('SOL', 'USDT', 'BNB'),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((list) =>
    list.map(({ qty, price, fee, feeAsset }, index) =>
      fill(String(index + 1), qty, price, {
        feeAsset,
        feeAmount: feeAsset === 'SOL' ? d(qty).mul(d('0.001')).toFixed() : fee,
      }),
    ),
  );
/** Which prefixes of the fills are seen, in any order and any number of times, before the end is. */
const views = fc.array(fc.nat({ max: 8 }), { maxLength: 12 });
const END = fc.constantFrom('FILLED', 'CANCELED', 'EXPIRED');

const executedOf = (list: readonly BookedFill[]): string => sum(list.map((one) => d(one.qty))).toFixed();
const snapshot = (list: readonly BookedFill[], status: BookingInput['order']['status']) => ({
  status,
  executedQty: executedOf(list),
  fills: list,
});

describe('properties of booking', () => {
  it('duplicates, repeats and reorderings of the exchange answers reach the same final state', () => {
    fc.assert(
      fc.property(fills, views, END, fc.boolean(), (list, seen, end, isSell) => {
        const make = () => {
          const half = d(executedOf(list)).div(d('2')).toFixed();
          return isSell
            ? sellWorld([openPosition(1, half, '90'), openPosition(2, half, '100'), openPosition(3, '1', '120')])
            : world({ vaults: new Map([[1, { balance: d('100000000'), reserved: d('110') }]]) });
        };
        const straight = make();
        apply(straight, snapshot(list, end));
        const detour = make();
        for (const count of seen) apply(detour, snapshot(list.slice(0, count).reverse(), 'PARTIALLY_FILLED'));
        apply(detour, { ...snapshot(list, end), fills: [...list, ...list] });
        for (const count of seen) {
          const again = apply(detour, snapshot(list.slice(0, count), 'PARTIALLY_FILLED'));
          expect(again).toMatchObject({
            changed: false,
            fills: [],
            positions: [],
            vaultMoves: [],
            contradiction: undefined,
          });
        }
        const final = ({ input }: World) =>
          show([input.job.status, input.execution, input.position, input.promises, [...input.vaults]]);
        expect(final(detour)).toEqual(final(straight));
      }),
      { numRuns: 1_500 },
    );
  });

  it('fills of a buy in any partition and order reach the same quantities, cost and vault', () => {
    fc.assert(
      fc.property(fills, fc.array(fc.nat({ max: 7 }), { maxLength: 8 }), (list, order) => {
        const make = () => world({ vaults: new Map([[1, { balance: d('100000000'), reserved: d('110') }]]) });
        const straight = make();
        apply(straight, snapshot(list, 'FILLED'));
        const scattered = make();
        for (const index of order) {
          const one = list[index % list.length];
          if (one) apply(scattered, { status: 'PARTIALLY_FILLED', executedQty: one.qty, fills: [one] });
        }
        apply(scattered, snapshot(list, 'FILLED'));
        expect(show([scattered.input.position, [...scattered.input.vaults]])).toEqual(
          show([straight.input.position, [...straight.input.vaults]]),
        );
      }),
      { numRuns: 1_500 },
    );
  });

  it('quantities are exact, nothing is oversold, and vault entries rebuild the balances to the last digit', () => {
    const promised = fc.array(
      fc.record({ qty: scaled(6, 3_000_000), open: scaled(2, 30_000), extra: scaled(6, 1_000_000) }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(fills, promised, views, END, (list, held, seen, end) => {
        const positions = held.map(({ qty, open, extra }, index) =>
          openPosition(index + 1, d(qty).add(d(extra)).toFixed(), open, qty),
        );
        const w = sellWorld(positions);
        for (const count of seen) apply(w, snapshot(list.slice(0, count), 'PARTIALLY_FILLED'));
        apply(w, snapshot(list, end));
        const sold = sum(w.fills.map((one) => one.qty));
        const total = d(executedOf(list));
        const canSell = sum(held.map(({ qty }) => d(qty)));
        expect(sold.toFixed()).toBe((total.lt(canSell) ? total : canSell).toFixed());
        for (const { position, qtySold, qty } of w.input.promises) {
          const mine = sum(w.fills.filter((one) => one.positionId === position.id).map((one) => one.qty));
          expect(mine.eq(qtySold) && qtySold.lte(qty)).toBe(true);
          expect(position.qtyRemaining.add(mine).add(position.dustQty).eq(position.qtyTotal)).toBe(true);
          expect(position.qtyPromised.isZero()).toBe(true);
          const realized = sum(w.fills.filter((one) => one.positionId === position.id).map((one) => one.realized));
          expect(realized.eq(position.realizedProfit)).toBe(true);
        }
        const after = sum([...w.input.vaults.values()].map((one) => one.balance));
        expect(
          replay(w.vaultEntries)
            .balance.add(d('100').mul(d(String(held.length))))
            .eq(after),
        ).toBe(true);
        if (total.lte(canSell)) {
          const quote = sum(list.map((one) => d(one.qty).mul(d(one.price))));
          const fees = sum(list.filter((one) => one.feeAsset === 'USDT').map((one) => d(one.feeAmount)));
          expect(replay(w.vaultEntries).balance.toFixed()).toBe(quote.sub(fees).toFixed());
        }
      }),
      { numRuns: 1_500 },
    );
  });

  it('a job with executed quantity never ends as FAILED or SKIPPED, and a reservation is resolved exactly once', () => {
    const statuses = fc.array(
      fc.tuple(
        fc.constantFrom('NEW', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'EXPIRED', 'REJECTED'),
        fc.nat({ max: 8 }),
      ),
      { maxLength: 15 },
    );
    fc.assert(
      fc.property(fills, statuses, fc.constantFrom('MARKET', 'LIMIT'), (list, answers, orderType) => {
        const w = world({
          execution: { id: 7, status: 'SENDING', orderType, fills: [] },
          vaults: new Map([[1, { balance: d('100000000'), reserved: d('110') }]]),
        });
        for (const [status, count] of answers) apply(w, snapshot(list.slice(0, count), status));
        const over: JobStatus[] = ['FILLED', 'CANCELED', 'FAILED', 'SKIPPED'];
        const { status } = w.input.job;
        if (w.input.execution.fills.length > 0) expect(['FAILED', 'SKIPPED']).not.toContain(status);
        expect(w.dedupeKeys).toEqual(over.includes(status) ? ['job:3:resolve'] : []);
        expect(w.input.vaults.get(1)?.reserved.toFixed()).toBe(over.includes(status) ? '0' : '110');
      }),
      { numRuns: 2_000 },
    );
  });
});
