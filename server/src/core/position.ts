import type { CloseReason } from './domain.js';
import type { ExitSettings, TargetInput } from './edit-exits.js';
import { d, type D, floorToStep, roundMoney, ZERO } from './money.js';
import type { ExitReason } from './triggers.js';

/** The numbers of a position that fills change. Quantities in the base asset, the rest in the quote asset. */
export interface PositionState {
  id: number;
  vaultId: number | null;
  status: 'OPEN' | 'CLOSED';
  qtyTotal: D;
  qtyRemaining: D;
  /** The part of qtyRemaining promised to live sells. */
  qtyPromised: D;
  priceOpen: D;
  realizedProfit: D;
  feesQuote: D;
  dustQty: D;
  dustValueQuote: D;
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
  qtyPromised: ZERO,
  priceOpen: ZERO,
  realizedProfit: ZERO,
  feesQuote: ZERO,
  dustQty: ZERO,
  dustValueQuote: ZERO,
  closeReason: null,
  closedAt: null,
});

/**
 * A buy fill: `qty` net of a base fee, `cost` the fee that counts against profit, `fee` what any fee is worth.
 * A position that was sold out while its buy was still resting opens again.
 */
export function applyBuy(position: PositionState, fill: { qty: D; cost: D; fee: D }): PositionState {
  const qtyRemaining = position.qtyRemaining.add(fill.qty);
  const reopened = position.status === 'CLOSED' && qtyRemaining.gt(0);
  return {
    ...position,
    ...(reopened ? { status: 'OPEN' as const, closeReason: null, closedAt: null } : {}),
    qtyTotal: position.qtyTotal.add(fill.qty),
    qtyRemaining,
    realizedProfit: position.realizedProfit.sub(fill.cost),
    feesQuote: position.feesQuote.add(fill.fee),
  };
}

/** A promised quantity was sold. Selling more than was promised or is left is a bug of the caller. */
export function applySell(position: PositionState, sale: { qty: D; realized: D; fee: D }): PositionState {
  if (sale.qty.gt(position.qtyRemaining) || sale.qty.gt(position.qtyPromised)) {
    throw new RangeError(`position ${position.id}: ${sale.qty.toFixed()} is more than was promised`);
  }
  return {
    ...position,
    qtyRemaining: position.qtyRemaining.sub(sale.qty),
    qtyPromised: position.qtyPromised.sub(sale.qty),
    realizedProfit: position.realizedProfit.add(sale.realized),
    feesQuote: position.feesQuote.add(sale.fee),
  };
}

/** Ends a position; what is left is dust, kept on record at `price`. */
export function closePosition(position: PositionState, reason: CloseReason, at: number, price: D): PositionState {
  return {
    ...position,
    status: 'CLOSED',
    closeReason: reason,
    closedAt: at,
    qtyRemaining: ZERO,
    dustQty: position.dustQty.add(position.qtyRemaining),
    dustValueQuote: position.dustValueQuote.add(roundMoney(position.qtyRemaining.mul(price))),
  };
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
