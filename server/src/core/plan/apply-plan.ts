import { d, toText } from '../money/money.js';
import type { Plan, PlanFacts } from './plan.js';

/** What of the facts of a decision an earlier one of the same account, symbol and side has changed; the vault is others' too. */
export type PlanState = Pick<PlanFacts, 'admitted' | 'freeBalance' | 'positions'>;

/**
 * What the next decision rests on once `plan` was taken at `now`: the same as if it read everything again afterwards.
 * A buy counts against the limits and, at a real exchange, against what is free; a sell has reserved its share.
 */
export function applyPlan<G extends PlanState>(ground: G, plan: Extract<Plan, { kind: 'trade' }>, now: number): G {
  const { admitted, freeBalance, positions } = ground;
  const reserved = new Map(plan.allocations.map(({ positionId, qty }) => [positionId, qty]));
  const isBuyAtExchange = plan.order.side === 'BUY' && freeBalance.readAt !== undefined;
  return {
    ...ground,
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
