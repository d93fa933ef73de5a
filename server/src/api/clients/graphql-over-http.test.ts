import { serverAudits } from 'graphql-http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisLink } from '../../infra/redis/redis.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';

const ONLY_POST = 'Only POST runs operations: a GET could be sent by another site, and addresses end in logs.';
const ALWAYS_400 =
  'A mistake of the client is 400, whatever it accepts: a monitor or proxy sees it without reading the body.';
/** Audits that fail on purpose, by their ids, with the reason. An audit of this list that passes fails the test. */
const ON_PURPOSE: Readonly<Record<string, string>> = {
  '5A70': ONLY_POST,
  D6D5: ONLY_POST,
  '6A70': ONLY_POST,
  '572B': ALWAYS_400,
  FDE2: ALWAYS_400,
  '7B9B': ALWAYS_400,
};

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let cookie: string;
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: database.db, redis });
  ({ cookie } = await api.newUser());
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

const audits = serverAudits({
  url: () => `${api.url}/graphql`,
  fetchFn: (url: string, init: RequestInit = {}) =>
    fetch(url, { ...init, headers: { ...(init.headers as Record<string, string>), cookie } }),
});

describe('GraphQL over HTTP, audited by graphql-http', () => {
  it('has the audits of the specification', () => {
    expect(audits.length).toBeGreaterThan(50);
    expect(audits.map(({ id }) => id)).toEqual(expect.arrayContaining(Object.keys(ON_PURPOSE)));
    const musts = audits.filter(({ name }) => name.startsWith('MUST'));
    expect(musts.filter(({ id }) => id in ON_PURPOSE)).toEqual([]);
    expect(musts.length).toBeGreaterThan(10);
  });

  it.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_name, audit) => {
    const result = await audit.fn();
    if (audit.id in ON_PURPOSE) return expect(result.status, ON_PURPOSE[audit.id]).not.toBe('ok');
    return expect(result).toEqual({ id: audit.id, name: audit.name, status: 'ok' });
  });
});

it.each([
  ['too expensive', `{ ${'me { id } '.repeat(490)} }`, 400],
  ['not to be parsed', '{ me {', 400],
  ['fine', '{ me { id } }', 200],
])('what is %s is answered with the type that the client accepts', async (_what, query, status) => {
  for (const accept of ['application/json', 'application/graphql-response+json', '*/*']) {
    const answer = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { accept, cookie, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const type = accept === '*/*' ? 'application/json' : accept;
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, `${type}; charset=utf-8`]);
  }
});
