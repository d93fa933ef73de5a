import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createTestRedis } from '../../testing/services/test-redis.js';
import type { RedisLink } from './redis.js';
import { holdSharedLeases } from './shared-leases.js';

const log = pino({ level: 'silent' });
const NAMES = ['BTC', 'ETH', 'SOL', 'XRP'] as const;
let redis: RedisLink;
beforeAll(async () => {
  redis = await createTestRedis();
});
afterAll(() => redis.close());

function member(link: RedisLink = redis) {
  const mine = new Set<string>();
  const leases = holdSharedLeases({
    ...{ redis: link, log, room: 'accounts', names: async () => NAMES, ttlMs: 60_000, everyMs: 20 },
    onGain: (name) => mine.add(name),
    onLoss: (name) => mine.delete(name),
  });
  return { mine, leases };
}
const holders = () => redis.commands.mget(NAMES.map((name) => `${redis.prefix}:accounts:lease:${name}`));

it('two processes share the names, and the last one has all of them', async () => {
  const [one, two] = [member(), member()];
  await vi.waitFor(() => expect([one.mine.size, two.mine.size]).toEqual([2, 2]));
  expect(new Set([...one.mine, ...two.mine])).toEqual(new Set(NAMES));
  await one.leases.stop();
  expect(one.mine.size).toBe(0);
  await vi.waitFor(() => expect(two.mine).toEqual(new Set(NAMES)));
  await two.leases.stop();
  expect(await holders()).toEqual([null, null, null, null]);
});

it('a process that stops also releases leases that it is just getting', async () => {
  let answer = (): void => undefined;
  const late = new Promise<void>((resolve) => (answer = resolve));
  const commands = {
    eval: async (...args: Parameters<RedisLink['commands']['eval']>) => {
      const answered = await redis.commands.eval(...args);
      await late;
      return answered;
    },
  };
  const { mine, leases } = member({ ...redis, commands } as unknown as RedisLink);
  await vi.waitFor(async () => expect(await holders()).not.toContain(null));
  const stopping = leases.stop();
  answer();
  await stopping;
  expect(mine.size).toBe(0);
  expect(await holders()).toEqual([null, null, null, null]);
});
