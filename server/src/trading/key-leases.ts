import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { PriceKey } from '../core/price-key.js';
import type { RedisLink } from '../infra/redis.js';

export interface KeyLeasesOptions {
  redis: RedisLink;
  log: Logger;
  /** Every price key that somebody must watch. */
  keys: () => Promise<readonly PriceKey[]>;
  onGain: (key: PriceKey) => void;
  onLoss: (key: PriceKey) => void;
  /** How long a holder that died stays the holder. */
  ttlMs?: number;
  /** How often leases are renewed and tried for. */
  everyMs?: number;
}

export interface KeyLeases {
  isHeld(key: PriceKey): boolean;
  /** Looks at once, for a key that was not there a moment ago. */
  hurry(): void;
  /** Gives everything up, so that others have it at their next look. */
  stop(): Promise<void>;
}

const TTL_MS = 5_000;
const EVERY_MS = 1_500;

/**
 * One round: says that we are here, counts who is, and takes a fair share. What is beyond our share is offered and
 * watched on until somebody took it, so that a key is never without a watcher. KEYS: the members, then one lease a
 * price key. ARGV: who we are, the time to live. Answers the indexes of the leases we hold.
 */
const ROUND = `
local me, ttl = ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + ttl, me)
redis.call('PEXPIRE', KEYS[1], ttl * 2)
local fair = math.ceil((#KEYS - 1) / redis.call('ZCARD', KEYS[1]))
local mine, others = {}, {}
for i = 2, #KEYS do
  if redis.call('GET', KEYS[i]) == me then
    redis.call('PEXPIRE', KEYS[i], ttl)
    table.insert(mine, i - 2)
    if #mine > fair then redis.call('SET', KEYS[i] .. ':offer', '1', 'PX', ttl) else redis.call('DEL', KEYS[i] .. ':offer') end
  else
    table.insert(others, i)
  end
end
for _, i in ipairs(others) do
  if #mine >= fair then break end
  if redis.call('EXISTS', KEYS[i]) == 0 or redis.call('DEL', KEYS[i] .. ':offer') == 1 then
    redis.call('SET', KEYS[i], me, 'PX', ttl)
    table.insert(mine, i - 2)
  end
end
return mine`;
/** Leaves: gives up the leases that are still ours. */
const LEAVE = `
redis.call('ZREM', KEYS[1], ARGV[1])
for i = 2, #KEYS do if redis.call('GET', KEYS[i]) == ARGV[1] then redis.call('DEL', KEYS[i]) end end`;

/**
 * Shares the price keys among the monitors: each is watched by one, and within seven seconds by another when that one
 * dies. A lease without a fence: for a moment two may watch, and the database's unique key keeps their exits single.
 * While Redis is away everyone watches everything, for the same reason.
 */
export function holdKeyLeases(options: KeyLeasesOptions): KeyLeases {
  const { redis, log, keys, onGain, onLoss, ttlMs = TTL_MS, everyMs = EVERY_MS } = options;
  const me = randomUUID();
  const members = `${redis.prefix}:triggers:monitors`;
  const leasesOf = (all: readonly PriceKey[]) => [
    members,
    ...all.map((key) => `${redis.prefix}:triggers:lease:${key}`),
  ];
  let held = new Set<PriceKey>();
  let isStopped = false;
  let wake = (): void => undefined;
  let isHurried = false;

  const hold = (next: Set<PriceKey>): void => {
    const before = held;
    held = next;
    for (const key of next) if (!before.has(key)) onGain(key);
    for (const key of before) if (!next.has(key)) onLoss(key);
  };
  const round = async (): Promise<void> => {
    const all = [...new Set(await keys())].sort();
    if (isStopped) return;
    try {
      if (!redis.isUp()) throw new Error('redis is away');
      const leases = leasesOf(all);
      const mine = (await redis.commands.eval(ROUND, leases.length, ...leases, me, ttlMs)) as number[];
      if (!isStopped) hold(new Set(mine.flatMap((index) => all[index] ?? [])));
    } catch (err) {
      if (all.some((key) => !held.has(key))) log.info({ err }, 'without redis this process watches every price');
      if (!isStopped) hold(new Set(all));
    }
  };
  const run = async (): Promise<void> => {
    while (!isStopped) {
      isHurried = false;
      await round().catch((err: unknown) => log.warn({ err }, 'what is to be watched could not be read'));
      if (isStopped || isHurried) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, everyMs);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  const running = run();
  return {
    isHeld: (key) => held.has(key),
    hurry() {
      isHurried = true;
      wake();
    },
    async stop() {
      isStopped = true;
      wake();
      await running;
      const leases = leasesOf([...held]);
      hold(new Set());
      if (redis.isUp()) await redis.commands.eval(LEAVE, leases.length, ...leases, me).catch(() => undefined);
    },
  };
}
