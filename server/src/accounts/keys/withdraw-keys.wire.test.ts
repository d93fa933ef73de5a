import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ExchangeName } from '../../core/domain.js';
import { createExchangeRegistry } from '../../exchange/exchange-registry.js';
import { createSharedBudget } from '../../exchange/ccxt/budget/shared-budget.js';
import type { RedisLink } from '../../infra/redis/redis.js';
import { startFakeExchange, type FakeExchange } from '../../testing/fake-exchange/start-fake-exchange.js';
import { fakePriceBoard, PASSWORD, startTestApi, type TestApi } from '../../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';
import { syncDueBalances } from '../sync-balances.js';
import { loadCredentials } from './credentials.store.js';

// Keys that may withdraw, from GraphQL through the real adapter to an exchange on a real socket.

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let user: Awaited<ReturnType<TestApi['newUser']>>;
let registry: ReturnType<typeof createExchangeRegistry>;
const fakes: Partial<Record<ExchangeName, FakeExchange>> = {};

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  fakes.BINANCE_SPOT = await startFakeExchange({ dialect: 'binance' });
  fakes.BYBIT_SPOT = await startFakeExchange({ dialect: 'bybit' });
  api = await startTestApi({ db: database.db, redis });
  const { clock, log, secrets } = api.ctx;
  registry = createExchangeRegistry(
    { db: database.db, prices: fakePriceBoard(), clock, stalePriceMs: 30_000 },
    {
      ...{ clock, log, allowPrivateProxies: false, isTradingOn: false, budget: createSharedBudget(redis, log) },
      origins: { BINANCE_SPOT: fakes.BINANCE_SPOT.url, BYBIT_SPOT: fakes.BYBIT_SPOT.url },
      loadCredentials: (accountId) => loadCredentials({ db: database.db, secrets }, accountId),
    },
  );
  api.ctx.exchanges = registry;
});
beforeEach(async () => {
  user = await api.newUser();
  // The accounts of earlier tests must not interfere.
  await database.db.query('UPDATE exchange_accounts SET api_key_enc = NULL');
});
afterAll(async () => {
  await api.stop();
  await registry.close();
  await Promise.all(Object.values(fakes).map((fake) => fake.stop()));
  await redis.close();
  await database.drop();
});

const ACCOUNT = `account { id hasKeys entriesPausedAt entriesPauseReason withdrawAcceptedAt apiKeyHint
  connection { ok canTrade canWithdraw fault } }`;
const send = (name: string, type: string, input: object) =>
  api.send(`mutation ($input: ${type}!) { ${name}(input: $input) { ${ACCOUNT} } }`, { input }, user.cookie);
type Answer = Awaited<ReturnType<typeof send>>;
interface Account {
  id: string;
  [field: string]: unknown;
}
const accountOf = ({ data, errors }: Answer): Account => {
  if (!data) throw new Error(JSON.stringify(errors));
  return (Object.values(data)[0] as unknown as { account: Account }).account;
};
const reasonOf = ({ errors }: Answer) => errors[0]?.extensions.reason;
/** A key of its own at the fake exchange, and its account there. */
function newKey(exchange: ExchangeName, canWithdraw: boolean) {
  const there = fakes[exchange]?.openAccount({ USDT: '1000' }, { canWithdraw });
  if (!there) throw new Error(`there is no fake ${exchange}`);
  return { there, keys: { apiKey: there.apiKey, apiSecret: there.secret } };
}
const create = (exchange: ExchangeName, keys: object, more: object = {}) =>
  send('createExchangeAccount', 'CreateExchangeAccountInput', {
    ...{ label: 'Main', exchange, isSimulation: false, real: { keys, password: PASSWORD, ...more } },
  });
const rotate = (accountId: string, keys: object, more: object = {}) =>
  send('rotateAccountKeys', 'RotateAccountKeysInput', { accountId, keys, password: PASSWORD, ...more });
const openAlerts = async () =>
  (await database.db.prisma.systemAlert.findMany({ where: { user_id: user.id, resolved_at: null } })).map(
    ({ alert_type }) => alert_type,
  );
const accounts = () => database.db.prisma.exchangeAccount.count({ where: { user_id: user.id } });

describe.each(['BINANCE_SPOT', 'BYBIT_SPOT'] as const)('A key of %s that may withdraw', (exchange) => {
  it('is refused when it is connected, and nothing of it is stored', async () => {
    const { keys } = newKey(exchange, true);
    expect(reasonOf(await create(exchange, keys))).toBe('KEY_MAY_WITHDRAW');
    expect(await accounts()).toBe(0);
  });

  it('is refused when it replaces another, which stays', async () => {
    const { keys } = newKey(exchange, false);
    const account = accountOf(await create(exchange, keys));
    expect(account).toMatchObject({ connection: { ok: true, canTrade: true, canWithdraw: false } });
    expect(reasonOf(await rotate(account.id, newKey(exchange, true).keys))).toBe('KEY_MAY_WITHDRAW');
    expect(await loadCredentials(api.ctx, Number(account.id))).toMatchObject({ ...keys, version: 1 });
  });

  it('is taken when the owner insists with the password, shown on the account and recorded in the audit log', async () => {
    const { keys } = newKey(exchange, true);
    const insist = { acceptWithdrawPermission: true };
    expect(reasonOf(await create(exchange, keys, { ...insist, password: undefined }))).toBe('PASSWORD_REQUIRED');
    const account = accountOf(await create(exchange, keys, insist));
    expect(account).toMatchObject({
      ...{ withdrawAcceptedAt: expect.any(String), entriesPausedAt: null },
      connection: { ok: true, canWithdraw: true },
    });
    const [entry] = await database.db.prisma.auditLog.findMany({
      where: { user_id: user.id, action: 'createExchangeAccount' },
      orderBy: { id: 'desc' },
    });
    expect(JSON.stringify(entry?.changes_json)).toContain('"acceptWithdrawPermission":true');
    expect(JSON.stringify(entry?.changes_json)).toContain('"withdraw_accepted_at":"2');
    expect(JSON.stringify(entry?.changes_json)).not.toContain(keys.apiSecret);
    // What was accepted for one key does not count for the next.
    expect(reasonOf(await rotate(account.id, newKey(exchange, true).keys))).toBe('KEY_MAY_WITHDRAW');
    expect(accountOf(await rotate(account.id, newKey(exchange, false).keys))).toMatchObject({
      withdrawAcceptedAt: null,
    });
  });

  it('pauses entries when it got the permission later, until it is replaced or accepted', async () => {
    const { there, keys } = newKey(exchange, false);
    const { id } = accountOf(await create(exchange, keys));
    there.canWithdraw = true;
    const test = () => send('testConnection', 'TestConnectionInput', { accountId: id });
    expect(accountOf(await test())).toMatchObject({
      entriesPauseReason: 'KEY_MAY_WITHDRAW',
      connection: { canWithdraw: true },
    });
    expect(await openAlerts()).toEqual(['KEY_MAY_WITHDRAW']);
    const resume = () =>
      api.send(
        'mutation ($id: ID) { resumeEntries(input: { accountId: $id }) { account { id } } }',
        { id },
        user.cookie,
      );
    expect((await resume()).errors[0]?.extensions.reason).toBe('KEY_MAY_WITHDRAW');
    const accept = (more: object) =>
      send('updateExchangeAccount', 'UpdateExchangeAccountInput', { id, acceptWithdrawPermission: true, ...more });
    expect(reasonOf(await accept({}))).toBe('PASSWORD_REQUIRED');
    expect(accountOf(await accept({ password: PASSWORD }))).toMatchObject({
      entriesPauseReason: null,
      entriesPausedAt: null,
    });
    expect(await openAlerts()).toEqual([]);
    expect(accountOf(await test())).toMatchObject({ entriesPauseReason: null });
    // The owner's own pause is another matter: no key ends it.
    await api.send(
      'mutation ($id: ID) { pauseEntries(input: { accountId: $id }) { user { id } } }',
      { id },
      user.cookie,
    );
    expect(accountOf(await rotate(id, newKey(exchange, false).keys))).toMatchObject({
      ...{ entriesPauseReason: 'ENTRIES_PAUSED', withdrawAcceptedAt: null },
    });
  });

  it('is found by the daily reading, also when the exchange did not answer at first', async () => {
    const { keys } = newKey(exchange, true);
    const fake = fakes[exchange];
    await fake?.kill();
    const { id, connection } = accountOf(await create(exchange, keys));
    expect(connection).toMatchObject({ ok: false, fault: 'UNREACHABLE', canWithdraw: null });
    await fake?.restart();
    const row = () => database.db.prisma.exchangeAccount.findUniqueOrThrow({ where: { id: Number(id) } });
    expect(await syncDueBalances(api.ctx, { everyMs: 0 })).toEqual({ synced: 1, failed: 0 });
    expect(await row()).toMatchObject({ entries_pause_reason: 'KEY_MAY_WITHDRAW' });
    expect(await openAlerts()).toEqual(['KEY_MAY_WITHDRAW']);
  });
});

it('a key of which the exchange does not say whether it may withdraw is stored, and shown as unknown', async () => {
  const { testKeys } = registry;
  registry.testKeys = async () => ({
    ...{ canRead: true, canTrade: true, canWithdraw: null, latencyMs: 1, clockOffsetMs: 0 },
  });
  const account = accountOf(await create('GATE_SPOT', { apiKey: 'a-gate-key', apiSecret: 'a-gate-secret' }));
  if (testKeys) registry.testKeys = testKeys;
  expect(account).toMatchObject({ entriesPausedAt: null, connection: { ok: true, canWithdraw: null } });
});
