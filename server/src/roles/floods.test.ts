import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { RedisLink } from '../infra/redis/redis.js';
import type { CostReport } from '../graphql/context.js';
import { eventually } from '../testing/eventually.js';
import { makeAccount, makeBinding, makePosition, makeSource } from '../testing/make.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';

let database: TestDatabase;
let redis: RedisLink;
/** 60 requests and 60,000 points a minute, 3 sockets and 12 subscriptions for each user. */
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  const env = {
    ...{ API_REQUESTS_PER_MIN: '60', API_POINTS_PER_MIN: '60000' },
    ...{ API_SOCKETS_PER_USER: '3', API_SUBSCRIPTIONS_PER_USER: '12', TRUSTED_PROXIES: '127.0.0.1' },
  };
  api = await startTestApi({ db: database.db, redis }, { env });
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

let last = 0;
/** Each test comes from an address of its own, through a trusted proxy. */
const newAddress = () => ({ 'x-forwarded-for': `198.51.100.${++last}` });
const ME = '{ me { id } }';
const isNear =
  (wanted = NaN) =>
  (value: number) =>
    Math.abs(value - wanted) <= 1;
const left = (headers: Headers, what: string): number =>
  Number(new RegExp(`"${what}";r=(\\d+)`).exec(headers.get('ratelimit') ?? '')?.[1]);

describe('a request says what is left', () => {
  it('requests and points in its headers, and its cost in extensions', async () => {
    const { cookie } = await api.newUser();
    await api.send(ME, {}, cookie, newAddress());
    const before = await api.send(ME, {}, cookie, newAddress());
    const answer = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie, ...newAddress() },
      body: JSON.stringify({
        query: '{ a: dashboard(tradeMode: REAL) { wins } b: dashboard(tradeMode: REAL) { wins } }',
      }),
    });
    const { extensions } = (await answer.json()) as { extensions: { cost: CostReport } };
    expect(answer.headers.get('ratelimit-policy')).toBe('"requests";q=60;w=60, "points";q=60000;w=60');
    // Each alias costs the whole read, and the cost is taken from what is left.
    expect(extensions.cost.points).toBeGreaterThan(4_000);
    expect(left(before.headers, 'points') - left(answer.headers, 'points')).toBeGreaterThan(3_000);
    expect(left(before.headers, 'requests')).toBeLessThan(60);
    // The headers and extensions say the same; both quotas are whole again within a minute.
    const { pointsLeft, pointsResetSec, requestsLeft, requestsResetSec, ...rest } = extensions.cost;
    expect(rest).toEqual({ points: expect.any(Number), pointsPerMin: 60_000, requestsPerMin: 60 });
    expect(answer.headers.get('ratelimit')).toMatch(/^"requests";r=\d+;t=\d+, "points";r=\d+;t=\d+$/);
    const [requestsT, pointsT] = [...(answer.headers.get('ratelimit') ?? '').matchAll(/t=(\d+)/g)].map(([, t]) =>
      Number(t),
    );
    expect([requestsResetSec, pointsResetSec]).toEqual([
      expect.toSatisfy(isNear(requestsT)),
      expect.toSatisfy(isNear(pointsT)),
    ]);
    expect(pointsT).toBeGreaterThanOrEqual(4);
    expect(pointsT).toBeLessThanOrEqual(60);
    expect(left(answer.headers, 'points')).toBeGreaterThanOrEqual(pointsLeft ?? NaN);
    expect(left(answer.headers, 'requests')).toBeGreaterThanOrEqual(requestsLeft ?? NaN);
  });

  it.each([
    ['a document that cannot be parsed', '{ me {'],
    ['a field that does not exist', '{ meh }'],
    ['an operation that is too expensive', `{ ${'me { id } '.repeat(490)} }`],
    ['an operation that is refused', 'mutation { endOtherSessions { __typename } }'],
  ])('%s too', async (_what, query) => {
    const answer = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...newAddress() },
      body: JSON.stringify({ query }),
    });
    const { errors, extensions } = (await answer.json()) as { errors: unknown[]; extensions: { cost: CostReport } };
    expect(errors).toHaveLength(1);
    expect(extensions.cost.points).toBeGreaterThan(0);
    expect(extensions.cost.pointsPerMin).toBe(6_000);
    expect(answer.headers.get('ratelimit')).toMatch(/^"requests";r=\d+;t=\d+, "points";r=\d+;t=\d+$/);
  });
});

describe('who has used up the budget is refused before anything is read', () => {
  /** At the same moment, so that a slow machine does not fill the budget again. */
  const many = (count: number, one: (n: number) => ReturnType<TestApi['send']>) =>
    Promise.all(Array.from({ length: count }, (_, n) => one(n)));
  const refusedOf = (answers: Awaited<ReturnType<typeof many>>) => answers.filter(({ status }) => status === 429);
  const costly = `{ ${Array.from({ length: 14 }, (_, n) => `d${n}: dashboard(tradeMode: REAL) { wins }`).join(' ')} }`;
  /** Uses up the points of a user for more than twenty seconds. */
  const exhaust = async (cookie: string): Promise<number[]> => {
    await api.send(ME, {}, cookie, newAddress());
    return (await many(6, () => api.send(costly, {}, cookie, newAddress()))).map(({ status }) => status);
  };

  it('an address: with 429, when to come back, and no effect on other addresses', async () => {
    const stranger = newAddress();
    expect((await api.send('{ me {', {}, undefined, stranger)).code).toBe('GRAPHQL_PARSE_FAILED');
    const refused = refusedOf(await many(62, () => api.send('{ me {', {}, undefined, stranger)));
    const more = refusedOf(await many(62, () => api.send('{ me {', {}, undefined, stranger)));
    expect(refused.length + more.length).toBeGreaterThan(30);
    for (const answer of more) {
      expect(answer.code).toBe('RATE_LIMITED');
      expect(answer.errors[0]?.extensions.retryAfterMs).toEqual(expect.any(Number));
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    expect((await api.send(ME, {}, undefined, newAddress())).status).toBe(200);
  });

  it('a user at any address', async () => {
    const { cookie } = await api.newUser();
    await api.send(ME, {}, cookie, newAddress());
    await many(60, () => api.send(ME, {}, cookie, newAddress()));
    expect(refusedOf(await many(60, () => api.send(ME, {}, cookie, newAddress()))).length).toBeGreaterThan(30);
  });

  it('not a user at the address of strangers', async () => {
    const owner = await api.newUser();
    const shared = newAddress();
    await api.send(ME, {}, owner.cookie, shared);
    await many(62, () => api.send(ME, {}, undefined, shared));
    expect(refusedOf(await many(62, () => api.send(ME, {}, undefined, shared))).length).toBeGreaterThan(30);
    expect((await api.send(ME, {}, owner.cookie, shared)).status).toBe(200);
  });

  it('a cookie that nobody has opens no budget of its own', async () => {
    const stranger = newAddress();
    const cookieOf = (n: number) =>
      `mvcash_session=${'a'.repeat(38)}${String.fromCharCode(97 + (n % 26), 97 + Math.floor(n / 26))}`;
    await many(60, (n) => api.send(ME, {}, cookieOf(n), stranger));
    const refused = refusedOf(await many(60, (n) => api.send(ME, {}, cookieOf(n + 60), stranger)));
    expect(refused.length).toBeGreaterThan(30);
  });

  it('costly queries use up the points before the requests, also when they arrive together', async () => {
    const { cookie } = await api.newUser();
    expect((await exhaust(cookie)).sort()).toEqual([200, 200, 200, 429, 429, 429]);
    const answer = await api.send(ME, {}, cookie, newAddress());
    expect([answer.status, answer.errors[0]?.message]).toEqual([429, expect.stringContaining('points')]);
  });

  it('but the owner can still stop trading and close', async () => {
    const { id, cookie } = await api.newUser();
    const account = await makeAccount(database.db, { user_id: id });
    const position = await makePosition(database.db, { exchange_account_id: account.id });
    await exhaust(cookie);
    const close = 'mutation ($i: ClosePositionInput!) { closePosition(input: $i) { ... on Placed { job { id } } } }';
    const i = { positionId: String(position.id), idempotencyKey: 'k' };
    expect((await api.send(close, { i }, cookie, newAddress())).errors).toEqual([]);
    // The reserve is for that only, and it ends too.
    expect((await api.send(`${ME} # killSwitch`, {}, cookie, newAddress())).status).toBe(429);
    const looks = await many(40, () => api.send('{ bulkAction(id: "1") { id } }', {}, cookie, newAddress()));
    expect(refusedOf(looks).length).toBeGreaterThan(5);
  });
});

describe('an abusive query is refused before it is validated', () => {
  it.each([
    ['a root field 490 times', `{ ${'me { id } '.repeat(490)} }`],
    [
      '29 aliased dashboards',
      `{ ${Array.from({ length: 29 }, (_, n) => `a${n}: dashboard(tradeMode: REAL) { wins }`).join(' ')} }`,
    ],
    ['the same field of a list 300 times', `{ positions { edges { node { ${'account { id } '.repeat(300)} } } } }`],
    [
      'fragments that multiply the comparisons',
      `{ positions { ...F0 } } ${Array.from({ length: 8 }, (_, n) => `fragment F${n} on PositionConnection { edges { node { id } } ${`...F${n + 1} `.repeat(10)} }`).join(' ')}
       fragment F8 on PositionConnection { ${'edges { node { id symbol side } } '.repeat(150)} }`,
    ],
  ])('%s', async (_what, query) => {
    const { cookie } = await api.newUser();
    const answer = await api.send(query, {}, cookie, newAddress());
    expect([answer.code, answer.data]).toEqual(['OPERATION_TOO_COMPLEX', null]);
  });
});

describe('sockets and subscriptions', () => {
  const open = (cookie: string, address: Record<string, string>) => {
    const socket = new WebSocket(api.wsUrl, 'graphql-transport-ws', { headers: { cookie, ...address } });
    const messages: { type: string; id?: string; payload?: { extensions: { code: string } }[] }[] = [];
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
    socket.on('message', (text) => messages.push(JSON.parse(String(text)) as never));
    socket.on('error', () => undefined);
    const outcome = new Promise<number>((resolve) => {
      socket.on('unexpected-response', (_request, answer) => resolve(answer.statusCode ?? 0));
      socket.on('message', () => resolve(101));
    });
    return { socket, messages, outcome };
  };

  it('a user has only so many sockets, and gets a new one when one has closed', async () => {
    const { cookie } = await api.newUser();
    const sockets = [];
    for (let n = 0; n < 4; n++) {
      sockets.push(open(cookie, newAddress()));
      await sockets[n]?.outcome;
    }
    expect(await Promise.all(sockets.map(({ outcome }) => outcome))).toEqual([101, 101, 101, 429]);
    sockets[0]?.socket.close();
    await once(sockets[0]!.socket, 'close');
    await eventually(async () => {
      const again = open(cookie, newAddress());
      expect(await again.outcome).toBe(101);
      again.socket.close();
    });
    for (const { socket } of sockets) socket.close();
  });

  it('an address has only so many sockets, whoever they are', async () => {
    const address = newAddress();
    const sockets = [];
    for (let n = 0; n < 13; n++) {
      const { cookie } = await api.newUser();
      sockets.push(open(cookie, address));
      await sockets[n]?.outcome;
    }
    const outcomes = await Promise.all(sockets.map(({ outcome }) => outcome));
    expect(outcomes.filter((status) => status === 101)).toHaveLength(12);
    expect(outcomes.at(-1)).toBe(429);
    for (const { socket } of sockets) socket.close();
  });

  it('a user has only so many subscriptions on all sockets together', async () => {
    const { cookie } = await api.newUser();
    const sockets = [open(cookie, newAddress()), open(cookie, newAddress())];
    await Promise.all(sockets.map(({ outcome }) => outcome));
    for (const { socket } of sockets) {
      for (let n = 0; n < 7; n++) {
        const payload = { query: 'subscription { jobChanged { cursor } }' };
        socket.send(JSON.stringify({ type: 'subscribe', id: String(n), payload }));
      }
    }
    const errors = () => sockets.flatMap(({ messages }) => messages.filter(({ type }) => type === 'error'));
    await eventually(() => expect(errors()).toHaveLength(2));
    expect(errors().map(({ payload }) => payload?.[0]?.extensions.code)).toEqual(['RATE_LIMITED', 'RATE_LIMITED']);
    for (const { socket } of sockets) socket.close();
  });
});

it('a flood of refused requests from one address loses no signal', async () => {
  const stranger = newAddress();
  const source = await makeSource(database.db);
  await makeBinding(database.db, { webhook_source_id: source.id });
  let isOver = false;
  const flood = Array.from({ length: 50 }, async () => {
    const statuses = new Set<number>();
    while (!isOver) statuses.add((await api.send(`{ ${'me { id } '.repeat(490)} }`, {}, undefined, stranger)).status);
    return statuses;
  });
  const signals = [];
  for (let n = 0; n < 10; n++) {
    const body = `BTCUSDT ${n % 2 ? 'buy' : 'sell'} ${n}`;
    signals.push(
      (await fetch(`${api.url}/webhooks/${source.webhook_code}`, { method: 'POST', body, headers: stranger })).status,
    );
  }
  isOver = true;
  expect(new Set(signals)).toEqual(new Set([202]));
  expect([...new Set((await Promise.all(flood)).flatMap((statuses) => [...statuses]))].sort()).toContain(429);
});
