import type { Context } from '../../context.js';
import { createRateLimiter, type RateLimiter, type RateVerdict } from '../../infra/redis/rate-limit.js';

/** The rate limit of each source: `rate_limit_per_min` signals in any 60 seconds that start with its first signal. */
export interface SourceLimits {
  consume(sourceId: number, perMinute: number): Promise<RateVerdict>;
}

/** Keeps one limiter for each limit in use. They share their counts, so that a changed limit takes effect at once. */
export function createSourceLimits(ctx: Pick<Context, 'redis' | 'log'>): SourceLimits {
  const limiters = new Map<number, RateLimiter>();
  return {
    consume(sourceId, perMinute) {
      let limiter = limiters.get(perMinute);
      if (!limiter) {
        limiter = createRateLimiter(ctx, { name: 'webhook', points: perMinute, durationSec: 60 });
        limiters.set(perMinute, limiter);
      }
      return limiter.consume(String(sourceId));
    },
  };
}
