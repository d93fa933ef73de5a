import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisLink } from '../infra/redis/redis.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { SAVED_OPERATIONS } from './explorer/saved-operations.js';

const ME = 'query Me {\n  me {\n    id\n    __typename\n  }\n}';
const JOBS = 'subscription Jobs($after: String) { jobChanged(after: $after) { cursor } }';
const SIGN_IN = 'mutation SignIn($input: SignInInput!) { signIn(input: $input) { user { id } } }';
const idOf = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);

let database: TestDatabase;
let redis: RedisLink;
let distDir: string;
let open: TestApi;
let strict: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  distDir = await mkdtemp(path.join(os.tmpdir(), 'dist-'));
  const operations = Object.fromEntries([ME, JOBS, SIGN_IN].map((text) => [idOf(text), { name: 'X', text, age: 0 }]));
  await writeFile(path.join(distDir, 'index.html'), '<!doctype html><title>page</title>');
  await writeFile(path.join(distDir, 'operations.json'), JSON.stringify({ version: 1, operations }));
  open = await startTestApi({ db: database.db, redis }, { distDir });
  strict = await startTestApi({ db: database.db, redis }, { distDir, env: { API_PERSISTED_ONLY: 'true' } });
});
afterAll(async () => {
  await open.stop();
  await strict.stop();
  await redis.close();
  await database.drop();
  await rm(distDir, { recursive: true });
});

interface Answer {
  data?: unknown;
  errors?: { message: string; extensions: { code: string } }[];
  extensions?: { cost: { points: number } };
}
async function post(api: TestApi, body: object, headers: Record<string, string> = {}) {
  const answer = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const { data, errors, extensions } = (await answer.json()) as Answer;
  return { status: answer.status, data, code: errors?.[0]?.extensions.code, cost: extensions?.cost.points };
}

/** The result of a subscription: its error code, or nothing once its stream is open. */
async function subscribe(
  api: TestApi,
  cookie: string,
  payload: { query: string; extensions?: { documentId: string } },
) {
  const client = createClient({
    url: api.wsUrl,
    retryAttempts: 0,
    webSocketImpl: class extends WebSocket {
      constructor(address: string, protocols: string | string[]) {
        super(address, protocols, { headers: { cookie } });
      }
    },
  });
  try {
    const after = '999999';
    return await new Promise((resolve) => {
      client.subscribe(
        { ...payload, variables: { after } },
        {
          // A cursor from the future is refused by the stream itself: the document was accepted.
          next: ({ errors }) => resolve(errors?.[0]?.extensions?.code),
          error: (errors) => resolve((errors as { extensions: { code: string } }[])[0]?.extensions.code),
          complete: () => resolve(undefined),
        },
      );
    });
  } finally {
    await client.dispose();
  }
}

describe('a persisted operation', () => {
  it('is named by its id, over HTTP and over the websocket', async () => {
    const { id, cookie } = await open.newUser();
    const answer = await post(open, { documentId: idOf(ME) }, { cookie });
    expect(answer).toMatchObject({ status: 200, data: { me: { id: String(id) } } });
    const query = { query: '', extensions: { documentId: idOf(JOBS) } };
    expect(await subscribe(open, cookie, query)).toBe('BAD_USER_INPUT');
    expect(await subscribe(open, cookie, { query: JOBS })).toBe('BAD_USER_INPUT');
  });

  it('that is not known is refused with its own code, before anything is read', async () => {
    const { cookie } = await open.newUser();
    expect(await post(open, { documentId: 'ffffffffffff' }, { cookie })).toMatchObject({
      ...{ status: 400, data: undefined, code: 'UNKNOWN_DOCUMENT' },
    });
    for (const documentId of ['__proto__', 'constructor', ''])
      expect((await post(open, { documentId }, { cookie })).status, documentId).toBe(400);
    const unknown = { query: '', extensions: { documentId: 'ffffffffffff' } };
    expect(await subscribe(open, cookie, unknown)).toBe('UNKNOWN_DOCUMENT');
  });

  it('costs what its text costs, and needs the same session', async () => {
    const { cookie } = await open.newUser();
    await post(open, { query: ME }, { cookie });
    const [byText, byId] = [
      await post(open, { query: ME }, { cookie }),
      await post(open, { documentId: idOf(ME) }, { cookie }),
    ];
    expect(byId.cost).toBe(byText.cost);
    expect((await post(open, { documentId: idOf(ME) })).data).toEqual({ me: null });
  });
});

describe('with API_PERSISTED_ONLY', () => {
  const other = '{ me { email } }';

  it('sessions and strangers may send the operations of the page, by id or text, and no others', async () => {
    const { cookie } = await strict.newUser();
    for (const headers of [{ cookie }, {}] as Record<string, string>[]) {
      expect((await post(strict, { documentId: idOf(ME) }, headers)).code).toBeUndefined();
      expect((await post(strict, { query: ME }, headers)).code).toBeUndefined();
      for (const query of [other, `${ME} `, '{ __schema { types { name } } }', `${ME} query B { me { email } }`])
        expect(await post(strict, { query, operationName: 'B' }, headers)).toMatchObject({
          status: 403,
          code: 'FORBIDDEN',
        });
      // The id does not cover for a text beside it.
      expect((await post(strict, { documentId: idOf(ME), query: other }, headers)).code).toBe('FORBIDDEN');
    }
    expect(await subscribe(strict, cookie, { query: JOBS })).toBe('BAD_USER_INPUT');
    expect(await subscribe(strict, cookie, { query: 'subscription { jobChanged { cursor } }' })).toBe('FORBIDDEN');
  });

  it('people can sign in, and the saved operations of the explorer work', async () => {
    const user = await strict.newUser();
    const input = { email: user.email, password: 'a good long password' };
    expect((await post(strict, { documentId: idOf(SIGN_IN), variables: { input } })).code).toBeUndefined();
    const whoAmI = SAVED_OPERATIONS[0]?.query;
    expect((await post(strict, { query: whoAmI }, { cookie: user.cookie })).code).toBeUndefined();
  });

  it('API tokens may send any operation', async () => {
    const { id } = await strict.newUser();
    const authorization = `Bearer ${await strict.newToken(id)}`;
    expect((await post(strict, { query: other }, { authorization })).code).toBeUndefined();
    expect(await post(strict, { query: other }, { authorization: 'Bearer mvc_nonsense' })).toMatchObject({
      status: 401,
    });
    // What is no token is ignored, so it opens nothing either.
    const { cookie } = await strict.newUser();
    const statusOf = async (authorization: string) =>
      (await post(strict, { query: other }, { cookie, authorization })).status;
    expect([await statusOf('Basic eA=='), await statusOf('mvc_nonsense')]).toEqual([403, 401]);
  });
});
