import { expect, it } from 'vitest';
import { EventQueue } from './event-queue.js';
import { entityStream } from '../api/subscriptions/entity-stream.js';
import type { LiveEvent } from './live.store.js';

/** A source of batches that waits when it has none, like the hub. */
function sourceOf(batches: LiveEvent[][]) {
  const queue = new EventQueue<LiveEvent[]>(100);
  for (const batch of batches) queue.push(batch);
  const state = { isLeft: false };
  const source: AsyncIterableIterator<LiveEvent[]> = {
    [Symbol.asyncIterator]: () => source,
    async next() {
      await queue.changed();
      const [batch] = queue.take(1);
      return batch ? { value: batch, done: false } : { value: undefined, done: true };
    },
    async return() {
      state.isLeft = true;
      queue.end();
      return { value: undefined, done: true };
    },
  };
  return { open: () => Promise.resolve(source), state };
}
const event = (seq: number, entityId: number): LiveEvent => ({ seq, jobStatus: null, topic: 'JOB', entityId });

it('one read for each batch, each event with its row, and deleted rows are skipped', async () => {
  const reads: number[][] = [];
  const { open } = sourceOf([[event(1, 7), event(2, 8), event(3, 7)], [event(4, 9)]]);
  const stream = entityStream(open, async (ids) => {
    reads.push(ids);
    return ids.filter((id) => id !== 8).map((id) => ({ id }));
  });
  const seen: [number, number][] = [];
  for (let n = 0; n < 3; n++) {
    const { value } = (await stream.next()) as { value: { seq: number; row: { id: number } } };
    seen.push([value.seq, value.row.id]);
  }
  expect(seen).toEqual([
    [1, 7],
    [3, 7],
    [4, 9],
  ]);
  expect(reads).toEqual([[7, 8], [9]]);
});

it('a reader that leaves while it waits is released at once', async () => {
  const { open, state } = sourceOf([]);
  const stream = entityStream(open, async () => []);
  const waiting = stream.next();
  await stream.return?.();
  expect(await waiting).toEqual({ value: undefined, done: true });
  expect(state.isLeft).toBe(true);
});

it('a reader that leaves while the subscription is being opened leaves nothing behind', async () => {
  const { open, state } = sourceOf([[event(1, 7)]]);
  let finish = () => {};
  const held = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const stream = entityStream(
    () => held.then(open),
    async () => [{ id: 7 }],
  );
  const waiting = stream.next();
  const left = stream.return?.();
  finish();
  await left;
  expect(await waiting).toEqual({ value: undefined, done: true });
  expect(state.isLeft).toBe(true);
});

it('an error of opening or reading rejects next()', async () => {
  const broken = entityStream(
    () => Promise.reject(new Error('too old')),
    async () => [],
  );
  await expect(broken.next()).rejects.toThrow('too old');
  expect((await broken.next()).done).toBe(true);
  const { open, state } = sourceOf([[event(1, 7)]]);
  await expect(entityStream(open, () => Promise.reject(new Error('away'))).next()).rejects.toThrow('away');
  expect(state.isLeft).toBe(true);
});
