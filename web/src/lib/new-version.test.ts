import { expect, it } from 'vitest';
import { scriptIn } from './new-version';

it('the first script of an index.html is found by its type', () => {
  const html =
    '<script src="/theme.js"></script><script type="module" crossorigin src="/assets/index-AbC1.js"></script>';
  expect(scriptIn(html)).toBe('/assets/index-AbC1.js');
  expect(scriptIn('<h1>The page has not been built</h1>')).toBeUndefined();
});
