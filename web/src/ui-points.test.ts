import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const list = readFileSync(path.join(ROOT, 'docs/UI.md'), 'utf8');

/** The rows of docs/UI.md: a number, the point, how it is met, and the tests that hold it. */
const points = [...list.matchAll(/^\| *(\d+) *\|([^|]+)\|([^|]+)\|([^|]+)\|$/gm)].map(
  ([, number, name = '', how = '', held = '']) => ({
    ...{ number: Number(number), name: name.trim(), how: how.trim() },
    held: [...held.matchAll(/`([^`]+)`: "([^"]+)"/g)].map(([, file = '', title = '']) => ({ file, title })),
  }),
);

it('each of the forty points is listed once, in order, with how it is met', () => {
  expect(points.map(({ number }) => number)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  for (const { number, name, how } of points)
    expect([number, name !== '', how.length > 20]).toEqual([number, true, true]);
  const partly = points.filter(({ how }) => how.includes('Partly:')).length;
  expect(list).toContain(`${40 - partly} are met in full and ${partly} partly`);
});

it('each point is held by tests that exist under these titles', () => {
  const gone: string[] = [];
  for (const { number, held } of points) {
    if (held.length === 0) gone.push(`${number}: no test`);
    for (const { file, title } of held) {
      const at = path.join(ROOT, file);
      const isTest = /(\.test\.tsx?|\.e2e\.ts|testing\/money-dialog\.tsx)$/.test(file);
      if (!isTest || !existsSync(at) || !readFileSync(at, 'utf8').replaceAll("\\'", "'").includes(title))
        gone.push(`${number}: ${file}: ${title}`);
    }
  }
  expect(gone).toEqual([]);
});
