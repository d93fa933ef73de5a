import type { BookedFill } from '../../core/order/booked-fill.js';
import { planBooking } from '../../core/order/book-order.js';
import { NEW_POSITION, type Booking, type BookingInput, type ReservationState } from '../../core/order/booking.js';
import { d, type D, ZERO } from '../../core/money/money.js';
import { emptyPosition, type PositionState } from '../../core/position/position.js';

const MARKET = { stepSize: '0.001', minQty: '0.001', minNotional: '5' };
const bnb = (asset: string): D | undefined => (asset === 'BNB' ? d('600') : undefined);

export const fill = (tradeId: string, qty: string, price: string, fee: Partial<BookedFill> = {}): BookedFill => ({
  tradeId,
  qty,
  price,
  feeAmount: '0',
  feeAsset: 'USDT',
  at: 1_000 + Number(tradeId.replace(/\D/g, '')),
  ...fee,
});

/** A test setup with one order. It applies bookings like the store does. */
export interface World {
  input: BookingInput;
  vaultEntries: { balanceDelta: D; reservedDelta: D }[];
  dedupeKeys: string[];
  fills: Booking['fills'];
  last?: Booking;
}

export function world(overrides: Partial<BookingInput> = {}): World {
  return {
    input: {
      execution: { id: 7, status: 'SENDING', orderType: 'MARKET', fills: [] },
      job: { id: 3, status: 'EXECUTING', side: 'BUY', origin: 'WEBHOOK', vaultId: 1, reserved: d('110') },
      order: { status: 'NEW', executedQty: '0', fills: [] },
      position: undefined,
      reservations: [],
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

export function apply(w: World, order: BookingInput['order']): Booking {
  const booking = planBooking({ ...w.input, order });
  const vaults = new Map(w.input.vaults);
  for (const move of booking.vaultMoves) {
    if (w.dedupeKeys.includes(move.dedupeKey)) throw new Error(`${move.dedupeKey} was posted twice`);
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
    reservations: w.input.reservations.map((reservation) => ({
      ...reservation,
      ...booking.reservations.find(({ id }) => id === reservation.id),
      position: byId.get(reservation.position.id) ?? reservation.position,
    })),
  };
  w.last = booking;
  return booking;
}

export const openPosition = (id: number, qty: string, entryPrice: string, reserved = qty): PositionState => ({
  ...emptyPosition(id, id),
  qtyTotal: d(qty),
  qtyRemaining: d(qty),
  qtyReserved: d(reserved),
  entryPrice: d(entryPrice),
  cost: d(qty).mul(d(entryPrice)),
});
const reservation = (position: PositionState, qty = position.qtyReserved): ReservationState => ({
  id: position.id * 10,
  qty,
  qtySold: ZERO,
  isLive: true,
  position,
  flags: { slTriggered: false, trailingTriggered: false },
  isOpeningDone: true,
});
export const sellWorld = (positions: PositionState[], overrides: Partial<BookingInput> = {}): World =>
  world({
    job: { id: 3, status: 'EXECUTING', side: 'SELL', origin: 'WEBHOOK', vaultId: null, reserved: null },
    reservations: positions.map((one) => reservation(one)),
    vaults: new Map(positions.map((one) => [one.id, { balance: d('100'), reserved: ZERO }])),
    ...overrides,
  });
export const show = (value: unknown): unknown => JSON.parse(JSON.stringify(value, (_, one: unknown) => one));
