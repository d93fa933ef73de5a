import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BUDGET_SLOTS,
  budgetAfter,
  budgetMissing,
  budgetUsed,
  budgetWaitMs,
  type BudgetCounts,
  type BudgetRule,
} from './request-budget.js';

const rule: BudgetRule = { limit: 100, windowMs: 10_000 };
const NONE: BudgetCounts = new Map();
const rules = fc.record({
  limit: fc.integer({ min: 1, max: 500 }),
  windowMs: fc.integer({ min: 1, max: 600 }).map((n) => n * 100),
});
const steps = fc.array(
  fc.record({ after: fc.integer({ min: 0, max: 20_000 }), cost: fc.integer({ min: 1, max: 60 }), waits: fc.boolean() }),
  { maxLength: 120 },
);
const START = 1_795_000_000_000;
const times = (count: number, request: { after: number; cost: number; waits: boolean }) =>
  Array.from({ length: count }, () => ({ ...request }));

/** Runs requests against the budget. Requests that must wait do so, or are left out. */
function play(rule: BudgetRule, requests: { after: number; cost: number; waits: boolean }[], share: number) {
  let now = START;
  let counts = NONE;
  const sent: { at: number; cost: number }[] = [];
  for (const { after, cost, waits } of requests) {
    now += after;
    const wait = budgetWaitMs(rule, counts, { now, cost, share });
    if (wait === Number.POSITIVE_INFINITY || (wait > 0 && !waits)) continue;
    now += wait;
    expect(budgetWaitMs(rule, counts, { now, cost, share })).toBe(0);
    counts = budgetAfter(rule, counts, now, cost);
    sent.push({ at: now, cost });
  }
  return { sent, counts, now };
}

describe('The rate budget', () => {
  it('no window with any start ever holds more than the limit', () => {
    fc.assert(
      fc.property(rules, steps, fc.double({ min: 0.1, max: 1, noNaN: true }), (rule, requests, share) => {
        const { sent } = play(rule, requests, share);
        for (const { at: start } of sent) {
          const within = sent.filter(({ at }) => at >= start && at < start + rule.windowMs);
          expect(within.reduce((sum, { cost }) => sum + cost, 0)).toBeLessThanOrEqual(Math.floor(rule.limit * share));
        }
      }),
    );
  });

  it('a request may leave after the returned wait, which is at most a window and a slot', () => {
    fc.assert(
      fc.property(rules, steps, fc.integer({ min: 1, max: 60 }), (rule, requests, cost) => {
        const { counts, now } = play(rule, requests, 1);
        const wait = budgetWaitMs(rule, counts, { now, cost, share: 1 });
        if (cost > rule.limit) expect(wait).toBe(Number.POSITIVE_INFINITY);
        else {
          expect(wait).toBeLessThanOrEqual((rule.windowMs * (BUDGET_SLOTS + 1)) / BUDGET_SLOTS);
          expect(budgetWaitMs(rule, counts, { now: now + wait, cost, share: 1 })).toBe(0);
        }
      }),
    );
  });

  it('a whole burst leaves at once, and the next after a window', () => {
    const { sent, counts, now } = play(rule, times(100, { after: 0, cost: 1, waits: false }), 1);
    expect(sent.length).toBe(100);
    expect(budgetWaitMs(rule, counts, { now, cost: 1, share: 1 })).toBeGreaterThanOrEqual(10_000);
  });

  it('polls leave room for orders', () => {
    const { counts, now } = play(rule, times(100, { after: 0, cost: 1, waits: false }), 0.7);
    expect(budgetUsed(rule, counts, now)).toBe(70);
    expect(budgetWaitMs(rule, counts, { now, cost: 1, share: 0.7 })).toBeGreaterThan(0);
    expect(budgetWaitMs(rule, counts, { now, cost: 25, share: 0.95 })).toBe(0);
  });

  it('uses the higher of the two counts, of the exchange or its own', () => {
    const counts = budgetAfter(rule, NONE, START, 30);
    expect(budgetMissing(rule, counts, START, 45)).toBe(15);
    expect(budgetMissing(rule, counts, START, 3)).toBe(0);
    expect(budgetUsed(rule, budgetAfter(rule, counts, START, 15), START)).toBe(45);
  });

  it('keeps no more slots than a window has', () => {
    const { counts } = play(rule, times(500, { after: 333, cost: 1, waits: true }), 1);
    expect(counts.size).toBeLessThanOrEqual(BUDGET_SLOTS + 1);
  });
});
