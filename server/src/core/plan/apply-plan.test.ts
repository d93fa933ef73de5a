import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyPlan } from './apply-plan.js';
import { d, sum, ZERO, type D } from '../money/money.js';
import { planTrade, type PlanFacts, type PlanParameter } from './plan.js';
import { now, parameter, facts, position, skipped } from '../../testing/plan-facts.js';

describe('several decisions at the same moment', () => {
  /** Makes `count` decisions, each based on the facts after the one before. */
  const inTurn = (first: PlanFacts, count: number) => {
    let next = first;
    return Array.from({ length: count }, () => {
      const plan = planTrade(next);
      if (plan.kind === 'trade') next = applyPlan(next, plan, next.now);
      return plan;
    });
  };
  const tradesOf = (plans: ReturnType<typeof planTrade>[]) => plans.filter((plan) => plan.kind === 'trade');

  it('admit as many as the limits allow, and one per interval', () => {
    const limited = (limits: Partial<PlanParameter>) =>
      inTurn(facts({ parameter: { ...parameter, ...limits }, admitted: { inLastHour: 2, lastAt: now - 70_000 } }), 9);
    expect(tradesOf(limited({ maxOrdersPerHour: 5 }))).toHaveLength(3);
    const spaced = limited({ minIntervalSec: 60 });
    expect(spaced.map(skipped)).toEqual(['trade', ...Array<string>(8).fill('RATE_LIMIT_EXCEEDED')]);
  });

  it('spend at most the free balance of a real exchange', () => {
    const real = { tradeMode: 'REAL' as const, account: { isActive: true, isSimulation: false } };
    const cents = fc.integer({ min: 0, max: 100_000 }).map((n) => (n / 100).toFixed(2));
    fc.assert(
      fc.property(cents, cents, fc.integer({ min: 1, max: 100 }), (free, spentSince, pct) => {
        const shared = { ...parameter, quoteAmountFixed: null, quoteAmountPctBalance: String(pct) };
        const freeBalance = { free, readAt: now - 1_000, spentSince };
        const trades = tradesOf(inTurn(facts({ ...real, parameter: shared, freeBalance }), 12));
        const spent = sum(trades.map(({ order }) => order.quoteAmount));
        expect(spent.add(spentSince).lte(free) || trades.length === 0).toBe(true);
      }),
    );
  });

  it('reserve each coin once, for any number of sells', () => {
    const thousandths = fc.integer({ min: 1, max: 5_000 }).map((n) => (n / 1_000).toFixed(3));
    fc.assert(
      fc.property(
        fc.array(thousandths, { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 1, max: 100 }),
        (held, pct) => {
          const share = {
            ...parameter,
            side: 'SELL' as const,
            quoteAmountFixed: null,
            quoteAmountPctBalance: String(pct),
          };
          const positions = held.map((qty, index) => position(index + 1, qty));
          const reserved = new Map<number, D>();
          for (const { allocations } of tradesOf(inTurn(facts({ side: 'SELL', parameter: share, positions }), 8))) {
            for (const { positionId, qty } of allocations) {
              reserved.set(positionId, qty.add(reserved.get(positionId) ?? ZERO));
            }
          }
          for (const [id, qty] of reserved) expect(qty.lte(d(held[id - 1] ?? '0'))).toBe(true);
        },
      ),
    );
  });
});
