import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ExchangeName } from '../core/domain.js';
import { createExchangeRegistry } from '../exchange/exchange-registry.js';
import { createSharedBudget } from '../exchange/ccxt/budget/shared-budget.js';
import type { RedisLink } from '../infra/redis/redis.js';
import { startFakeExchange, type FakeExchange } from '../testing/fake-exchange/start-fake-exchange.js';
import { fakePriceBoard, PASSWORD, startTestApi, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { loadCredentials } from './keys/credentials.store.js';
import { syncDueBalances } from './sync-balances.js';

// From GraphQL through the real adapter to an exchange on a real socket, while real trading is switched off.

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let cookie: string;
let binance: FakeExchange;
let bybit: FakeExchange;
const registries: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  const balances = { USDT: '1234.5', BTC: '0.25' };
  [binance, bybit] = await Promise.all([
    startFakeExchange({ dialect: 'binance', balances }),
    startFakeExchange({ dialect: 'bybit', balances }),
  ]);
  api = await startTestApi({ db: database.db, redis }, { env: { LOG_LEVEL: 'trace' } });
  const { clock, log, secrets } = api.ctx;
  const registry = createExchangeRegistry(
    { db: database.db, prices: fakePriceBoard(), clock, stalePriceMs: 30_000 },
    {
      ...{ clock, log, origins: { BINANCE_SPOT: binance.url, BYBIT_SPOT: bybit.url }, allowPrivateProxies: false },
      isTradingOn: false,
      budget: createSharedBudget(redis, log),
      loadCredentials: (accountId) => loadCredentials({ db: database.db, secrets }, accountId),
    },
  );
  registries.push(registry);
  api.ctx.exchanges = registry;
});
beforeEach(async () => {
  cookie = (await api.newUser()).cookie;
});
afterAll(async () => {
  await api.stop();
  for (const registry of registries) await registry.close();
  await Promise.all([binance.stop(), bybit.stop()]);
  await redis.close();
  await database.drop();
});

const ACCOUNT = `account { id balancesFault balances { asset free locked }
  connection { ok canRead canTrade canWithdraw latencyMs clockOffsetMs fault exchangeCode } }`;
interface Account {
  id: string;
  balancesFault: string | null;
  balances: { asset: string; free: string; locked: string }[];
  connection: Record<string, unknown> | null;
}
async function ask(query: string, variables: object): Promise<Account> {
  const { data, errors } = await api.send(query, variables, cookie);
  if (!data) throw new Error(JSON.stringify(errors));
  return (Object.values(data)[0] as unknown as { account: Account }).account;
}
const keysOf = ({ credentials }: FakeExchange) => ({ apiKey: credentials.apiKey, apiSecret: credentials.secret });
const create = (exchange: ExchangeName, keys: object) =>
  ask(`mutation ($input: CreateExchangeAccountInput!) { createExchangeAccount(input: $input) { ${ACCOUNT} } }`, {
    input: { label: exchange, exchange, isSimulation: false, real: { keys, password: PASSWORD } },
  });
const test = (id: string) =>
  ask(`mutation ($id: ID!) { testConnection(input: { accountId: $id }) { ${ACCOUNT} } }`, { id });
const rotate = (accountId: string, keys: object) =>
  ask(`mutation ($input: RotateAccountKeysInput!) { rotateAccountKeys(input: $input) { ${ACCOUNT} } }`, {
    input: { accountId, keys, password: PASSWORD },
  });

it.each([
  ['BINANCE_SPOT', () => binance],
  ['BYBIT_SPOT', () => bybit],
] as const)('an account at %s is tested and read, and new keys count at once', async (name, fakeOf) => {
  const fake = fakeOf();
  const { id } = await create(name, keysOf(fake));
  const tested = await test(id);
  expect(tested.connection).toMatchObject({ ok: true, canRead: true, canTrade: true, fault: null });
  expect(tested.connection?.latencyMs).toEqual(expect.any(Number));
  const held = [
    { asset: 'BTC', free: '0.25', locked: '0' },
    { asset: 'USDT', free: '1234.5', locked: '0' },
  ];
  expect(tested.balances).toEqual(held);
  const wrong = { apiKey: 'CANARYKEY0123456789abc', apiSecret: 'CANARYSECRET0123456789abc' };
  await rotate(id, wrong);
  const refused = await test(id);
  expect(refused.connection).toMatchObject({ ok: false, canTrade: false });
  expect(['KEY_REFUSED', 'KEY_OR_ADDRESS_REFUSED']).toContain(refused.connection?.fault);
  expect(refused.balances).toEqual(held);
  // A secret that does not match the key: the exchange reports a wrong signature.
  await rotate(id, { ...keysOf(fake), apiSecret: wrong.apiSecret });
  expect((await test(id)).connection).toMatchObject({ ok: false, fault: 'KEY_REFUSED' });
  await rotate(id, keysOf(fake));
  expect((await test(id)).connection).toMatchObject({ ok: true });
  expect(api.logged.join('\n')).not.toContain('CANARY');
  for (const secret of Object.values(keysOf(fake))) expect(api.logged.join('\n')).not.toContain(secret);
});

it('an outage is reported, and the next successful reading clears it', async () => {
  const { id } = await create('BINANCE_SPOT', keysOf(binance));
  await test(id);
  await binance.kill();
  expect((await test(id)).connection).toMatchObject({ ok: false, fault: 'UNREACHABLE' });
  expect((await syncDueBalances(api.ctx, { everyMs: 0 })).failed).toBeGreaterThan(0);
  const row = () => database.db.prisma.exchangeAccount.findUniqueOrThrow({ where: { id: Number(id) } });
  expect((await row()).balances_fault).toBe('UNREACHABLE');
  await binance.restart();
  expect((await test(id)).connection).toMatchObject({ ok: true });
  expect((await row()).balances_fault).toBeNull();
});

it('a real account can be read but not traded on while real trading is off', async () => {
  const { id } = await create('BINANCE_SPOT', keysOf(binance));
  const account = { id: Number(id), exchange: 'BINANCE_SPOT' as const, isSimulation: false, testnet: false };
  expect(api.ctx.exchanges.forAccount(account)).toMatchObject({ ok: false, code: 'REAL_NOT_AVAILABLE' });
  expect((await test(id)).connection).toMatchObject({ ok: true });
});
