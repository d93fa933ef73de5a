import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RedisLink } from '../../infra/redis/redis.js';
import { makeAccount, makeSource, makeVault } from '../../testing/make.js';
import { startTestApi, type TestApi } from '../../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let user: Awaited<ReturnType<TestApi['newUser']>>;
let ids: Record<'account' | 'vault' | 'source', string>;
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: database.db, redis });
  user = await api.newUser();
  ids = {
    account: String((await makeAccount(database.db, { user_id: user.id })).id),
    vault: String((await makeVault(database.db, { user_id: user.id })).id),
    source: String((await makeSource(database.db, { owner_user_id: user.id })).id),
  };
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

const SIMULATION = { tradeMode: 'SIMULATION' };
const operations: [string, string, (text: string) => object][] = [
  ['createExchangeAccount', 'label', (label) => ({ label, exchange: 'BINANCE_SPOT', isSimulation: true })],
  ['updateExchangeAccount', 'label', (label) => ({ id: ids.account, label })],
  ['createVault', 'name', (name) => ({ name, ...SIMULATION })],
  ['updateVault', 'name', (name) => ({ id: ids.vault, name })],
  ['updateVault', 'description', (description) => ({ id: ids.vault, description })],
  ['createWebhookSource', 'label', (label) => ({ label, ...SIMULATION })],
  ['updateWebhookSource', 'label', (label) => ({ id: ids.source, label })],
  ['teachPhrase', 'phrase', (phrase) => ({ sourceId: ids.source, phrase, meaning: 'BUY' })],
];

it.each(operations)(
  '%s refuses control and direction characters in %s, and takes emoji and other scripts',
  async (name, field, input) => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const send = (text: string) =>
      api.send(`mutation ($i: ${type}!) { ${name}(input: $i) { __typename } }`, { i: input(text) }, user.cookie);
    for (const bad of [
      'Main\u202eniaM',
      'two\nlines',
      'a\u0000b',
      'a\u2066b',
      'zero\u200bwidth',
      'bell\u0007',
      'a\u2028b',
    ]) {
      const answer = await send(bad);
      expect([answer.code, JSON.stringify(bad)]).toEqual(['BAD_USER_INPUT', JSON.stringify(bad)]);
      expect(answer.errors[0]?.extensions.fields).toEqual([expect.objectContaining({ path: field })]);
    }
    if (name !== 'teachPhrase') expect((await send('Conta 🚀 日本')).errors).toEqual([]);
  },
);
