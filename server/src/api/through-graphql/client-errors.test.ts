import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisLink } from '../../infra/redis/redis.js';
import { makeVault } from '../../testing/make.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let user: Awaited<ReturnType<TestApi['newUser']>>;
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: database.db, redis });
  user = await api.newUser();
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

const CREATE = 'mutation ($i: CreateVaultInput!) { createVault(input: $i) { vault { id } } }';
const POSITIONS = 'query ($n: Int, $f: PositionFilter) { positions(first: $n, filter: $f) { edges { cursor } } }';
const EXITS =
  'mutation ($i: UpdatePositionExitsInput!) { updatePositionExits(input: $i) { ... on PositionChanged { position { id } } } }';

describe('a mistake of the client is 400 and names the field', () => {
  it.each<[string, string, object, string[]]>([
    ['a variable that is missing', CREATE, {}, ['i']],
    ['a variable of another type', CREATE, { i: 5 }, ['i']],
    ['a variable that must not be null', CREATE, { i: null }, ['i']],
    ['a field that is missing', CREATE, { i: { name: 'x' } }, ['i.tradeMode']],
    [
      'a field that the type does not have',
      CREATE,
      { i: { name: 'x', tradeMode: 'SIMULATION', color: 1 } },
      ['i.color'],
    ],
    ['a value that the enum does not have', CREATE, { i: { name: 'x', tradeMode: 'PLAY' } }, ['i.tradeMode']],
    ['several at once', CREATE, { i: { name: 5, color: 1 } }, ['i.name', 'i.tradeMode', 'i.color']],
    ['a text for a number', POSITIONS, { n: 'many' }, ['n']],
    ['an unknown filter', POSITIONS, { f: { colour: 'red' } }, ['f.colour']],
    [
      'an item of a list',
      EXITS,
      { i: { positionId: '1', targets: [{ pct: '1', sharePct: '5' }, { pct: 2 }] } },
      ['i.targets[1].pct', 'i.targets[1].sharePct'],
    ],
  ])('%s', async (_what, query, variables, paths) => {
    const answer = await api.send(query, variables, user.cookie);
    expect([answer.status, answer.code, answer.data]).toEqual([400, 'BAD_USER_INPUT', null]);
    const fields = answer.errors[0]?.extensions.fields as { path: string; message: string }[];
    expect(fields.map(({ path }) => path).sort()).toEqual([...paths].sort());
    for (const { path, message } of fields) expect(message).toContain(path);
  });

  it('a field name that is no name is a value, and is not repeated', async () => {
    const answer = await api.send(
      CREATE,
      { i: { name: 'x', tradeMode: 'SIMULATION', 'my-pass word': 1 } },
      user.cookie,
    );
    expect(answer.status).toBe(400);
    expect(answer.errors[0]?.extensions.fields).toEqual([
      { path: 'i', message: 'Variable "$i" is not valid at "i". Field is not defined by type "CreateVaultInput".' },
    ]);
  });

  it('a query that costs too much, and one that is not allowed without a session', async () => {
    const costly =
      '{ positions(first: 500) { edges { node { fills { position { fills { position { fills { id } } } } } } } } }';
    expect(await api.send(costly, {}, user.cookie)).toMatchObject({ status: 400, code: 'OPERATION_TOO_COMPLEX' });
    expect(await api.send('{ __schema { queryType { name } } }')).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
    });
  });
});

describe('a root field that fails leaves the others alone', () => {
  it('in a query', async () => {
    const answer = await api.send(
      '{ me { email } tradeJobs(first: 0) { edges { cursor } } vaults { edges { cursor } } }',
      {},
      user.cookie,
    );
    expect(answer.data).toEqual({ me: { email: user.email }, tradeJobs: null, vaults: { edges: [] } });
    expect(answer.errors.map(({ path }) => path)).toEqual([['tradeJobs']]);
  });

  it('in a mutation, so that the client learns what was carried out', async () => {
    const { id } = await makeVault(database.db, { user_id: user.id });
    const answer = await api.send(
      `mutation { a: updateVault(input: { id: "${id}", name: "renamed" }) { vault { name } } b: updateVault(input: { id: "0", name: "x" }) { vault { name } } }`,
      {},
      user.cookie,
    );
    expect(answer.data).toEqual({ a: { vault: { name: 'renamed' } }, b: null });
    expect(answer.errors.map(({ path }) => path)).toEqual([['b']]);
  });
});

describe('a subscription by POST', () => {
  const query = 'subscription { jobChanged { cursor job { id } } }';

  it('meets the access rule first, and is then told to use the websocket', async () => {
    expect(await api.send(query)).toMatchObject({ status: 401, code: 'UNAUTHENTICATED', data: null });
    const pending = await api.newUser({ must_change_password: true });
    expect((await api.send(query, {}, pending.cookie)).code).toBe('PASSWORD_CHANGE_REQUIRED');
    expect(await api.send(query, {}, user.cookie)).toMatchObject({ status: 400, code: 'BAD_REQUEST', data: null });
  });
});
