import { InMemoryCache } from '@apollo/client';
import { parse, print } from 'graphql';
import { afterEach, expect, it, vi } from 'vitest';
import { compactDocuments } from '../../codegen/compact-documents';
import { mergeOperations, operationOf } from '../../codegen/manifest';
import * as generated from '../gql/generated';
import { documentOf } from './document-of';

const documents = Object.entries(generated).flatMap(([name, document]) =>
  name.endsWith('Document') ? [document as Parameters<typeof operationOf>[0]] : [],
);
const source = `export const ThingsDocument = ${JSON.stringify(parse('query Things { things { id } }', { noLocation: true }))} as unknown as DocumentNode<T, V>;`;

afterEach(() => vi.unstubAllEnvs());

it('every operation of the page has an id of its own, by the text that the page would send', () => {
  const operations = documents.map((document) => operationOf(document));
  expect(operations.length).toBeGreaterThan(60);
  expect(new Set(operations.map((one) => one?.id)).size).toBe(operations.length);
  for (const [index, one] of operations.entries()) {
    expect(one?.id).toMatch(/^[0-9a-f]{12}$/);
    expect(one?.text).toBe(print(new InMemoryCache().transformDocument(documents[index]!)));
  }
});

it('the built page sends the id, also after its cache has added __typename', () => {
  const built = compactDocuments(source)
    .replace('export const', 'const')
    .replace(/ as unknown as .*;/, ';');
  const document = new Function(`${built}; return ThingsDocument;`)() as (typeof documents)[number];
  const transformed = new InMemoryCache().transformDocument(document);
  expect(transformed).not.toBe(document);
  const { id, text } = operationOf(document)!;
  vi.stubEnv('PROD', true);
  expect(documentOf(transformed)).toEqual({ documentId: id });
  vi.stubEnv('PROD', false);
  expect(documentOf(transformed)).toEqual({ query: text });
});

it('the operations of earlier builds are kept for the tabs that are still open, but not for ever', () => {
  const one = (id: string) => ({ id, name: 'A', text: `query A { ${id} }` });
  let known = mergeOperations([one('a')], {});
  for (let build = 1; build <= 5; build += 1) known = mergeOperations([one('b')], known);
  expect(Object.keys(known).sort()).toEqual(['a', 'b']);
  known = mergeOperations([one('b')], known);
  expect(Object.keys(known)).toEqual(['b']);
  // What is used again is new again.
  expect(mergeOperations([one('a')], { a: { ...one('a'), age: 5 } }).a?.age).toBe(0);
  expect(() => mergeOperations([one('a'), { ...one('a'), text: 'query B { b }' }], {})).toThrow('two operations');
});
