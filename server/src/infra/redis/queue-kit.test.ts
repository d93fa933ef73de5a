import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startOwnRedis } from '../../testing/services/own-redis.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { defineQueue } from './queue-kit.js';
import { openRedis, type RedisLink } from './redis.js';

const log = pino({ level: 'silent' });
let redis: RedisLink;
beforeAll(async () => {
  redis = await createTestRedis();
});
afterAll(() => redis.close());

const numbers = (name: string) =>
  defineQueue({ name, payload: z.object({ n: z.int() }), retry: { attempts: 3, backoffMs: 10 }, concurrency: 4 });

it('a job is delivered, checked and with its own logger', async () => {
  const queue = numbers('in-and-out');
  const seen: number[] = [];
  const producer = queue.produce({ redis, log });
  const worker = queue.work({ redis, log }, async ({ n }, { queueJobId, log: jobLog }) => {
    expect(jobLog.bindings()).toMatchObject({ queue: 'in-and-out', queueJobId });
    seen.push(n);
  });
  producer.add(Array.from({ length: 50 }, (_, n) => ({ n })));
  await vi.waitFor(() => expect(seen).toHaveLength(50), { timeout: 10_000 });
  expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n));
  await worker.close(5_000);
  await producer.close();
});

it('a job that fails is tried again, as often as the queue says', async () => {
  const queue = numbers('again');
  const tries: number[] = [];
  const producer = queue.produce({ redis, log });
  const worker = queue.work({ redis, log }, async ({ n }) => {
    tries.push(n);
    throw new Error('not this time');
  });
  producer.add([{ n: 1 }]);
  await vi.waitFor(() => expect(tries).toEqual([1, 1, 1]), { timeout: 10_000 });
  await worker.close(5_000);
  await producer.close();
});

it('a job that goes first is delivered before all waiting jobs', async () => {
  const queue = defineQueue({
    ...{ name: 'first', payload: z.object({ n: z.int() }), retry: { attempts: 3, backoffMs: 10 }, concurrency: 1 },
    goesFirst: ({ n }) => n >= 100,
  });
  const producer = queue.produce({ redis, log });
  producer.add([{ n: 1 }, { n: 2 }]);
  producer.add([{ n: 3 }, { n: 100 }]);
  const waits = `${redis.prefix}:queue:first:wait`;
  await vi.waitFor(async () => expect(await redis.commands.llen(waits)).toBe(4), { timeout: 10_000 });
  const seen: number[] = [];
  const worker = queue.work({ redis, log }, async ({ n }) => void seen.push(n));
  await vi.waitFor(() => expect(seen).toEqual([100, 1, 2, 3]), { timeout: 10_000 });
  await worker.close(5_000);
  await producer.close();
});

it('an invalid payload is refused on both sides and does not affect other jobs', async () => {
  const strings = defineQueue({
    name: 'both',
    payload: z.object({ n: z.string() }),
    retry: { attempts: 3, backoffMs: 10 },
    concurrency: 1,
  });
  const seen: number[] = [];
  const warned: unknown[] = [];
  const noisy = pino({ level: 'warn' }, { write: (line: string) => void warned.push(JSON.parse(line)) });
  const [wrong, right] = [strings.produce({ redis, log }), numbers('both').produce({ redis, log: noisy })];
  const worker = numbers('both').work({ redis, log: noisy }, async ({ n }) => void seen.push(n));
  right.add([{ n: 0.5 }]);
  wrong.add([{ n: 'one' }]);
  right.add([{ n: 2 }]);
  await vi.waitFor(() => expect([seen, warned.length]).toEqual([[2], 2]), { timeout: 10_000 });
  expect(warned).toContainEqual(expect.objectContaining({ msg: 'jobs were not queued' }));
  expect(warned).toContainEqual(expect.objectContaining({ msg: 'a queued job failed', attempt: 1 }));
  await Promise.all([worker.close(5_000), wrong.close(), right.close()]);
});

it('without Redis nothing throws, and closing is quick', async () => {
  const dead = await openRedis('redis://127.0.0.1:1', 'dead');
  const producer = numbers('dead').produce({ redis: dead, log });
  const worker = numbers('dead').work({ redis: dead, log }, async () => undefined);
  expect(() => producer.add([{ n: 1 }])).not.toThrow();
  await Promise.all([producer.close(), worker.close(200)]);
  await dead.close();
}, 15_000);

it('the job of a worker that was killed is run by another', async () => {
  const child = fork(fileURLToPath(new URL('../../testing/worlds/stuck-worker.ts', import.meta.url)), [redis.prefix], {
    execArgv: ['--import', 'tsx'],
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
  });
  const queue = numbers('killed');
  const producer = queue.produce({ redis, log });
  await once(child, 'message'); // it listens
  const taken = once(child, 'message');
  producer.add([{ n: 7 }]);
  expect((await taken)[0]).toBe(7);
  const seen: number[] = [];
  const worker = queue.work({ redis, log }, async ({ n }) => void seen.push(n));
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
  await vi.waitFor(() => expect(seen).toEqual([7]), { timeout: 25_000, interval: 100 });
  await worker.close(5_000);
  await producer.close();
}, 60_000);

it('a Redis without memory is logged once when it begins and once when it ends, not for each job', async () => {
  const own = await startOwnRedis();
  const link = await openRedis(own.url, 'full');
  const logged: string[] = [];
  const note = (_about: unknown, text: string) => void logged.push(text);
  const told = { ...log, info: note, warn: note, debug: () => undefined } as unknown as typeof log;
  const producer = numbers('full').produce({ redis: link, log: told });
  try {
    await link.commands.config('SET', 'maxmemory-policy', 'noeviction');
    await link.commands.config('SET', 'maxmemory', '1');
    // The first jobs are still tried, because the problem is not known yet.
    for (let n = 0; n < 50; n++) producer.add([{ n }]);
    await vi.waitFor(() => expect(link.state()).toBe('READ_ONLY'), { timeout: 10_000 });
    for (let n = 0; n < 50; n++) producer.add([{ n }]);
    expect(logged).toHaveLength(1);
    await link.commands.config('SET', 'maxmemory', '0');
    await vi.waitFor(() => expect(link.isUp()).toBe(true), { timeout: 10_000 });
    producer.add([{ n: 1 }]);
    await vi.waitFor(() => expect(logged).toHaveLength(2), { timeout: 10_000 });
    expect(logged).toEqual([
      'the redis queue does not work, executors find jobs in the database',
      'the redis queue works again',
    ]);
  } finally {
    await producer.close();
    await link.close();
    await own.kill();
  }
});
