import { d, max, type D, ZERO } from '../money/money.js';

/** What positions and orders of ours say about one asset of an account. */
export interface Allocations {
  /** Sum of qty_remaining of the open positions of the asset. */
  inPositions: D;
  /** What our own resting sells hold back of it at the exchange. */
  lockedByUs: D;
}

export interface Holding {
  /** Free coins that belong to no position: what may be adopted. */
  adoptable: D;
  /** How much less the account has than its positions say. */
  shortage: D;
}

/**
 * Sets what the exchange holds of an asset against our positions. Coins that others' orders hold back count as held but
 * are not free to be adopted.
 */
export function compareHolding({ free, locked }: { free: string; locked: string }, claims: Allocations): Holding {
  const total = d(free).add(d(locked));
  const freeAllocations = max(claims.inPositions.sub(claims.lockedByUs), ZERO);
  return {
    adoptable: max(d(free).sub(freeAllocations), ZERO),
    shortage: max(claims.inPositions.sub(total), ZERO),
  };
}
