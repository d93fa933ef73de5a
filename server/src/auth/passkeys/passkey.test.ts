import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RedisLink } from '../../infra/redis/redis.js';
import {
  beginRegistration,
  proofOptions,
  registerPasskey,
  sendRegistration,
  SIGN_IN_WITH,
  signInOptions,
  signInProof,
  signInWithPasskey,
} from '../../testing/passkey-client.js';
import { createAuthenticator, type Authenticator, type Lies } from '../../testing/software-authenticator.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { PASSWORD, startTestApi, type TestApi } from '../../testing/test-api.js';
import { fromBase32, hotp, totpStep } from '../../core/access/totp.js';

let t: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let user: Awaited<ReturnType<TestApi['newUser']>>;
let device: Authenticator;
const ORIGIN = 'https://trade.example.org';
beforeAll(async () => {
  [t, redis] = await Promise.all([createTestDatabase(), createTestRedis()]);
  api = await startTestApi({ db: t.db, redis }, { env: { PUBLIC_URL: ORIGIN } });
});
beforeEach(async () => {
  user = await api.newUser();
  device = createAuthenticator(ORIGIN);
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await t.drop();
});

type Answer = Awaited<ReturnType<TestApi['send']>>;
const reasonOf = ({ errors }: Answer) => errors[0]?.extensions.reason;
const stored = () => t.db.prisma.passkey.findMany({ where: { user_id: user.id }, orderBy: { id: 'asc' } });
const cookieOf = ({ headers }: Answer): string => /mvcash_session=\w+/.exec(headers.get('set-cookie') ?? '')?.[0] ?? '';
const sessions = () => t.db.prisma.session.count({ where: { user_id: user.id } });

describe('Adding a passkey', () => {
  it('needs the password, and ends the other sessions', async () => {
    const begin = 'mutation { beginPasskeyRegistration(input: {}) { state } }';
    expect(reasonOf(await api.send(begin, {}, user.cookie))).toBe('PASSWORD_REQUIRED');
    await api.signIn(user.email);
    expect(await sessions()).toBeGreaterThan(1);
    const answer = await registerPasskey(api, user.cookie, device);
    expect(answer.data).toEqual({
      registerPasskey: {
        passkeys: [{ id: expect.any(String) as string, name: 'My phone', isBackedUp: false, lastUsedAt: null }],
      },
    });
    expect(await sessions()).toBe(1);
  });

  it.each<[string, Lies]>([
    ['another origin', { origin: 'https://trade.example.org.evil.example' }],
    ['another port of the origin', { origin: `${ORIGIN}:8443` }],
    ['another relying party', { rpId: 'evil.example' }],
    ['another challenge', { challenge: 'AAAA' }],
    ['the answer to a sign-in', { type: 'webauthn.get' }],
    ['a device that did not check the person', { isVerified: false }],
  ])('refuses %s', async (_what, lies) => {
    expect(reasonOf(await registerPasskey(api, user.cookie, device, lies))).toBe('PASSKEY_REFUSED');
    expect(await stored()).toEqual([]);
  });

  it('refuses a challenge of another session, of a sign-in, a made-up one and one that was used', async () => {
    const { options, state } = await beginRegistration(api, user.cookie);
    const other = await api.newUser();
    const response = device.create(options);
    expect(reasonOf(await sendRegistration(api, other.cookie, { state, response }))).toBe('PASSKEY_REFUSED');
    const signIn = await signInOptions(api);
    const wrongPurpose = { state: signIn.state, response: device.create(options) };
    expect(reasonOf(await sendRegistration(api, user.cookie, wrongPurpose))).toBe('PASSKEY_REFUSED');
    expect(reasonOf(await sendRegistration(api, user.cookie, { state: 'k1:made:up', response }))).toBe(
      'PASSKEY_REFUSED',
    );
    expect((await sendRegistration(api, user.cookie, { state, response })).code).toBeUndefined();
    expect(reasonOf(await sendRegistration(api, user.cookie, { state, response }))).toBe('PASSKEY_REFUSED');
    expect(await stored()).toHaveLength(1);
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"id":7}',
    '{"id":"AA","response":{}}',
    '{"id":"AA","response":{"clientDataJSON":7}}',
  ])('refuses what is no answer of a device: %s', async (response) => {
    const { state } = await beginRegistration(api, user.cookie);
    expect(reasonOf(await sendRegistration(api, user.cookie, { state, response }))).toBe('PASSKEY_REFUSED');
  });

  it('names the devices that have one already, and takes no passkey twice', async () => {
    await registerPasskey(api, user.cookie, device);
    const { options } = await beginRegistration(api, user.cookie);
    const { excludeCredentials } = JSON.parse(options) as { excludeCredentials: { id: string }[] };
    expect(excludeCredentials.map(({ id }) => id)).toEqual((await stored()).map(({ credential_id }) => credential_id));
    expect(options).not.toContain(PASSWORD);
  });
});

describe('Signing in with a passkey alone', () => {
  beforeEach(async () => {
    await registerPasskey(api, user.cookie, device);
  });

  it('opens a session without password and code, and says when it was used', async () => {
    const answer = await signInWithPasskey(api, device);
    expect(answer.data).toEqual({ signInWithPasskey: { user: { id: String(user.id), email: user.email } } });
    const { data } = await api.send('{ me { email } passkeys { name lastUsedAt } }', {}, cookieOf(answer));
    expect(data).toEqual({
      me: { email: user.email },
      passkeys: [{ name: 'My phone', lastUsedAt: expect.any(String) as string }],
    });
    expect(await t.db.prisma.loginHistory.count({ where: { user_id: user.id, success: true } })).toBeGreaterThan(0);
  });

  it.each<[string, () => Lies]>([
    ['another origin', () => ({ origin: 'https://evil.example' })],
    ['another relying party', () => ({ rpId: 'evil.example' })],
    ['another challenge', () => ({ challenge: 'AAAA' })],
    ['the answer to a registration', () => ({ type: 'webauthn.create' })],
    ['a device that did not check the person', () => ({ isVerified: false })],
    ['a signature of another key', () => ({ key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey })],
  ])('refuses %s, and writes it into the login history', async (_what, lies) => {
    const before = await sessions();
    const answer = await signInWithPasskey(api, device, lies());
    expect([answer.code, reasonOf(answer)]).toEqual(['UNAUTHENTICATED', 'PASSKEY_REFUSED']);
    expect(cookieOf(answer)).toBe('');
    expect(await sessions()).toBe(before);
    expect(await t.db.prisma.loginHistory.count({ where: { user_id: user.id, success: false } })).toBe(1);
  });

  it('an answer counts once: replayed, also at the same moment, it opens no second session', async () => {
    const proof = await signInProof(api, device);
    const before = await sessions();
    const answers = await Promise.all([1, 2, 3].map(() => api.send(SIGN_IN_WITH, { i: proof })));
    expect(answers.filter(({ code }) => code === undefined)).toHaveLength(1);
    expect((await api.send(SIGN_IN_WITH, { i: proof })).code).toBe('UNAUTHENTICATED');
    expect(await sessions()).toBe(before + 1);
  });

  it('a replayed answer of a device that does not count is refused too', async () => {
    device.counts = false;
    device.counter = 0;
    await t.db.query('UPDATE passkeys SET counter = 0 WHERE user_id = ?', [user.id]);
    const proof = await signInProof(api, device);
    expect((await api.send(SIGN_IN_WITH, { i: proof })).code).toBeUndefined();
    expect((await api.send(SIGN_IN_WITH, { i: proof })).code).toBe('UNAUTHENTICATED');
    expect((await signInWithPasskey(api, device)).code).toBeUndefined();
  });

  it('a counter that goes back is a copy of the key, and is refused', async () => {
    await signInWithPasskey(api, device);
    await signInWithPasskey(api, device);
    device.counter -= 2;
    expect((await signInWithPasskey(api, device)).code).toBe('UNAUTHENTICATED');
    expect((await stored())[0]?.counter).toBe(3n);
  });

  it('a challenge that is older than five minutes is refused', async () => {
    const proof = await signInProof(api, device);
    const { clock } = api.ctx;
    api.ctx.clock = { ...clock, now: () => clock.now() + 5 * 60_000 + 1 };
    const answer = await api.send(SIGN_IN_WITH, { i: proof }).finally(() => (api.ctx.clock = clock));
    expect(answer.code).toBe('UNAUTHENTICATED');
    expect((await signInWithPasskey(api, device)).code).toBeUndefined();
  });

  it('tells a stranger nothing: the options are the same whoever has passkeys', async () => {
    const [one, two] = [await signInOptions(api), await signInOptions(api)].map(({ options }) => {
      const { challenge, ...rest } = JSON.parse(options) as { challenge: string };
      expect(challenge.length).toBeGreaterThan(40);
      return rest;
    });
    expect(one).toEqual(two);
    expect(JSON.stringify(one)).not.toContain((await stored())[0]?.credential_id);
  });

  it('is over when the user is switched off, and after the passkey was removed', async () => {
    await t.db.query('UPDATE users SET is_active = FALSE WHERE id = ?', [user.id]);
    expect((await signInWithPasskey(api, device)).code).toBe('UNAUTHENTICATED');
    await t.db.query('UPDATE users SET is_active = TRUE WHERE id = ?', [user.id]);
    const [passkey] = await stored();
    const remove = (password?: string, cookie = user.cookie) =>
      api.send(
        'mutation ($i: RemovePasskeyInput!) { removePasskey(input: $i) { passkeys { id } } }',
        { i: { passkeyId: String(passkey?.id), password } },
        cookie,
      );
    expect(reasonOf(await remove())).toBe('PASSWORD_REQUIRED');
    expect(reasonOf(await remove(PASSWORD, (await api.newUser()).cookie))).toBe('PASSKEY_NOT_FOUND');
    expect((await remove(PASSWORD)).data).toEqual({ removePasskey: { passkeys: [] } });
    expect((await signInWithPasskey(api, device)).code).toBe('UNAUTHENTICATED');
  });
});

describe('A passkey', () => {
  it('takes the place of a code where the second factor is on, for its own user only', async () => {
    await registerPasskey(api, user.cookie, device);
    await switchOnTwoFactor(user.cookie);
    const signIn = async (passkey?: object, email = user.email) =>
      api.send('mutation ($i: SignInInput!) { signIn(input: $i) { user { id } } }', {
        i: { email, password: PASSWORD, passkey },
      });
    expect((await signIn()).code).toBe('SECOND_FACTOR_REQUIRED');
    const stranger = await api.newUser();
    const foreign = createAuthenticator(ORIGIN);
    await registerPasskey(api, stranger.cookie, foreign);
    expect(reasonOf(await signIn(await signInProof(api, foreign)))).toBe('CODE_WRONG');
    expect(reasonOf(await signIn(await signInProof(api, device, { origin: 'https://evil.example' })))).toBe(
      'CODE_WRONG',
    );
    expect((await signIn(await signInProof(api, device))).data).toEqual({ signIn: { user: { id: String(user.id) } } });
  });

  it('proves in a session that it is you: for ten minutes no password is needed', async () => {
    await registerPasskey(api, user.cookie, device);
    const stepUp = (passkey: object, cookie = user.cookie) =>
      api.send('mutation ($i: StepUpInput!) { stepUp(input: $i) { validUntil } }', { i: { passkey } }, cookie);
    // Not with the answer to a sign-in, nor with one of another session.
    expect(reasonOf(await stepUp(await signInProof(api, device)))).toBe('PASSKEY_REFUSED');
    const { options, state } = await proofOptions(api, user.cookie);
    const elsewhere = await api.signIn(user.email);
    expect(reasonOf(await stepUp({ state, response: device.get(options) }, elsewhere))).toBe('PASSKEY_REFUSED');
    expect((await stepUp({ state, response: device.get(options) })).data).toEqual({
      stepUp: { validUntil: expect.any(String) as string },
    });
    const begin = 'mutation { beginPasskeyRegistration(input: {}) { state } }';
    expect((await api.send(begin, {}, user.cookie)).code).toBeUndefined();
  });

  it('is renamed by its owner only', async () => {
    await registerPasskey(api, user.cookie, device);
    const [passkey] = await stored();
    const rename = (name: string, cookie = user.cookie) =>
      api.send(
        'mutation ($i: RenamePasskeyInput!) { renamePasskey(input: $i) { passkeys { name } } }',
        { i: { passkeyId: String(passkey?.id), name } },
        cookie,
      );
    expect((await rename('Key ring')).data).toEqual({ renamePasskey: { passkeys: [{ name: 'Key ring' }] } });
    expect(reasonOf(await rename('Mine', (await api.newUser()).cookie))).toBe('PASSKEY_NOT_FOUND');
    expect((await rename('  ')).code).toBe('BAD_USER_INPUT');
    expect((await stored())[0]?.name).toBe('Key ring');
  });

  it('of before does not survive a password that was set by a link', async () => {
    await registerPasskey(api, user.cookie, device);
    const admin = await api.newUser({ role: 'admin' });
    const { data } = await api.send(
      'mutation ($i: ProvenUserIdInput!) { createPasswordResetLink(input: $i) { link } }',
      { i: { userId: String(user.id), password: PASSWORD } },
      admin.cookie,
    );
    const { link } = (data as unknown as { createPasswordResetLink: { link: string } }).createPasswordResetLink;
    await api.send('mutation ($i: SetPasswordWithLinkInput!) { setPasswordWithLink(input: $i) { email } }', {
      i: { token: new URL(link).hash.slice(1), newPassword: 'another long one' },
    });
    expect(await stored()).toEqual([]);
    expect((await signInWithPasskey(api, device)).code).toBe('UNAUTHENTICATED');
  });
});

async function switchOnTwoFactor(cookie: string): Promise<void> {
  const { data } = await api.send(
    'mutation ($i: BeginTwoFactorInput!) { beginTwoFactor(input: $i) { secret } }',
    { i: { password: PASSWORD } },
    cookie,
  );
  const { secret } = (data as unknown as { beginTwoFactor: { secret: string } }).beginTwoFactor;
  const code = hotp(fromBase32(secret), totpStep(api.ctx.clock.now()));
  const enable = 'mutation ($i: EnableTwoFactorInput!) { enableTwoFactor(input: $i) { recoveryCodes } }';
  const { errors } = await api.send(enable, { i: { code } }, cookie);
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
}
