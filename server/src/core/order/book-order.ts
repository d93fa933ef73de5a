import {
  boughtBy,
  byTime,
  contradictionOf,
  priceOf,
  qtyOf,
  quoteOf,
  summarise,
  type BookedFill,
} from './booked-fill.js';
import type { CloseReason, ExecutionStatus } from '../domain.js';
import { feeEffect, splitExactly, type FeeEffect } from '../money/fees.js';
import { post, type Posting, type VaultState, EMPTY_VAULT } from '../ledger/ledger.js';
import { d, type D, min, roundMoney, sum, ZERO } from '../money/money.js';
import { isOrderTerminal, nextExecutionStatus } from './order.js';
import {
  applyBuy,
  applySell,
  closePosition,
  closeReasonOf,
  emptyPosition,
  isDust,
  writeOff,
} from '../position/position.js';
import type { PositionState } from '../position/position.js';
import { refuse, type ReasonCode } from '../reasons.js';
import {
  NEW_POSITION,
  type Booking,
  type BookingInput,
  type PositionFillEntry,
  type ReservationState,
  type VaultMove,
} from './booking.js';
import { isJobTerminal, nextJobStatus, type JobEvent } from './trade-job.js';

/**
 * Works out what an exchange's answer adds to what is already booked. Fills are identified by their trade id, so a
 * repeated, older or reordered answer adds nothing twice. Everything is derived from the fills, never from the totals
 * that the exchange reports: an order counts as ended only when its fills add up to its total.
 */
export function planBooking(input: BookingInput): Booking {
  const known = new Set(input.execution.fills.map((fill) => fill.tradeId));
  const fresh = [...new Map(input.order.fills.map((fill) => [fill.tradeId, fill])).values()]
    .filter((fill) => !known.has(fill.tradeId) && d(fill.qty).gt(0))
    .sort(byTime);
  if (isOrderTerminal(input.execution.status) || isJobTerminal(input.job.status)) return unchanged(input, fresh);

  const fills = [...input.execution.fills, ...fresh].sort(byTime);
  const status = executionStatusAfter(input, fills);
  const execution = summarise(status, fills);
  const job = jobAfter(input, status, execution.executedQty);
  const state = new BookingState(input);
  for (const fill of fresh) {
    if (input.job.side === 'BUY') state.buy(fill);
    else state.sell(fill);
  }
  if (input.job.side === 'BUY') state.setEntryPrice(entryPriceOf(input, execution));
  if (job.ended) {
    if (input.job.side === 'BUY') state.resolveReservation(execution.cummQuoteQty, fills);
    else state.endSell(fills.at(-1), job.status === 'FILLED');
  }
  const changed = fresh.length > 0 || status !== input.execution.status || job.status !== input.job.status;
  return { changed, execution, job, contradiction: undefined, ...state.result() };
}

/** The average price of all buy fills of the position, from the totals of its orders. */
function entryPriceOf({ boughtBefore }: BookingInput, order: ReturnType<typeof summarise>): D {
  if (!boughtBefore) return order.avgPrice;
  const qty = boughtBefore.qty.add(order.executedQty);
  return qty.gt(0) ? roundMoney(boughtBefore.quote.add(order.cummQuoteQty).div(qty)) : order.avgPrice;
}

/**
 * What a job releases when it ends without an order at the exchange (refused, or proven absent): its capital and its
 * reservations of positions, once.
 */
export function releaseJob(input: Pick<BookingInput, 'job' | 'reservations' | 'vaults' | 'now'>) {
  const state = new BookingState({
    ...input,
    execution: { id: 0, status: 'REJECTED', orderType: 'MARKET', fills: [] },
    order: { status: 'REJECTED', executedQty: '0', fills: [] },
    position: undefined,
    base: '',
    quote: '',
    market: undefined,
    priceOf: () => undefined,
    stopReason: undefined,
  });
  if (input.job.side === 'BUY') state.resolveReservation(ZERO, []);
  else state.endSell(undefined, false);
  const { positions, reservations, vaultMoves } = state.result();
  return { positions, reservations, vaultMoves };
}

function executionStatusAfter({ execution, order }: BookingInput, fills: readonly BookedFill[]): ExecutionStatus {
  const executed = sum(fills.map(qtyOf));
  const isComplete = executed.gte(d(order.executedQty));
  let said: ExecutionStatus = order.status;
  if (isOrderTerminal(said) && !isComplete) said = 'PARTIALLY_FILLED';
  if (said === 'PARTIALLY_FILLED' || said === 'NEW') said = executed.gt(0) ? 'PARTIALLY_FILLED' : 'NEW';
  if (said === 'REJECTED' && executed.gt(0)) said = 'CANCELED';
  return nextExecutionStatus(execution.status, said);
}

function jobAfter(input: BookingInput, status: ExecutionStatus, executedQty: D): Booking['job'] {
  const executed = executedQty.gt(0);
  const { event, reason } = jobEventOf(input, status);
  const next = event && nextJobStatus(input.job.status, event, executed);
  const jobStatus = next ?? input.job.status;
  return {
    status: jobStatus,
    reason: next && reason && refuse(reason),
    ended: next !== undefined && isJobTerminal(next),
  };
}

function jobEventOf(
  { execution, stopReason }: BookingInput,
  status: ExecutionStatus,
): { event?: JobEvent; reason?: ReasonCode } {
  switch (status) {
    case 'NEW':
      return execution.orderType === 'LIMIT' ? { event: 'REST' } : {};
    case 'PARTIALLY_FILLED':
      return { event: 'FILL_PART' };
    case 'FILLED':
      return { event: 'FILL' };
    case 'CANCELED':
    case 'EXPIRED': {
      // A market order "expires" when the order book runs empty. That is the exchange's doing, not a deadline.
      const isDeadline = status === 'EXPIRED' && execution.orderType === 'LIMIT';
      return { event: 'CANCEL', reason: stopReason ?? (isDeadline ? 'EXPIRED' : 'CANCELED_BY_EXCHANGE') };
    }
    case 'REJECTED':
      return { event: 'FAIL', reason: 'EXCHANGE_REFUSED' };
    default:
      return {};
  }
}

function unchanged(input: BookingInput, late: readonly BookedFill[]): Booking {
  return {
    changed: false,
    execution: summarise(input.execution.status, input.execution.fills),
    job: { status: input.job.status, reason: undefined, ended: false },
    contradiction: contradictionOf(input, late),
    ...new BookingState(input).result(),
  };
}

/** The rows that a booking changes, while its fills are applied one after the other. */
class BookingState {
  private readonly fills: PositionFillEntry[] = [];
  private readonly positions = new Map<number, PositionState>();
  private readonly reservations = new Map<number, { id: number; qtySold: D; isLive: boolean }>();
  private readonly vaults: Map<number, VaultState>;
  private readonly vaultMoves: VaultMove[] = [];
  private readonly unpriced = new Set<string>();
  private readonly shortfalls: Booking['shortfalls'] = [];
  private readonly unsold: Booking['unsold'] = [];
  private unallocatedQty: D = ZERO;

  constructor(private readonly input: BookingInput) {
    this.vaults = new Map(input.vaults);
  }

  result() {
    return {
      fills: this.fills,
      positions: [...this.positions.values()],
      reservations: [...this.reservations.values()],
      vaultMoves: this.vaultMoves,
      shortfalls: this.shortfalls,
      unsold: this.unsold,
      unallocatedQty: this.unallocatedQty,
      unpricedFeeAssets: [...this.unpriced],
    };
  }

  buy(fill: BookedFill): void {
    const id = this.input.position?.id ?? NEW_POSITION;
    const before = this.positions.get(id) ?? this.input.position ?? emptyPosition(id, this.input.job.vaultId);
    const fee = this.feeOf(fill);
    this.positions.set(id, applyBuy(before, boughtBy({ qty: qtyOf(fill), quote: quoteOf(fill), fee })));
    this.addFill(id, fill, { qty: qtyOf(fill), feeAmount: roundMoney(d(fill.feeAmount)), realized: ZERO });
  }

  /**
   * price_open is the average over all buy fills, so it is computed from the order's totals, not from the last
   * price_open.
   */
  setEntryPrice(entryPrice: D): void {
    for (const [id, position] of this.positions) this.positions.set(id, { ...position, entryPrice });
  }

  /** Sells the oldest reservations first. Each share gets its exact part of the proceeds and of the fee. */
  sell(fill: BookedFill): void {
    const total = qtyOf(fill);
    const shares: { reservation: ReservationState; qty: D }[] = [];
    let left = total;
    for (const reservation of this.input.reservations) {
      const qty = min(left, this.leftOf(reservation));
      if (qty.lte(0)) continue;
      shares.push({ reservation, qty });
      left = left.sub(qty);
    }
    this.unallocatedQty = this.unallocatedQty.add(left);
    const parts = shares.map((share) => share.qty);
    const fee = this.feeOf(fill);
    const quotes = splitExactly(quoteOf(fill), parts, total);
    const worths = splitExactly(fee.worth, parts, total);
    const baseFees = splitExactly(fee.baseQty, parts, total);
    const quoteFees = splitExactly(fee.quoteQty, parts, total);
    const feeAmounts = splitExactly(roundMoney(d(fill.feeAmount)), parts, total);
    shares.forEach(({ reservation, qty }, index) => {
      const before = this.positionOf(reservation);
      const after = applySell(before, {
        ...{ qty, proceeds: quotes[index] ?? ZERO, fee: worths[index] ?? ZERO },
        ...{ feeQty: baseFees[index] ?? ZERO, price: priceOf(fill) },
      });
      const realized = after.realizedPnl.sub(before.realizedPnl);
      this.positions.set(after.id, after.qtyRemaining.isZero() ? this.close(reservation, after, fill) : after);
      this.reservations.set(reservation.id, {
        id: reservation.id,
        qtySold: this.soldOf(reservation).add(qty),
        isLive: true,
      });
      this.addFill(after.id, fill, { qty, feeAmount: feeAmounts[index] ?? ZERO, realized });
      const proceeds = (quotes[index] ?? ZERO).sub(quoteFees[index] ?? ZERO);
      if (after.vaultId !== null && proceeds.gt(0)) {
        const key = `exec:${this.input.execution.id}:${fill.tradeId}:${after.id}:return`;
        this.move(after.vaultId, key, { type: 'SELL_RETURN', amount: proceeds });
      }
    });
  }

  /**
   * The order has ended: unsold reservations return to their positions, coins missing in the wallet are written off
   * from the positions that sold, and dust that no order could sell is closed.
   */
  endSell(last: BookedFill | undefined, isFilled: boolean): void {
    let missing = (isFilled && this.input.job.missing) || ZERO;
    for (const reservation of this.input.reservations) {
      if (!reservation.isLive) continue;
      const left = reservation.qty.sub(this.soldOf(reservation));
      const before = this.positionOf(reservation);
      let after = left.gt(0) ? { ...before, qtyReserved: before.qtyReserved.sub(left) } : before;
      const gone = min(missing, min(left, after.qtyRemaining));
      missing = missing.sub(gone);
      if (last && gone.gt(0)) after = this.takeOff(reservation, after, { gone, last });
      if (last && this.isLeftover(reservation, after, priceOf(last))) after = this.close(reservation, after, last);
      if (isFilled && left.gt(gone) && this.input.job.missing && after.status === 'OPEN') {
        after = this.leaveOpen(after, 'HOLDING_LOCKED');
      }
      if (after !== before) this.positions.set(after.id, after);
      this.reservations.set(reservation.id, { id: reservation.id, qtySold: this.soldOf(reservation), isLive: false });
    }
  }

  /** One BUY_CONFIRM for the cost of the order, or one BUY_CANCEL when nothing was executed. */
  resolveReservation(cummQuoteQty: D, fills: readonly BookedFill[]): void {
    const { id, vaultId, reserved } = this.input.job;
    if (vaultId === null || reserved === null || reserved.lte(0)) return;
    const spent = cummQuoteQty.add(sum(fills.map((fill) => this.feeOf(fill).quoteQty)));
    const posting: Posting = spent.gt(0) ? { type: 'BUY_CONFIRM', reserved, spent } : { type: 'BUY_CANCEL', reserved };
    this.move(vaultId, `job:${id}:resolve`, posting);
  }

  /** A position that sold nothing loses nothing: it stays open, and its owner is alerted. */
  private takeOff(
    reservation: ReservationState,
    position: PositionState,
    { gone, last }: { gone: D; last: BookedFill },
  ): PositionState {
    if (this.soldOf(reservation).isZero()) return this.leaveOpen(position, 'HOLDING_MISSING');
    const value = roundMoney(gone.mul(priceOf(last)));
    this.shortfalls.push({ positionId: position.id, qty: gone, value });
    const after = writeOff(position, { kind: 'SHORTFALL', qty: gone, value, at: last.at });
    return after.qtyRemaining.isZero() ? this.close(reservation, after, last) : after;
  }

  private leaveOpen(position: PositionState, code: 'HOLDING_MISSING' | 'HOLDING_LOCKED'): PositionState {
    if (!this.unsold.some(({ positionId }) => positionId === position.id)) {
      this.unsold.push({ positionId: position.id, code });
    }
    return { ...position, unsellable: position.unsellable ?? code };
  }

  private isLeftover(reservation: ReservationState, position: PositionState, price: D): boolean {
    const { market } = this.input;
    const isIdle = position.qtyReserved.isZero() && reservation.isOpeningDone && position.status === 'OPEN';
    if (!market || !isIdle || this.soldOf(reservation).isZero()) return false;
    return isDust(position.qtyRemaining, price, market);
  }

  private close(reservation: ReservationState, position: PositionState, fill: BookedFill): PositionState {
    const reason: CloseReason = closeReasonOf(this.input.job.origin, reservation.flags, this.input.job.exitReason);
    return closePosition(position, reason, fill.at, priceOf(fill));
  }

  private move(vaultId: number, dedupeKey: string, posting: Posting): void {
    const before = this.vaults.get(vaultId);
    const posted = post(before ?? EMPTY_VAULT, posting);
    if (!posted.ok) throw new RangeError(`vault ${vaultId}: ${posted.message}`);
    this.vaults.set(vaultId, posted.after);
    this.vaultMoves.push({ vaultId, dedupeKey, posted, isFirst: before === undefined });
  }

  private addFill(positionId: number, fill: BookedFill, part: { qty: D; feeAmount: D; realized: D }): void {
    const { tradeId, feeAsset, at } = fill;
    this.fills.push({ positionId, side: this.input.job.side, price: priceOf(fill), tradeId, feeAsset, at, ...part });
  }

  private feeOf(fill: BookedFill): FeeEffect {
    const { base, quote, priceOf: priceOfAsset } = this.input;
    const context = { base, quote, fillPrice: priceOf(fill), priceOf: priceOfAsset };
    const effect = feeEffect(roundMoney(d(fill.feeAmount)), fill.feeAsset, context);
    if (!effect.priced) this.unpriced.add(fill.feeAsset);
    return effect;
  }

  private soldOf = (reservation: ReservationState): D =>
    this.reservations.get(reservation.id)?.qtySold ?? reservation.qtySold;
  private positionOf = (reservation: ReservationState): PositionState =>
    this.positions.get(reservation.position.id) ?? reservation.position;
  private leftOf(reservation: ReservationState): D {
    if (!reservation.isLive) return ZERO;
    return min(reservation.qty.sub(this.soldOf(reservation)), this.positionOf(reservation).qtyRemaining);
  }
}
