import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, vi } from 'vitest';

const read = (file: string) => readFileSync(path.resolve(import.meta.dirname, '../..', file), 'utf8');

const root = document.documentElement;
/** Runs the script of the first paint with what a browser has stored. */
const paint = (stored: string | null, isLightSystem = false) => {
  localStorage.clear();
  if (stored !== null) localStorage.setItem('mvcashnode.preferences', stored);
  vi.stubGlobal('matchMedia', () => ({ matches: isLightSystem }));
  new Function(read('public/theme.js'))();
  vi.unstubAllGlobals();
  return { theme: root.dataset.theme, colors: root.dataset.colors, lang: root.lang };
};

it('the theme is set by a script that blocks the first paint, before the page itself', () => {
  const html = read('index.html');
  const [head = '', body = ''] = html.split('<body>');
  expect(head).toMatch(/<script src="\/theme\.js"><\/script>/);
  expect(head).not.toContain('type="module"');
  expect(body).toContain('type="module"');
});

it('the first paint has the stored theme, colors and language, and is dark without any', () => {
  expect(paint('{"theme":"light","colors":"red-up","locale":"pt-BR"}')).toEqual({
    ...{ theme: 'light', colors: 'red-up', lang: 'pt-BR' },
  });
  expect(paint(null)).toMatchObject({ theme: 'dark', colors: 'green-up' });
  expect(paint('{broken')).toMatchObject({ theme: 'dark' });
  expect(paint('{"theme":"system"}', true)).toMatchObject({ theme: 'light' });
  expect(paint('{"theme":"system"}', false)).toMatchObject({ theme: 'dark' });
});
