import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { RedisLink } from '../../infra/redis/redis.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { PASSWORD, startTestApi, type GraphqlAnswer, type TestApi } from '../../testing/test-api.js';

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let admin: Awaited<ReturnType<TestApi['newUser']>>;
const clock = { offsetMs: 0, now: () => Date.now() + clock.offsetMs };
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: database.db, redis }, { clock });
  admin = await api.newUser({ role: 'admin' });
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

const SELECTIONS: Record<string, [input: string, selection: string]> = {
  inviteUser: ['InviteUserInput', 'link expiresAt user { id email roles mustChangePassword }'],
  createUser: ['CreateUserInput', 'user { id email }'],
  createPasswordResetLink: ['ProvenUserIdInput', 'link expiresAt'],
  setPasswordWithLink: ['SetPasswordWithLinkInput', 'email'],
  deactivateUser: ['UserIdInput', 'user { isActive }'],
  activateUser: ['ProvenUserIdInput', 'user { isActive }'],
  setUserRoles: ['SetUserRolesInput', 'user { roles }'],
  requirePasswordChange: ['UserIdInput', 'user { mustChangePassword }'],
  revokeUserAccess: ['UserIdInput', 'sessions tokens'],
};
const run = (name: string, input: object, cookie?: string): Promise<GraphqlAnswer> => {
  const [type, selection] = SELECTIONS[name] ?? [];
  return api.send(`mutation ($i: ${type}!) { ${name}(input: $i) { ${selection} } }`, { i: input }, cookie);
};
const asAdmin = (name: string, input: object) => run(name, input, admin.cookie);
const reasonOf = (answer: GraphqlAnswer) => answer.errors[0]?.extensions.reason;
const linkOf = (answer: GraphqlAnswer, name: string): string =>
  new URL((answer.data as Record<string, { link: string }> | null)?.[name]?.link ?? 'x:').hash.slice(1);
const auditsOf = async (userId: number) =>
  (await database.db.prisma.auditLog.findMany({ where: { entity_type: 'user', entity_id: userId } })).map(
    ({ action, user_id }) => [action, user_id],
  );
const isKnown = async (cookie: string) => (await api.send('{ me { id } }', {}, cookie)).data?.me !== null;
let made = 0;
const newEmail = () => `person${++made}@example.com`;

it('an invited person sets a password with the link, once, and can then sign in', async () => {
  const email = newEmail();
  const invited = await asAdmin('inviteUser', {
    email: ` ${email.toUpperCase()} `.trim(),
    roles: ['USER'],
    password: PASSWORD,
  });
  expect(invited.data).toMatchObject({ inviteUser: { user: { email, roles: ['USER'], mustChangePassword: true } } });
  const token = linkOf(invited, 'inviteUser');
  expect(token).toHaveLength(43);
  const links = await database.db.prisma.userLink.findMany();
  expect(JSON.stringify([links, await database.db.prisma.auditLog.findMany()])).not.toContain(token);
  const [first, second] = await Promise.all(
    ['a long password 1', 'a long password 2'].map((newPassword) => run('setPasswordWithLink', { token, newPassword })),
  );
  const done = [first, second].map((answer) => answer && reasonOf(answer));
  expect(done.filter((reason) => reason === undefined)).toHaveLength(1);
  expect(done.filter((reason) => reason === 'LINK_INVALID')).toHaveLength(1);
  const password = done[0] === undefined ? 'a long password 1' : 'a long password 2';
  const cookie = await api.signIn(email, password);
  const { data } = await api.send('{ me { email mustChangePassword } vaults { edges { cursor } } }', {}, cookie);
  expect(data).toEqual({ me: { email, mustChangePassword: false }, vaults: { edges: [] } });
});

it('a created user must change the first password before anything else', async () => {
  const email = newEmail();
  const input = { email, roles: ['USER'], fullName: 'Ada', initialPassword: 'first password', password: PASSWORD };
  expect((await asAdmin('createUser', input)).code).toBeUndefined();
  const cookie = await api.signIn(email, 'first password');
  expect((await api.send('{ vaults { edges { cursor } } }', {}, cookie)).code).toBe('PASSWORD_CHANGE_REQUIRED');
  expect(reasonOf(await asAdmin('createUser', { ...input, email: email.toUpperCase() }))).toBe('EMAIL_TAKEN');
  const logged = JSON.stringify(await database.db.prisma.auditLog.findMany());
  for (const secret of ['first password', PASSWORD]) expect(logged).not.toContain(secret);
});

it('a reset link ends sessions, tokens and older links when it is used, and not before', async () => {
  const user = await api.newUser();
  const token = await api.newToken(user.id);
  const input = { userId: String(user.id), password: PASSWORD };
  const older = linkOf(await asAdmin('createPasswordResetLink', input), 'createPasswordResetLink');
  const link = linkOf(await asAdmin('createPasswordResetLink', input), 'createPasswordResetLink');
  const newPassword = 'a reset password';
  expect(reasonOf(await run('setPasswordWithLink', { token: older, newPassword }))).toBe('LINK_INVALID');
  expect(await isKnown(user.cookie)).toBe(true);
  expect((await run('setPasswordWithLink', { token: link, newPassword })).data).toEqual({
    setPasswordWithLink: { email: user.email },
  });
  expect(await isKnown(user.cookie)).toBe(false);
  expect((await api.send('{ me { id } }', {}, undefined, { authorization: `Bearer ${token}` })).status).toBe(401);
  await expect(api.signIn(user.email)).rejects.toThrow();
  expect(await isKnown(await api.signIn(user.email, newPassword))).toBe(true);
  expect(await auditsOf(user.id)).toContainEqual(['setPasswordWithLink', null]);
});

it('a link ends with its time, with its user, and is not guessed', async () => {
  const user = await api.newUser();
  const input = { userId: String(user.id), password: PASSWORD };
  const make = async () => linkOf(await asAdmin('createPasswordResetLink', input), 'createPasswordResetLink');
  const newPassword = 'a reset password';
  const late = await make();
  clock.offsetMs += 86_400_001;
  expect(reasonOf(await run('setPasswordWithLink', { token: late, newPassword }))).toBe('LINK_INVALID');
  const dead = await make();
  await database.db.prisma.user.update({ where: { id: user.id }, data: { is_active: false } });
  for (const token of [dead, '', 'x'.repeat(43)])
    expect(reasonOf(await run('setPasswordWithLink', { token, newPassword }))).toBe('LINK_INVALID');
});

it('a user who is switched off loses sessions, tokens and sockets, opens no position, and comes back paused', async () => {
  const user = await api.newUser();
  const token = await api.newToken(user.id);
  const socket = new WebSocket(api.wsUrl, 'graphql-transport-ws', { headers: { cookie: user.cookie } });
  socket.on('open', () => socket.send('{"type":"connection_init"}'));
  await once(socket, 'message');
  const closed = once(socket, 'close') as Promise<[number]>;
  const started = performance.now();
  expect((await asAdmin('deactivateUser', { userId: String(user.id) })).data).toEqual({
    deactivateUser: { user: { isActive: false } },
  });
  expect((await closed)[0]).toBe(4401);
  expect(performance.now() - started).toBeLessThan(5_000);
  expect((await api.send('{ me { id } }', {}, undefined, { authorization: `Bearer ${token}` })).status).toBe(401);
  await expect(api.signIn(user.email)).rejects.toThrow();
  const row = await database.db.prisma.user.findUniqueOrThrow({ where: { id: user.id } });
  expect(row.entries_paused_at).not.toBeNull();
  const back = await asAdmin('activateUser', { userId: String(user.id), password: PASSWORD });
  expect(back.data).toEqual({ activateUser: { user: { isActive: true } } });
  expect(await isKnown(user.cookie)).toBe(false);
  const { data } = await api.send('{ me { entriesPausedAt } }', {}, await api.signIn(user.email));
  expect(data).toEqual({ me: { entriesPausedAt: expect.any(String) } });
});

it('a forced change of the password closes everything but the change, and revoking ends all access', async () => {
  const user = await api.newUser();
  const token = await api.newToken(user.id);
  await asAdmin('requirePasswordChange', { userId: String(user.id) });
  expect((await api.send('{ vaults { edges { cursor } } }', {}, user.cookie)).code).toBe('PASSWORD_CHANGE_REQUIRED');
  const byToken = await api.send('{ vaults { edges { cursor } } }', {}, undefined, {
    authorization: `Bearer ${token}`,
  });
  expect(byToken.code).toBe('PASSWORD_CHANGE_REQUIRED');
  const revoked = await asAdmin('revokeUserAccess', { userId: String(user.id) });
  expect(revoked.data).toEqual({ revokeUserAccess: { sessions: 1, tokens: 1 } });
  expect(await isKnown(user.cookie)).toBe(false);
});

it('changing your own password ends your tokens and links too', async () => {
  const user = await api.newUser();
  const token = await api.newToken(user.id);
  const link = linkOf(
    await asAdmin('createPasswordResetLink', { userId: String(user.id), password: PASSWORD }),
    'createPasswordResetLink',
  );
  const change = 'mutation ($i: ChangePasswordInput!) { changePassword(input: $i) { user { id } } }';
  const input = { currentPassword: PASSWORD, newPassword: 'another long one' };
  expect((await api.send(change, { i: input }, user.cookie)).code).toBeUndefined();
  expect((await api.send('{ me { id } }', {}, undefined, { authorization: `Bearer ${token}` })).status).toBe(401);
  const late = await run('setPasswordWithLink', { token: link, newPassword: 'a reset password' });
  expect(reasonOf(late)).toBe('LINK_INVALID');
});

describe('administrators', () => {
  it('give and take roles, which count from the next request on', async () => {
    const user = await api.newUser();
    expect((await api.send('{ users { edges { node { id } } } }', {}, user.cookie)).code).toBe('FORBIDDEN');
    const set = (roles: string[]) => asAdmin('setUserRoles', { userId: String(user.id), roles, password: PASSWORD });
    expect((await set(['ADMIN', 'USER'])).data).toMatchObject({ setUserRoles: { user: { roles: ['ADMIN', 'USER'] } } });
    const token = await api.newToken(user.id, ['admin']);
    const byToken = () =>
      api.send('{ users { edges { node { id } } } }', {}, undefined, { authorization: `Bearer ${token}` });
    expect((await byToken()).code).toBeUndefined();
    expect((await api.send('{ users { edges { node { id } } } }', {}, user.cookie)).code).toBeUndefined();
    await set(['USER']);
    expect((await byToken()).code).toBe('FORBIDDEN');
    expect((await api.send('{ users { edges { node { id } } } }', {}, user.cookie)).code).toBe('FORBIDDEN');
    expect(await auditsOf(user.id)).toEqual([
      ['setUserRoles', admin.id],
      ['setUserRoles', admin.id],
    ]);
  });

  it.each(['deactivateUser', 'setUserRoles'])('cannot lock themselves out by %s', async (name) => {
    const answer = await asAdmin(name, {
      userId: String(admin.id),
      ...(name === 'setUserRoles' && { roles: ['USER'], password: PASSWORD }),
    });
    expect(reasonOf(answer)).toBe('OWN_USER');
  });

  it('cannot lock each other out at the same moment', async () => {
    await database.db.query('DELETE FROM user_roles WHERE role = ? AND user_id <> ?', ['admin', admin.id]);
    const other = await api.newUser({ role: 'admin' });
    const answers = await Promise.all([
      run('deactivateUser', { userId: String(other.id) }, admin.cookie),
      run('deactivateUser', { userId: String(admin.id) }, other.cookie),
    ]);
    const left = await database.db.prisma.user.count({
      where: { is_active: true, roles: { some: { role: 'admin' } } },
    });
    expect([left, answers.filter(({ code }) => code === undefined)]).toMatchObject([1, [{}]]);
    await database.db.prisma.user.updateMany({ data: { is_active: true } });
    admin = { ...admin, cookie: await api.signIn(admin.email) };
    await database.db.query('DELETE FROM user_roles WHERE role = ? AND user_id = ?', ['admin', other.id]);
  });

  it('prove their password where it matters, and nobody else reaches what they do', async () => {
    const user = await api.newUser();
    const inputs: Record<string, object> = {
      inviteUser: { email: newEmail(), roles: ['USER'] },
      createUser: { email: newEmail(), roles: ['USER'], initialPassword: 'first password' },
      createPasswordResetLink: { userId: String(user.id) },
      activateUser: { userId: String(user.id) },
      setUserRoles: { userId: String(user.id), roles: ['ADMIN'] },
    };
    for (const [name, input] of Object.entries(inputs)) {
      expect([name, reasonOf(await asAdmin(name, input))]).toEqual([name, 'PASSWORD_REQUIRED']);
      const byUser = await run(name, { ...input, password: PASSWORD }, user.cookie);
      expect([name, byUser.code]).toEqual([name, 'FORBIDDEN']);
    }
    for (const name of ['deactivateUser', 'requirePasswordChange', 'revokeUserAccess'])
      expect([name, (await run(name, { userId: String(user.id) }, user.cookie)).code]).toEqual([name, 'FORBIDDEN']);
  });

  it('see the users, but nothing of their trading and no secret', async () => {
    const user = await api.newUser();
    const query = '{ users(first: 100) { edges { node { id email roles isActive hasTwoFactor lastSignInAt } } } }';
    const { data } = await api.send(query, {}, admin.cookie);
    const people = (data as { users: { edges: { node: { id: string } }[] } } | null)?.users.edges ?? [];
    expect(people.map(({ node }) => node)).toContainEqual({
      ...{ id: String(user.id), email: user.email, roles: ['USER'], isActive: true },
      ...{ hasTwoFactor: false, lastSignInAt: null },
    });
    const type = await api.send('{ type: __type(name: "Person") { fields { name } } }', {}, admin.cookie);
    const fields = (type.data as { type: { fields: { name: string }[] } } | null)?.type.fields ?? [];
    expect(fields.map(({ name }) => name).sort()).toEqual([
      'createdAt',
      'email',
      'fullName',
      'hasTwoFactor',
      'id',
      'isActive',
      'lastSignInAt',
      'mustChangePassword',
      'roles',
    ]);
  });

  it.each(['createPasswordResetLink', 'deactivateUser', 'activateUser', 'requirePasswordChange', 'revokeUserAccess'])(
    'get NOT_FOUND for a user that does not exist from %s',
    async (name) => {
      for (const userId of ['999999', 'x', '-1']) {
        const proof = name.startsWith('create') || name.startsWith('activate') ? { password: PASSWORD } : {};
        expect((await asAdmin(name, { userId, ...proof })).code).toBe('NOT_FOUND');
      }
    },
  );
});
