import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createTradeRunner } from './trade-runner.js';

const log = pino({ level: 'silent' });
const message = (jobId: number, isUrgent = false) => ({ jobId, committedAt: 0, queuedAt: 0, isUrgent });

/** A runner whose work ends when the test says so. */
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

it('limits how many run and how many wait, and does not take more', async () => {
  const { runner, begun, end } = slowRunner(2);
  const taken = Array.from({ length: 20 }, (_, jobId) => runner.offer(message(jobId)));
  expect(taken.filter(Boolean)).toHaveLength(2 + 2 * 8);
  expect([begun, runner.room()]).toEqual([[0, 1], 0]);
  await end(1);
  expect([begun, runner.room()]).toEqual([[0, 1, 2], 1]);
});

it('the first exit begins at once beside the normal runs, the next ones begin before all other waiting jobs', async () => {
  const { runner, begun, end } = slowRunner(4);
  for (let jobId = 1; jobId <= 100; jobId++) runner.offer(message(jobId));
  const exits = [201, 202, 203].map((jobId) => runner.offer(message(jobId, true)));
  expect(exits).toEqual([true, true, true]);
  expect(begun).toEqual([1, 2, 3, 4, 201]);
  await end(1);
  await end(2);
  expect(begun.slice(5)).toEqual([202, 203]);
  // Five run again, so the first one that ends makes no room for a normal one.
  await end(3);
  expect(begun.slice(7)).toEqual([]);
  await end(201);
  expect(begun.slice(7)).toEqual([5]);
});

it('a reserved run takes a slot, can be released, and is awaited by stop', async () => {
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

it('a job that is passed twice runs once, and both callers wait for the same end', async () => {
  const { runner, begun, end } = slowRunner(1);
  const [one, two] = [runner.run(message(7)), runner.run(message(7, true))];
  await end(7);
  await Promise.all([one, two]);
  expect(begun).toEqual([7]);
});

it('after stop it forgets waiting jobs and waits for running ones', async () => {
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
