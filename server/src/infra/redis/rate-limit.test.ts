import net from 'node:net';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { createRateLimiter } from './rate-limit.js';
import type { RedisLink } from './redis.js';

const log = pino({ level: 'silent' });
let redis: RedisLink;
beforeAll(async () => {
  redis = await createTestRedis();
});
afterAll(() => redis.close());

const limiter = (link: RedisLink, name: string, points = 5) =>
  createRateLimiter({ redis: link, log }, { name, points, durationSec: 60 });
const passed = async (verdicts: Promise<{ ok: boolean }>[]) =>
  (await Promise.all(verdicts)).filter(({ ok }) => ok).length;

/** A connection to an address that does not answer in time. */
const linkTo = (port: number): RedisLink => {
  const commands = new Redis(port, '127.0.0.1', {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
  });
  commands.on('error', () => undefined);
  return { ...redis, commands, isUp: () => commands.status === 'ready' };
};

describe('a rate limiter', () => {
  it('lets exactly its points through, however many come at once, and says when to come back', async () => {
    const one = limiter(redis, 'burst');
    expect(await passed(Array.from({ length: 40 }, () => one.consume('a')))).toBe(5);
    const refused = await one.consume('a');
    expect(refused.ok).toBe(false);
    if (!refused.ok) expect(refused.retryAfterMs).toBeGreaterThan(0);
    if (!refused.ok) expect(refused.retryAfterMs).toBeLessThanOrEqual(60_000);
    expect(await one.consume('b')).toEqual({ ok: true });
  });
  it('counts for all processes together', async () => {
    const processes = [limiter(redis, 'shared'), limiter(redis, 'shared')];
    expect(await passed(Array.from({ length: 20 }, (_, i) => processes[i % 2]!.consume('a')))).toBe(5);
  });
  it('takes several points at once and gives them all back on reset', async () => {
    const one = limiter(redis, 'reset');
    expect((await one.consume('a', 5)).ok).toBe(true);
    expect((await one.consume('a')).ok).toBe(false);
    await one.reset('a');
    expect((await one.consume('a')).ok).toBe(true);
  });
  it('continues to count in memory when Redis is down', async () => {
    const link = linkTo(1);
    const one = limiter(link, 'down');
    expect(await passed(Array.from({ length: 20 }, () => one.consume('a')))).toBe(5);
    await one.reset('a');
    expect((await one.consume('a')).ok).toBe(true);
    link.commands.disconnect();
  });
  it('continues to count in memory when Redis accepts connections and does not answer', async () => {
    const mute = net.createServer();
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const link = linkTo((mute.address() as net.AddressInfo).port);
    await new Promise<void>((resolve) => link.commands.once('connect', () => resolve()));
    const one = limiter(link, 'mute');
    expect(await passed(Array.from({ length: 20 }, () => one.consume('a')))).toBe(5);
    link.commands.disconnect();
    mute.close();
  });
});
