import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apply, fill, openPosition, sellWorld, show, world, type World } from '../../testing/worlds/order-world.js';
import type { BookedFill } from './booked-fill.js';
import type { BookingInput } from './booking.js';
import type { JobStatus } from '../domain.js';
import { replayLedger as replay } from '../../testing/replay-ledger.js';
import { d, sum } from '../money/money.js';

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
/** The prefixes of the fills that are seen, in any order and number, before the end is seen. */
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
          show([input.job.status, input.execution, input.position, input.reservations, [...input.vaults]]);
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
    const reserved = fc.array(
      fc.record({ qty: scaled(6, 3_000_000), open: scaled(2, 30_000), extra: scaled(6, 1_000_000) }),
      { minLength: 1, maxLength: 5 },
    );
    fc.assert(
      fc.property(fills, reserved, views, END, (list, held, seen, end) => {
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
        for (const { position, qtySold, qty } of w.input.reservations) {
          const mine = sum(w.fills.filter((one) => one.positionId === position.id).map((one) => one.qty));
          expect(mine.eq(qtySold) && qtySold.lte(qty)).toBe(true);
          // A sell fee in the coin itself takes coins of the position too.
          const gone = mine.add(position.dustQty).add(position.feeQty);
          expect(position.qtyRemaining.add(gone).toFixed()).toBe(position.qtyTotal.toFixed());
          expect(position.qtyReserved.isZero()).toBe(true);
          const realized = sum(w.fills.filter((one) => one.positionId === position.id).map((one) => one.realized));
          expect(realized.add(position.writeOff).eq(position.realizedPnl)).toBe(true);
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
