import { expect, it } from 'vitest';
import { loadMessages, PAGE_WORDS } from './load-messages';

const sources = import.meta.glob<string>(['../**/*.tsx', '../**/*.ts', '!../**/*.test.*', '!../gql/**'], {
  eager: true,
  query: '?raw',
  import: 'default',
});

const lookUp = (tree: unknown, path: string): unknown =>
  path.split('.').reduce((node, key) => (node as Record<string, unknown> | undefined)?.[key], tree);

it('every message asked for by name exists', async () => {
  const messages = await loadMessages('en');
  const missing: string[] = [];
  let asked = 0;
  for (const [file, text] of Object.entries(sources)) {
    // A file may hold several components that bind the same variable to different namespaces.
    const bound = [...text.matchAll(/const (\w+) = useTranslations\('([\w.]+)'\)/g)];
    const names = new Set(bound.map(([, variable]) => variable));
    for (const variable of names) {
      const namespaces = bound.filter(([, name]) => name === variable).map(([, , namespace]) => namespace);
      for (const [, key = ''] of text.matchAll(new RegExp(`\\b${variable}\\('([\\w.]+)'`, 'g'))) {
        asked += 1;
        if (!namespaces.some((namespace) => typeof lookUp(messages, `${namespace}.${key}`) === 'string'))
          missing.push(`${file}: ${namespaces.join(' or ')}.${key}`);
      }
    }
  }
  expect(missing).toEqual([]);
  expect(asked).toBeGreaterThan(100);
});

it('a feature says what it says with its own words and those that all share', async () => {
  const shared = Object.keys(await loadMessages('en', []));
  for (const name of PAGE_WORDS) {
    const known = new Set([...shared, ...Object.keys(await loadMessages('en', [name]))]);
    const files = Object.entries(sources).filter(([file]) => file.startsWith(`../features/${name}/`));
    expect(files.length).toBeGreaterThan(0);
    const used = files.flatMap(([, text]) => [...text.matchAll(/useTranslations\('(\w+)/g)].map(([, space]) => space));
    expect(used.filter((space) => !known.has(space ?? ''))).toEqual([]);
  }
  const elsewhere = Object.entries(sources).filter(([file]) => !/^\.\.\/features\/(?!auth\/)/.test(file));
  const used = elsewhere.flatMap(([file, text]) =>
    [...text.matchAll(/useTranslations\('(\w+)/g)].map(([, space]) => `${file}: ${space}`),
  );
  expect(used.filter((one) => !shared.includes(one.split(': ')[1] ?? ''))).toEqual([]);
});
