import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import ccxt from 'ccxt';
import type { RedisLink } from '../infra/redis/redis.js';
import { createMemoryExchange, registryOf } from '../testing/worlds/memory-exchange.js';
import { PASSWORD, startTestApi, type TestApi } from '../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { createTestRedis } from '../testing/services/test-redis.js';
import { loadCredentials } from './keys/credentials.store.js';

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let user: Awaited<ReturnType<TestApi['newUser']>>;
const exchange = createMemoryExchange({ isRemote: true });
const { report: REPORT } = exchange;
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: database.db, redis }, { exchanges: registryOf(exchange, { real: true }) });
});
beforeEach(async () => {
  user = await api.newUser();
});
afterEach(() => Object.assign(exchange, { holdings: [], fault: undefined, report: REPORT }));
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

const ACCOUNT = `account { id tradeMode testnet isActive hasKeys apiKeyHint proxy balancesSyncedAt balancesFault
  balances { asset free locked lastSyncAt }
  connection { ok canRead canTrade canWithdraw latencyMs clockOffsetMs fault message exchangeCode } }`;
const mutation = (name: string, type: string) =>
  `mutation ($input: ${type}!) { ${name}(input: $input) { ${ACCOUNT} } }`;
const KEYS = { apiKey: 'a-real-looking-key-AB12', apiSecret: 'a-real-looking-secret' };
const real = (changes: object = {}) => ({ keys: KEYS, password: PASSWORD, ...changes });
const create = (changes: object = {}, cookie = user.cookie) =>
  api.send(
    mutation('createExchangeAccount', 'CreateExchangeAccountInput'),
    { input: { label: 'Main', exchange: 'BINANCE_SPOT', isSimulation: false, real: real(), ...changes } },
    cookie,
  );
const update = (input: object, cookie = user.cookie) =>
  api.send(mutation('updateExchangeAccount', 'UpdateExchangeAccountInput'), { input }, cookie);
const rotate = (input: object, cookie = user.cookie) =>
  api.send(mutation('rotateAccountKeys', 'RotateAccountKeysInput'), { input }, cookie);
const test = (accountId: string, cookie = user.cookie) =>
  api.send(
    `mutation ($accountId: ID!) { testConnection(input: { accountId: $accountId }) { ${ACCOUNT} } }`,
    { accountId },
    cookie,
  );

interface Account {
  id: string;
  [field: string]: unknown;
}
const accountOf = (answer: Awaited<ReturnType<typeof create>>): Account => {
  if (!answer.data) throw new Error(JSON.stringify(answer.errors));
  return (Object.values(answer.data)[0] as unknown as { account: Account }).account;
};
const refusal = ({ code, errors }: Awaited<ReturnType<typeof create>>) => [code, errors[0]?.extensions.reason];

describe('Creating a real account', () => {
  it('seals its keys for its row and shows the last four characters of the key, nothing else', async () => {
    const given = real({ testnet: true, proxyUrl: 'socks5://ann:pa55@proxy.example.com:1080' });
    const account = accountOf(await create({ real: given }));
    expect(account).toMatchObject({
      ...{ tradeMode: 'REAL', testnet: true, isActive: true, hasKeys: true, apiKeyHint: 'AB12' },
      ...{
        proxy: 'socks5://proxy.example.com:1080',
        connection: { ok: true, canWithdraw: false },
        balancesSyncedAt: null,
        balances: [],
      },
    });
    expect(await loadCredentials(api.ctx, Number(account.id))).toEqual({
      ...{ ...KEYS, passphrase: null, proxyUrl: 'socks5://ann:pa55@proxy.example.com:1080' },
      ...{ testnet: true, version: 1 },
    });
    const row = await database.db.prisma.exchangeAccount.findUniqueOrThrow({ where: { id: Number(account.id) } });
    for (const secret of [KEYS.apiKey, KEYS.apiSecret, 'pa55']) expect(JSON.stringify(row)).not.toContain(secret);
    expect(() => api.ctx.secrets.open(row.api_key_enc ?? '', `exchange_accounts.api_key_enc:${row.id + 1}`)).toThrow();
  });

  it('needs the password again, and counts wrong ones as failed sign-ins', async () => {
    expect(refusal(await create({ real: real({ password: undefined }) }))).toEqual(['FORBIDDEN', 'PASSWORD_REQUIRED']);
    for (let guess = 0; guess < 10; guess++)
      expect(refusal(await create({ real: real({ password: `wrong ${guess}` }) }))).toEqual([
        ...['FORBIDDEN', 'PASSWORD_WRONG'],
      ]);
    // Now the right one is refused too, also at a sign-in from here.
    expect((await create()).code).toBe('RATE_LIMITED');
    await expect(api.signIn(user.email)).rejects.toThrow('Too many wrong passwords');
    expect(await database.db.prisma.exchangeAccount.count({ where: { user_id: user.id } })).toBe(0);
    const audit = await database.db.prisma.auditLog.findMany({ where: { user_id: user.id }, orderBy: { id: 'asc' } });
    expect(audit.map(({ action, changes_json }) => [action, changes_json])).toEqual([
      ...Array.from({ length: 10 }, () => ['createExchangeAccount', { refused: 'wrong' }]),
      ['createExchangeAccount', { refused: 'limited' }],
    ]);
  });

  it.each([
    ['a passphrase that is missing', { exchange: 'OKX_SPOT' }, 'INVALID_CREDENTIALS'],
    ['a passphrase nobody asked for', { real: real({ keys: { ...KEYS, passphrase: 'x' } }) }, 'INVALID_CREDENTIALS'],
    ['an empty key', { real: real({ keys: { ...KEYS, apiKey: '  ' } }) }, 'INVALID_CREDENTIALS'],
    ['a key with a blank inside', { real: real({ keys: { ...KEYS, apiKey: 'a b' } }) }, 'INVALID_CREDENTIALS'],
    ['the same text twice', { real: real({ keys: { apiKey: 'same', apiSecret: 'same' } }) }, 'INVALID_CREDENTIALS'],
    [
      'a secret without end',
      { real: real({ keys: { ...KEYS, apiSecret: 'x'.repeat(4_097) } }) },
      'INVALID_CREDENTIALS',
    ],
    ['a test network there is not', { exchange: 'KRAKEN_SPOT', real: real({ testnet: true }) }, 'NO_TESTNET'],
    ['a proxy inside', { real: real({ proxyUrl: 'http://169.254.169.254:80' }) }, 'PRIVATE_ADDRESS'],
    ['a proxy that is none', { real: real({ proxyUrl: 'proxy' }) }, 'INVALID_PROXY'],
  ])('is refused with %s', async (_what, changes, reason) => {
    expect(refusal(await create(changes))).toEqual(['BAD_USER_INPUT', reason]);
    expect(await database.db.prisma.exchangeAccount.count({ where: { user_id: user.id } })).toBe(0);
  });

  it('is refused without keys at all', async () => {
    expect(await create({ real: null })).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('takes a passphrase where there is one, and a PEM pasted in one line', async () => {
    const pem = '-----BEGIN EC PRIVATE KEY-----\\nabc\\n-----END EC PRIVATE KEY-----\\n';
    const okx = accountOf(
      await create({ exchange: 'OKX_SPOT', real: real({ keys: { ...KEYS, passphrase: ' words ' } }) }),
    );
    expect(await loadCredentials(api.ctx, Number(okx.id))).toMatchObject({ passphrase: 'words' });
    const coinbase = accountOf(
      await create({ exchange: 'COINBASE_SPOT', real: real({ keys: { ...KEYS, apiSecret: pem } }) }),
    );
    expect(await loadCredentials(api.ctx, Number(coinbase.id))).toMatchObject({
      apiSecret: '-----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY-----\n',
    });
  });
});

describe('Changing a real account', () => {
  it('new keys need the password and delete what was read with the old ones', async () => {
    const { id: accountId } = accountOf(await create());
    await test(accountId);
    const keys = { apiKey: 'another-real-looking-key-CD34', apiSecret: 'another-secret' };
    expect(refusal(await rotate({ accountId, keys }))).toEqual(['FORBIDDEN', 'PASSWORD_REQUIRED']);
    exchange.fault = new ccxt.RequestTimeout('no answer');
    expect(accountOf(await rotate({ accountId, keys, password: PASSWORD }))).toMatchObject({
      ...{ apiKeyHint: 'CD34', balancesFault: null, connection: { ok: false, fault: 'UNREACHABLE' } },
    });
    expect(await loadCredentials(api.ctx, Number(accountId))).toMatchObject({ ...keys, version: 2 });
  });

  it('another proxy needs the password; a name does not', async () => {
    const { id } = accountOf(await create());
    const proxyUrl = 'http://u:p@proxy.example.com:3128';
    expect(refusal(await update({ id, proxyUrl }))).toEqual(['FORBIDDEN', 'PASSWORD_REQUIRED']);
    expect(refusal(await update({ id, proxyUrl: 'http://10.0.0.1', password: PASSWORD }))).toEqual([
      ...['BAD_USER_INPUT', 'PRIVATE_ADDRESS'],
    ]);
    expect(accountOf(await update({ id, proxyUrl, password: PASSWORD }))).toMatchObject({
      proxy: 'http://proxy.example.com:3128',
    });
    expect(await loadCredentials(api.ctx, Number(id))).toMatchObject({ proxyUrl, version: 2 });
    expect(accountOf(await update({ id, proxyUrl: null, password: PASSWORD }))).toMatchObject({ proxy: null });
    expect(await loadCredentials(api.ctx, Number(id))).toMatchObject({ proxyUrl: null, version: 3 });
    expect((await update({ id, label: 'Other' })).code).toBeUndefined();
  });

  it('switching on and switching off ask for the password', async () => {
    const { id } = accountOf(await create());
    expect(refusal(await update({ id, isActive: false }))).toEqual(['FORBIDDEN', 'PASSWORD_REQUIRED']);
    expect(refusal(await update({ id, isActive: false, password: 'wrong' }))).toEqual(['FORBIDDEN', 'PASSWORD_WRONG']);
    expect(accountOf(await update({ id, isActive: false, password: PASSWORD }))).toMatchObject({ isActive: false });
    // It is off already, so nothing is switched.
    expect(accountOf(await update({ id, isActive: false }))).toMatchObject({ isActive: false });
    expect(refusal(await update({ id, isActive: true }))).toEqual(['FORBIDDEN', 'PASSWORD_REQUIRED']);
    expect(accountOf(await update({ id, isActive: true, password: PASSWORD }))).toMatchObject({ isActive: true });
    const audit = await database.db.prisma.auditLog.findMany({ where: { user_id: user.id }, orderBy: { id: 'asc' } });
    expect(audit.at(-1)).toMatchObject({
      ...{ action: 'updateExchangeAccount', entity_type: 'exchange_account', entity_id: Number(id) },
      changes_json: { input: { id, isActive: true } },
    });
  });

  it('removing the keys deletes everything that could sign and switches the account off', async () => {
    const { id } = accountOf(await create({ real: real({ proxyUrl: 'http://u:p@proxy.example.com:3128' }) }));
    const remove = (password?: string) =>
      api.send(
        `mutation ($i: RemoveAccountKeysInput!) { removeAccountKeys(input: $i) { ${ACCOUNT} } }`,
        { i: { accountId: id, password } },
        user.cookie,
      );
    expect(refusal(await remove())).toEqual(['FORBIDDEN', 'PASSWORD_REQUIRED']);
    expect(refusal(await remove('wrong'))).toEqual(['FORBIDDEN', 'PASSWORD_WRONG']);
    expect(await loadCredentials(api.ctx, Number(id))).toBeDefined();
    const answer = await remove(PASSWORD);
    expect(accountOf(answer)).toMatchObject({ isActive: false, hasKeys: false, apiKeyHint: null, proxy: null });
    expect(await loadCredentials(api.ctx, Number(id))).toBeUndefined();
    expect(accountOf(await test(id)).connection).toMatchObject({ ok: false, fault: 'KEYS_MISSING' });
  });

  it("is not possible for another user's account, nor are these things for a simulated one", async () => {
    const { id } = accountOf(await create());
    const { cookie } = await api.newUser();
    const keys = { apiKey: 'another-key', apiSecret: 'another-secret' };
    expect((await rotate({ accountId: id, keys, password: PASSWORD }, cookie)).code).toBe('NOT_FOUND');
    expect((await update({ id, proxyUrl: null, password: PASSWORD }, cookie)).code).toBe('NOT_FOUND');
    expect((await test(id, cookie)).code).toBe('NOT_FOUND');
    const simulated = accountOf(await create({ isSimulation: true, real: null }));
    expect((await rotate({ accountId: simulated.id, keys, password: PASSWORD })).code).toBe('NOT_FOUND');
    expect((await update({ id: simulated.id, proxyUrl: null, password: PASSWORD })).code).toBe('NOT_FOUND');
    expect(await loadCredentials(api.ctx, Number(id))).toMatchObject(KEYS);
  });
});

describe('Testing the connection', () => {
  it('tells what the key may do, also that it may withdraw, and reads the balances', async () => {
    const { id } = accountOf(await create());
    Object.assign(exchange, {
      report: { ...REPORT, canWithdraw: true, latencyMs: 12.4 },
      holdings: [{ asset: 'USDT', free: '123.000000000000000001', locked: '7' }],
    });
    const account = accountOf(await test(id));
    expect(account.connection).toEqual({
      ...{ ok: true, canRead: true, canTrade: true, canWithdraw: true, latencyMs: 12, clockOffsetMs: -3 },
      ...{ fault: null, message: null, exchangeCode: null },
    });
    expect(account.balances).toMatchObject([{ asset: 'USDT', free: '123.000000000000000001', locked: '7' }]);
    expect(account.balancesSyncedAt).toEqual(expect.any(String));
  });

  it('says why it failed, stores that, and keeps the balances with their age', async () => {
    const { id } = accountOf(await create());
    exchange.holdings = [{ asset: 'USDT', free: '1', locked: '0' }];
    const before = accountOf(await test(id));
    exchange.fault = new ccxt.AuthenticationError(
      'binance {"code":-2015,"msg":"Invalid API-key a-real-looking-key-AB12"}',
    );
    const after = accountOf(await test(id));
    expect(after.connection).toMatchObject({ ok: false, fault: 'KEY_OR_ADDRESS_REFUSED', exchangeCode: '-2015' });
    expect((after.connection as { message: string }).message).toContain('does not say which');
    expect(after.balances).toEqual(before.balances);
    expect(after.balancesSyncedAt).toBe(before.balancesSyncedAt);
  });

  it('is for real accounts, and not more than ten times a minute', async () => {
    const simulated = accountOf(await create({ isSimulation: true, real: null }));
    const { id } = accountOf(await create());
    const plain = createMemoryExchange();
    const { exchanges } = api.ctx;
    api.ctx.exchanges = registryOf(plain);
    expect(refusal(await test(simulated.id))).toEqual(['BAD_USER_INPUT', 'MODE_MISMATCH']);
    expect(refusal(await test(id))).toEqual(['FORBIDDEN', 'REAL_NOT_AVAILABLE']);
    api.ctx.exchanges = exchanges;
    for (let n = 0; n < 8; n++) expect((await test(id)).code).toBeUndefined();
    expect((await test(id)).code).toBe('RATE_LIMITED');
  });
});

describe('Sources of real money', () => {
  const source = (input: object) =>
    api.send(
      'mutation ($input: CreateWebhookSourceInput!) { createWebhookSource(input: $input) { source { id } } }',
      { input: { label: 'Signals', tradeMode: 'REAL', ...input } },
      user.cookie,
    );
  const change = (input: object) =>
    api.send(
      'mutation ($input: UpdateWebhookSourceInput!) { updateWebhookSource(input: $input) { source { id isActive } } }',
      { input },
      user.cookie,
    );

  it('ask for the password when they are made and when they are switched on; simulated ones never do', async () => {
    expect(refusal(await source({}))).toEqual(['FORBIDDEN', 'PASSWORD_REQUIRED']);
    expect(refusal(await source({ password: 'wrong' }))).toEqual(['FORBIDDEN', 'PASSWORD_WRONG']);
    const made = await source({ password: PASSWORD });
    expect(made.code).toBeUndefined();
    const { id } = (made.data as unknown as { createWebhookSource: { source: { id: string } } }).createWebhookSource
      .source;
    expect((await change({ id, isActive: false, password: PASSWORD })).code).toBeUndefined();
    expect(refusal(await change({ id, isActive: true }))).toEqual(['FORBIDDEN', 'PASSWORD_REQUIRED']);
    expect((await change({ id, isActive: true, password: PASSWORD })).code).toBeUndefined();
    expect((await source({ tradeMode: 'SIMULATION' })).code).toBeUndefined();
    const audit = await database.db.prisma.auditLog.findMany({ where: { user_id: user.id } });
    expect(audit.map(({ action }) => action)).toEqual([
      ...['createWebhookSource', 'createWebhookSource', 'updateWebhookSource', 'updateWebhookSource'],
      'createWebhookSource',
    ]);
    expect(JSON.stringify(audit)).not.toContain(PASSWORD);
  });

  it('bind only real accounts, simulated ones only simulated accounts', async () => {
    const account = accountOf(await create());
    const simulated = accountOf(await create({ isSimulation: true, real: null }));
    const sourceOf = async (input: object) =>
      ((await source(input)).data as unknown as { createWebhookSource: { source: { id: string } } }).createWebhookSource
        .source.id;
    const [realSource, simulatedSource] = [
      await sourceOf({ password: PASSWORD }),
      await sourceOf({ tradeMode: 'SIMULATION' }),
    ];
    const bind = (sourceId: string, accountId: string) =>
      api.send(
        'mutation ($input: BindAccountInput!) { bindAccount(input: $input) { source { id } } }',
        { input: { sourceId, accountId } },
        user.cookie,
      );
    expect((await bind(realSource, account.id)).code).toBeUndefined();
    expect((await bind(simulatedSource, simulated.id)).code).toBeUndefined();
    expect(refusal(await bind(realSource, simulated.id))).toEqual(['BAD_USER_INPUT', 'MODE_MISMATCH']);
    expect(refusal(await bind(simulatedSource, account.id))).toEqual(['BAD_USER_INPUT', 'MODE_MISMATCH']);
  });
});
