import fc from 'fast-check';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { RedisLink } from '../../infra/redis/redis.js';
import { eventually } from '../../testing/eventually.js';
import { makeSource } from '../../testing/make.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { PASSWORD, startTestApi, type TestApi } from '../../testing/test-api.js';
import { isAddressRange, isInAddressList } from './address-list.js';
import { apiTokenHash, isApiToken, newApiToken, readBearer } from './api-token.js';

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
const clock = { offsetMs: 0, now: () => Date.now() + clock.offsetMs };
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: database.db, redis }, { env: { TRUSTED_PROXIES: '127.0.0.0/8' }, clock });
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

const ME = '{ me { id } }';
const CREATE =
  'mutation ($i: CreateApiTokenInput!) { createApiToken(input: $i) { token apiToken { id hint scopes allowedIps } } }';
const bearer = (token: string, more: Record<string, string> = {}) => ({ authorization: `Bearer ${token}`, ...more });
const withToken = (query: string, token: string, variables = {}) =>
  api.send(query, variables, undefined, bearer(token));

describe('the text of a token', () => {
  it('starts with mvc_ and ends with a checksum that finds every single wrong character', () => {
    const token = newApiToken();
    expect(token).toMatch(/^mvc_[0-9A-Za-z]{38}$/);
    expect(isApiToken(token)).toBe(true);
    const at = fc.integer({ min: 4, max: token.length - 1 });
    fc.assert(
      fc.property(at, fc.constantFrom(...'0123456789ABCxyz'), (index, char) => {
        const changed = token.slice(0, index) + char + token.slice(index + 1);
        expect(isApiToken(changed)).toBe(changed === token);
      }),
    );
  });

  it('is read from a Bearer header only, and every header that is no token is invalid instead of absent', () => {
    const token = newApiToken();
    for (const header of [`Bearer ${token}`, `bearer ${token}`, `BEARER   ${token} `])
      expect(readBearer(header)).toEqual({ kind: 'token', token });
    for (const header of [undefined, 'Basic dXNlcjpwYXNz']) expect(readBearer(header)).toEqual({ kind: 'none' });
    const others = [
      '',
      'Bearer',
      'Bearer ',
      token,
      `Token ${token}`,
      `Bearer ${token}x`,
      `Bearer ${token}, x`,
      'Basics x',
    ];
    for (const header of others) expect([header, readBearer(header).kind]).toEqual([header, 'invalid']);
  });

  it('addresses are matched by range and family', () => {
    const list = ['10.0.0.0/8', '2001:db8::/32', '192.0.2.7'];
    const inside = ['10.255.0.1', '2001:db8::1', '192.0.2.7'];
    const outside = ['11.0.0.1', '2001:db9::1', '192.0.2.8', 'no address', null];
    expect(inside.map((ip) => isInAddressList(ip, list))).toEqual([true, true, true]);
    expect(outside.map((ip) => isInAddressList(ip, list))).toEqual(outside.map(() => false));
    expect(['10.1', '10.0.0.0/33', '10.0.0.0/-1', '::1/129', 'fe80::1%eth0', ''].map(isAddressRange)).not.toContain(
      true,
    );
  });
});

it('a token is shown once, stored as a hash, and listed by its last characters', async () => {
  const user = await api.newUser();
  const input = { name: 'bot', scopes: ['READ', 'TRADE'], allowedIps: ['10.0.0.0/8'], password: PASSWORD };
  const { data } = await api.send(CREATE, { i: input }, user.cookie);
  const created = (data as { createApiToken: { token: string; apiToken: { id: string } } } | null)?.createApiToken;
  const { token = '', apiToken } = created ?? {};
  expect(apiToken).toEqual({
    ...{ id: expect.any(String), hint: token.slice(-4), scopes: ['READ', 'TRADE'], allowedIps: ['10.0.0.0/8'] },
  });
  const rows = await database.db.prisma.apiToken.findMany({ where: { user_id: user.id } });
  expect(rows[0]?.token_hash).toBe(apiTokenHash(token));
  const audit = await database.db.prisma.auditLog.findMany({ where: { user_id: user.id } });
  expect(audit.map(({ action }) => action)).toEqual(['createApiToken']);
  const kept = [JSON.stringify([rows, audit]), ...api.logged].join('\n');
  for (const secret of [token, PASSWORD]) expect(kept).not.toContain(secret);
  const listed = await api.send('{ apiTokens { id hint lastUsedAt } }', {}, user.cookie);
  expect(listed.data).toEqual({ apiTokens: [{ id: apiToken?.id, hint: token.slice(-4), lastUsedAt: null }] });
  const used = await api.send(ME, {}, undefined, bearer(token, { 'x-forwarded-for': '10.7.7.7' }));
  expect(used.data).toEqual({ me: { id: String(user.id) } });
  const [after] = await database.db.prisma.apiToken.findMany({ where: { user_id: user.id } });
  expect([after?.last_used_ip, after?.last_used_at]).toEqual(['10.7.7.7', expect.any(Date)]);
});

it('creating a token asks for the password, or a recent proof of it in the same session', async () => {
  const user = await api.newUser();
  const input = { name: 'bot', scopes: ['READ'] };
  const reasonOf = async (more: object, cookie = user.cookie) =>
    (await api.send(CREATE, { i: { ...input, ...more } }, cookie)).errors[0]?.extensions.reason;
  expect(await reasonOf({})).toBe('PASSWORD_REQUIRED');
  expect(await reasonOf({ password: 'wrong' })).toBe('PASSWORD_WRONG');
  const proof = 'mutation ($i: StepUpInput!) { stepUp(input: $i) { validUntil } }';
  expect((await api.send(proof, { i: { password: 'wrong' } }, user.cookie)).errors[0]?.extensions.reason).toBe(
    'PASSWORD_WRONG',
  );
  expect(await reasonOf({})).toBe('PASSWORD_REQUIRED');
  expect((await api.send(proof, { i: { password: PASSWORD } }, user.cookie)).code).toBeUndefined();
  expect(await reasonOf({})).toBeUndefined();
  expect(await reasonOf({}, await api.signIn(user.email))).toBe('PASSWORD_REQUIRED');
  clock.offsetMs += 10 * 60_000;
  expect(await reasonOf({})).toBe('PASSWORD_REQUIRED');
});

it('only an administrator may create a token with the scope ADMIN, and no token ends before it starts', async () => {
  const user = await api.newUser();
  const pathOf = async (input: object) => {
    const answer = await api.send(CREATE, { i: { name: 'x', password: PASSWORD, ...input } }, user.cookie);
    return (answer.errors[0]?.extensions.fields as { path: string }[] | undefined)?.[0]?.path.split('.')[0];
  };
  expect(await pathOf({ scopes: ['READ', 'ADMIN'] })).toBe('scopes');
  expect(await pathOf({ scopes: [] })).toBe('scopes');
  expect(await pathOf({ scopes: ['READ'], expiresAt: new Date(clock.now() - 1).toISOString() })).toBe('expiresAt');
  expect(await pathOf({ scopes: ['READ'], allowedIps: ['10.0.0.0/40'] })).toBe('allowedIps');
  expect(await pathOf({ scopes: ['READ'], name: 'a\u202eb' })).toBe('name');
  expect(await pathOf({ scopes: ['READ'] })).toBeUndefined();
});

it('a user has at most 50 tokens, also when they are created at once', async () => {
  const user = await api.newUser();
  for (let n = 0; n < 47; n++) await api.newToken(user.id);
  const more = await Promise.allSettled(Array.from({ length: 8 }, () => api.newToken(user.id)));
  expect(more.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
});

describe('a Bearer that is not valid is refused with 401, also beside a valid cookie', () => {
  const cases: [string, (user: { id: number }) => Promise<string>][] = [
    ['no token', async () => 'hello'],
    ['an unknown token', async () => newApiToken()],
    ['a hash', async ({ id }) => apiTokenHash(await api.newToken(id))],
    ['an expired token', ({ id }) => api.newToken(id, ['read'], { expiresAt: new Date(clock.now() - 1) })],
    ['a token of other addresses', ({ id }) => api.newToken(id, ['read'], { allowedIps: ['10.0.0.0/8'] })],
    [
      'a revoked token',
      async ({ id }) => {
        const token = await api.newToken(id);
        await database.db.prisma.apiToken.updateMany({ where: { user_id: id }, data: { revoked_at: new Date() } });
        return token;
      },
    ],
  ];
  it.each(cases)('%s', async (_, make) => {
    const user = await api.newUser();
    const token = await make(user);
    for (const cookie of [undefined, user.cookie]) {
      const answer = await api.send(ME, {}, cookie, bearer(token));
      expect([answer.status, answer.code, answer.data]).toEqual([401, 'UNAUTHENTICATED', null]);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    }
    const socket = new WebSocket(api.wsUrl, 'graphql-transport-ws', {
      headers: bearer(token, { cookie: user.cookie }),
    });
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, { statusCode: number }];
    expect(response.statusCode).toBe(401);
  });

  it('the token of a user who was switched off', async () => {
    const user = await api.newUser();
    const token = await api.newToken(user.id);
    await database.db.prisma.user.update({ where: { id: user.id }, data: { is_active: false } });
    expect((await withToken(ME, token)).status).toBe(401);
  });

  it('a token in the address is not read', async () => {
    const token = await api.newToken((await api.newUser()).id);
    const answer = await fetch(`${api.url}/graphql?access_token=${token}&token=${token}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: ME }),
    });
    expect(await answer.json()).toMatchObject({ data: { me: null } });
  });
});

it('a token never makes tokens, sessions or users, whatever its scopes', async () => {
  const admin = await api.newUser({ role: 'admin' });
  const token = await api.newToken(admin.id, ['read', 'trade', 'manage', 'admin']);
  const attempts: [string, object][] = [
    [CREATE, { i: { name: 'x', scopes: ['READ'], password: PASSWORD } }],
    [
      'mutation ($i: SignInInput!) { signIn(input: $i) { user { id } } }',
      { i: { email: admin.email, password: PASSWORD } },
    ],
    [
      'mutation ($i: ChangePasswordInput!) { changePassword(input: $i) { user { id } } }',
      { i: { currentPassword: PASSWORD, newPassword: 'another long one' } },
    ],
    ['mutation ($i: StepUpInput!) { stepUp(input: $i) { validUntil } }', { i: { password: PASSWORD } }],
    ['mutation { signOut { hadSession } }', {}],
    ['{ apiTokens { id } }', {}],
  ];
  for (const [query, variables] of attempts) {
    const answer = await withToken(query, token, variables);
    expect([query, answer.code, answer.headers.get('set-cookie')]).toEqual([query, 'FORBIDDEN', null]);
  }
  const real = { label: 'x', exchange: 'BINANCE_SPOT', isSimulation: false };
  const keys = { keys: { apiKey: 'k'.repeat(20), apiSecret: 's'.repeat(20) }, password: PASSWORD };
  const create = 'mutation ($i: CreateExchangeAccountInput!) { createExchangeAccount(input: $i) { account { id } } }';
  expect((await withToken(create, token, { i: { ...real, real: keys } })).code).toBe('FORBIDDEN');
});

it('a token reads its sources, but not what a sender needs to trade through them', async () => {
  const user = await api.newUser();
  await makeSource(database.db, { owner_user_id: user.id, label: 'mine' });
  const token = await api.newToken(user.id, ['read', 'trade', 'manage']);
  expect((await withToken('{ webhookSources { edges { node { label } } } }', token)).data).toEqual({
    webhookSources: { edges: [{ node: { label: 'mine' } }] },
  });
  for (const field of ['webhookCode', 'url', 'curlExample'])
    expect((await withToken(`{ webhookSources { edges { node { ${field} } } } }`, token)).code).toBe('FORBIDDEN');
});

describe('over a websocket', () => {
  const JOBS = 'subscription { jobChanged { cursor } }';

  it('a token subscribes by header or by the connection_init message, and loses its socket 5 s after it was revoked', async () => {
    const user = await api.newUser();
    const [one, two] = [await api.newToken(user.id), await api.newToken(user.id)];
    const byHeader = api.client(undefined, bearer(one));
    const closed = once(rawSocket({ authorization: `Bearer ${two}` }), 'close') as Promise<[number]>;
    const faults: unknown[] = [];
    const stop = byHeader.subscribe(
      { query: JOBS },
      { next: () => undefined, error: (e) => faults.push(e), complete: () => undefined },
    );
    await eventually(async () =>
      expect(
        await database.db.prisma.apiToken.count({ where: { user_id: user.id, last_used_at: { not: null } } }),
      ).toBe(2),
    );
    expect(faults).toEqual([]);
    const revoke = 'mutation ($i: RevokeApiTokenInput!) { revokeApiToken(input: $i) { apiToken { id } } }';
    for (const { id } of await database.db.prisma.apiToken.findMany({ where: { user_id: user.id } }))
      expect((await api.send(revoke, { i: { tokenId: String(id) } }, user.cookie)).code).toBeUndefined();
    const started = performance.now();
    expect((await closed)[0]).toBe(4401);
    await eventually(() => expect(faults).toHaveLength(1));
    expect(performance.now() - started).toBeLessThan(5_000);
    stop();
    await byHeader.dispose();
  });

  it.each([['Bearer hello'], [''], [7], ['Basic x']])(
    'connection_init with %j is closed with 4401',
    async (authorization) => {
      const user = await api.newUser();
      const [code] = (await once(rawSocket({ authorization }, { cookie: user.cookie }), 'close')) as [number];
      expect(code).toBe(4401);
    },
  );

  function rawSocket(payload: object, headers: Record<string, string> = {}): WebSocket {
    const socket = new WebSocket(api.wsUrl, 'graphql-transport-ws', { headers });
    socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload })));
    return socket;
  }
});
