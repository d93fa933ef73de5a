import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { createLogger } from '../log.js';
import type { RedisLink } from './redis.js';
import { createSlidingWindow } from './sliding-window.js';

let redis: RedisLink;
beforeAll(async () => {
  redis = await createTestRedis();
});
afterAll(() => redis.close());

const log = createLogger({ level: 'silent', pretty: false });
const WINDOW_MS = 1_000;
let names = 0;
/** With Redis, and with a Redis that is down. */
const both = (clock: { now(): number }) =>
  [redis, { ...redis, isUp: () => false }].map((link) =>
    createSlidingWindow({ redis: link, log, clock }, { name: `t${++names}`, windowMs: WINDOW_MS }),
  );

it('no window ever holds more than its maximum, in Redis and in memory alike, and a wait that was told is enough', async () => {
  const steps = fc.array(fc.record({ wait: fc.integer({ min: 0, max: 400 }), isRight: fc.boolean() }), {
    maxLength: 40,
  });
  await fc.assert(
    fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), async (list, max) => {
      let now = 1_700_000_000_000;
      const [shared, memory] = both({ now: () => now });
      const taken: number[] = [];
      for (const { wait, isRight } of list) {
        now += wait;
        const [one, other] = [await shared?.take([{ key: 'k', max }]), await memory?.take([{ key: 'k', max }])];
        if (!one?.ok) {
          expect(other).toEqual(one);
          expect(one?.retryAfterMs).toBe((taken.at(-max) ?? 0) + WINDOW_MS - now);
          continue;
        }
        expect(other?.ok).toBe(true);
        if (isRight) await Promise.all([one.giveBack(), other?.ok && other.giveBack()]);
        else taken.push(now);
        expect(taken.filter((at) => at > now - WINDOW_MS).length).toBeLessThanOrEqual(max);
      }
    }),
    { numRuns: 60 },
  );
});

it('of many at the same moment the maximum is taken, and none of a key that another count refuses', async () => {
  const now = 1_700_000_000_000;
  for (const window of both({ now: () => now })) {
    const take = () =>
      window.take([
        { key: 'a', max: 3 },
        { key: 'b', max: null },
      ]);
    const verdicts = await Promise.all(Array.from({ length: 20 }, take));
    expect(verdicts.filter(({ ok }) => ok)).toHaveLength(3);
    // The refused ones were counted nowhere.
    expect((await window.take([{ key: 'b', max: 4 }])).ok).toBe(true);
    expect((await window.take([{ key: 'b', max: 4 }])).ok).toBe(false);
  }
});
