import type { BookedFill } from '../../core/order/booked-fill.js';
import { planBooking } from '../../core/order/book-order.js';
import type { BookingInput } from '../../core/order/booking.js';
import type { ExecutionStatus, JobStatus, OrderSide, OrderType } from '../../core/domain.js';
import { allocateFifo, checkSellable } from '../../core/plan/fifo.js';
import { d, floorToStep, max, min, ZERO, type D } from '../../core/money/money.js';
import { planExit } from '../../core/exits/plan-exit.js';
import { closePosition, closeReasonOf, isDust, type PositionState } from '../../core/position/position.js';
import { isJobTerminal } from '../../core/order/trade-job.js';
import { TriggerIndex } from '../../core/exits/trigger-index.js';
import type { ExitReason, WatchedPosition } from '../../core/exits/triggers.js';

export const LIFE_MARKET = {
  ...{ symbol: 'SOL/USDT', base: 'SOL', quote: 'USDT', tickSize: '0.01' },
  ...{ stepSize: '0.001', minQty: '0.001', minNotional: '5' },
};

/** A row of position_targets. */
interface Target {
  ordinal: number;
  bps: number;
  share: D;
  firedBy: Order | null;
}

/** The settings of a position's exits. */
export type LifeExits = Pick<
  WatchedPosition,
  'stopLossBps' | 'takeProfitBps' | 'minProfitBps' | 'trailingBps' | 'armingBps' | 'timeStopAt' | 'breakEven'
>;

/** A row of trade_positions. */
export interface Held {
  id: number;
  state: PositionState;
  exits: LifeExits;
  trailingMax: D | null;
  armedAt: number | null;
  trailingVersion: number;
  targets: Target[];
  hasTakenPart: boolean;
  isLocked: boolean;
  opening: Order;
  /** Oldest first. */
  sells: Order[];
}

/** A job with its execution, its reservation (of a sell) and the exchange's data of it. */
export interface Order {
  id: number;
  side: OrderSide;
  origin: 'WEBHOOK' | 'TRIGGER' | 'MANUAL';
  exitReason: ExitReason | null;
  idempotencyKey: string | null;
  orderType: OrderType;
  limit: D | null;
  quantity: D;
  createdAt: number;
  jobStatus: JobStatus;
  execution: { status: ExecutionStatus; fills: readonly BookedFill[] };
  reservations: { id: number; held: Held; qty: D; qtySold: D; isLive: boolean }[];
  /** The exchange's own data, the truth that every report is taken from. */
  wire: { left: D; fills: BookedFill[]; status: BookingInput['order']['status'] };
}

/** The result of a price. */
export interface Fired {
  held: Held;
  reason: ExitReason;
  ordinals: number[];
  /** null: closed as dust. */
  quantity: D | null;
}

/**
 * The same as addNewPosition and addGrowth in orders/stores/trade-position.store.ts, and as an edit that starts the
 * exits again.
 */
export function startTrailing(held: Held): void {
  const { trailingMax, state, exits } = held;
  if (exits.trailingBps === null || exits.armingBps !== null) return;
  held.trailingMax = trailingMax === null ? state.entryPrice : max(trailingMax, state.entryPrice);
}

const isWhole = (order: Order): boolean => order.origin === 'TRIGGER' && order.exitReason !== 'PARTIAL_TAKE_PROFIT';

/**
 * The program in memory: what the stores and the exchange do around core/ (positions, reservations, jobs, orders,
 * monitors), written simply, so that decisions of the core can be run hundreds of thousands of times.
 */
export class ExitLife {
  now = 1_000_000;
  price = d('100');
  readonly held: Held[] = [];
  readonly orders: Order[] = [];
  readonly keys = new Set<string>();
  monitors = [new TriggerIndex(), new TriggerIndex()];
  private ids = 0;
  private trades = 0;

  /** A buy of `quantity`. Its position appears with the first fill. `exits` are those of its parameter. */
  buy(quantity: D, exits: LifeExits, targets: readonly { bps: number; share: D }[]): Order {
    const order = this.order({ side: 'BUY', origin: 'WEBHOOK', orderType: 'MARKET', quantity });
    this.defaults.set(order, { exits, targets });
    return order;
  }
  private readonly defaults = new Map<Order, { exits: LifeExits; targets: readonly { bps: number; share: D }[] }>();

  private order(
    given: Pick<Order, 'side' | 'origin' | 'orderType' | 'quantity'> & Partial<Order>,
    parts: readonly { held: Held; qty: D }[] = [],
  ): Order {
    const order: Order = {
      ...{ id: ++this.ids, exitReason: null, idempotencyKey: null, limit: null, createdAt: this.now },
      ...{ jobStatus: 'EXECUTING' as const, execution: { status: 'SENDING' as const, fills: [] } },
      wire: { left: given.quantity, fills: [], status: 'NEW' },
      ...given,
      reservations: parts.map(({ held, qty }) => ({ id: ++this.ids, held, qty, qtySold: ZERO, isLive: true })),
    };
    if (order.idempotencyKey !== null) {
      if (this.keys.has(order.idempotencyKey)) throw new Error(`${order.idempotencyKey} was used twice`);
      this.keys.add(order.idempotencyKey);
    }
    for (const { held, qty } of parts) {
      held.state = { ...held.state, qtyReserved: held.state.qtyReserved.add(qty) };
      held.sells.push(order);
    }
    this.orders.push(order);
    return order;
  }

  free = ({ state }: Held): D => state.qtyRemaining.sub(state.qtyReserved);
  hasLiveExit = (held: Held): boolean =>
    held.sells.some((order) => isWhole(order) && order.reservations.some(({ isLive }) => isLive));

  /** A manual sell by the owner: a part of the position at the market, or with a limit. */
  manualSell(held: Held, quantity: D, limit: D | null): Order | undefined {
    const wanted = floorToStep(min(quantity, this.free(held)), d(LIFE_MARKET.stepSize));
    if (held.state.status !== 'OPEN' || isDust(wanted, limit ?? this.price, LIFE_MARKET)) return undefined;
    const orderType = limit ? 'LIMIT' : 'MARKET';
    return this.order({ side: 'SELL', origin: 'MANUAL', orderType, limit, quantity: wanted }, [{ held, qty: wanted }]);
  }

  /**
   * A sell signal. It sells the oldest positions first, except those that are locked, reserved or below their minimum
   * profit.
   */
  sellBySignal(share: D): Order | undefined {
    const open = this.held.filter(({ state }) => state.status === 'OPEN');
    const sellable = open.map((held) => ({
      ...{ held, id: held.id, qtyRemaining: held.state.qtyRemaining, qtyReserved: held.state.qtyReserved },
      ...{ entryPrice: held.state.entryPrice, lockSellByWebhook: held.isLocked },
      minProfitPct: held.exits.minProfitBps === null ? null : d(String(held.exits.minProfitBps)).div('100').toFixed(),
    }));
    const eligible = sellable.filter((one) => !checkSellable(one, this.price));
    const all = eligible.reduce((total, one) => total.add(this.free(one.held)), ZERO);
    const quantity = floorToStep(all.mul(share), d(LIFE_MARKET.stepSize));
    if (isDust(quantity, this.price, LIFE_MARKET)) return undefined;
    const parts = allocateFifo(eligible, quantity).map(({ positionId, qty }) => ({
      held: eligible.find(({ id }) => id === positionId)?.held as Held,
      qty,
    }));
    return this.order({ side: 'SELL', origin: 'WEBHOOK', orderType: 'MARKET', quantity }, parts);
  }

  /** The exchange fills `part` of the rest, at the current price or the limit. */
  fillAtExchange(order: Order, part: D, feeAsset: string): void {
    const { wire } = order;
    if (wire.status !== 'NEW' && wire.status !== 'PARTIALLY_FILLED') return;
    const qty = min(wire.left, floorToStep(wire.left.mul(part), d(LIFE_MARKET.stepSize)).add(LIFE_MARKET.stepSize));
    const price = order.limit ?? this.price;
    const fee = feeAsset === LIFE_MARKET.base ? qty.mul('0.001') : qty.mul(price).mul('0.001');
    const isBaseOfSell = order.side === 'SELL' && feeAsset === LIFE_MARKET.base;
    wire.fills.push({
      ...{ tradeId: String(++this.trades), qty: qty.toFixed(), price: price.toFixed(), at: this.now },
      ...{ feeAmount: isBaseOfSell ? '0' : fee.toDecimalPlaces(18).toFixed(), feeAsset },
    });
    wire.left = wire.left.sub(qty);
    wire.status = wire.left.isZero() ? 'FILLED' : 'PARTIALLY_FILLED';
  }

  /**
   * The exchange ends the order early: a market order without enough liquidity, a canceled limit order, a refused
   * order.
   */
  endAtExchange(order: Order): void {
    const { wire } = order;
    if (wire.status !== 'NEW' && wire.status !== 'PARTIALLY_FILLED') return;
    wire.status = wire.fills.length === 0 ? 'REJECTED' : order.orderType === 'LIMIT' ? 'CANCELED' : 'EXPIRED';
  }

  /** Books the exchange's answer for an order. For an older answer, only the first `seen` trades. */
  book(order: Order, seen = order.wire.fills.length, stopReason?: 'CANCELED_BY_OWNER' | 'CANCELED_FOR_EXIT'): void {
    const isOld = seen < order.wire.fills.length;
    const fills = order.wire.fills.slice(0, seen);
    const status = isOld ? (seen > 0 ? 'PARTIALLY_FILLED' : 'NEW') : order.wire.status;
    const opened = this.held.find(({ opening }) => opening === order);
    const booking = planBooking({
      execution: { id: order.id, orderType: order.orderType, ...order.execution },
      job: {
        ...{ id: order.id, status: order.jobStatus, side: order.side, origin: order.origin },
        ...{ exitReason: order.exitReason, vaultId: null, reserved: null },
      },
      order: { status, fills, executedQty: fills.reduce((all, { qty }) => all.add(d(qty)), ZERO).toFixed() },
      position: opened?.state,
      reservations: order.reservations.map(({ held, ...reservation }) => ({
        ...reservation,
        position: held.state,
        flags: { slTriggered: false, trailingTriggered: false },
        isOpeningDone: isJobTerminal(held.opening.jobStatus),
      })),
      vaults: new Map(),
      ...{ base: LIFE_MARKET.base, quote: LIFE_MARKET.quote, market: LIFE_MARKET, now: this.now, stopReason },
      priceOf: (asset) => (asset === 'BNB' ? d('600') : undefined),
    });
    order.execution = { status: booking.execution.status, fills: booking.execution.fills };
    order.jobStatus = booking.job.status;
    for (const reservation of order.reservations)
      Object.assign(
        reservation,
        booking.reservations.find(({ id }) => id === reservation.id),
      );
    for (const state of booking.positions) this.take(order, state);
    if (booking.unallocatedQty.gt(0))
      throw new Error(`${booking.unallocatedQty.toFixed()} was sold beyond the reservations`);
  }

  private take(order: Order, state: PositionState): void {
    const known = this.held.find(({ id }) => id === state.id);
    if (known) {
      known.state = state;
      if (order.side === 'BUY') startTrailing(known);
      return;
    }
    const defaults = this.defaults.get(order);
    if (!defaults) throw new Error(`order ${order.id} opened an unexpected position`);
    const id = ++this.ids;
    const held: Held = {
      ...{ id, state: { ...state, id }, exits: defaults.exits, trailingMax: null, armedAt: null, trailingVersion: 0 },
      ...{ hasTakenPart: false, isLocked: false, opening: order, sells: [] },
      targets: defaults.targets.map((target, index) => ({ ...target, ordinal: index + 1, firedBy: null })),
    };
    startTrailing(held);
    this.held.push(held);
  }

  cancel(order: Order, stopReason: 'CANCELED_BY_OWNER' | 'CANCELED_FOR_EXIT' = 'CANCELED_BY_OWNER'): void {
    if (order.wire.status === 'NEW' || order.wire.status === 'PARTIALLY_FILLED') order.wire.status = 'CANCELED';
    this.book(order, undefined, stopReason);
  }

  /** The same as WAITING_TARGETS in positions/watched-position.store.ts. */
  isWaiting = ({ firedBy }: Target): boolean =>
    firedBy === null ||
    (['FAILED', 'CANCELED'].includes(firedBy.jobStatus) &&
      firedBy.reservations.every(({ qtySold }) => qtySold.isZero()));

  watched(held: Held): WatchedPosition {
    const { id, state, exits, trailingMax, trailingVersion, targets, hasTakenPart } = held;
    return {
      ...{ id, accountId: 1, entryPrice: state.entryPrice, ...exits, trailingMax, trailingVersion, hasTakenPart },
      targets: targets.filter(this.isWaiting).map(({ ordinal, bps }) => ({ ordinal, bps })),
    };
  }

  /** A monitor reads its positions again. */
  refresh(monitor: number): void {
    const index = this.monitors[monitor];
    for (const held of this.held) {
      if (held.state.status === 'OPEN' && !this.hasLiveExit(held)) index?.upsert(this.watched(held));
      else index?.remove(held.id);
    }
  }

  /** A monitor dies, and another one starts from the stored data. */
  restart(monitor: number): void {
    this.monitors[monitor] = new TriggerIndex();
    this.refresh(monitor);
  }

  /** The same as `writeTrailing` in the positions' store. */
  persist(): void {
    for (const index of this.monitors) {
      const { armed, risen } = index.takeTrailing();
      for (const { id, max: highest, at, trailingVersion } of armed) {
        const held = this.held.find((one) => one.id === id);
        if (held?.trailingVersion !== trailingVersion || held.trailingMax?.gte(highest)) continue;
        Object.assign(held, { trailingMax: highest, armedAt: held.armedAt ?? at });
      }
      for (const { max: highest, at } of risen) {
        for (const held of this.held) {
          const isOn = held.state.status === 'OPEN' && held.exits.trailingBps !== null;
          const isFollowing = isOn && (held.armedAt ?? 0) <= at;
          if (isFollowing && held.trailingMax?.lt(d(highest))) held.trailingMax = d(highest);
        }
      }
    }
  }

  /** Sends a price to every monitor, the given one first, and returns what it fires. */
  tick(price: D, first: number): Fired[] {
    this.price = price;
    const fired: Fired[] = [];
    for (const index of first === 0 ? this.monitors : [...this.monitors].reverse()) {
      for (const hit of index.tick(price.toFixed(), this.now)) {
        const held = this.held.find(({ id }) => id === hit.id);
        if (!held) throw new Error(`no monitor watches position ${hit.id}`);
        const one = this.fire(held, { max: hit.trailingMax, version: hit.trailingVersion });
        if (one) fired.push(one);
      }
    }
    return fired;
  }

  /** The same steps as fireExit in exits/run-exits.ts. */
  private fire(held: Held, trailing: { max: D | null; version: number }): Fired | undefined {
    for (const leaveResting of [false, true]) {
      const plan = planExit({
        watched: this.watched(held),
        ...{ status: held.state.status, qtyTotal: held.state.qtyTotal, qtyRemaining: held.state.qtyRemaining },
        qtyReserved: held.state.qtyReserved,
        isOpeningDone: isJobTerminal(held.opening.jobStatus),
        shares: new Map(held.targets.map(({ ordinal, share }) => [ordinal, share])),
        sells: held.sells.map((order) => ({
          ...{ jobId: order.id, origin: order.origin, exitReason: order.exitReason, orderType: order.orderType },
          ...{ idempotencyKey: order.idempotencyKey, createdAt: order.createdAt },
          qtySold: order.reservations.find((one) => one.held === held)?.qtySold ?? ZERO,
          isLive: order.reservations.some((one) => one.held === held && one.isLive),
        })),
        ...{ market: LIFE_MARKET, price: this.price, now: this.now, trailing, leaveResting },
      });
      if (plan.kind === 'cancel') {
        for (const order of this.orders.filter(({ id }) => plan.jobIds.includes(id))) {
          this.cancel(order, 'CANCELED_FOR_EXIT');
        }
        continue;
      }
      if (plan.kind === 'dust') {
        const none = { slTriggered: false, trailingTriggered: false };
        const reason = closeReasonOf('TRIGGER', none, plan.exit.reason);
        held.state = closePosition(held.state, reason, this.now, this.price);
        return { held, reason: plan.exit.reason, ordinals: [], quantity: null };
      }
      if (plan.kind !== 'sell') return undefined;
      const { quantity, exit, idempotencyKey, skipped } = plan;
      const order = this.order(
        {
          ...{
            side: 'SELL',
            origin: 'TRIGGER',
            orderType: 'MARKET',
            quantity,
            exitReason: exit.reason,
            idempotencyKey,
          },
          ...(skipped && {
            jobStatus: 'SKIPPED' as const,
            wire: { left: ZERO, fills: [], status: 'REJECTED' as const },
          }),
        },
        skipped ? [] : [{ held, qty: quantity }],
      );
      if (plan.trailingMax) held.trailingMax = plan.trailingMax;
      if (exit.reason === 'PARTIAL_TAKE_PROFIT') held.hasTakenPart = true;
      for (const target of held.targets) if (exit.ordinals.includes(target.ordinal)) target.firedBy = order;
      return { held, reason: exit.reason, ordinals: exit.ordinals, quantity };
    }
    return undefined;
  }
}
