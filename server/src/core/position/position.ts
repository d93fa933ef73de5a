import { OWNER_ORIGINS, type CloseReason } from '../domain.js';
import type { ExitSettings, TargetInput } from '../exits/edit-exits.js';
import { d, type D, floorToStep, min, roundMoney, ZERO } from '../money/money.js';
import type { ReasonCode } from '../reasons.js';
import type { ExitReason } from '../exits/triggers.js';

export type PositionStatus = 'OPEN' | 'CLOSED';
/** What can change the status of a position. */
export type PositionEvent = 'CLOSE' | 'BUY';

/**
 * All transitions of a position after its first fill opened it. BUY on a closed position: its buy was still resting
 * when the position was sold out, and then filled further.
 */
export const POSITION_TRANSITIONS: Record<PositionStatus, Partial<Record<PositionEvent, PositionStatus>>> = {
  OPEN: { CLOSE: 'CLOSED', BUY: 'OPEN' },
  CLOSED: { BUY: 'OPEN' },
};

/** The status after `event`. An event that the table does not allow is a bug and throws, so nothing is written. */
export function positionStatusAfter(from: PositionStatus, event: PositionEvent): PositionStatus {
  const to = POSITION_TRANSITIONS[from][event];
  if (!to) throw new RangeError(`a position that is ${from} does not allow ${event}`);
  return to;
}

/** The numbers of a position that fills change. Quantities are in the base asset, the rest in the quote asset. */
export interface PositionState {
  id: number;
  vaultId: number | null;
  status: PositionStatus;
  qtyTotal: D;
  qtyRemaining: D;
  /** The part of qtyRemaining reserved to live sells. */
  qtyReserved: D;
  entryPrice: D;
  /** The cost of qtyRemaining, with its fees. */
  cost: D;
  realizedPnl: D;
  feesQuote: D;
  dustQty: D;
  dustValueQuote: D;
  /** Coins taken as fees of its own sells. */
  feeQty: D;
  /** The quantity missing in the wallet at a sell, and its value then. */
  shortfallQty: D;
  shortfallValue: D;
  /** The part of realizedProfit that does not come from sales: the value of dust and shortfall, less their cost. */
  writeOff: D;
  /** ms since 1970 of the last one */
  writtenOffAt: number | null;
  /** Why a due exit sold nothing; null = it can be sold. */
  unsellable: ReasonCode | null;
  closeReason: CloseReason | null;
  /** ms since 1970 */
  closedAt: number | null;
}

/** The exits that a position gets from the trade parameter when its first fill opens it. */
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

/** Which exit of a position fired. The triggers set it before they request the sell. */
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
 * Applies a buy fill: `qty` is the coins received, net of a base fee; `cost` is the quote spent and every other fee;
 * `fee` is the value of any fee. A position that was sold out while its buy was still resting opens again.
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

/** The cost of `qty` of the remaining coins. The last of them take the remaining cost, so that no digit is lost. */
export const costOf = ({ cost, qtyRemaining }: Pick<PositionState, 'cost' | 'qtyRemaining'>, qty: D): D =>
  qty.gte(qtyRemaining) ? cost : roundMoney(cost.mul(qty).div(qtyRemaining));

/**
 * Applies a sale of a reserved quantity for `proceeds` of the quote asset before its fee. The realized profit is the
 * proceeds less the fee and the cost of the coins. A fee in the base asset (`feeQty`, at `price`) takes unreserved
 * coins of the position; the rest of the fee came from other coins of the wallet and counts at the price. Selling more
 * than was reserved or is left is a bug of the caller and throws.
 */
export function applySell(
  position: PositionState,
  sale: { qty: D; proceeds: D; fee: D; feeQty?: D; price?: D },
): PositionState {
  if (sale.qty.gt(position.qtyRemaining) || sale.qty.gt(position.qtyReserved)) {
    throw new RangeError(`position ${position.id}: ${sale.qty.toFixed()} is more than was reserved`);
  }
  const { feeQty = ZERO, price = ZERO } = sale;
  // The unreserved rest is the same before and after the sale.
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
 * Writes off coins that will not be sold: DUST stays in the wallet, a SHORTFALL is not there (any more). Both are
 * recorded at `value`, and the position realizes that value less their cost, as if they had been sold for it. So a loss
 * that this position did not cause does not count as its loss.
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

/** Closes a position. The rest is dust, recorded at `price`. */
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

/**
 * Writes off coins that the owner reports as gone. They are recorded at their cost, so that the profit does not change.
 */
export function takeOffMissing(position: PositionState, missing: D, at: number): PositionState {
  const qty = min(missing, position.qtyRemaining);
  return writeOff(position, { kind: 'SHORTFALL', qty, value: costOf(position, qty), at });
}

/** True when the market accepts no order for this quantity at this price. */
export function isDust(qty: D, price: D, market: { stepSize: string; minQty: string; minNotional: string }): boolean {
  const sellable = floorToStep(qty, d(market.stepSize));
  return sellable.lte(0) || sellable.lt(d(market.minQty)) || sellable.mul(price).lt(d(market.minNotional));
}

/**
 * The reason why a sell of this origin closes a position. A trigger's job names its exit; without that, the flags
 * decide.
 */
export function closeReasonOf(origin: string, flags: TriggerFlags, exitReason?: ExitReason | null): CloseReason {
  const byOwner = OWNER_ORIGINS.find((one) => one === origin);
  if (byOwner) return byOwner;
  if (origin !== 'TRIGGER') return 'WEBHOOK_SELL';
  if (exitReason) return exitReason === 'PARTIAL_TAKE_PROFIT' ? 'TAKE_PROFIT' : exitReason;
  if (flags.slTriggered) return 'STOP_LOSS';
  return flags.trailingTriggered ? 'TRAILING_STOP' : 'TAKE_PROFIT';
}
