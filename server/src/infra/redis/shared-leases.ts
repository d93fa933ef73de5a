import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { Held, repeat } from '../repeat.js';
import type { RedisLink } from './redis.js';

export interface SharedLeasesOptions<Name extends string> {
  redis: RedisLink;
  log: Logger;
  /** The kind of names that are shared. Each room has its own members and leases. */
  room: 'accounts';
  /** All names that must be watched. */
  names: () => Promise<readonly Name[]>;
  onGain: (name: Name) => void;
  onLoss: (name: Name) => void;
  /** How long a dead holder keeps its lease. */
  ttlMs?: number;
  /** How often leases are renewed and taken. */
  everyMs?: number;
}

export interface SharedLeases<Name extends string> {
  isHeld(name: Name): boolean;
  /** Starts a round at once, for a new name. */
  hurry(): void;
  /** Releases all leases, so that others take them in their next round. */
  stop(): Promise<void>;
}

const TTL_MS = 5_000;
const EVERY_MS = 1_500;

/**
 * One round: registers this process, counts the members and takes a fair share. Leases beyond our share are offered,
 * and we keep watching them until another process takes them, so that every name always has a watcher. KEYS: the
 * members, then one lease per name. ARGV: our id, the time to live. Returns the indexes of the leases we hold.
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
/** Leaves: releases the leases that are still ours. */
const LEAVE = `
redis.call('ZREM', KEYS[1], ARGV[1])
for i = 2, #KEYS do if redis.call('GET', KEYS[i]) == ARGV[1] then redis.call('DEL', KEYS[i]) end end`;

/**
 * Shares names (accounts) among the monitors: one monitor watches each name, and if it dies, another takes over within
 * seven seconds. The leases have no fencing: for a moment two may watch, so their work must be harmless when done
 * twice. For the same reason, all watch everything while Redis is down.
 */
export function holdSharedLeases<Name extends string>(options: SharedLeasesOptions<Name>): SharedLeases<Name> {
  const { redis, log, room, names, onGain, onLoss, ttlMs = TTL_MS, everyMs = EVERY_MS } = options;
  const me = randomUUID();
  const members = `${redis.prefix}:${room}:monitors`;
  const keysOf = (all: readonly Name[]) => [members, ...all.map((name) => `${redis.prefix}:${room}:lease:${name}`)];
  const held = new Held<Name>({ onGain, onLoss });
  /** The names that the last round may have taken, even if its answer was not read. */
  let asked: readonly Name[] = [];

  const round = async (isStopped: () => boolean): Promise<void> => {
    const all = [...new Set(await names())].sort();
    if (isStopped()) return;
    try {
      if (!redis.isUp()) throw new Error('redis is away');
      const keys = keysOf(all);
      asked = all;
      const mine = (await redis.commands.eval(ROUND, keys.length, ...keys, me, ttlMs)) as number[];
      if (!isStopped()) held.change(mine.flatMap((index) => all[index] ?? []));
    } catch (err) {
      if (all.some((name) => !held.has(name))) log.info({ err, room }, 'redis is down, this process watches all names');
      if (!isStopped()) held.change(all);
    }
  };
  const rounds = repeat(everyMs, (isStopped) =>
    round(isStopped).catch((err: unknown) => log.warn({ err, room }, 'the names to watch could not be read')),
  );
  return {
    isHeld: (name) => held.has(name),
    hurry: rounds.hurry,
    async stop() {
      await rounds.stop();
      const keys = keysOf([...new Set([...held.all(), ...asked])]);
      held.change([]);
      if (redis.isUp()) await redis.commands.eval(LEAVE, keys.length, ...keys, me).catch(() => undefined);
    },
  };
}
