import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RedisLink } from '../infra/redis/redis.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { startTestApi, type TestApi } from '../testing/test-api.js';

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

const UPDATE = 'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { user { fullName phone } } }';
const update = (cookie: string, input: object) => api.send(UPDATE, { input }, cookie);
const user = (fullName: string | null, phone: string | null) => ({ updateProfile: { user: { fullName, phone } } });

it('a user changes their own name and phone; what is left out stays, and null removes', async () => {
  const one = await api.newUser();
  const other = await api.newUser();
  const changed = await update(one.cookie, { fullName: ' Ana Lúcia ', phone: '+55 (11) 98765-4321' });
  expect(changed.data).toEqual(user('Ana Lúcia', '+5511987654321'));
  expect((await update(one.cookie, { phone: null })).data).toEqual(user('Ana Lúcia', null));
  expect((await api.send('{ me { fullName phone } }', {}, other.cookie)).data).toEqual({
    me: { fullName: null, phone: null },
  });
  const entries = await database.db.prisma.auditLog.findMany({ where: { user_id: one.id }, orderBy: { id: 'asc' } });
  expect(entries.map(({ action, entity_id }) => [action, entity_id])).toEqual([
    ['updateProfile', one.id],
    ['updateProfile', one.id],
  ]);
  expect(JSON.stringify(entries[0]?.changes_json)).toContain('full_name');
});

it.each([
  [{ phone: '11 98765-4321' }, 'phone'],
  [{ phone: '+0123456789' }, 'phone'],
  [{ phone: '+1234567890123456' }, 'phone'],
  [{ phone: '+55 11 9876a' }, 'phone'],
  [{ fullName: ' ' }, 'fullName'],
  [{ fullName: 'a'.repeat(191) }, 'fullName'],
  [{ fullName: 'Ana\u202e' }, 'fullName'],
])('refuses %j and names the field', async (input, field) => {
  const { cookie } = await api.newUser();
  const { code, errors } = await update(cookie, input);
  expect(code).toBe('BAD_USER_INPUT');
  expect(errors[0]?.extensions.fields).toEqual([expect.objectContaining({ path: expect.stringContaining(field) })]);
});
