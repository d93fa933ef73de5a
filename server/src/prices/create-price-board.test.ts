import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Price } from '../core/domain.js';
import { priceKey } from '../core/price/price-key.js';
import { openRedis, type RedisLink } from '../infra/redis/redis.js';
import { eventually } from '../testing/eventually.js';
import { fakeClock } from '../testing/fake-clock.js';
import { startOwnRedis } from '../testing/services/own-redis.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { createPriceBoard, type SharedPriceBoard } from './create-price-board.js';
import { atVenue, type VenuePrice } from '../core/price/venue-price.js';

const log = pino({ level: 'silent' });
const clock = fakeClock();
const T0 = clock.now();
const BTC = 'BTC/USDT';
const BTC_KEY = priceKey('SIMULATION', BTC);
const price = (last: string, at = T0, over: Partial<Price> = {}): Price => ({
  symbol: BTC,
  last,
  at,
  source: 'test',
  ...over,
});

const simulated = (one: Price): VenuePrice => atVenue('SIMULATION', one);

const open: { close(): Promise<void> }[] = [];
const opened = <T extends { close(): Promise<void> }>(thing: T): T => {
  open.push(thing);
  return thing;
};
const board = async (redis: RedisLink): Promise<SharedPriceBoard> =>
  opened(await createPriceBoard({ redis, clock, log }));
/** Another process: its own links with the same prefix. */
const sameRedis = async (url: string, prefix: string) => opened(await openRedis(url, prefix));

let redis: RedisLink;
beforeEach(async () => {
  redis = opened(await createTestRedis());
});
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});
const another = () => sameRedis(process.env.REDIS_URL as string, redis.prefix);

describe('A price board', () => {
  it('knows what is published here at once and tells its listeners', async () => {
    const here = await board(redis);
    const heard: VenuePrice[][] = [];
    const stop = here.subscribe((changed) => heard.push([...changed]));
    const first = price('100', T0, { bid: '99', ask: '101' });
    here.publish('SIMULATION', [first]);
    expect(here.get(BTC_KEY)).toEqual(simulated(first));
    expect(here.all()).toEqual([simulated(first)]);
    stop();
    here.publish('SIMULATION', [price('101', T0 + 1)]);
    expect(heard).toEqual([[simulated(first)]]);
  });

  it('uses the last price of its feed, whatever time it carries', async () => {
    const here = await board(redis);
    const heard: string[] = [];
    here.subscribe((changed) => heard.push(...changed.map(({ last }) => last)));
    here.publish('SIMULATION', [price('200', T0 + 300_000)]);
    here.publish('SIMULATION', [price('100', T0), price('300', T0)]);
    expect(here.get(BTC_KEY)?.last).toBe('300');
    expect(heard).toEqual(['200', '100', '300']);
  });

  it('prefers the prices of a later leader to those of an earlier one that continues, in every process', async () => {
    const [old, next, third] = [await board(redis), await board(await another()), await board(await another())];
    old.lead('SIMULATION');
    old.publish('SIMULATION', [price('100', T0 + 10)]);
    await eventually(() => expect([next, third].map((one) => one.get(BTC_KEY)?.last)).toEqual(['100', '100']));
    // Its clock is five minutes behind, and it leads.
    next.lead('SIMULATION');
    next.publish('SIMULATION', [price('200', T0 - 300_000)]);
    await eventually(() => expect([old, third].map((one) => one.get(BTC_KEY)?.last)).toEqual(['200', '200']));
    // A price that the old leader still had when it was stopped.
    old.publish('SIMULATION', [price('101', T0 + 20)]);
    expect(old.get(BTC_KEY)?.last).toBe('200');
    old.lead('SIMULATION');
    old.publish('SIMULATION', [price('102', T0)]);
    await eventually(() => expect([next, third].map((one) => one.get(BTC_KEY)?.last)).toEqual(['102', '102']));
  });

  it('uses the age of a price that the other process measured, and never a future time', async () => {
    const ahead = fakeClock(T0 + 300_000);
    const [here, there] = [opened(await createPriceBoard({ redis, clock: ahead, log })), await board(await another())];
    here.publish('SIMULATION', [price('100', T0 + 300_000 - 2_000)]);
    await eventually(() => expect(there.get(BTC_KEY)).toMatchObject({ last: '100', at: T0 - 2_000 }));
  });

  it('reads what a process of an earlier version shares, by the time it carries', async () => {
    const there = await board(await another());
    const say = (last: string, at: number) =>
      redis.commands.publish(`${redis.prefix}:prices`, JSON.stringify([[BTC, last, 0, 0, at, 'test']]));
    await say('100', T0);
    await say('90', T0 - 1);
    await say('110', T0 + 1);
    await eventually(() => expect(there.get(BTC_KEY)).toMatchObject({ last: '110', at: T0 + 1 }));
  });

  it('still calls the other listeners when one throws', async () => {
    const here = await board(redis);
    const heard: string[] = [];
    here.subscribe(() => {
      throw new Error('broken listener');
    });
    here.subscribe((changed) => heard.push(...changed.map(({ last }) => last)));
    here.publish('SIMULATION', [price('100')]);
    expect(heard).toEqual(['100']);
  });

  it('two processes see the same prices, bid and ask included', async () => {
    const [here, there] = [await board(redis), await board(await another())];
    const sent = [price('100', T0, { bid: '99', ask: '101' }), { ...price('5'), symbol: 'ETH/USDT' }];
    here.publish('SIMULATION', sent);
    await eventually(() => expect(there.all()).toEqual(sent.map(simulated)));
  });

  it('a process that starts later begins with the latest prices', async () => {
    const here = await board(redis);
    here.publish('SIMULATION', [price('100')]);
    await eventually(async () => expect((await (await board(await another())).history(BTC_KEY)).length).toBe(1));
    const late = await board(await another());
    expect(late.get(BTC_KEY)?.last).toBe('100');
  });

  it('a fast feed reaches the others as its newest price, in few batches', async () => {
    const [here, there] = [await board(redis), await board(await another())];
    let batches = 0;
    there.subscribe(() => batches++);
    for (let n = 1; n <= 500; n++) here.publish('SIMULATION', [price(String(n), T0 + n)]);
    await eventually(() => expect(there.get(BTC_KEY)?.last).toBe('500'));
    expect(batches).toBeLessThanOrEqual(2);
  });

  it('remembers one point a second for an hour, oldest first', async () => {
    const here = await board(redis);
    // Older than an hour, so it is not in the answer.
    await redis.commands.rpush(
      `${redis.prefix}:price:history:${BTC}`,
      `${T0 - 3_600_001},1`,
      `${T0 - 1_000},2`,
      `${T0 - 900},3`,
    );
    here.publish('SIMULATION', [price('4', T0)]);
    await eventually(async () =>
      expect(await here.history(BTC_KEY)).toEqual([
        { at: T0 - 900, price: '3' },
        { at: T0, price: '4' },
      ]),
    );
    here.publish('SIMULATION', [price('5', T0 + 400)]);
    here.publish('SIMULATION', [{ ...price('6', T0 + 400), symbol: 'ETH/USDT' }]);
    await eventually(async () => expect(await here.history(priceKey('SIMULATION', 'ETH/USDT'))).toHaveLength(1));
    expect((await here.history(BTC_KEY)).at(-1)).toEqual({ at: T0, price: '4' });
    expect(await here.history(priceKey('SIMULATION', 'NOPE/USDT'))).toEqual([]);
  });

  it('ignores what it cannot read on the channel', async () => {
    const there = await board(await another());
    await redis.commands.publish(`${redis.prefix}:prices`, 'not json');
    (await board(redis)).publish('SIMULATION', [price('100')]);
    await eventually(() => expect(there.get(BTC_KEY)?.last).toBe('100'));
  });

  it('opens and closes while Redis is away', async () => {
    const own = await startOwnRedis();
    opened({ close: own.kill });
    const link = await sameRedis(own.url, randomUUID());
    await own.kill();
    await eventually(() => expect(link.isUp()).toBe(false));
    const here = await createPriceBoard({ redis: link, clock, log });
    here.publish('SIMULATION', [price('100')]);
    expect(here.get(BTC_KEY)?.last).toBe('100');
    await here.close();
  });

  it('works without Redis in this process, and shares prices again after Redis was killed and came back empty', async () => {
    const own = await startOwnRedis();
    opened({ close: own.kill });
    const prefix = randomUUID();
    const [here, there] = [
      await board(await sameRedis(own.url, prefix)),
      await board(await sameRedis(own.url, prefix)),
    ];
    here.publish('SIMULATION', [price('100', T0)]);
    await eventually(() => expect(there.get(BTC_KEY)?.last).toBe('100'));

    await own.kill();
    here.publish('SIMULATION', [price('200', T0 + 1_000)]);
    expect(here.get(BTC_KEY)?.last).toBe('200');
    expect(await here.history(BTC_KEY)).toEqual([]);

    await own.start();
    // Nothing new is published: the missed prices are sent without it.
    await eventually(() => expect(there.get(BTC_KEY)?.last).toBe('200'));
    here.publish('SIMULATION', [price('300', T0 + 2_000)]);
    await eventually(() => expect(there.get(BTC_KEY)?.last).toBe('300'));
    const late = await board(await sameRedis(own.url, prefix));
    await eventually(() => expect(late.get(BTC_KEY)?.last).toBe('300'));
  });
});
