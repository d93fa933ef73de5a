import { expect, test } from 'vitest';
import { createTurns } from './in-turn.js';

const soon = () => new Promise((resolve) => setImmediate(resolve));

test('work of one key runs one at a time and in order, of others beside it, and a failure stops nobody', async () => {
  const inTurn = createTurns();
  const story: string[] = [];
  const work =
    (name: string, fails = false) =>
    async () => {
      story.push(`${name} begins`);
      await soon();
      story.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    };
  const results = await Promise.allSettled([
    inTurn('a', work('1', true)),
    inTurn('a', work('2')),
    inTurn('b', work('3')),
  ]);
  expect(results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'))).toEqual([
    'failed',
    '2',
    '3',
  ]);
  expect(story.filter((line) => !line.startsWith('3'))).toEqual(['1 begins', '1 ends', '2 begins', '2 ends']);
  expect(story.indexOf('3 begins')).toBeLessThan(story.indexOf('1 ends'));
});
