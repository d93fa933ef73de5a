import type { Context } from '../../context.js';
import { createRateLimiter, type RateLimiter, type RateVerdict } from '../../infra/redis/rate-limit.js';

/** The rate limit of each source: `rate_limit_per_min` signals in any 60 seconds that start with its first signal. */
export interface SourceLimits {
  consume(sourceId: number, perMinute: number): Promise<RateVerdict>;
  /** Signals of the running minute; null when it is not known. */
  used(sourceId: number, perMinute: number): Promise<number | null>;
}

/** Keeps one limiter for each limit in use. They share their counts, so that a changed limit takes effect at once. */
export function createSourceLimits(ctx: Pick<Context, 'redis' | 'log'>): SourceLimits {
  const limiters = new Map<number, RateLimiter>();
  const limiterOf = (perMinute: number): RateLimiter => {
    const known = limiters.get(perMinute);
    if (known) return known;
    const limiter = createRateLimiter(ctx, { name: 'webhook', points: perMinute, durationSec: 60 });
    limiters.set(perMinute, limiter);
    return limiter;
  };
  return {
    consume: (sourceId, perMinute) => limiterOf(perMinute).consume(String(sourceId)),
    used: (sourceId, perMinute) => limiterOf(perMinute).peek(String(sourceId)),
  };
}
