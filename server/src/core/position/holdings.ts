import { d, max, type D, ZERO } from '../money/money.js';

/** What our positions and orders say about one asset of an account. */
export interface Allocations {
  /** Sum of qty_remaining of the open positions of the asset. */
  inPositions: D;
  /** The quantity that our own resting sells lock at the exchange. */
  lockedByUs: D;
}

export interface Holding {
  /** Free coins that belong to no position and may be adopted. */
  adoptable: D;
  /** The quantity that the account lacks compared with its positions. */
  shortage: D;
}

/**
 * Compares the holdings of an asset at the exchange with our positions. Coins locked by external orders count as held,
 * but are not free to adopt.
 */
export function compareHolding({ free, locked }: { free: string; locked: string }, claims: Allocations): Holding {
  const total = d(free).add(d(locked));
  const freeAllocations = max(claims.inPositions.sub(claims.lockedByUs), ZERO);
  return {
    adoptable: max(d(free).sub(freeAllocations), ZERO),
    shortage: max(claims.inPositions.sub(total), ZERO),
  };
}
