import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisLink } from '../../infra/redis/redis.js';
import { makeAccount, makeSource, makeVault } from '../../testing/make.js';
import { PASSWORD, startTestApi, type GraphqlAnswer, type TestApi } from '../../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';

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

const reasonOf = (answer: GraphqlAnswer) => [answer.code, answer.errors[0]?.extensions.reason];

/** A user with what the actions below take away. */
async function owner() {
  const { db } = database;
  const user = await api.newUser();
  const account = await makeAccount(db, { user_id: user.id });
  const vault = await makeVault(db, { user_id: user.id });
  const source = await makeSource(db, { owner_user_id: user.id, body_token_hash: 'a'.repeat(64) });
  const funds = { vaultId: String(vault.id), asset: 'USDT', amount: '10' };
  await api.send(
    'mutation ($i: DepositToVaultInput!) { depositToVault(input: $i) { vault { id } } }',
    { i: { ...funds, idempotencyKey: 'in' } },
    user.cookie,
  );
  return { user, account, vault, source, funds };
}
type Owner = Awaited<ReturnType<typeof owner>>;

describe('an open session alone cannot', () => {
  it.each<[string, string, (own: Owner) => object, (own: Owner) => Promise<unknown>]>([
    [
      'withdraw from a vault',
      'withdrawFromVault',
      ({ funds }) => ({ ...funds, idempotencyKey: 'out' }),
      ({ vault }) =>
        database.db.prisma.vaultBalance.findMany({ where: { vault_id: vault.id }, select: { balance: true } }),
    ],
    [
      'switch an account off',
      'updateExchangeAccount',
      ({ account }) => ({ id: String(account.id), isActive: false }),
      ({ account }) =>
        database.db.prisma.exchangeAccount.findUnique({ where: { id: account.id }, select: { is_active: true } }),
    ],
    [
      'remove a secret of a source',
      'removeWebhookSecret',
      ({ source }) => ({ sourceId: String(source.id), kind: 'BODY_TOKEN' }),
      ({ source }) =>
        database.db.prisma.webhookSource.findUnique({ where: { id: source.id }, select: { body_token_hash: true } }),
    ],
  ])('%s', async (_what, name, input, state) => {
    const own = await owner();
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const send = (password: string | undefined, cookie = own.user.cookie) =>
      api.send(
        `mutation ($i: ${type}!) { ${name}(input: $i) { __typename } }`,
        { i: { ...input(own), password } },
        cookie,
      );
    const before = JSON.stringify(await state(own));
    expect(reasonOf(await send(undefined))).toEqual(['FORBIDDEN', 'PASSWORD_REQUIRED']);
    expect(reasonOf(await send(''))).toEqual(['FORBIDDEN', 'PASSWORD_REQUIRED']);
    expect(reasonOf(await send('wrong'))).toEqual(['FORBIDDEN', 'PASSWORD_WRONG']);
    // A stranger is not asked for a password, because for them it does not exist.
    const stranger = await api.newUser();
    expect((await send(PASSWORD, stranger.cookie)).code).toBe('NOT_FOUND');
    expect(JSON.stringify(await state(own))).toBe(before);
    expect((await send(PASSWORD)).errors).toEqual([]);
    expect(JSON.stringify(await state(own))).not.toBe(before);
  });

  it('guess more than ten passwords through them and the sign-in together', async () => {
    const own = await owner();
    const withdraw = 'mutation ($i: WithdrawFromVaultInput!) { withdrawFromVault(input: $i) { __typename } }';
    for (let n = 0; n < 5; n++) {
      const i = { ...own.funds, idempotencyKey: `out ${n}`, password: `guess ${n}` };
      expect(reasonOf(await api.send(withdraw, { i }, own.user.cookie))).toEqual(['FORBIDDEN', 'PASSWORD_WRONG']);
      await api.send('mutation ($i: SignInInput!) { signIn(input: $i) { __typename } }', {
        i: { email: own.user.email, password: `other ${n}` },
      });
    }
    const i = { ...own.funds, idempotencyKey: 'out', password: PASSWORD };
    expect((await api.send(withdraw, { i }, own.user.cookie)).code).toBe('RATE_LIMITED');
    expect(
      await database.db.prisma.vaultTransaction.count({ where: { vault_id: own.vault.id, type: 'WITHDRAWAL' } }),
    ).toBe(0);
  });
});
