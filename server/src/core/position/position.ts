import type { CloseReason } from '../domain.js';
import type { ExitSettings, TargetInput } from '../exits/edit-exits.js';
import { d, type D, floorToStep, min, roundMoney, ZERO } from '../money/money.js';
import type { ReasonCode } from '../reasons.js';
import type { ExitReason } from '../exits/triggers.js';

export type PositionStatus = 'OPEN' | 'CLOSED';
/** What can change the status of a position. */
export type PositionEvent = 'CLOSE' | 'BUY';

/**
 * The whole life of a position, which its first fill opens. BUY on a closed one: its buy was still resting when all
 * of it was sold, and filled on.
 */
export const POSITION_TRANSITIONS: Record<PositionStatus, Partial<Record<PositionEvent, PositionStatus>>> = {
  OPEN: { CLOSE: 'CLOSED', BUY: 'OPEN' },
  CLOSED: { BUY: 'OPEN' },
};

/** Where `event` leads; one that is not in the table is a bug, and nothing is written. */
export function positionStatusAfter(from: PositionStatus, event: PositionEvent): PositionStatus {
  const to = POSITION_TRANSITIONS[from][event];
  if (!to) throw new RangeError(`a position that is ${from} knows no ${event}`);
  return to;
}

/** The numbers of a position that fills change. Quantities in the base asset, the rest in the quote asset. */
export interface PositionState {
  id: number;
  vaultId: number | null;
  status: PositionStatus;
  qtyTotal: D;
  qtyRemaining: D;
  /** The part of qtyRemaining reserved to live sells. */
  qtyReserved: D;
  entryPrice: D;
  /** What qtyRemaining cost, its fees with it. */
  cost: D;
  realizedPnl: D;
  feesQuote: D;
  dustQty: D;
  dustValueQuote: D;
  /** Coins that fees of its own sells took. */
  feeQty: D;
  /** What the wallet did not hold when it was to be sold, and its value then. */
  shortfallQty: D;
  shortfallValue: D;
  /** The part of realizedProfit that no sale brought: dust and shortfall at their value, less what they had cost. */
  writeOff: D;
  /** ms since 1970 of the last one */
  writtenOffAt: number | null;
  /** Why an exit that was due sold nothing; null = nothing is in its way. */
  unsellable: ReasonCode | null;
  closeReason: CloseReason | null;
  /** ms since 1970 */
  closedAt: number | null;
}

/** What a position is given when its first fill opens it, from the trade parameter. */
export interface OpeningDefaults extends ExitSettings {
  /** Lowest first. */
  targets: readonly TargetInput[];
}
export const NO_DEFAULTS: OpeningDefaults = {
  slEnabled: false,
  slPct: null,
  tpEnabled: false,
  tpPct: null,
  minProfitPct: null,
  trailingEnabled: false,
  trailingDistancePct: null,
  trailingArmingPct: null,
  timeStopHours: null,
  breakEvenAfterFirst: false,
  targets: [],
};

/** Which exit of a position was fired; the triggers set them before they ask for the sell. */
export interface TriggerFlags {
  slTriggered: boolean;
  trailingTriggered: boolean;
}

export const emptyPosition = (id: number, vaultId: number | null): PositionState => ({
  id,
  vaultId,
  status: 'OPEN',
  qtyTotal: ZERO,
  qtyRemaining: ZERO,
  qtyReserved: ZERO,
  entryPrice: ZERO,
  cost: ZERO,
  realizedPnl: ZERO,
  feesQuote: ZERO,
  dustQty: ZERO,
  dustValueQuote: ZERO,
  feeQty: ZERO,
  shortfallQty: ZERO,
  shortfallValue: ZERO,
  writeOff: ZERO,
  writtenOffAt: null,
  unsellable: null,
  closeReason: null,
  closedAt: null,
});

/**
 * A buy fill: `qty` the coins that came, net of a base fee, `cost` the quote spent and every other fee, `fee` what any
 * fee is worth. A position that was sold out while its buy was still resting opens again.
 */
export function applyBuy(position: PositionState, fill: { qty: D; cost: D; fee: D }): PositionState {
  const qtyRemaining = position.qtyRemaining.add(fill.qty);
  const reopened = position.status === 'CLOSED' && qtyRemaining.gt(0);
  return {
    ...position,
    ...(reopened ? { status: positionStatusAfter('CLOSED', 'BUY'), closeReason: null, closedAt: null } : {}),
    qtyTotal: position.qtyTotal.add(fill.qty),
    qtyRemaining,
    cost: position.cost.add(fill.cost),
    feesQuote: position.feesQuote.add(fill.fee),
  };
}

/** What `qty` of the remaining coins cost; the last of them take what is left of the cost, so that no digit is lost. */
export const costOf = ({ cost, qtyRemaining }: Pick<PositionState, 'cost' | 'qtyRemaining'>, qty: D): D =>
  qty.gte(qtyRemaining) ? cost : roundMoney(cost.mul(qty).div(qtyRemaining));

/**
 * A reserved quantity was sold for `proceeds` of the quote asset before its fee. What it realized is what came in, less
 * the fee and what the coins had cost. A fee in the base asset (`feeQty`, at `price`) takes coins of the position that
 * nobody was reserved; what it took beyond them came from elsewhere in the wallet and counts at the price. Selling more
 * than was reserved or is left is a bug of the caller.
 */
export function applySell(
  position: PositionState,
  sale: { qty: D; proceeds: D; fee: D; feeQty?: D; price?: D },
): PositionState {
  if (sale.qty.gt(position.qtyRemaining) || sale.qty.gt(position.qtyReserved)) {
    throw new RangeError(`position ${position.id}: ${sale.qty.toFixed()} is more than was reserved`);
  }
  const { feeQty = ZERO, price = ZERO } = sale;
  // The rest that is not reserved is the same before and after the sale.
  const taken = min(feeQty, position.qtyRemaining.sub(position.qtyReserved));
  const fee = feeQty.gt(0) ? roundMoney(feeQty.sub(taken).mul(price)) : sale.fee;
  const gone = sale.qty.add(taken);
  const cost = costOf(position, gone);
  return {
    ...position,
    qtyRemaining: position.qtyRemaining.sub(gone),
    feeQty: position.feeQty.add(taken),
    qtyReserved: position.qtyReserved.sub(sale.qty),
    cost: position.cost.sub(cost),
    realizedPnl: position.realizedPnl.add(sale.proceeds).sub(fee).sub(cost),
    unsellable: null,
    feesQuote: position.feesQuote.add(sale.fee),
  };
}

/**
 * Takes coins off a position that no sale will bring: DUST stays in the wallet, a SHORTFALL is not there (any more).
 * Both go on record at `value`, and the position realizes that value less what they had cost, as if they had been sold
 * for it: what was not lost by this position is not counted as its loss.
 */
export function writeOff(
  position: PositionState,
  { kind, qty, value, at }: { kind: 'DUST' | 'SHORTFALL'; qty: D; value: D; at: number },
): PositionState {
  if (qty.lte(0)) return position;
  const cost = costOf(position, qty);
  const result = value.sub(cost);
  return {
    ...position,
    qtyRemaining: position.qtyRemaining.sub(qty),
    cost: position.cost.sub(cost),
    realizedPnl: position.realizedPnl.add(result),
    writeOff: position.writeOff.add(result),
    writtenOffAt: at,
    ...(kind === 'DUST'
      ? { dustQty: position.dustQty.add(qty), dustValueQuote: position.dustValueQuote.add(value) }
      : { shortfallQty: position.shortfallQty.add(qty), shortfallValue: position.shortfallValue.add(value) }),
  };
}

/** Ends a position; what is left is dust, kept on record at `price`. */
export function closePosition(position: PositionState, reason: CloseReason, at: number, price: D): PositionState {
  const qty = position.qtyRemaining;
  const after = writeOff(position, { kind: 'DUST', qty, value: roundMoney(qty.mul(price)), at });
  return {
    ...after,
    status: positionStatusAfter(position.status, 'CLOSE'),
    closeReason: reason,
    closedAt: at,
    unsellable: null,
  };
}

/** What an owner says is gone: it goes on record at what it cost, so that nothing is gained or lost by it on paper. */
export function takeOffMissing(position: PositionState, missing: D, at: number): PositionState {
  const qty = min(missing, position.qtyRemaining);
  return writeOff(position, { kind: 'SHORTFALL', qty, value: costOf(position, qty), at });
}

/** No order the market accepts could sell this quantity at this price. */
export function isDust(qty: D, price: D, market: { stepSize: string; minQty: string; minNotional: string }): boolean {
  const sellable = floorToStep(qty, d(market.stepSize));
  return sellable.lte(0) || sellable.lt(d(market.minQty)) || sellable.mul(price).lt(d(market.minNotional));
}

/**
 * Why a sell of this origin closes a position. A trigger's job says itself which exit it was; the flags speak for one
 * that does not.
 */
export function closeReasonOf(origin: string, flags: TriggerFlags, exitReason?: ExitReason | null): CloseReason {
  if (origin === 'MANUAL') return 'MANUAL';
  if (origin !== 'TRIGGER') return 'WEBHOOK_SELL';
  if (exitReason) return exitReason === 'PARTIAL_TAKE_PROFIT' ? 'TAKE_PROFIT' : exitReason;
  if (flags.slTriggered) return 'STOP_LOSS';
  return flags.trailingTriggered ? 'TRAILING_STOP' : 'TAKE_PROFIT';
}
