import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { eventually } from '../../testing/eventually.js';
import { startOwnSentinel, type OwnSentinel } from '../../testing/services/own-sentinel.js';
import { createLogger } from '../log.js';
import { defineQueue } from './queue-kit.js';
import { openRedis } from './redis.js';
import { isSentinelAddress, redisOptions } from './redis-address.js';

describe('An address of Redis', () => {
  it('names one server, as it is', () => {
    expect(redisOptions('redis://:secret@127.0.0.1:6379/2')).toEqual({
      url: 'redis://:secret@127.0.0.1:6379/2',
      options: {},
    });
  });

  it('names Sentinels, their master, and what both need', () => {
    const { url, options } = redisOptions(
      'rediss-sentinel://bot:p%40ss@one.example,two.example:26380,[::1]:26381/3?sentinelPassword=s3#my%20master',
    );
    expect(url).toBeUndefined();
    expect(options).toMatchObject({
      sentinels: [
        { host: 'one.example', port: 26_379 },
        { host: 'two.example', port: 26_380 },
        { host: '::1', port: 26_381 },
      ],
      ...{ name: 'my master', username: 'bot', password: 'p@ss', db: 3, sentinelPassword: 's3' },
      ...{ tls: {}, sentinelTLS: {}, enableTLSForSentinelMode: true },
    });
  });

  it.each(['redis-sentinel://127.0.0.1:26379', 'redis-sentinel://#trades', 'redis://127.0.0.1:6379'])(
    '%s is not one of Sentinels',
    (address) => expect(isSentinelAddress(address)).toBe(false),
  );
});

describe('Behind Sentinel', () => {
  let own: OwnSentinel;
  beforeAll(async () => {
    own = await startOwnSentinel();
  });
  afterAll(() => own.stop());
  const log = createLogger({ level: 'silent', pretty: false });

  it('commands, channels and queues go on at the new master when the old one is killed', async () => {
    const link = await openRedis(own.url, 'failover', log);
    await eventually(() => expect(link.isUp()).toBe(true));
    const heard: string[] = [];
    link.subscriber.on('message', (_channel, text: string) => void heard.push(text));
    await link.subscriber.subscribe('failover:news');
    const queue = defineQueue({
      ...{ name: 'work', payload: z.object({ n: z.number() }), retry: { attempts: 3, backoffMs: 50 }, concurrency: 1 },
    });
    const done: number[] = [];
    const worker = queue.work({ redis: link, log }, async ({ n }) => void done.push(n));
    const producer = queue.produce({ redis: link, log });
    producer.add([{ n: 1 }]);
    await eventually(() => expect(done).toEqual([1]));

    await own.killMaster();
    await eventually(() => expect(link.isUp()).toBe(false));
    await eventually(() => expect(link.isUp()).toBe(true));
    await link.commands.set('failover:key', 'kept');
    expect(await link.commands.get('failover:key')).toBe('kept');
    await eventually(async () => {
      await link.commands.publish('failover:news', 'again');
      expect(heard).toContain('again');
    });
    producer.add([{ n: 2 }]);
    await eventually(() => expect(done).toContain(2));
    await worker.close(2_000);
    await producer.close();
    await link.close();
  });
});
