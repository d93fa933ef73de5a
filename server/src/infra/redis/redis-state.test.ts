import { randomUUID } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { eventually } from '../../testing/eventually.js';
import { startOwnRedis } from '../../testing/services/own-redis.js';
import { openRedis } from './redis.js';

const ending: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).reverse()) await end();
});

async function open() {
  const own = await startOwnRedis();
  ending.push(own.kill);
  const logged: string[] = [];
  const note = (...parts: unknown[]) => void logged.push(String(parts.at(-1)));
  const link = await openRedis(own.url, randomUUID(), { info: note, warn: note });
  ending.push(() => link.close());
  const states: string[] = [];
  link.onChange((state) => states.push(state));
  return { own, link, logged, states };
}

it('a suspended server keeps its connections and counts as silent within two seconds, until it continues', async () => {
  const { own, link, logged, states } = await open();
  expect([link.isUp(), link.answers()]).toEqual([true, true]);
  const since = performance.now();
  own.pause();
  await eventually(() => expect(link.state()).toBe('SILENT'));
  expect(performance.now() - since).toBeLessThan(5_000);
  expect([link.isUp(), link.answers(), link.commands.status]).toEqual([false, false, 'ready']);
  own.resume();
  await eventually(() => expect(link.isUp()).toBe(true));
  expect(states).toEqual(['SILENT', 'UP']);
  expect(logged).toEqual(['redis does not answer, going on without it', 'redis is back']);
});

it('a server with full memory answers and accepts no writes', async () => {
  const { link, logged, states } = await open();
  await link.commands.config('SET', 'maxmemory-policy', 'noeviction');
  await link.commands.config('SET', 'maxmemory', '1');
  await eventually(() => expect(link.state()).toBe('READ_ONLY'));
  expect([link.isUp(), link.answers()]).toEqual([false, true]);
  await link.commands.config('SET', 'maxmemory', '0');
  await eventually(() => expect(link.isUp()).toBe(true));
  expect(states).toEqual(['READ_ONLY', 'UP']);
  expect(logged).toEqual(['redis takes no writes, going on without it', 'redis is back']);
});

it('a server that is silent and then disconnected is one problem in the log, which ends when it is back', async () => {
  const { own, link, logged } = await open();
  own.pause();
  await eventually(() => expect(link.state()).toBe('SILENT'));
  await own.kill();
  await eventually(() => expect(link.state()).toBe('AWAY'));
  await own.start();
  await eventually(() => expect(link.isUp()).toBe(true));
  expect(logged).toEqual(['redis does not answer, going on without it', 'redis is back']);
});
