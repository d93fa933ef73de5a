import { d, toText } from '../money/money.js';
import type { Plan, PlanFacts } from './plan.js';

/**
 * The facts of a decision that an earlier decision of the same account, symbol and side can change. The vault is shared
 * with other accounts too.
 */
export type PlanState = Pick<PlanFacts, 'admitted' | 'freeBalance' | 'positions'>;

/**
 * Applies one planned trade to the facts that the next plan reads: limits, balances and reservations. The result is the
 * same as reading everything again after `now`. A buy counts against the limits and the free balance; a sell reserves
 * its share.
 */
export function applyPlan<State extends PlanState>(
  state: State,
  plan: Extract<Plan, { kind: 'trade' }>,
  now: number,
): State {
  const { admitted, freeBalance, positions } = state;
  const reserved = new Map(plan.allocations.map(({ positionId, qty }) => [positionId, qty]));
  const isBuyAtExchange = plan.order.side === 'BUY' && freeBalance.readAt !== undefined;
  return {
    ...state,
    admitted: { inLastHour: admitted.inLastHour + 1, lastAt: Math.max(admitted.lastAt ?? now, now) },
    ...(isBuyAtExchange && {
      freeBalance: { ...freeBalance, spentSince: toText(d(freeBalance.spentSince).add(plan.order.quoteAmount)) },
    }),
    positions: positions.map((position) => {
      const qty = reserved.get(position.id);
      return qty ? { ...position, qtyReserved: position.qtyReserved.add(qty) } : position;
    }),
  };
}
