import { expect, it } from 'vitest';
import schema from '../../../schema.graphql?raw';
import en from './shared/reasons.en.json';
import ptBr from './shared/reasons.pt-BR.json';

/** The values of an enum in the schema, in alphabetical order. */
const valuesOf = (name: string) => {
  const body = new RegExp(`^enum ${name} \\{(.*?)^\\}`, 'ms').exec(schema)?.[1] ?? '';
  return [...body.matchAll(/^ {2}([A-Z_]+)$/gm)].map(([, value]) => value).sort();
};

it('every reason of the API has its words in both languages, and no words are left of others', () => {
  const codes = valuesOf('ReasonCode');
  expect(codes.length).toBeGreaterThan(50);
  expect(Object.keys(en.reasons).sort()).toEqual(codes);
  expect(Object.keys(ptBr.reasons).sort()).toEqual(codes);
});
