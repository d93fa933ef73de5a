import { refuse, type Refusal } from '../reasons.js';

/** How often a trade parameter allows its account, symbol and side to trade; null = no limit. */
export interface FrequencyLimits {
  maxOrdersPerHour: number | null;
  minIntervalSec: number | null;
}

/** The jobs of the same account, symbol and side that were admitted before. A refused job does not count. */
export interface AdmittedOrders {
  /** Admitted after `now` - 1 h. */
  inLastHour: number;
  /** ms since 1970; null when there was none. */
  lastAt: number | null;
}

/** Two counts of the same account, symbol and side together. */
export const addAdmitted = (one: AdmittedOrders, other: AdmittedOrders): AdmittedOrders => ({
  inLastHour: one.inLastHour + other.inLastHour,
  lastAt:
    one.lastAt === null || other.lastAt === null ? (one.lastAt ?? other.lastAt) : Math.max(one.lastAt, other.lastAt),
});

export const HOUR_MS = 3_600_000;

/**
 * Returns undefined when one more order is allowed at `now`. An order exactly `minIntervalSec` after the last one is
 * allowed. A last order in the future (another executor's clock is ahead) counts as one just now.
 */
export const checkFrequency = (limits: FrequencyLimits, admitted: AdmittedOrders, now: number): Refusal | undefined =>
  checkOrdersPerHour(limits, admitted) ?? checkInterval(limits, admitted, now);

export function checkOrdersPerHour(
  { maxOrdersPerHour }: FrequencyLimits,
  admitted: AdmittedOrders,
): Refusal | undefined {
  if (maxOrdersPerHour !== null && admitted.inLastHour >= maxOrdersPerHour) {
    const detail = `${admitted.inLastHour} orders in the last hour; the parameter allows ${maxOrdersPerHour}.`;
    return refuse('RATE_LIMIT_EXCEEDED', detail, {
      ...{ ordersInLastHour: String(admitted.inLastHour), limit: String(maxOrdersPerHour) },
    });
  }
  return undefined;
}

export function checkInterval(
  { minIntervalSec }: FrequencyLimits,
  admitted: AdmittedOrders,
  now: number,
): Refusal | undefined {
  if (minIntervalSec !== null && admitted.lastAt !== null && now - admitted.lastAt < minIntervalSec * 1_000) {
    const agoSec = Math.max(0, Math.floor((now - admitted.lastAt) / 1_000));
    const detail = `The last order was ${agoSec} s ago; the parameter asks for ${minIntervalSec} s between orders.`;
    return refuse('RATE_LIMIT_EXCEEDED', detail, {
      secondsSinceLast: String(agoSec),
      limitSeconds: String(minIntervalSec),
    });
  }
  return undefined;
}
