import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createBatcher } from './batcher.js';

/** Work that records its groups and ends when the test says so. */
function workbench() {
  const groups: string[][] = [];
  const ends: (() => void)[] = [];
  const work = async (items: string[]) => {
    groups.push(items);
    await new Promise<void>((resolve) => ends.push(resolve));
    return items.map((item) => item.toUpperCase());
  };
  const endAll = async () => {
    for (let end = ends.shift(); end; end = ends.shift()) {
      end();
      await nextTurn();
    }
  };
  return { groups, work, endAll };
}

it('the first item runs at once, and the items that arrive meanwhile run together after it, each with its own result', async () => {
  const { groups, work, endAll } = workbench();
  const batcher = createBatcher({ sizeMax: 2, waitMaxMs: 10_000 });
  const answers = ['a', 'b', 'c', 'd'].map((item) => batcher('key', item, work));
  const other = batcher('other', 'x', work);
  expect(groups).toEqual([['a'], ['x']]);
  await endAll();
  expect(await Promise.all([...answers, other])).toEqual(['A', 'B', 'C', 'D', 'X']);
  expect(groups).toEqual([['a'], ['x'], ['b', 'c'], ['d']]);
});

it('two of the same kind are never in one group, and keep their order', async () => {
  const { groups, work, endAll } = workbench();
  const batcher = createBatcher({ sizeMax: 10, waitMaxMs: 10_000 });
  const answers = ['a1', 'b1', 'b2', 'c1', 'b3'].map((item) =>
    batcher('key', item, work, { apart: item.charCodeAt(0) }),
  );
  await endAll();
  await Promise.all(answers);
  expect(groups).toEqual([['a1'], ['b1', 'c1'], ['b2'], ['b3']]);
});

it('a group that hangs does not hold up the next one', async () => {
  const { groups, work, endAll } = workbench();
  const batcher = createBatcher({ sizeMax: 10, waitMaxMs: 20 });
  const answers = ['a', 'b'].map((item) => batcher('key', item, work));
  await expect.poll(() => groups).toEqual([['a'], ['b']]);
  await endAll();
  expect(await Promise.all(answers)).toEqual(['A', 'B']);
});

it('a bad item fails alone, and later items are served', async () => {
  const batcher = createBatcher({ sizeMax: 10, waitMaxMs: 10_000 });
  const work = async (items: string[]) => {
    await nextTurn();
    if (items.includes('bad')) throw new Error(`${items.length} with a bad one`);
    return items;
  };
  const answers = await Promise.allSettled(['a', 'b', 'bad', 'c'].map((item) => batcher('key', item, work)));
  expect(answers.map((answer) => (answer.status === 'fulfilled' ? answer.value : String(answer.reason)))).toEqual([
    ...['a', 'b', 'Error: 1 with a bad one', 'c'],
  ]);
  expect(await batcher('key', 'd', work)).toBe('d');
});
