import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import type { Context } from '../../context.js';
import { withTimeout } from '../with-timeout.js';

export type RateVerdict = { ok: true } | { ok: false; retryAfterMs: number };

export interface RateLimiter {
  /** Takes `points` (default 1) from the key's allowance. A refused attempt counts too. Never throws. */
  consume(key: string, points?: number): Promise<RateVerdict>;
  /** Restores the key's whole allowance, e.g. after a successful sign-in. Never throws. */
  reset(key: string): Promise<void>;
  /** What all processes took of the key's allowance; null when Redis does not say. Takes nothing. Never throws. */
  peek(key: string): Promise<number | null>;
}

/** Redis usually answers within a millisecond. After this time it counts as down. */
const REDIS_TIMEOUT_MS = 250;

/**
 * Allows `points` per `durationSec` for each key, counted in Redis for all processes together. While Redis is down or
 * slow, each process counts in memory, so that limits still apply. Limiters with the same name share their counts, even
 * with different points.
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
      // Memory counts too, so that attempts that Redis allowed still count when it goes down.
      const own = await verdict(memory.consume(key, taken));
      if (!redis.isUp()) return own;
      try {
        return await verdict(withTimeout(shared.consume(key, taken), REDIS_TIMEOUT_MS));
      } catch (error) {
        log.debug({ err: error, limiter: name }, 'counting in memory, Redis does not answer');
        return own;
      }
    },
    async peek(key) {
      if (!redis.isUp()) return null;
      try {
        return (await withTimeout(shared.get(key), REDIS_TIMEOUT_MS))?.consumedPoints ?? 0;
      } catch {
        return null;
      }
    },
    async reset(key) {
      await memory.delete(key);
      if (redis.isUp()) await withTimeout(shared.delete(key), REDIS_TIMEOUT_MS).catch(() => undefined);
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
