import { waitsForPrice } from '../order/freshness.js';
import type { Plan } from '../plan/plan.js';

/** What is known of a signal of a source that runs dry, for one account. */
export const DRY_RUN_STATUSES = {
  PENDING: 'Not decided yet.',
  WOULD_TRADE: 'An order would have been sent.',
  WOULD_SKIP: 'Nothing would have been traded; the reason says why.',
} as const;
export type DryRunStatus = keyof typeof DRY_RUN_STATUSES;

/** All transitions. A decision is final: it says what would have happened then. */
export const DRY_RUN_TRANSITIONS: Record<DryRunStatus, readonly DryRunStatus[]> = {
  PENDING: ['WOULD_TRADE', 'WOULD_SKIP'],
  WOULD_TRADE: [],
  WOULD_SKIP: [],
};

/**
 * What a plan means for a dry run. A job without a price waits for one while its signal is fresh, and so does its dry
 * run; a sell too, because a later price would say nothing about the time of the signal. Times are ms since 1970.
 */
export function dryRunStatusOf(plan: Plan, times: { now: number; createdAt: number }): DryRunStatus {
  if (plan.kind === 'trade') return 'WOULD_TRADE';
  const waits = plan.refusal.code === 'PRICE_UNAVAILABLE' && waitsForPrice('BUY', times);
  return waits ? 'PENDING' : 'WOULD_SKIP';
}
