/**
 * The order of requests when a rate budget runs short: `exit` is an order that closes a position; `follow` is a cancel
 * or other follow-up of an order; `entry` is an order that opens a position; `recovery` looks for orders of unknown
 * state and compares accounts; `history` reads histories.
 */
export type RequestPriority = 'exit' | 'follow' | 'entry' | 'recovery' | 'history';

/**
 * The share of a budget up to which each priority may use it. The rest stays free for higher priorities. 5 % always
 * stay free, because exchanges count a little differently.
 */
export const PRIORITY_SHARES: Readonly<Record<RequestPriority, number>> = {
  exit: 0.95,
  follow: 0.9,
  entry: 0.75,
  recovery: 0.7,
  history: 0.5,
};

/** At most `limit` requests (or units of weight) within any `windowMs`. */
export interface BudgetRule {
  limit: number;
  windowMs: number;
}

/**
 * A bucket whose tokens return one window after they were taken. A whole burst may leave at once, and no window holds
 * more than the limit, wherever the exchange starts it. Counts are kept in slots of 1/20 of the window, by slot number
 * since 1970.
 */
export type BudgetCounts = ReadonlyMap<number, number>;
export const BUDGET_SLOTS = 20;

const slotMs = ({ windowMs }: BudgetRule): number => windowMs / BUDGET_SLOTS;
const slotAt = (rule: BudgetRule, now: number): number => Math.floor(now / slotMs(rule));

/** Slots that may still belong to the last window: one more than the window has, because it can begin inside a slot. */
const live = (rule: BudgetRule, counts: BudgetCounts, now: number): [number, number][] => {
  const oldest = slotAt(rule, now) - BUDGET_SLOTS;
  return [...counts].filter(([slot]) => slot >= oldest).sort(([a], [b]) => a - b);
};

export const budgetUsed = (rule: BudgetRule, counts: BudgetCounts, now: number): number =>
  live(rule, counts, now).reduce((used, [, count]) => used + count, 0);

/** The time in ms until `cost` fits into `share` (0 to 1) of the limit: 0 = now, Infinity = never. */
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

/** The counts after a request was sent. Counts older than any current window are dropped. */
export function budgetAfter(rule: BudgetRule, counts: BudgetCounts, now: number, cost: number): BudgetCounts {
  const slot = slotAt(rule, now);
  const kept = new Map(live(rule, counts, now));
  return kept.set(slot, (kept.get(slot) ?? 0) + cost);
}

/** What the exchange counted beyond our count, for example requests of other programs. The exchange's count is used. */
export const budgetMissing = (rule: BudgetRule, counts: BudgetCounts, now: number, used: number): number =>
  Math.max(0, used - budgetUsed(rule, counts, now));
