import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BookedFill } from '../order/booked-fill.js';
import { planBooking } from '../order/book-order.js';
import { NEW_POSITION, type BookingInput } from '../order/booking.js';
import { d, floorToStep, min, sum, ZERO, type D } from '../money/money.js';
import type { PositionState } from './position.js';

const MARKET = { stepSize: '0.001', minQty: '0.001', minNotional: '5' };
const BNB_PRICE = d('612.345678901234567891');
const amount = (places: number, max: number) =>
  fc.integer({ min: 1, max }).map((units) => d(String(units)).div(d(`1${'0'.repeat(places)}`)));

const trade = fc.record({
  part: fc.integer({ min: 1, max: 100 }),
  price: amount(4, 3_000_000),
  fee: fc.constantFrom('SOL', 'USDT', 'BNB', 'received', 'none'),
  feeSize: amount(18, 2_000_000_000_000_000),
});
const order = fc.record({
  side: fc.constantFrom('BUY', 'SELL'),
  /** The share of the open positions or of a buy, in thousandths. */
  share: fc.integer({ min: 1, max: 1_000 }),
  trades: fc.array(trade, { minLength: 1, maxLength: 4 }),
  /** What others take out of the wallet before a sell, in thousandths of it. */
  lost: fc.constantFrom(0, 0, 0, 0, 17, 300),
});

/** The changes of the wallet in the quote asset, recorded separately from the bookings. */
class Wallet {
  quote: D = ZERO;
  base: D = ZERO;
  /** Third-asset fees at the price of their fills. */
  others: D = ZERO;

  pay({ feeAsset, feeAmount }: BookedFill): void {
    if (feeAsset === 'SOL') this.base = this.base.sub(feeAmount);
    else if (feeAsset === 'USDT') this.quote = this.quote.sub(feeAmount);
    else this.others = this.others.sub(d(feeAmount).mul(BNB_PRICE).toDecimalPlaces(18));
  }
}

class Desk {
  readonly wallet = new Wallet();
  readonly positions = new Map<number, PositionState>();
  realizedOfFills: D = ZERO;
  private made = 0;
  private trades = 0;

  buy(qty: D, trades: readonly Trade[]): void {
    const fills = this.fills('BUY', qty, trades);
    for (const fill of fills) {
      this.wallet.quote = this.wallet.quote.sub(d(fill.qty).mul(fill.price));
      this.wallet.base = this.wallet.base.add(fill.qty);
      this.wallet.pay(fill);
    }
    const booking = this.book({ side: 'BUY', fills, reservations: [], missing: null });
    const [made] = booking.positions;
    if (made) this.positions.set(++this.made, { ...made, id: this.made });
  }

  sell(share: number, trades: readonly Trade[], isShort: boolean): void {
    const open = [...this.positions.values()].filter(({ status }) => status === 'OPEN');
    const wanted = sum(open.map(({ qtyRemaining }) => qtyRemaining))
      .mul(String(share))
      .div('1000');
    const quantity = floorToStep(wanted, d(MARKET.stepSize));
    const there = isShort ? floorToStep(min(quantity, this.wallet.base), d(MARKET.stepSize)) : quantity;
    if (there.lte(0) || there.gt(this.wallet.base)) return;
    let left = quantity;
    const reservations = open.flatMap((position) => {
      const qty = min(left, position.qtyRemaining);
      left = left.sub(qty);
      if (qty.lte(0)) return [];
      const flags = { slTriggered: false, trailingTriggered: false };
      const held = { ...position, qtyReserved: qty };
      return [{ id: position.id, qty, qtySold: ZERO, isLive: true, position: held, flags, isOpeningDone: true }];
    });
    const fills = this.fills('SELL', there, trades, open.length === 1 && share <= 900);
    for (const fill of fills) {
      this.wallet.quote = this.wallet.quote.add(d(fill.qty).mul(fill.price));
      this.wallet.base = this.wallet.base.sub(fill.qty);
      this.wallet.pay(fill);
    }
    const missing = isShort ? quantity.sub(there) : null;
    const booking = this.book({ side: 'SELL', fills, reservations, missing });
    for (const position of booking.positions) this.positions.set(position.id, position);
  }

  private book(one: {
    side: 'BUY' | 'SELL';
    fills: BookedFill[];
    reservations: BookingInput['reservations'];
    missing: D | null;
  }) {
    const { side, fills, reservations, missing } = one;
    const booking = planBooking({
      execution: { id: 1, status: 'SENDING', orderType: 'MARKET', fills: [] },
      job: { id: 1, status: 'EXECUTING', side, origin: 'MANUAL', vaultId: null, reserved: null, missing },
      order: { status: 'FILLED', executedQty: sum(fills.map(({ qty }) => d(qty))).toFixed(), fills },
      position: undefined,
      reservations,
      ...{ vaults: new Map(), base: 'SOL', quote: 'USDT', market: MARKET, stopReason: undefined, now: 1 },
      priceOf: (asset) => (asset === 'BNB' ? BNB_PRICE : undefined),
    });
    expect(booking.unallocatedQty.isZero()).toBe(true);
    expect(booking.positions.every(({ id }) => id !== NEW_POSITION || side === 'BUY')).toBe(true);
    this.realizedOfFills = this.realizedOfFills.add(sum(booking.fills.map(({ realized }) => realized)));
    return booking;
  }

  /** Splits the quantity over the trades. */
  private fills(side: 'BUY' | 'SELL', quantity: D, trades: readonly Trade[], keepsCoins = false): BookedFill[] {
    let left = quantity;
    const parts = sum(trades.map(({ part }) => d(String(part))));
    return trades.flatMap(({ part, price, fee, feeSize }, index) => {
      const isLast = index === trades.length - 1;
      const qty = isLast ? left : floorToStep(quantity.mul(String(part)).div(parts), d(MARKET.stepSize));
      if (qty.lte(0)) return [];
      left = left.sub(qty);
      const received = side === 'BUY' ? 'SOL' : 'USDT';
      let asset = fee === 'received' ? received : fee;
      // A sell pays its fee in coins of its position if it keeps some. What other coins of the wallet pay counts at the
      // fill's price.
      if (asset === 'SOL' && side === 'SELL' && !keepsCoins) asset = 'USDT';
      const size = asset === 'SOL' ? min(feeSize, qty.div('1000')) : feeSize;
      const isNone = asset === 'none';
      const feeAmount = (isNone ? ZERO : size.toDecimalPlaces(18)).toFixed();
      const tradeId = `t${++this.trades}`;
      const terms = { qty: qty.toFixed(), price: price.toFixed(), feeAmount, feeAsset: isNone ? 'USDT' : asset };
      return [{ tradeId, at: this.trades, ...terms }];
    });
  }
}
type Trade = { part: number; price: D; fee: string; feeSize: D };

function play(orders: readonly { side: string; share: number; trades: readonly Trade[]; lost: number }[]): Desk {
  const desk = new Desk();
  for (const { side, share, trades, lost } of orders) {
    if (side === 'BUY') desk.buy(d(String(share)).div('100'), trades);
    else {
      desk.wallet.base = desk.wallet.base
        .mul(String(1_000 - lost))
        .div('1000')
        .toDecimalPlaces(18);
      desk.sell(share, trades, lost > 0);
    }
  }
  return desk;
}

describe('results', () => {
  it('the realized profit of positions equals the gain or loss of the wallet to the last digit, with fees in any asset', () => {
    fc.assert(
      fc.property(fc.array(order, { minLength: 1, maxLength: 14 }), (orders) => {
        const desk = play(orders.map((one) => ({ ...one, lost: 0 })));
        // Open quantities count at their cost, dust at its value when it was recorded.
        const all = [...desk.positions.values()];
        const realized = sum(all.map(({ realizedPnl }) => realizedPnl));
        const held = sum(all.map(({ cost, dustValueQuote }) => cost.add(dustValueQuote)));
        const { quote, others, base } = desk.wallet;
        expect(realized.toFixed()).toBe(quote.add(others).add(held).toFixed());
        expect(desk.realizedOfFills.add(sum(all.map(({ writeOff }) => writeOff))).toFixed()).toBe(realized.toFixed());
        for (const one of all.filter(({ status }) => status === 'CLOSED')) expect(one.cost.isZero()).toBe(true);
        const coins = sum(all.map(({ qtyRemaining, dustQty }) => qtyRemaining.add(dustQty)));
        expect(base.toFixed()).toBe(coins.toFixed());
      }),
      { numRuns: 600 },
    );
  });

  it('coins that left the wallet are written off at their value, and nothing is sold twice or waits for them', () => {
    fc.assert(
      fc.property(fc.array(order, { minLength: 2, maxLength: 14 }), (orders) => {
        const desk = play(orders);
        for (const one of desk.positions.values()) {
          const taken = one.qtyRemaining.add(one.dustQty).add(one.shortfallQty).add(one.feeQty);
          expect(taken.lte(one.qtyTotal) && one.qtyRemaining.gte(0) && one.qtyReserved.isZero()).toBe(true);
          if (one.status === 'CLOSED') expect([one.cost.toFixed(), one.qtyRemaining.toFixed()]).toEqual(['0', '0']);
        }
      }),
      { numRuns: 300 },
    );
  });
});
