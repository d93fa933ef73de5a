import { describe, expect, it } from 'vitest';

type Tree = { [key: string]: string | Tree };
const files = import.meta.glob<Tree>('./*/*.json', { eager: true, import: 'default' });
const filesOf = (locale: string) =>
  Object.entries(files).flatMap(([name, file]) => (name.endsWith(`.${locale}.json`) ? [file] : []));
const [en, ptBr] = [filesOf('en'), filesOf('pt-BR')];

const flatten = (tree: Tree, prefix = ''): [string, string][] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value] as [string, string]] : flatten(value, `${prefix}${key}.`),
  );

const english = new Map(en.flatMap((file) => flatten(file)));
const portuguese = new Map(ptBr.flatMap((file) => flatten(file)));
// A brace after "one " or "=0 " opens a plural text, not a placeholder.
const placeholders = (text: string) =>
  [
    ...new Set([...text.matchAll(/(?<!(?:=\d+|one|few|many|other) )\{\s*(\w+)\s*[,}]/g)].map(([, name]) => name)),
  ].sort();

describe('messages', () => {
  it('both languages have the same keys', () => {
    expect([...portuguese.keys()].sort()).toEqual([...english.keys()].sort());
  });

  it('both languages fill the same places', () => {
    for (const [key, text] of english)
      expect([key, placeholders(portuguese.get(key) ?? '')]).toEqual([key, placeholders(text)]);
  });

  it('two files never have the same namespace', () => {
    for (const some of [en, ptBr]) {
      const names = some.flatMap((file) => Object.keys(file));
      expect(names).toHaveLength(new Set(names).size);
    }
  });

  it('nothing is empty', () => {
    expect([...english, ...portuguese].filter(([, text]) => text.trim() === '')).toEqual([]);
  });
});
