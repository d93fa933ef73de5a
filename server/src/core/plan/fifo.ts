import { d, min, sum, ZERO, type D } from '../money/money.js';
import { profitPct } from '../position/pnl.js';
import { refuse, type Refusal } from '../reasons.js';

/** An open position, with the fields that a sell needs. Quantities are in the base asset. */
export interface SellablePosition {
  id: number;
  qtyRemaining: D;
  /** The part reserved by other live sells. */
  qtyReserved: D;
  entryPrice: D;
  minProfitPct: string | null;
  lockSellByWebhook: boolean;
}

/** Why a webhook's sell may not sell the position at `price` (null = not known); undefined when it may. */
export function checkSellable(position: SellablePosition, price: D | null): Refusal | undefined {
  if (position.lockSellByWebhook) return refuse('WEBHOOK_LOCK');
  if (position.qtyRemaining.lte(position.qtyReserved)) return refuse('ALREADY_RESERVED');
  if (position.minProfitPct === null || position.entryPrice.lte(0)) return undefined;
  if (price === null) return refuse('PRICE_UNAVAILABLE', 'The position asks for a profit, and no price is known.');
  const profit = profitPct(position.entryPrice, price);
  if (profit.gte(d(position.minProfitPct))) return undefined;
  const detail = `The profit is ${profit.toFixed(2)} %, the position asks for ${d(position.minProfitPct).toFixed()} %.`;
  return refuse('MIN_PROFIT_NOT_MET', detail);
}

/** The part of a position that no other sell has reserved. */
export const sellableQty = (position: SellablePosition): D => position.qtyRemaining.sub(position.qtyReserved);

export interface Allocation {
  positionId: number;
  qty: D;
}

/**
 * Allocates `quantity` over positions, oldest first: each gives all it has before the next is used. The parts add up to
 * `quantity`. More than the total is a bug of the caller and throws.
 */
export function allocateFifo(positions: readonly SellablePosition[], quantity: D): Allocation[] {
  const allocations: Allocation[] = [];
  let left = quantity;
  for (const position of positions) {
    const qty = min(left, sellableQty(position));
    if (qty.lte(0)) continue;
    allocations.push({ positionId: position.id, qty });
    left = left.sub(qty);
  }
  if (left.gt(ZERO)) throw new RangeError(`${left.toFixed()} more was requested than the positions hold`);
  return allocations;
}

export const totalSellable = (positions: readonly SellablePosition[]): D => sum(positions.map(sellableQty));

/** Why nothing could be sold: the reason that all positions share, else a general one that counts the reasons. */
export function reasonForNone(refusals: readonly Refusal[]): Refusal {
  const [first] = refusals;
  if (!first) return refuse('NO_ELIGIBLE_POSITIONS');
  const counts = new Map<string, number>();
  for (const { code } of refusals) counts.set(code, (counts.get(code) ?? 0) + 1);
  if (counts.size === 1) return refusals.length === 1 ? first : refuse(first.code);
  const list = [...counts].map(([code, count]) => `${code} (${count})`).join(', ');
  return refuse('NO_ELIGIBLE_POSITIONS', `No open position could be sold: ${list}.`);
}
