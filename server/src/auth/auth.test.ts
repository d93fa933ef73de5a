import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { PASSWORD, startTestApi, type TestApi } from '../testing/test-api.js';
import type { RedisLink } from '../infra/redis/redis.js';

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  // Every address of this machine is a trusted proxy, so that a test can simulate any sender address.
  api = await startTestApi({ db: database.db, redis }, { env: { TRUSTED_PROXIES: '127.0.0.0/8' } });
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { user { id email } } }';
const guess = (email: string, password: string, from = '127.0.0.1') =>
  api.send(SIGN_IN, { input: { email, password } }, undefined, { 'x-forwarded-for': from });

it('a session is a cookie that scripts cannot read, is stored only as a hash, and identifies its user', async () => {
  const user = await api.newUser();
  const answer = await guess(user.email.toUpperCase(), PASSWORD);
  expect(answer.data).toEqual({ signIn: { user: { id: String(user.id), email: user.email } } });
  const header = answer.headers.get('set-cookie') ?? '';
  expect(header).toMatch(/^mvcash_session=[a-z2-7]{40}; /);
  expect(header).toContain('HttpOnly');
  expect(header).toContain('SameSite=Strict');
  expect(header).not.toContain('Secure');
  const token = /mvcash_session=(\w+)/.exec(header)?.[1] ?? '';
  const rows = await database.db.prisma.session.findMany({ where: { user_id: user.id } });
  expect(JSON.stringify(rows)).not.toContain(token);
  const me = await api.send('{ me { email } }', {}, `mvcash_session=${token}`);
  expect(me.data).toEqual({ me: { email: user.email } });
  for (const { id } of rows) {
    const stolen = await api.send('{ me { email } }', {}, `mvcash_session=${id}`);
    expect(stolen.data).toEqual({ me: null });
  }
});

it('over https the cookie is Secure', async () => {
  const secure = await startTestApi({ db: database.db, redis }, { env: { PUBLIC_URL: 'https://trade.example.org' } });
  const user = await secure.newUser();
  const answer = await secure.send(SIGN_IN, { input: { email: user.email, password: PASSWORD } });
  expect(answer.headers.get('set-cookie')).toContain('Secure');
  expect(answer.headers.get('strict-transport-security')).toMatch(/max-age/);
  await secure.stop();
});

it('a wrong password, an unknown address and a user who was switched off answer alike', async () => {
  const [user, gone] = [await api.newUser(), await api.newUser({ is_active: false })];
  const answers = [
    await guess(user.email, 'wrong password', '10.1.0.1'),
    await guess('nobody@example.com', PASSWORD, '10.1.0.1'),
    await guess(gone.email, PASSWORD, '10.1.0.1'),
  ];
  for (const answer of answers) {
    expect(answer.data).toEqual({ signIn: null });
    expect(answer.code).toBe('UNAUTHENTICATED');
    expect(answer.errors[0]?.message).toBe(answers[0]?.errors[0]?.message);
    expect(answer.headers.get('set-cookie')).toBeNull();
  }
});

it('every checked guess is a row of the login history, which its owner can read', async () => {
  const user = await api.newUser();
  await guess(user.email, 'wrong password', '10.2.0.1');
  await guess(user.email, PASSWORD, '10.2.0.2');
  const { data } = await api.send('{ loginHistory { edges { node { ip success } } } }', {}, user.cookie);
  expect(data).toEqual({
    loginHistory: {
      edges: [{ node: { ip: '10.2.0.2', success: true } }, { node: { ip: '10.2.0.1', success: false } }],
    },
  });
});

it('signing in again ends the session the browser had', async () => {
  const user = await api.newUser();
  const answer = await api.send(SIGN_IN, { input: { email: user.email, password: PASSWORD } }, user.cookie);
  expect(answer.data).not.toBeNull();
  expect((await api.send('{ me { id } }', {}, user.cookie)).data).toEqual({ me: null });
  const audit = await database.db.prisma.auditLog.findMany({ where: { user_id: user.id, action: 'signIn' } });
  expect(audit.map(({ entity_id }) => entity_id)).toContain(user.id);
});

it('signing out ends the session and deletes the cookie', async () => {
  const user = await api.newUser();
  const answer = await api.send('mutation { signOut { hadSession } }', {}, user.cookie);
  expect(answer.data).toEqual({ signOut: { hadSession: true } });
  expect(answer.headers.get('set-cookie')).toMatch(/^mvcash_session=; .*Max-Age=0/);
  expect((await api.send('{ me { id } }', {}, user.cookie)).data).toEqual({ me: null });
});

it('ten wrong passwords from anywhere, at once or in turn, use up the limit of unknown addresses, and the owner can still sign in', async () => {
  const user = await api.newUser();
  await guess(user.email, PASSWORD, '10.3.0.1'); // From here on, the owner's address is known.
  const answers = await Promise.all(
    Array.from({ length: 25 }, (_, n) => guess(user.email, `guess number ${n}`, `10.3.1.${n}`)),
  );
  const codes = answers.map(({ code }) => code);
  expect(codes.filter((code) => code === 'UNAUTHENTICATED')).toHaveLength(10);
  expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(15);
  const limited = await guess(user.email, PASSWORD, '10.3.2.1');
  expect(limited.code).toBe('RATE_LIMITED');
  expect(limited.errors[0]?.extensions.retryAfterMs).toBeGreaterThan(0);
  expect((await guess(user.email, PASSWORD, '10.3.0.1')).code).toBeUndefined();
  // A known address has its own limit of ten.
  for (let n = 0; n < 10; n++) expect((await guess(user.email, 'wrong', '10.3.0.1')).code).toBe('UNAUTHENTICATED');
  expect((await guess(user.email, PASSWORD, '10.3.0.1')).code).toBe('RATE_LIMITED');
});

it('right passwords do not count toward the limit', async () => {
  const user = await api.newUser();
  for (let n = 0; n < 12; n++) expect((await guess(user.email, PASSWORD, `10.4.0.${n}`)).code).toBeUndefined();
});

it('aliases, fragments and batches do not allow more than one guess', async () => {
  const { email } = await api.newUser();
  const one = (alias: string) => `${alias}: signIn(input: { email: "${email}", password: "wrong" }) { user { id } }`;
  const aliased = await api.send(`mutation { ${one('a')} ${one('b')} }`);
  expect(aliased.code).toBe('OPERATION_TOO_COMPLEX');
  const spread = await api.send(`mutation { ${one('a')} ...F } fragment F on Mutation { ${one('b')} }`);
  expect(spread.code).toBe('OPERATION_TOO_COMPLEX');
  const batch = await fetch(`${api.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify([{ query: `mutation { ${one('a')} }` }, { query: `mutation { ${one('b')} }` }]),
  });
  expect(batch.status).toBe(400);
  expect(await database.db.prisma.loginHistory.count({ where: { user: { email } } })).toBe(0);
});

it('changing the password ends all other sessions and keeps this browser signed in', async () => {
  const user = await api.newUser();
  const other = await api.signIn(user.email);
  const change = 'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { user { id } } }';
  const wrong = await api.send(
    change,
    { input: { currentPassword: 'no', newPassword: 'another long one' } },
    user.cookie,
  );
  expect(wrong.errors[0]?.extensions.fields).toEqual([expect.objectContaining({ path: 'currentPassword' })]);
  const short = await api.send(change, { input: { currentPassword: PASSWORD, newPassword: 'short' } }, user.cookie);
  expect(short.errors[0]?.extensions.fields).toEqual([expect.objectContaining({ path: 'newPassword' })]);
  const input = { currentPassword: PASSWORD, newPassword: 'another long one' };
  const done = await api.send(change, { input }, user.cookie);
  expect(done.data).toEqual({ changePassword: { user: { id: String(user.id) } } });
  const fresh = done.headers.get('set-cookie')?.split(';')[0];
  for (const cookie of [user.cookie, other])
    expect((await api.send('{ me { id } }', {}, cookie)).data).toEqual({ me: null });
  expect((await api.send('{ me { id } }', {}, fresh)).data).toEqual({ me: { id: String(user.id) } });
  expect((await guess(user.email, PASSWORD)).code).toBe('UNAUTHENTICATED');
  expect((await guess(user.email, 'another long one')).code).toBeUndefined();
});

it('a user who must change the password can only do that and sign out', async () => {
  const user = await api.newUser({ must_change_password: true });
  expect((await api.send('{ me { mustChangePassword } }', {}, user.cookie)).data).toEqual({
    me: { mustChangePassword: true },
  });
  expect((await api.send('{ vaults { totalCount } }', {}, user.cookie)).code).toBe('PASSWORD_CHANGE_REQUIRED');
  const input = { currentPassword: PASSWORD, newPassword: 'another long one' };
  const done = await api.send(
    'mutation ($i: ChangePasswordInput!) { changePassword(input: $i) { user { id } } }',
    { i: input },
    user.cookie,
  );
  const fresh = done.headers.get('set-cookie')?.split(';')[0];
  expect((await api.send('{ vaults { totalCount } }', {}, fresh)).data).toEqual({ vaults: { totalCount: 0 } });
});

it('passwords and tokens reach neither the log, the audit log nor Redis', async () => {
  const canary = 'canary-4f1c9d-password';
  const user = await api.newUser();
  await guess(user.email, canary);
  await api.send(SIGN_IN, { input: { email: user.email, password: [canary] } });
  await api.send(
    `mutation { signIn(input: { email: "x", password: ${JSON.stringify(canary)}, extra: "${canary}" }) { user { id } } }`,
  );
  const change = { currentPassword: PASSWORD, newPassword: canary };
  const done = await api.send(
    'mutation ($i: ChangePasswordInput!) { changePassword(input: $i) { user { id } } }',
    { i: change },
    user.cookie,
  );
  expect(done.data).toEqual({ changePassword: { user: { id: String(user.id) } } });
  const token = /mvcash_session=(\w+)/.exec(done.headers.get('set-cookie') ?? '')?.[1] ?? 'none';
  const keys = await redis.commands.keys(`${redis.prefix}*`);
  const audit = await database.db.prisma.auditLog.findMany({ where: { user_id: user.id } });
  expect(audit.map(({ action }) => action)).toContain('changePassword');
  const everything = [...api.logged, ...keys, JSON.stringify(audit)].join('\n');
  for (const secret of [canary, token, PASSWORD]) expect(everything).not.toContain(secret);
});
