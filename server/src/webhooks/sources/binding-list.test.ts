import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RedisLink } from '../../infra/redis/redis.js';
import { makeAccount, makeBinding, makeSource } from '../../testing/make.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';

let t: TestDatabase;
let redis: RedisLink;
let api: TestApi;
beforeAll(async () => {
  [t, redis] = await Promise.all([createTestDatabase(), createTestRedis()]);
  api = await startTestApi({ db: t.db, redis });
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await t.drop();
});

it('bindings of all sources of a user are one list with filters, and of no other user', async () => {
  const [user, other] = [await api.newUser(), await api.newUser()];
  const sources = [
    await makeSource(t.db, { owner_user_id: user.id }),
    await makeSource(t.db, { owner_user_id: user.id }),
  ];
  const account = await makeAccount(t.db, { user_id: user.id });
  const made: string[] = [];
  for (const [index, { id }] of sources.entries()) {
    const binding = await makeBinding(t.db, {
      ...{ webhook_source_id: id, exchange_account_id: account.id, is_active: index === 0 },
      created_at: new Date(Date.now() + index * 1_000),
    });
    made.unshift(String(binding.id));
  }
  const list = async (filter = '', cookie = user.cookie) => {
    const query = `{ webhookBindings(first: 10, filter: { ${filter} }) { edges { node { id sourceId isActive } } } }`;
    const { data } = await api.send(query, {}, cookie);
    const { webhookBindings } = data as unknown as { webhookBindings: { edges: { node: { id: string } }[] } };
    return webhookBindings.edges.map(({ node }) => node.id);
  };
  expect(await list()).toEqual(made);
  expect(await list('isActive: true')).toEqual(made.slice(1));
  expect(await list(`sourceId: ${sources[1]?.id}`)).toEqual(made.slice(0, 1));
  expect(await list(`accountId: ${account.id}`)).toEqual(made);
  expect(await list(`accountId: ${account.id + 1_000}`)).toEqual([]);
  expect(await list('', other.cookie)).toEqual([]);
});
