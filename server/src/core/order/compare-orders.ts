import { d, type D } from '../money/money.js';

/** An order of ours as the database has it. */
export interface KnownOrder {
  clientOrderId: string;
  status: 'SENDING' | 'UNKNOWN' | 'NEW' | 'PARTIALLY_FILLED';
  executedQty: D;
  /** ms since 1970 */
  sendBefore: number;
  expiresAt: number | undefined;
}

/** An order as the exchange lists it among those that rest there. */
export interface RestingThere {
  clientOrderId: string;
  executedQty: string;
}

/**
 * Sets the orders we believe to be open against those that rest at the exchange. `differing` want a look: no longer
 * there, filled further, past their deadline, or there although it was not known whether they are. `unmatched` are there and not
 * among ours.
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
    // One that is not listed may be anywhere: recovery looks for it, one process of all, and nobody waits for that here.
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
