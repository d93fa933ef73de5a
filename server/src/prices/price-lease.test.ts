import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import { openRedis, type RedisLink } from '../infra/redis.js';
import { eventually } from '../testing/eventually.js';
import { startOwnRedis } from '../testing/own-redis.js';
import { createTestRedis } from '../testing/test-redis.js';
import { holdPriceLease, type PriceLease, type PriceLeaseOptions } from './price-lease.js';

const log = pino({ level: 'silent' });
const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

function candidate(redis: RedisLink, over: Partial<PriceLeaseOptions> = {}): PriceLease & { changes: boolean[] } {
  const changes: boolean[] = [];
  const onChange = (isLeader: boolean) => void changes.push(isLeader);
  const lease = holdPriceLease({
    redis,
    log,
    venue: 'SIMULATION',
    leadsAlone: false,
    ttlMs: 400,
    everyMs: 50,
    onChange,
    ...over,
  });
  ending.push(() => lease.stop());
  return { ...lease, changes };
}
async function testRedis(): Promise<RedisLink> {
  const redis = await createTestRedis();
  ending.push(() => redis.close());
  return redis;
}
async function link(url: string, prefix: string): Promise<RedisLink> {
  const redis = await openRedis(url, prefix);
  ending.push(() => redis.close());
  return redis;
}
const leadersOf = (candidates: PriceLease[]) => candidates.filter((each) => each.isLeader()).length;

describe('The price lease', () => {
  test('has exactly one holder among five', async () => {
    const redis = await testRedis();
    const five = Array.from({ length: 5 }, () => candidate(redis, { ttlMs: 5_000 }));
    await eventually(() => expect(leadersOf(five)).toBe(1));
    // Renewing sets its time anew: the hour given here by hand does not stay.
    const key = `${redis.prefix}:price:leader`;
    const holder = await redis.commands.get(key);
    await redis.commands.pexpire(key, 3_600_000);
    await eventually(async () => expect(await redis.commands.pttl(key)).toBeLessThanOrEqual(5_000));
    expect(await redis.commands.get(key)).toBe(holder);
    expect(leadersOf(five)).toBe(1);
  });

  test('goes to another at once when its holder stops', async () => {
    const redis = await testRedis();
    const first = candidate(redis, { ttlMs: 600_000 });
    await eventually(() => expect(first.isLeader()).toBe(true));
    const second = candidate(redis);
    await first.stop();
    await eventually(() => expect(second.isLeader()).toBe(true));
    expect(first.isLeader()).toBe(false);
    expect(first.changes).toEqual([true, false]);
  });

  test('goes to another when its holder dies without giving it up', async () => {
    const redis = await testRedis();
    const dying = await link(process.env.REDIS_URL as string, redis.prefix);
    const first = candidate(dying);
    await eventually(() => expect(first.isLeader()).toBe(true));
    const second = candidate(redis);
    // What kill -9 leaves behind: a closed socket and a key that nobody renews.
    await dying.close();
    await eventually(() => expect(second.isLeader()).toBe(true));
    await eventually(() => expect(first.isLeader()).toBe(false));
  });

  test('without Redis a process that needs prices leads by itself, one that could hand them to nobody does not', async () => {
    const own = await startOwnRedis();
    ending.push(own.kill);
    const prefix = randomUUID();
    const links = [await link(own.url, prefix), await link(own.url, prefix)] as const;
    await own.kill();
    const alone = candidate(links[0]);
    const together = candidate(links[1], { leadsAlone: true });
    await eventually(() => expect(together.isLeader()).toBe(true));
    expect(alone.changes).toEqual([]);
    await own.start();
    await eventually(() => expect(leadersOf([together, alone])).toBe(1));
  });

  test('a holder cut off from Redis steps down when its time has run out', async () => {
    const own = await startOwnRedis();
    ending.push(own.kill);
    const holder = candidate(await link(own.url, randomUUID()));
    await eventually(() => expect(holder.isLeader()).toBe(true));
    await own.kill();
    await eventually(() => expect(holder.isLeader()).toBe(false));
    await own.start();
    await eventually(() => expect(holder.isLeader()).toBe(true));
  });
});
