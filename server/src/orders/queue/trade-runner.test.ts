import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createTradeRunner } from './trade-runner.js';

const log = pino({ level: 'silent' });
const message = (jobId: number, isUrgent = false) => ({ jobId, committedAt: 0, queuedAt: 0, isUrgent });

/** A runner whose work takes as long as the test wants. */
function slowRunner(concurrency: number) {
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  const work = ({ jobId }: { jobId: number }) =>
    new Promise<void>((resolve) => {
      begun.push(jobId);
      ends.set(jobId, resolve);
    });
  const end = async (jobId: number): Promise<void> => {
    ends.get(jobId)?.();
    await new Promise(setImmediate);
  };
  return { runner: createTradeRunner({ concurrency, work, log }), begun, end };
}

it('so many run at a time, so many wait, and what is beyond that is not taken', async () => {
  const { runner, begun, end } = slowRunner(2);
  const taken = Array.from({ length: 20 }, (_, jobId) => runner.offer(message(jobId)));
  expect(taken.filter(Boolean)).toHaveLength(2 + 2 * 8);
  expect([begun, runner.room()]).toEqual([[0, 1], 0]);
  await end(1);
  expect([begun, runner.room()]).toEqual([[0, 1, 2], 1]);
});

it('an exit begins at once beside the usual runs, and the next ones before whatever else waits', async () => {
  const { runner, begun, end } = slowRunner(4);
  for (let jobId = 1; jobId <= 100; jobId++) runner.offer(message(jobId));
  const exits = [201, 202, 203].map((jobId) => runner.offer(message(jobId, true)));
  expect(exits).toEqual([true, true, true]);
  expect(begun).toEqual([1, 2, 3, 4, 201]);
  await end(1);
  await end(2);
  expect(begun.slice(5)).toEqual([202, 203]);
  // Five run again, so the first one that ends makes room for no usual one.
  await end(3);
  expect(begun.slice(7)).toEqual([]);
  await end(201);
  expect(begun.slice(7)).toEqual([5]);
});

it('a run that is set aside counts, is given back, and is waited for', async () => {
  const { runner, begun, end } = slowRunner(1);
  const [one, two, three] = [runner.reserve(), runner.reserve(), runner.reserve()];
  expect([one, two, three].map((run) => run !== undefined)).toEqual([true, true, false]);
  runner.offer(message(1));
  runner.offer(message(2, true));
  expect(begun).toEqual([]);
  one?.release();
  await new Promise(setImmediate);
  expect(begun).toEqual([2]);
  await end(2);
  expect(begun).toEqual([2]);
  let sent = (): void => undefined;
  two?.begin(() => new Promise<void>((resolve) => (sent = resolve)));
  let isStopped = false;
  const stopping = runner.stop(5_000).then(() => (isStopped = true));
  await new Promise(setImmediate);
  expect(isStopped).toBe(false);
  expect(runner.reserve()).toBeUndefined();
  sent();
  await stopping;
  expect(begun).toEqual([2]);
});

it('a job that is told twice runs once, and whoever told it waits for the same end', async () => {
  const { runner, begun, end } = slowRunner(1);
  const [one, two] = [runner.run(message(7)), runner.run(message(7, true))];
  await end(7);
  await Promise.all([one, two]);
  expect(begun).toEqual([7]);
});

it('stopped, it forgets what waits and waits for what is under way', async () => {
  const { runner, begun, end } = slowRunner(1);
  const waiting = [
    runner.run(message(1)),
    runner.run(message(2)),
    runner.run(message(3, true)),
    runner.run(message(4, true)),
  ];
  const stopping = runner.stop(5_000);
  await waiting[1];
  await waiting[3];
  expect(runner.offer(message(5, true))).toBe(false);
  for (const jobId of [1, 3]) await end(jobId);
  await Promise.all([stopping, ...waiting]);
  expect(begun).toEqual([1, 3]);
});
