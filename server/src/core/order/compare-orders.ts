import { d, type D } from '../money/money.js';

/** One of our orders, as stored in the database. */
export interface KnownOrder {
  clientOrderId: string;
  status: 'SENDING' | 'UNKNOWN' | 'NEW' | 'PARTIALLY_FILLED';
  executedQty: D;
  /** ms since 1970 */
  sendBefore: number;
  expiresAt: number | undefined;
}

/** A resting order, as the exchange lists it. */
export interface RestingThere {
  clientOrderId: string;
  executedQty: string;
}

/**
 * Compares the orders that we believe to be open with those that rest at the exchange. `differing` need a check: no
 * longer resting, filled further, past their deadline, or resting although their state was unknown. `unmatched` rest
 * there and are not among ours.
 */
export function compareOrders<K extends KnownOrder, L extends RestingThere>({
  known,
  listed,
  now,
}: {
  known: readonly K[];
  listed: readonly L[];
  now: number;
}): { differing: K[]; unmatched: L[] } {
  const there = new Map(listed.map((order) => [order.clientOrderId, order]));
  const here = new Set(known.map(({ clientOrderId }) => clientOrderId));
  const differs = (order: K): boolean => {
    const listing = there.get(order.clientOrderId);
    // An unresolved order that is not listed may be anywhere. Recovery, which runs in one process, looks for it.
    if (order.status === 'SENDING' || order.status === 'UNKNOWN')
      return listing !== undefined && order.sendBefore < now;
    if (!listing || (order.expiresAt !== undefined && order.expiresAt <= now)) return true;
    return !d(listing.executedQty).eq(order.executedQty);
  };
  return {
    differing: known.filter(differs),
    unmatched: listed.filter(({ clientOrderId }) => !here.has(clientOrderId)),
  };
}
