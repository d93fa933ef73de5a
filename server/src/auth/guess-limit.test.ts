import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { normalizeEmail } from '../core/email.js';
import type { Database } from '../infra/database/database.js';
import type { RedisLink } from '../infra/redis/redis.js';
import { PASSWORD, startTestApi, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { createGuessLimit, type Guess } from './guess-limit.js';

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
/** The round trips of the API, to compare the work of two requests. */
let trips: string[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  const counted: Database = {
    ...database.db,
    query: (sql, values) => {
      trips.push(/^\s*(\w+)/.exec(sql)?.[1] ?? sql);
      return database.db.query(sql, values);
    },
    run: (batch) => {
      trips.push(batch.parts.map((part) => /^\s*(\w+)/.exec(part)?.[1] ?? part).join('+'));
      return database.db.run(batch);
    },
  };
  api = await startTestApi({ db: counted, redis }, { env: { TRUSTED_PROXIES: '127.0.0.0/8' } });
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

const SIGN_IN = 'mutation ($input: SignInInput!) { signIn(input: $input) { user { id email } } }';
const guess = (email: string, password: string, from = '127.0.0.1', cookie?: string) =>
  api.send(SIGN_IN, { input: { email, password } }, cookie, { 'x-forwarded-for': from });
const checked = (userId: number) =>
  database.db.prisma.loginHistory.count({ where: { user_id: userId, success: false } });
const deviceOf = (answer: { headers: Headers }) =>
  answer.headers
    .getSetCookie()
    .find((line) => line.startsWith('mvcash_device='))
    ?.split(';')[0] ?? '';
const userCalled = (email: string) => api.newUser({ email });

describe('an e-mail address', () => {
  it.each([
    [' Trader@Example.COM ', 'trader@example.com'],
    ['JOSÉ@example.com', 'josé@example.com'],
    ['jose\u0301@example.com', 'josé@example.com'],
    ['tràdér@example.com', 'tràdér@example.com'],
  ])('%s is stored and compared as %s', (typed, stored) => {
    expect(normalizeEmail(typed)).toBe(stored);
  });

  it('of another user never differs from one in accents only by chance: both are users of their own', async () => {
    const [plain, accented] = [await userCalled('rene@example.com'), await userCalled('rené@example.com')];
    const answer = await guess('rené@example.com', PASSWORD, '10.20.0.1');
    expect(answer.data).toEqual({ signIn: { user: { id: String(accented.id), email: accented.email } } });
    expect(plain.id).not.toBe(accented.id);
  });
});

describe('the guess limit', () => {
  it('cannot be by-passed by spelling the address with accents, capitals or spaces', async () => {
    const user = await userCalled('trader@example.com');
    const spellings = [
      'trader@example.com',
      'TRADER@example.com',
      ' trader@example.com',
      'tràdér@example.com',
      'tradér@example.com',
    ];
    const answers = [];
    for (let n = 0; n < 40; n++)
      answers.push(await guess(spellings[n % spellings.length] ?? '', 'wrong', `10.21.0.${n}`));
    expect(await checked(user.id)).toBe(10);
    expect(answers.every(({ code }) => code === 'UNAUTHENTICATED' || code === 'RATE_LIMITED')).toBe(true);
    // Another spelling is no user, so even the right password is wrong there.
    expect((await guess('tradèr@example.com', PASSWORD, '10.21.1.1')).code).toBe('UNAUTHENTICATED');
  });

  it('never locks out a browser that has signed in before, from whichever address the wrong passwords come', async () => {
    const user = await api.newUser();
    const first = await guess(user.email, PASSWORD, '10.22.0.1');
    const device = deviceOf(first);
    expect(first.headers.getSetCookie().find((line) => line.startsWith('mvcash_device='))).toMatch(
      /HttpOnly.*SameSite=Strict/,
    );
    // From everywhere, and from the owner's own address too.
    for (let n = 0; n < 12; n++) await guess(user.email, `guess ${n}`, `10.22.1.${n}`);
    for (let n = 0; n < 12; n++) await guess(user.email, `guess ${n}`, '10.22.0.1');
    expect((await guess(user.email, PASSWORD, '10.22.0.1')).code).toBe('RATE_LIMITED');
    expect((await guess(user.email, PASSWORD, '10.22.2.1')).code).toBe('RATE_LIMITED');
    // The owner, abroad and at home.
    for (const from of ['10.22.3.1', '10.22.0.1'])
      expect((await guess(user.email, PASSWORD, from, device)).errors).toEqual([]);
  });

  it('holds for a browser that has signed in before too, and its proof is good for its own user and password only', async () => {
    const [user, other] = [await api.newUser(), await api.newUser()];
    const device = deviceOf(await guess(user.email, PASSWORD, '10.23.0.1'));
    for (let n = 0; n < 10; n++) {
      expect((await guess(user.email, 'wrong', '10.23.0.2', device)).code).toBe('UNAUTHENTICATED');
      await guess(other.email, 'wrong', `10.23.1.${n}`);
    }
    expect((await guess(user.email, PASSWORD, '10.23.0.2', device)).code).toBe('RATE_LIMITED');
    // What it guessed counts for the others as well.
    expect((await guess(user.email, 'wrong', '10.23.2.1')).code).toBe('RATE_LIMITED');
    expect((await guess(other.email, PASSWORD, '10.23.0.2', device)).code).toBe('RATE_LIMITED');
    for (const forged of [`${device}x`, 'mvcash_device=v1.k1.a.b.c', 'mvcash_device='])
      expect((await guess(other.email, PASSWORD, '10.23.0.3', forged)).code).toBe('RATE_LIMITED');
  });

  it('a proof ends with the password it was made with, and the new one is given with the change', async () => {
    const user = await api.newUser();
    const device = deviceOf(await guess(user.email, PASSWORD, '10.24.0.1'));
    const change = 'mutation ($i: ChangePasswordInput!) { changePassword(input: $i) { user { id } } }';
    const i = { currentPassword: PASSWORD, newPassword: 'another long one' };
    const changed = await api.send(change, { i }, user.cookie, { 'x-forwarded-for': '10.24.0.1' });
    for (let n = 0; n < 10; n++) await guess(user.email, 'wrong', `10.24.1.${n}`);
    expect((await guess(user.email, i.newPassword, '10.24.2.1', device)).code).toBe('RATE_LIMITED');
    expect((await guess(user.email, i.newPassword, '10.24.2.1', deviceOf(changed))).errors).toEqual([]);
  });

  it('signing out keeps the proof', async () => {
    const user = await api.newUser();
    const out = await api.send('mutation { signOut { hadSession } }', {}, user.cookie);
    expect(out.headers.getSetCookie().join()).not.toContain('mvcash_device');
  });
});

it('a user who exists and one who does not cost the same round trips and the same number of written rows', async () => {
  const user = await api.newUser();
  const rows = async () => {
    const { prisma } = database.db;
    return (await prisma.loginHistory.count()) + (await prisma.unknownSignIn.count());
  };
  const costOf = async (email: string) => {
    trips = [];
    const before = await rows();
    expect((await guess(email, 'wrong', '10.25.0.1')).code).toBe('UNAUTHENTICATED');
    return { trips, written: (await rows()) - before };
  };
  const known = await costOf(user.email);
  expect(known).toEqual({ trips: ['SELECT+SELECT', 'INSERT'], written: 1 });
  expect(await costOf('nobody-has-this@example.com')).toEqual(known);
  // Both are limited after ten.
  for (let n = 0; n < 9; n++) await guess('nobody-has-this@example.com', 'wrong', `10.25.1.${n}`);
  expect((await guess('nobody-has-this@example.com', 'wrong', '10.25.2.1')).code).toBe('RATE_LIMITED');
});

describe('the windows of guesses', () => {
  const log = () => api.ctx.log;
  let now = Date.UTC(2026, 10, 30);
  const limit = () => createGuessLimit({ redis, log: log(), clock: { now: () => now } });
  const from = (ip: string, more: Partial<Guess> = {}): Guess => ({
    ...{ userId: 77_000_001, email: 'x@example.com', ip, deviceId: null, isKnownNetwork: false },
    ...more,
  });

  it('slide: in no fifteen minutes are there more than ten', async () => {
    const guesses = limit();
    const taken: number[] = [];
    for (let minute = 0; minute < 60; minute++) {
      now += 60_000;
      for (let n = 0; n < 5; n++) if ((await guesses.take(from(`10.30.${minute}.${n}`))).ok) taken.push(now);
      expect(taken.filter((at) => at > now - 15 * 60_000).length).toBeLessThanOrEqual(10);
    }
    expect(taken).toHaveLength(40);
  });

  it('count an IPv6 network by its /64, for one user and over all users', async () => {
    const guesses = limit();
    const one = { userId: 77_000_002, isKnownNetwork: true };
    for (let n = 0; n < 10; n++) expect((await guesses.take(from(`2001:db8:7:1::${n}`, one))).ok).toBe(true);
    expect((await guesses.take(from('2001:db8:7:1:ffff::1', one))).ok).toBe(false);
    expect((await guesses.take(from('2001:db8:7:2::1', one))).ok).toBe(true);
    for (let n = 0; n < 100; n++) {
      const verdict = await guesses.take(from(`2001:db8:9:1:${n.toString(16)}::1`, { userId: 78_000_000 + n }));
      expect(verdict.ok).toBe(true);
    }
    expect((await guesses.take(from('2001:db8:9:1:aaaa::1', { userId: 79_000_000 }))).ok).toBe(false);
  });

  it('a network that a user signed in from is known by its /64', async () => {
    const user = await api.newUser();
    await guess(user.email, PASSWORD, '2001:db8:5:1::1');
    for (let n = 0; n < 10; n++) await guess(user.email, 'wrong', `10.26.0.${n}`);
    expect((await guess(user.email, PASSWORD, '2001:db8:5:1:abcd::9')).errors).toEqual([]);
    expect((await guess(user.email, PASSWORD, '2001:db8:5:2::1')).code).toBe('RATE_LIMITED');
  });
});
