/**
 * Who goes first when an allowance runs short: an order that closes a position; cancels and what else follows an order;
 * an order that opens one; looking for orders of unknown fate and comparing accounts; reading histories.
 */
export type RequestPriority = 'exit' | 'follow' | 'entry' | 'recovery' | 'history';

/**
 * How much of an allowance each may find used and still take from it. What the lower ones leave, only the higher ones
 * get. A twentieth is left by all: exchanges count a little differently.
 */
export const PRIORITY_SHARES: Readonly<Record<RequestPriority, number>> = {
  exit: 0.95,
  follow: 0.9,
  entry: 0.75,
  recovery: 0.7,
  history: 0.5,
};

/** At most `limit` (requests, or their weights) within any `windowMs`. */
export interface BudgetRule {
  limit: number;
  windowMs: number;
}

/**
 * A bucket whose tokens come back one window after they were taken, so that a whole burst may leave at once and no
 * window, wherever an exchange lets it begin, ever holds more than the limit. Counted in slots of a twentieth of the
 * window, by the number of the slot since 1970.
 */
export type BudgetCounts = ReadonlyMap<number, number>;
export const BUDGET_SLOTS = 20;

const slotMs = ({ windowMs }: BudgetRule): number => windowMs / BUDGET_SLOTS;
const slotAt = (rule: BudgetRule, now: number): number => Math.floor(now / slotMs(rule));

/** Slots that may still hold something of the last window: one more than it has, since it begins within one. */
const live = (rule: BudgetRule, counts: BudgetCounts, now: number): [number, number][] => {
  const oldest = slotAt(rule, now) - BUDGET_SLOTS;
  return [...counts].filter(([slot]) => slot >= oldest).sort(([a], [b]) => a - b);
};

export const budgetUsed = (rule: BudgetRule, counts: BudgetCounts, now: number): number =>
  live(rule, counts, now).reduce((used, [, count]) => used + count, 0);

/** How long until `cost` fits into `share` (0 to 1) of the limit; 0 now, Infinity when it never will. */
export function budgetWaitMs(
  rule: BudgetRule,
  counts: BudgetCounts,
  { now, cost, share }: { now: number; cost: number; share: number },
): number {
  const most = Math.floor(rule.limit * share);
  if (cost > most) return Number.POSITIVE_INFINITY;
  let used = budgetUsed(rule, counts, now);
  if (used + cost <= most) return 0;
  for (const [slot, count] of live(rule, counts, now)) {
    used -= count;
    if (used + cost <= most) return (slot + BUDGET_SLOTS + 1) * slotMs(rule) - now;
  }
  return 0;
}

/** The counts after something was sent; what no window holds any more is dropped. */
export function budgetAfter(rule: BudgetRule, counts: BudgetCounts, now: number, cost: number): BudgetCounts {
  const slot = slotAt(rule, now);
  const kept = new Map(live(rule, counts, now));
  return kept.set(slot, (kept.get(slot) ?? 0) + cost);
}

/** The exchange counts more than we do, such as requests of other programs: its word counts. */
export const budgetMissing = (rule: BudgetRule, counts: BudgetCounts, now: number, used: number): number =>
  Math.max(0, used - budgetUsed(rule, counts, now));
