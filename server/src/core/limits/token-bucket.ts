/** How much may be used: `burst` at once, and `perSec` again with each second. */
export interface Allowance {
  burst: number;
  perSec: number;
}

/** What was left at a time (ms, any monotonic clock). Below zero after a request that cost more than was left. */
export interface Bucket {
  left: number;
  atMs: number;
}

export type Taking = { ok: true; bucket: Bucket } | { ok: false; bucket: Bucket; retryAfterMs: number };

/** What the fractions of a refill may lose: the wait that was named must be enough. */
const ROUNDING = 1e-9;

export const fullBucket = ({ burst }: Allowance, nowMs: number): Bucket => ({ left: burst, atMs: nowMs });

/** The bucket at `nowMs`. Time never takes anything away. */
export function refilled({ left, atMs }: Bucket, { burst, perSec }: Allowance, nowMs: number): Bucket {
  const passedMs = Math.max(0, nowMs - atMs);
  return { left: Math.min(burst, left + (passedMs / 1_000) * perSec), atMs: Math.max(atMs, nowMs) };
}

/**
 * Admits a request while something is left, because its cost is not known before it is read. `charge` then takes the
 * cost. The wait is the time until something is left again.
 */
export function admit(bucket: Bucket, allowance: Allowance, nowMs: number): Taking {
  const now = refilled(bucket, allowance, nowMs);
  if (now.left >= 1 - ROUNDING) return { ok: true, bucket: now };
  return { ok: false, bucket: now, retryAfterMs: Math.ceil(((1 - now.left) / allowance.perSec) * 1_000) };
}

/** Whole seconds until nothing is used any more; 0 = nothing is used. */
export function fullAfterSec(bucket: Bucket, allowance: Allowance, nowMs: number): number {
  const used = allowance.burst - refilled(bucket, allowance, nowMs).left;
  return Math.ceil(used / allowance.perSec - ROUNDING);
}

/** Takes a cost. The debt is limited to one burst, so that nobody waits longer than twice the time of a refill. */
export const charge = ({ left, atMs }: Bucket, { burst }: Allowance, cost: number): Bucket => ({
  left: Math.max(-burst, left - cost),
  atMs,
});
