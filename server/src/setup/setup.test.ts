import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { fromBase32, hotp, totpStep } from '../core/access/totp.js';
import type { RedisLink } from '../infra/redis/redis.js';
import { createSecrets } from '../infra/secrets.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { makeUser } from '../testing/make.js';
import { startTestApi, type GraphqlAnswer, type TestApi } from '../testing/test-api.js';
import { scheduledWorks } from '../scheduled-jobs/scheduled-works.js';
import { announceSetup, ensureSetupCode } from './setup-code.js';

const PASSWORD = 'a password for the first one';
const EMAIL = 'First@Example.com';
let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let backups: string;
const clock = { offsetMs: 0, now: () => Date.now() + clock.offsetMs };
beforeAll(async () => {
  redis = await createTestRedis();
  backups = await mkdtemp(path.join(os.tmpdir(), 'backups-'));
});
beforeEach(async () => {
  clock.offsetMs = 0;
  database = await createTestDatabase();
  const env = { TRUSTED_PROXIES: '127.0.0.0/8', BACKUP_DIR: backups, PUBLIC_URL: 'https://trade.example.org' };
  api = await startTestApi({ db: database.db, redis }, { env, clock });
});
afterEach(async () => {
  await api.stop();
  await database.drop();
});
afterAll(async () => {
  await redis.close();
  await rm(backups, { recursive: true });
});

const CHECK =
  'mutation ($i: CheckSetupCodeInput!) { checkSetupCode(input: $i) { expiresAt backups { name isEncrypted } } }';
const BEGIN = 'mutation ($i: BeginSetupInput!) { beginSetup(input: $i) { secret uri qrCode } }';
const COMPLETE =
  'mutation ($i: CompleteSetupInput!) { completeSetup(input: $i) { user { email roles mustChangePassword } recoveryCodes } }';
const reasonOf = (answer: GraphqlAnswer) => answer.errors[0]?.extensions.reason;
const fieldOf = <T>(answer: GraphqlAnswer, name: string): T => (answer.data as Record<string, T> | null)?.[name] as T;
const isNeeded = async () => fieldOf<{ isNeeded: boolean }>(await api.send('{ setup { isNeeded } }'), 'setup').isNeeded;
let address = 0;
/** From another network each time, unless the test names one. */
const send = (query: string, input: object, ip = `10.1.${++address}.1`) =>
  api.send(query, { i: input }, undefined, { 'x-forwarded-for': ip });
const codeOf = async () => (await ensureSetupCode(api.ctx))?.code ?? '';
async function firstAdmin(setupCode: string) {
  const begun = fieldOf<{ secret: string; uri: string; qrCode: string }>(
    await send(BEGIN, { setupCode, email: EMAIL }),
    'beginSetup',
  );
  const code = hotp(fromBase32(begun.secret), totpStep(clock.now()));
  return { begun, input: { setupCode, email: EMAIL, password: PASSWORD, code, fullName: ' Ada ' } };
}

it('makes the first administrator with a second factor, signs in, and is over then', async () => {
  expect(await isNeeded()).toBe(true);
  const setupCode = await codeOf();
  const { begun, input } = await firstAdmin(setupCode);
  expect(begun.uri).toContain('otpauth://totp/mvcashnode:first%40example.com?');
  expect(begun.qrCode).toMatch(/^data:image\/svg\+xml;base64,/);
  const done = await send(COMPLETE, input);
  const made = fieldOf<{ user: object; recoveryCodes: string[] }>(done, 'completeSetup');
  expect(made.user).toEqual({ email: 'first@example.com', roles: ['ADMIN', 'USER'], mustChangePassword: false });
  expect(made.recoveryCodes).toHaveLength(10);
  const cookie = done.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect((await api.send('{ users(first: 1) { edges { node { email hasTwoFactor } } } }', {}, cookie)).data).toEqual({
    users: { edges: [{ node: { email: 'first@example.com', hasTwoFactor: true } }] },
  });
  expect(await isNeeded()).toBe(false);
  for (const [query, given] of [
    [CHECK, { setupCode }],
    [BEGIN, { setupCode, email: EMAIL }],
    [COMPLETE, { ...input, email: 'second@example.com' }],
  ] as const)
    expect(reasonOf(await send(query, given))).toBe('SETUP_DONE');
  expect(await ensureSetupCode(api.ctx)).toBeUndefined();
  // The sign-in asks for the second factor, and a recovery code opens it.
  const signIn = (more: object) =>
    send('mutation ($i: SignInInput!) { signIn(input: $i) { user { id } } }', {
      ...{ email: EMAIL, password: PASSWORD, ...more },
    });
  expect((await signIn({})).code).toBe('SECOND_FACTOR_REQUIRED');
  // The code with which it was set up is used up.
  expect((await signIn({ code: input.code })).code).toBe('SECOND_FACTOR_REQUIRED');
  expect((await signIn({ code: made.recoveryCodes[0] })).code).toBeUndefined();
  const audit = await database.db.prisma.auditLog.findFirst({ where: { action: 'completeSetup' } });
  expect(JSON.stringify(audit)).not.toContain(setupCode);
  expect(audit?.entity_id).not.toBeNull();
});

it('two processes show the same code, which is stored as a hash and sealed', async () => {
  const [one, other] = await Promise.all([ensureSetupCode(api.ctx), ensureSetupCode({ ...api.ctx })]);
  expect(one?.code).toMatch(/^([A-Z2-7]{4}-){3}[A-Z2-7]{4}$/);
  expect(other).toEqual(one);
  const rows = JSON.stringify(await database.db.query('SELECT * FROM installation_setup'));
  expect(rows).not.toContain(one?.code);
  expect(rows).not.toContain(one?.code.replaceAll('-', ''));
});

it('of several requests at once with the right code, one makes the user', async () => {
  const { input } = await firstAdmin(await codeOf());
  const answers = await Promise.all([1, 2, 3, 4].map((n) => send(COMPLETE, { ...input, email: `a${n}@example.com` })));
  expect(answers.filter(({ code }) => code === undefined)).toHaveLength(1);
  expect(new Set(answers.flatMap((answer) => reasonOf(answer) ?? []))).toEqual(new Set(['SETUP_DONE']));
  expect(await database.db.prisma.user.count()).toBe(1);
});

it('wrong codes are refused, counted for each network, and in the audit log', async () => {
  const setupCode = await codeOf();
  const wrong = { setupCode: 'AAAA-BBBB-CCCC-DDDD' };
  for (let n = 0; n < 10; n++) expect(reasonOf(await send(CHECK, wrong, '192.0.2.7'))).toBe('SETUP_CODE_INVALID');
  const limited = await send(CHECK, { setupCode }, '192.0.2.7');
  expect([limited.code, limited.errors[0]?.extensions.retryAfterMs]).toEqual(['RATE_LIMITED', expect.any(Number)]);
  // Guesses from elsewhere do not keep the operator out. The code may be typed in small letters, without dashes.
  const typed = setupCode.toLowerCase().replaceAll('-', ' ');
  expect((await send(CHECK, { setupCode: typed }, '192.0.2.200')).code).toBeUndefined();
  expect(await database.db.prisma.auditLog.count({ where: { action: 'checkSetupCode' } })).toBe(10);
});

it('a code ends after a day, and the next start shows another one', async () => {
  const setupCode = await codeOf();
  const { input } = await firstAdmin(setupCode);
  clock.offsetMs = 24 * 3_600_000 + 1;
  expect(reasonOf(await send(CHECK, { setupCode }))).toBe('SETUP_CODE_INVALID');
  expect(reasonOf(await send(COMPLETE, input))).toBe('SETUP_CODE_INVALID');
  const next = await codeOf();
  expect(next).not.toBe(setupCode);
  expect((await send(CHECK, { setupCode: next })).code).toBeUndefined();
  expect(await database.db.prisma.user.count()).toBe(0);
});

it('a code that was sealed with keys that are gone is replaced', async () => {
  const setupCode = await codeOf();
  const secrets = createSecrets([{ id: 'k9', key: Buffer.alloc(32, 9) }]);
  const next = await ensureSetupCode({ ...api.ctx, secrets });
  expect(next?.code).not.toBe(setupCode);
});

it('a wrong code of the app, a short password and an address without @ make no user and use nothing up', async () => {
  const { input } = await firstAdmin(await codeOf());
  expect(reasonOf(await send(COMPLETE, { ...input, code: '000000' }))).toBe('CODE_WRONG');
  expect((await send(COMPLETE, { ...input, password: 'short' })).code).toBe('BAD_USER_INPUT');
  expect((await send(COMPLETE, { ...input, email: 'nobody' })).code).toBe('BAD_USER_INPUT');
  expect(await isNeeded()).toBe(true);
  expect((await send(COMPLETE, input)).code).toBeUndefined();
});

it('a user that an operator made by command ends the set-up', async () => {
  const setupCode = await codeOf();
  await makeUser(database.db);
  expect(await isNeeded()).toBe(false);
  expect(reasonOf(await send(CHECK, { setupCode }))).toBe('SETUP_DONE');
});

it('with the code, the backups of the machine are listed, and without it nothing of them is said', async () => {
  const name = 'mvcashnode-20261129T030000Z.jsonl.gz.age';
  await writeFile(path.join(backups, name), 'x');
  const right = await send(CHECK, { setupCode: await codeOf() });
  expect(fieldOf<{ backups: object[] }>(right, 'checkSetupCode').backups).toEqual([{ name, isEncrypted: true }]);
  expect(JSON.stringify(await send(CHECK, { setupCode: 'AAAA' }))).not.toContain(name);
});

it('the log says once where to go, with the code behind the #', async () => {
  const announced = await announceSetup(api.ctx);
  const code = await codeOf();
  expect(announced?.url).toBe(`https://trade.example.org/setup#${code}`);
  expect(api.logged.filter((line) => line.includes(`/setup#${code}`))).toHaveLength(1);
});

it('no daily backup is written before there is a user, because empty ones would push out those to restore', async () => {
  const env = { ...api.ctx.env, DATABASE_URL: database.url };
  const signal = AbortSignal.timeout(30_000);
  const backup = () => scheduledWorks({ ...api.ctx, env }).database_backup({ signal, last: null, config: null });
  expect(await backup()).toEqual({ skipped: 'there is no user yet' });
  await makeUser(database.db);
  expect(await backup()).toMatchObject({ file: expect.stringContaining(backups) });
});
