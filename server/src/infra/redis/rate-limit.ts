import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Context } from '../../context.js';

export type RateVerdict = { ok: true } | { ok: false; retryAfterMs: number };

export interface RateLimiter {
  /** Takes `points` (1) from the key's allowance; a refused attempt counts too. Never throws. */
  consume(key: string, points?: number): Promise<RateVerdict>;
  /** Gives the key its whole allowance back, e.g. after a sign-in that succeeded. Never throws. */
  reset(key: string): Promise<void>;
}

/** Redis answers within a millisecond; longer than this it counts as away. */
const REDIS_TIMEOUT_MS = 250;

/**
 * Allows `points` per `durationSec` for each key, counted in Redis for all processes together. While Redis is away or
 * slow, each process counts for itself in memory, so that limits stay limits. Limiters with the same name and
 * different points share their counts.
 */
export function createRateLimiter(
  { redis, log }: Pick<Context, 'redis' | 'log'>,
  { name, points, durationSec }: { name: string; points: number; durationSec: number },
): RateLimiter {
  const memory = new RateLimiterMemory({ points, duration: durationSec });
  const shared = new RateLimiterRedis({
    storeClient: redis.commands,
    keyPrefix: `${redis.prefix}:rate:${name}`,
    points,
    duration: durationSec,
    rejectIfRedisNotReady: true,
  });
  return {
    async consume(key, taken = 1) {
      // Memory counts along, so that what Redis had allowed is not allowed again when it goes away.
      const own = await verdict(memory.consume(key, taken));
      if (!redis.isUp()) return own;
      try {
        return await verdict(within(shared.consume(key, taken)));
      } catch (error) {
        log.debug({ err: error, limiter: name }, 'counting in memory, Redis does not answer');
        return own;
      }
    },
    async reset(key) {
      await memory.delete(key);
      if (redis.isUp()) await within(shared.delete(key)).catch(() => undefined);
    },
  };
}

/** The library rejects with its result when the allowance is used up, and with an Error when the store fails. */
async function verdict(attempt: Promise<RateLimiterRes>): Promise<RateVerdict> {
  try {
    await attempt;
    return { ok: true };
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return { ok: false, retryAfterMs: Math.max(1, refusal.msBeforeNext) };
    throw refusal;
  }
}

async function within<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Redis did not answer within ${REDIS_TIMEOUT_MS} ms`)), REDIS_TIMEOUT_MS);
  });
  work.catch(() => undefined); // when it loses the race nobody else listens
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
