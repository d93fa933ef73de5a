import { randomUUID } from 'node:crypto';
import type { Context } from '../../context.js';
import { freeAt, type WindowCount } from '../../core/time/sliding-window.js';
import { withTimeout } from '../with-timeout.js';

export type WindowVerdict = { ok: true; giveBack(): Promise<void> } | { ok: false; retryAfterMs: number };

export interface SlidingWindow {
  /**
   * Takes one entry in all counts, or none when one of them is full. `giveBack` removes it again. Never throws.
   */
  take(counts: readonly WindowCount[]): Promise<WindowVerdict>;
}

/** Redis usually answers within a millisecond. After this time it counts as down. */
const REDIS_TIMEOUT_MS = 250;
/** The memory of one process forgets everything when it holds more keys. Redis is what counts. */
const MEMORY_KEYS_MAX = 50_000;

/**
 * KEYS: sorted sets, one for each count. ARGV: now, window, entry, then the maximum of each key (-1 = none). Returns 0
 * when the entry was added, else when it may be tried again. The same decision as `freeAt`.
 */
const TAKE = `
local now, window = tonumber(ARGV[1]), tonumber(ARGV[2])
local free = 0
for i, key in ipairs(KEYS) do
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now - window)
  local max = tonumber(ARGV[3 + i])
  local count = redis.call('ZCARD', key)
  if max >= 0 and count >= max then
    local first = redis.call('ZRANGE', key, count - max, count - max, 'WITHSCORES')
    free = math.max(free, tonumber(first[2]) + window)
  end
end
if free > 0 then return free end
for _, key in ipairs(KEYS) do
  redis.call('ZADD', key, now, ARGV[3])
  redis.call('PEXPIRE', key, window)
end
return 0`;

/**
 * Counts in sliding windows: at no moment are there more than `max` entries of a key within the last `windowMs`. Counted in
 * Redis for all processes together; while Redis is down, each process counts in memory.
 */
export function createSlidingWindow(
  { redis, log, clock }: Pick<Context, 'redis' | 'log' | 'clock'>,
  { name, windowMs }: { name: string; windowMs: number },
): SlidingWindow {
  const memory = createMemory(windowMs);
  const nameOf = (key: string) => `${redis.prefix}:window:${name}:${key}`;
  const shared = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    if (!redis.isUp()) return undefined;
    try {
      return await withTimeout(work(), REDIS_TIMEOUT_MS);
    } catch (error) {
      log.debug({ err: error, window: name }, 'counting in memory, Redis does not answer');
      return undefined;
    }
  };
  return {
    async take(counts) {
      const [now, entry] = [clock.now(), randomUUID()];
      const keys = counts.map(({ key }) => nameOf(key));
      const limits = counts.map(({ max }) => max ?? -1);
      const answer = await shared(() =>
        redis.commands.eval(TAKE, keys.length, ...keys, now, windowMs, entry, ...limits),
      );
      const free = answer === undefined ? memory.freeAt(counts, now) : Number(answer);
      if (free > 0) return { ok: false, retryAfterMs: Math.max(1, free - now) };
      // Memory counts what Redis allowed too, so that it still counts when Redis goes down.
      memory.add(counts, { entry, at: now });
      return {
        ok: true,
        async giveBack() {
          memory.remove(counts, entry);
          await shared(() => Promise.all(keys.map((key) => redis.commands.zrem(key, entry))));
        },
      };
    },
  };
}

interface Entry {
  entry: string;
  at: number;
}

function createMemory(windowMs: number) {
  const entries = new Map<string, Entry[]>();
  const within = (key: string, now: number): Entry[] =>
    (entries.get(key) ?? []).filter(({ at }) => at > now - windowMs);
  return {
    freeAt: (counts: readonly WindowCount[], now: number): number =>
      freeAt(counts, (key) => within(key, now).map(({ at }) => at), windowMs),
    add(counts: readonly WindowCount[], one: Entry): void {
      if (entries.size > MEMORY_KEYS_MAX) entries.clear();
      for (const { key } of counts) entries.set(key, [...within(key, one.at), one]);
    },
    remove(counts: readonly WindowCount[], entry: string): void {
      for (const { key } of counts) {
        const rest = (entries.get(key) ?? []).filter((one) => one.entry !== entry);
        if (rest.length > 0) entries.set(key, rest);
        else entries.delete(key);
      }
    },
  };
}
