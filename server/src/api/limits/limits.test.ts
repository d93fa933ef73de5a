import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisLink } from '../../infra/redis/redis.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';

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

const repeat = (count: number, make: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => make(n)).join(' ');
/** Each fragment spreads the next one twice: 2^n fields when expanded. */
const bomb = (n: number) =>
  `{ ...F0 } ${repeat(n, (i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`)} fragment F${n} on Query { serverInfo { version } }`;
const deep = `{ positions { edges { node { openJob { event { jobs { position { openJob { event { jobs { id } } } } } } } } } } }`;

describe('an abusive query is refused', () => {
  it.each([
    ['deeper than ten fields', deep, 'OPERATION_TOO_COMPLEX'],
    [
      'deep through fragments',
      `query { ...A } fragment A on Query { ...B } fragment B on Query ${deep}`,
      'OPERATION_TOO_COMPLEX',
    ],
    ['more than 30 aliases', `{ ${repeat(31, (n) => `a${n}: serverInfo { version }`)} }`, 'OPERATION_TOO_COMPLEX'],
    ['more than 30 root fields', `{ ${repeat(31, () => 'liveCursor')} }`, 'OPERATION_TOO_COMPLEX'],
    ['more than a thousand fields', `{ ${repeat(1_500, () => 'liveCursor')} }`, 'OPERATION_TOO_COMPLEX'],
    ['more than 2,000 tokens', `{ ${repeat(100_00, () => 'liveCursor')} }`, 'GRAPHQL_PARSE_FAILED'],
    ['more than 50 directives', `{ liveCursor ${repeat(60, () => '@include(if: true)')} }`, 'OPERATION_TOO_COMPLEX'],
    ['a fragment bomb', bomb(40), 'OPERATION_TOO_COMPLEX'],
    [
      'lists in lists',
      '{ positions(first: 500) { edges { node { fills { position { fills { position { fills { id } } } } } } } } }',
      'OPERATION_TOO_COMPLEX',
    ],
    [
      'a large first on a rich type, first in a variable',
      'query ($n: Int = 500) { positions(first: $n) { edges { node { openJob { executions { account { balances { asset free locked total valueUsd } } } } } } } }',
      'OPERATION_TOO_COMPLEX',
    ],
    [
      'introspection in circles',
      '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a cycle of fragments',
      '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['an open brace', '{ me {', 'GRAPHQL_PARSE_FAILED'],
  ])('%s', async (_what, query, code) => {
    const answer = await api.send(query, {}, cookie);
    expect(answer.code, answer.errors[0]?.message).toBe(code);
    expect([answer.data, answer.status]).toEqual([null, 400]);
    expect(answer.errors[0]?.extensions.requestId).toBe(answer.headers.get('x-request-id'));
  });

  it('a body above 256 KiB', async () => {
    const answer = await api.send(`{ me { id } } # ${'x'.repeat(256 * 1024)}`, {}, cookie);
    expect([answer.status, answer.code]).toEqual([413, 'BAD_REQUEST']);
  });

  it('a list of operations', async () => {
    const answer = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify([{ query: '{ me { id } }' }]),
    });
    expect(answer.status).toBe(400);
  });

  it('a form another site could send', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const body = '{"query":"mutation { signOut { hadSession } }"}';
      const answer = await fetch(`${api.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': type, cookie },
        body,
      });
      expect(answer.status, type).toBeGreaterThanOrEqual(400);
    }
    const byGet = await fetch(`${api.url}/graphql?query=%7Bme%7Bid%7D%7D`, { headers: { cookie } });
    expect(byGet.status).toBe(405);
    expect((await api.send('{ me { id } }', {}, cookie)).data?.me).not.toBeNull();
  });
});

describe('an honest query is not refused', () => {
  it('a page of 500 positions with what the table shows', async () => {
    const query = `{ positions(first: 500, filter: { status: OPEN, tradeMode: SIMULATION }) { pageInfo { hasNextPage endCursor } edges { node {
      id symbol side status tradeMode qtyTotal qtyRemaining entryPrice unrealizedPnl unrealizedPnlPct realizedPnl feesQuote
      slEnabled slPct tpEnabled tpPct trailingEnabled trailingDistancePct createdAt updatedAt sourceLabel
      account { id label exchange } vault { id name } price { symbol last at ageMs } } } } }`;
    expect((await api.send(query, {}, cookie)).errors).toEqual([]);
  });

  it('the introspection of tools', async () => {
    const { getIntrospectionQuery } = await import('graphql');
    expect((await api.send(getIntrospectionQuery(), {}, cookie)).errors).toEqual([]);
  });

  it('a receipt with its events, their jobs and executions', async () => {
    const query = `{ webhookReceipts(first: 20) { edges { node { id receipt outcome httpStatus reasonCode reasonMessage symbol
      source { id label } timeline { stage at offsetMs }
      events { id account { id label } jobs { id status reasonCode executions { id status avgPrice } } } } } } }`;
    expect((await api.send(query, {}, cookie)).errors).toEqual([]);
  });
});

describe('errors', () => {
  it('an internal error is masked, identified by its request id and logged', async () => {
    const history = api.prices.history;
    api.prices.history = () => Promise.reject(new Error('connect ECONNREFUSED db.internal:3306'));
    const answer = await api.send('{ priceHistory(symbol: "BTC/USDT") { price } }', {}, cookie);
    api.prices.history = history;
    expect(answer.code).toBe('INTERNAL');
    expect(JSON.stringify(answer)).not.toContain('db.internal');
    const { requestId } = answer.errors[0]?.extensions ?? {};
    expect(api.logged.join('\n')).toContain(String(requestId));
    expect(api.logged.join('\n')).toContain('db.internal');
  });

  it('refused input names the field and never repeats the value', async () => {
    const secret = 'sekret-0815';
    const create = 'mutation ($i: CreateVaultInput!) { createVault(input: $i) { vault { id } } }';
    const answers = await Promise.all([
      api.send(create, { i: { name: ' ', tradeMode: 'SIMULATION' } }, cookie),
      api.send(create, { i: { name: { secret }, tradeMode: 'SIMULATION' } }, cookie),
      api.send(create, { i: { name: 'x', tradeMode: secret } }, cookie),
      api.send(create, { i: { name: 'x', tradeMode: 'SIMULATION', [secret]: 1 } }, cookie),
      api.send(`mutation { createVault(input: { name: "x", tradeMode: "${secret}" }) { vault { id } } }`, {}, cookie),
      api.send('query ($n: Int) { positions(first: $n) { edges { cursor } } }', { n: secret }, cookie),
    ]);
    expect(answers.map(({ code }) => code)).toEqual([
      ...['BAD_USER_INPUT', 'BAD_USER_INPUT', 'BAD_USER_INPUT', 'BAD_USER_INPUT'],
      ...['GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT'],
    ]);
    expect(answers[0]?.errors[0]?.extensions.fields).toEqual([{ path: 'name', message: 'name must not be empty.' }]);
    expect(answers[1]?.errors[0]?.message).toBe('Variable "$i" is not valid at "i.name". Expected type "String".');
    expect(JSON.stringify(answers)).not.toContain(secret);
    expect(api.logged.join('\n')).not.toContain(secret);
  });

  it('a decimal is a string, and says so', async () => {
    const query = 'mutation ($i: DepositToVaultInput!) { depositToVault(input: $i) { vault { id } } }';
    const i = { vaultId: '1', asset: 'USDT', amount: 12.5, idempotencyKey: 'k' };
    const answer = await api.send(query, { i }, cookie);
    expect(answer.errors[0]?.message).toContain('A Decimal is a string such as "12.5"');
  });

  it.each([
    ['first below one', '{ tradeJobs(first: 0) { edges { cursor } } }'],
    ['first above its limit', '{ tradeJobs(first: 101) { edges { cursor } } }'],
    ['an after that is no cursor', '{ tradeJobs(after: "nonsense") { edges { cursor } } }'],
  ])('%s is refused by name', async (_what, query) => {
    const answer = await api.send(query, {}, cookie);
    expect(answer.code).toBe('BAD_USER_INPUT');
    expect(answer.errors[0]?.extensions.fields).toHaveLength(1);
  });
});
