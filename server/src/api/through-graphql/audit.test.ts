import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RedisLink } from '../../infra/redis/redis.js';
import { registerPasskey, signInWithPasskey } from '../../testing/passkey-client.js';
import { createAuthenticator } from '../../testing/software-authenticator.js';
import { verifyAuditLog } from '../../system/verify-audit-log.js';
import { makeAccount, makeParameter } from '../../testing/make.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { PASSWORD, startTestApi, type TestApi } from '../../testing/test-api.js';
import { buildApiSchema } from '../build-schema.js';

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: database.db, redis });
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

const newest = async () => database.db.prisma.auditLog.findFirstOrThrow({ orderBy: { id: 'desc' } });
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const CREATE_VAULT = 'mutation ($i: CreateVaultInput!) { createVault(input: $i) { vault { id } } }';
const UPDATE_VAULT = 'mutation ($i: UpdateVaultInput!) { updateVault(input: $i) { vault { id } } }';

async function newVault(cookie: string): Promise<string> {
  const { data } = await api.send(CREATE_VAULT, { i: { name: 'First', tradeMode: 'SIMULATION' } }, cookie);
  return (data as { createVault: { vault: { id: string } } } | null)?.createVault.vault.id ?? '';
}

/** The mutations that write their own entry, each with a call that succeeds. */
const OWN_ENTRIES: Record<string, (user: { email: string; cookie: string; id: number }) => Promise<unknown>> = {
  signIn: (user) => api.signIn(user.email),
  async signInWithPasskey(user) {
    const device = createAuthenticator(api.ctx.env.PUBLIC_URL);
    await registerPasskey(api, user.cookie, device);
    return signInWithPasskey(api, device);
  },
  signOut: (user) => api.send('mutation { signOut { hadSession } }', {}, user.cookie),
  changePassword: (user) =>
    api.send(
      'mutation ($i: ChangePasswordInput!) { changePassword(input: $i) { user { id } } }',
      { i: { currentPassword: PASSWORD, newPassword: 'another long one' } },
      user.cookie,
    ),
  stepUp: (user) =>
    api.send(
      'mutation ($i: StepUpInput!) { stepUp(input: $i) { validUntil } }',
      { i: { password: PASSWORD } },
      user.cookie,
    ),
  async setPasswordWithLink(user) {
    const admin = await api.newUser({ role: 'admin' });
    const { data } = await api.send(
      'mutation ($i: ProvenUserIdInput!) { createPasswordResetLink(input: $i) { link } }',
      { i: { userId: String(user.id), password: PASSWORD } },
      admin.cookie,
    );
    const link = (data as { createPasswordResetLink: { link: string } } | null)?.createPasswordResetLink.link ?? 'x:';
    return api.send('mutation ($i: SetPasswordWithLinkInput!) { setPasswordWithLink(input: $i) { email } }', {
      i: { token: new URL(link).hash.slice(1), newPassword: 'another long one' },
    });
  },
};

/** They work only while there is no user; setup.test.ts has their entries. */
const SETUP = ['beginSetup', 'checkSetupCode', 'completeSetup'];

it('every mutation is audited: by its declaration, or by an entry of its own', async () => {
  const fields = Object.values((await buildApiSchema()).getMutationType()?.getFields() ?? {});
  const own = fields.filter(({ extensions }) => extensions.audit === 'none').map(({ name }) => name);
  expect(own.sort()).toEqual([...SETUP, ...Object.keys(OWN_ENTRIES)].sort());
  for (const { name, extensions } of fields) expect([name, extensions.audit]).toEqual([name, expect.any(String)]);
});

it.each(Object.keys(OWN_ENTRIES))('%s writes an entry of its own', async (name) => {
  const user = await api.newUser();
  await OWN_ENTRIES[name]?.(user);
  expect(await newest()).toMatchObject({ action: name, entity_type: 'user', entity_id: user.id });
});

it('an entry says who, what, before and after, from where, with which program and in which request', async () => {
  const user = await api.newUser();
  const id = await newVault(user.cookie);
  expect(await newest()).toMatchObject({
    ...{ user_id: user.id, action: 'createVault', entity_type: 'vault', entity_id: Number(id) },
    changes_json: {
      input: { name: 'First', tradeMode: 'SIMULATION' },
      after: { name: 'First', trade_mode: 'SIMULATION', is_active: 1, description: null },
    },
  });
  const i = { id, name: 'Second' };
  const answer = await api.send(UPDATE_VAULT, { i }, user.cookie, { 'user-agent': 'a program' });
  expect(await newest()).toMatchObject({
    changes_json: { input: i, before: { name: 'First' }, after: { name: 'Second' } },
    ...{ ip: '127.0.0.1', user_agent: 'a program', request_id: answer.headers.get('x-request-id') },
  });
});

it('a parameter that is deleted is kept in its entry, and what was refused writes none', async () => {
  const user = await api.newUser();
  const account = await makeAccount(database.db, { user_id: user.id });
  const { id } = await makeParameter(database.db, {
    user_id: user.id,
    exchange_account_id: account.id,
    symbol: 'BTC/USDT',
  });
  const remove = 'mutation ($i: DeleteTradeParameterInput!) { deleteTradeParameter(input: $i) { id } }';
  const before = await database.db.prisma.auditLog.count();
  const stranger = await api.newUser();
  expect((await api.send(remove, { i: { id: String(id) } }, stranger.cookie)).code).toBe('NOT_FOUND');
  expect(await database.db.prisma.auditLog.count()).toBe(before);
  expect((await api.send(remove, { i: { id: String(id) } }, user.cookie)).code).toBeUndefined();
  expect(await newest()).toMatchObject({
    ...{ action: 'deleteTradeParameter', entity_id: id },
    changes_json: { before: { symbol: 'BTC/USDT', exchange_account_id: account.id } },
  });
});

it('an entry names the API token that was used', async () => {
  const user = await api.newUser();
  const id = await newVault(user.cookie);
  const token = await api.newToken(user.id, ['manage']);
  await api.send(UPDATE_VAULT, { i: { id, name: 'By token' } }, undefined, bearer(token));
  const { id: apiTokenId } = await database.db.prisma.apiToken.findFirstOrThrow({ where: { user_id: user.id } });
  expect(await newest()).toMatchObject({ user_id: user.id, changes_json: { apiTokenId } });
});

it('users see their own entries, administrators also what concerns users, and nobody the trading of others', async () => {
  const [user, stranger] = [await api.newUser(), await api.newUser()];
  const admin = await api.newUser({ role: 'admin' });
  await newVault(user.cookie);
  const roles = 'mutation ($i: SetUserRolesInput!) { setUserRoles(input: $i) { user { id } } }';
  const i = { userId: String(user.id), roles: ['USER', 'ADMIN'], password: PASSWORD };
  await api.send(roles, { i }, admin.cookie);
  await api.send(roles, { i: { ...i, roles: ['USER'] } }, admin.cookie);
  const read = async (cookie: string) => {
    const { data } = await api.send(
      '{ auditLog(first: 100) { edges { node { actor action entity changes } } } }',
      {},
      cookie,
    );
    const connection = (data as { auditLog: { edges: { node: Record<string, unknown> }[] } } | null)?.auditLog;
    return connection?.edges.map(({ node }) => node) ?? [];
  };
  const changes = { before: { roles: 'admin,user' }, after: { roles: 'user' } };
  expect(await read(user.cookie)).toMatchObject([
    { actor: admin.email, action: 'setUserRoles', changes: { ...changes, input: { password: '***' } } },
    { actor: admin.email, action: 'setUserRoles' },
    { actor: user.email, action: 'createVault' },
  ]);
  expect(await read(stranger.cookie)).toEqual([]);
  const seen = await read(admin.cookie);
  expect(seen).toContainEqual(expect.objectContaining({ actor: admin.email, action: 'setUserRoles' }));
  expect(seen.filter(({ entity }) => entity !== 'user')).toEqual([]);
});

it('what the API wrote is an intact chain', async () => {
  const verdict = await verifyAuditLog(api.ctx);
  expect(verdict).toMatchObject({ isIntact: true, unprotected: 0 });
  expect(verdict.entries).toBeGreaterThan(10);
});

it('an administrator has the whole log checked, and sees that an entry was edited', async () => {
  const admin = await api.newUser({ role: 'admin' });
  await newVault(admin.cookie);
  const verify = (cookie: string) =>
    api.send('{ verifyAuditLog { isIntact entries unprotected faults lastId } }', {}, cookie);
  const { id } = await newest();
  const entries = await database.db.prisma.auditLog.count();
  expect((await verify(admin.cookie)).data).toEqual({
    verifyAuditLog: { isIntact: true, entries, unprotected: 0, faults: 0, lastId: String(id) },
  });
  const trader = await api.newUser();
  expect((await verify(trader.cookie)).code).toBe('FORBIDDEN');
  await database.db.query('UPDATE audit_logs SET action = ? WHERE id = ?', ['createOther', id]);
  expect((await verify(admin.cookie)).data).toMatchObject({ verifyAuditLog: { isIntact: false, faults: 1 } });
  await database.db.query('UPDATE audit_logs SET action = ? WHERE id = ?', ['createVault', id]);
});
