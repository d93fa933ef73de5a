import { readFile } from 'node:fs/promises';
import {
  getOperationAST,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  parse,
  validate,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkOperation, checkSize } from '../../graphql/limits.js';
import type { RedisLink } from '../../infra/redis/redis.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { buildApiSchema } from '../build-schema.js';
import { describeSchema, type Reference } from './describe-schema.js';
import { storedDocuments } from './reference-documents.js';

const ROOT = new URL('../../../../', import.meta.url);

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let schema: GraphQLSchema;
let reference: Reference;
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: database.db, redis });
  schema = await buildApiSchema();
  reference = describeSchema(schema);
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

const SCALARS: Record<string, unknown> = {
  Boolean: true,
  Int: 1,
  Float: 1,
  Decimal: '1',
  DateTime: '2026-01-01T00:00:00Z',
};

/** A value of a required type; undefined for one that may be left out. */
function valueOf(type: GraphQLInputType): unknown {
  if (!isNonNullType(type)) return undefined;
  const inner = type.ofType;
  if (isListType(inner)) return [];
  if (isEnumType(inner)) return inner.getValues()[0]?.name;
  if (isInputObjectType(inner))
    return Object.fromEntries(Object.values(inner.getFields()).map((field) => [field.name, valueOf(field.type)]));
  return SCALARS[inner.name] ?? '1';
}

it('the stored documents are what the code writes', async () => {
  for (const [name, text] of Object.entries(storedDocuments(schema)))
    expect(await readFile(new URL(name, ROOT), 'utf8').catch(() => ''), name).toBe(text);
});

it('the example of every operation is valid and within the limits of this server', () => {
  expect(reference.operations.length).toBeGreaterThan(100);
  for (const { name, example } of reference.operations) {
    const document = parse(example);
    expect([name, validate(schema, document), checkSize(document)]).toEqual([name, [], undefined]);
    const operation = getOperationAST(document, null);
    const root = operation && schema.getRootType(operation.operation)?.getFields()[name];
    const variables = Object.fromEntries(
      (root?.args ?? []).flatMap((arg) => {
        const value = arg.name === 'first' ? 100 : valueOf(arg.type);
        return value === undefined ? [] : [[arg.name, value]];
      }),
    );
    expect(operation && checkOperation(schema, document, operation, variables), name).toEqual(expect.any(Number));
  }
});

it('every query without arguments that must be given answers its example, also to a token', async () => {
  const { id, cookie } = await api.newUser({ role: 'admin' });
  const token = await api.newToken(id, ['read', 'admin']);
  const asked = reference.operations.filter(
    ({ kind, args }) => kind === 'query' && !args.some(({ type, defaultValue }) => type.endsWith('!') && !defaultValue),
  );
  expect(asked.length).toBeGreaterThan(20);
  for (const { name, example, access } of asked) {
    expect([name, (await api.send(example, {}, cookie)).errors]).toEqual([name, []]);
    if (access.includes('no API token')) continue;
    const byToken = await api.send(example, {}, undefined, { authorization: `Bearer ${token}` });
    expect([name, byToken.errors]).toEqual([name, []]);
  }
});

describe('the served reference', () => {
  const get = (address: string, headers: Record<string, string> = {}) =>
    fetch(`${api.url}${address}`, { headers, redirect: 'manual' });

  it('has every operation, type and code, in HTML and in Markdown', async () => {
    const { id } = await api.newUser();
    const headers = { authorization: `Bearer ${await api.newToken(id)}` };
    const [html, markdown, errors] = await Promise.all(
      ['/reference', '/reference.md', '/reference/errors.md'].map(async (url) => (await get(url, headers)).text()),
    );
    for (const { kind, name } of reference.operations) {
      expect(html).toContain(`id="${kind}-${name}"`);
      expect(markdown).toContain(`### ${name}\n`);
    }
    for (const { name } of reference.types) expect(html).toContain(`id="type-${name}"`);
    expect(html).toContain('id="error-IDEMPOTENCY_CONFLICT"');
    expect(errors).toContain('| `IDEMPOTENCY_CONFLICT` |');
    // Every link inside of the page leads somewhere, and it has no script.
    const targets = [...(html ?? '').matchAll(/href="#([^"]+)"/g)].map(([, target]) => target);
    for (const target of new Set(targets)) expect(html).toContain(`id="${target}"`);
    expect(html).not.toMatch(/<script|(?:src|href)="https?:|onclick/);
  });

  it('llms.txt leads to documents that exist', async () => {
    const { cookie } = await api.newUser();
    const text = await (await get('/llms.txt', { cookie })).text();
    const links = [...text.matchAll(/\]\((\/[^)]+)\)/g)].map(([, link]) => link ?? '');
    expect(links).toHaveLength(4);
    for (const link of links) expect([link, (await get(link, { cookie })).status]).toEqual([link, 200]);
    expect(text).toMatch(/^# mvcashnode\n\n> /);
  });

  it('is not for strangers: a browser is led to the sign-in page, a program gets 401', async () => {
    const browser = await get('/reference', { accept: 'text/html,*/*' });
    expect([browser.status, browser.headers.get('location')]).toEqual([302, '/sign-in?next=%2Freference']);
    expect((await get('/reference.md')).status).toBe(401);
    expect((await get('/llms.txt', { authorization: 'Bearer mvc_nonsense', accept: 'text/html' })).status).toBe(401);
    const { cookie } = await api.newUser({ must_change_password: true });
    expect((await get('/reference', { cookie })).status).toBe(403);
  });
});
