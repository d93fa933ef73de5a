import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisLink } from '../../infra/redis/redis.js';
import { makeAccount, makeParameter, makeVault } from '../../testing/make.js';
import { PASSWORD, startTestApi, type GraphqlAnswer, type TestApi } from '../../testing/test-api.js';
import { createTestDatabase, type TestDatabase } from '../../testing/services/test-database.js';
import { createTestRedis } from '../../testing/services/test-redis.js';

let database: TestDatabase;
let redis: RedisLink;
let api: TestApi;
let user: Awaited<ReturnType<TestApi['newUser']>>;
beforeAll(async () => {
  database = await createTestDatabase();
  redis = await createTestRedis();
  api = await startTestApi({ db: database.db, redis });
  user = await api.newUser();
});
afterAll(async () => {
  await api.stop();
  await redis.close();
  await database.drop();
});

const send = (query: string, variables: object = {}) => api.send(query, variables, user.cookie);
/** The field of an answer without errors. */
const valueOf = <T>(answer: GraphqlAnswer, name: string): T => {
  expect(answer.errors).toEqual([]);
  return answer.data?.[name] as T;
};
const faultOf = (answer: GraphqlAnswer) => [answer.code, answer.errors[0]?.extensions.reason];
const pathsOf = (answer: GraphqlAnswer) =>
  ((answer.errors[0]?.extensions.fields ?? []) as { path: string }[]).map(({ path }) => path);

const CREATE_ACCOUNT = `mutation ($i: CreateExchangeAccountInput!) { createExchangeAccount(input: $i) { account {
  id label tradeMode isActive equityUsd balances { asset free total } } } }`;

describe('accounts', () => {
  it('a simulation account starts with the balances it was given', async () => {
    const initialBalances = [
      { asset: 'usdt', amount: '10000.000000000000000001' },
      { asset: 'BTC', amount: '0.5' },
    ];
    const i = { label: ' Main ', exchange: 'BINANCE_SPOT', isSimulation: true, initialBalances };
    api.prices.set('BTC/USDT', '100000');
    expect(valueOf(await send(CREATE_ACCOUNT, { i }), 'createExchangeAccount')).toEqual({
      account: {
        ...{ id: expect.any(String), label: 'Main', tradeMode: 'SIMULATION', isActive: true },
        equityUsd: '60000.000000000000000001',
        balances: [
          { asset: 'BTC', free: '0.5', total: '0.5' },
          { asset: 'USDT', free: '10000.000000000000000001', total: '10000.000000000000000001' },
        ],
      },
    });
  });

  it.each([
    ['a real one without keys', { isSimulation: false }, ['BAD_USER_INPUT', undefined]],
    ['an amount of zero', { initialBalances: [{ asset: 'USDT', amount: '0' }] }, ['BAD_USER_INPUT', 'INVALID_AMOUNT']],
    ['a negative amount', { initialBalances: [{ asset: 'USDT', amount: '-1' }] }, ['BAD_USER_INPUT', 'INVALID_AMOUNT']],
    ['an asset of spaces', { initialBalances: [{ asset: 'US DT', amount: '1' }] }, ['BAD_USER_INPUT', 'INVALID_ASSET']],
    [
      'an asset twice',
      {
        initialBalances: [
          { asset: 'USDT', amount: '1' },
          { asset: 'usdt', amount: '1' },
        ],
      },
      ['BAD_USER_INPUT', 'INVALID_ASSET'],
    ],
  ])('%s is refused and nothing is written', async (_what, changes, fault) => {
    const before = await database.db.prisma.exchangeAccount.count();
    const i = { label: 'x', exchange: 'BINANCE_SPOT', isSimulation: true, ...changes };
    expect(faultOf(await send(CREATE_ACCOUNT, { i }))).toEqual(fault);
    expect(await database.db.prisma.exchangeAccount.count()).toBe(before);
  });

  it('equity is unknown while a price is unknown', async () => {
    const account = await makeAccount(database.db, { user_id: user.id, balances: { USDT: '1', XYZ: '2', ABC: '0' } });
    const answer = await send(`{ exchangeAccount(id: ${account.id}) { equityUsd balances { asset valueUsd } } }`);
    expect(valueOf(answer, 'exchangeAccount')).toEqual({
      equityUsd: null,
      balances: [
        { asset: 'ABC', valueUsd: '0' },
        { asset: 'USDT', valueUsd: '1' },
        { asset: 'XYZ', valueUsd: null },
      ],
    });
  });

  it('can be renamed and switched off', async () => {
    const account = await makeAccount(database.db, { user_id: user.id });
    const update =
      'mutation ($i: UpdateExchangeAccountInput!) { updateExchangeAccount(input: $i) { account { label isActive } } }';
    const answer = await send(update, { i: { id: account.id, label: 'Other', isActive: false, password: PASSWORD } });
    expect(valueOf(answer, 'updateExchangeAccount')).toEqual({ account: { label: 'Other', isActive: false } });
    expect(pathsOf(await send(update, { i: { id: account.id, label: '' } }))).toEqual(['label']);
  });
});

describe('vaults', () => {
  it('take deposits and give withdrawals once for each key, and keep the ledger', async () => {
    const create = 'mutation { createVault(input: { name: "Spot", tradeMode: SIMULATION }) { vault { id } } }';
    const { vault } = valueOf<{ vault: { id: string } }>(await send(create), 'createVault');
    const move = (
      name: 'depositToVault' | 'withdrawFromVault',
      amount: string,
      idempotencyKey: string,
      password: string | null = PASSWORD,
    ) =>
      send(
        `mutation ($i: ${name === 'depositToVault' ? 'DepositToVaultInput' : 'WithdrawFromVaultInput'}!) { ${name}(input: $i) { vault { balances { asset balance available } } } }`,
        {
          i: {
            ...{ vaultId: vault.id, asset: 'USDT', amount, idempotencyKey },
            ...(name === 'withdrawFromVault' && { password }),
          },
        },
      );
    await move('depositToVault', '100.000000000000000001', 'a');
    await move('depositToVault', '100.000000000000000001', 'a');
    expect(faultOf(await move('withdrawFromVault', '40', 'b', null))).toEqual(['FORBIDDEN', 'PASSWORD_REQUIRED']);
    expect(faultOf(await move('withdrawFromVault', '40', 'b', 'wrong'))).toEqual(['FORBIDDEN', 'PASSWORD_WRONG']);
    const after = valueOf(await move('withdrawFromVault', '40', 'b'), 'withdrawFromVault');
    const left = '60.000000000000000001';
    expect(after).toEqual({ vault: { balances: [{ asset: 'USDT', balance: left, available: left }] } });
    expect(faultOf(await move('withdrawFromVault', '1000', 'c'))).toEqual(['CONFLICT', 'INSUFFICIENT_BALANCE']);
    expect(faultOf(await move('withdrawFromVault', '41', 'b'))).toEqual(['CONFLICT', 'IDEMPOTENCY_CONFLICT']);
    const page = (after?: string) =>
      send(
        'query ($id: ID!, $after: String) { vault(id: $id) { transactions(first: 1, after: $after) { edges { node { type amount balanceDelta } } pageInfo { hasNextPage endCursor } } } }',
        { id: vault.id, after },
      );
    type Page = { transactions: { edges: unknown[]; pageInfo: { hasNextPage: boolean; endCursor: string } } };
    const first = valueOf<Page>(await page(), 'vault').transactions;
    expect(first.edges).toEqual([{ node: { type: 'WITHDRAWAL', amount: '40', balanceDelta: '-40' } }]);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = valueOf<Page>(await page(first.pageInfo.endCursor), 'vault').transactions;
    expect(second.edges).toHaveLength(1);
    expect(second.pageInfo.hasNextPage).toBe(false);
  });
});

describe('trade parameters', () => {
  const CREATE = `mutation ($i: CreateTradeParameterInput!) { createTradeParameter(input: $i) { parameter {
    id symbol side quoteAmountFixed account { id } vault { id } } } }`;
  const create = (accountId: number, parameter: object) => send(CREATE, { i: { accountId, parameter } });
  const ladder = (...steps: (readonly [pct: string, sharePct: string])[]) =>
    steps.map(([pct, sharePct]) => ({ pct, sharePct }));

  it('symbols are normalized, and there is only one parameter for each side', async () => {
    const account = await makeAccount(database.db, { user_id: user.id });
    const vault = await makeVault(database.db, { user_id: user.id });
    const parameter = { symbol: 'binance:solusdt.p', side: 'BUY', quoteAmountFixed: '100.10', vaultId: vault.id };
    expect(valueOf(await create(account.id, parameter), 'createTradeParameter')).toEqual({
      parameter: {
        ...{ id: expect.any(String), symbol: 'SOL/USDT', side: 'BUY', quoteAmountFixed: '100.1' },
        ...{ account: { id: String(account.id) }, vault: { id: String(vault.id) } },
      },
    });
    expect((await create(account.id, { ...parameter, symbol: 'SOL-USDT' })).code).toBe('CONFLICT');
  });

  it.each([
    ['two sizes', { quoteAmountFixed: '1', quoteAmountPctBalance: '1' }, ['parameter.quoteAmountPctBalance']],
    ['no size', {}, ['parameter.quoteAmountFixed']],
    ['a size of zero', { quoteAmountFixed: '0' }, ['parameter.quoteAmountFixed']],
    ['a percentage above 100', { quoteAmountPctBalance: '100.01' }, ['parameter.quoteAmountPctBalance']],
    ['a percentage with three decimals', { quoteAmountPctBalance: '1.005' }, ['parameter.quoteAmountPctBalance']],
    ['a stop loss of zero', { quoteAmountFixed: '1', defaultSlPct: '0' }, ['parameter.defaultSlPct']],
    [
      'a stop loss that is on and has no distance',
      { quoteAmountFixed: '1', defaultSlEnabled: true },
      ['parameter.defaultSlPct'],
    ],
    [
      'a trailing stop above 100',
      { quoteAmountFixed: '1', trailingDistancePct: '101' },
      ['parameter.trailingDistancePct'],
    ],
    ['a time stop of no hours', { quoteAmountFixed: '1', defaultTimeStopHours: 0 }, ['parameter.defaultTimeStopHours']],
    ['an arming below zero', { quoteAmountFixed: '1', trailingArmingPct: '-1' }, ['parameter.trailingArmingPct']],
    [
      'a second target that is no higher',
      { quoteAmountFixed: '1', defaultTargets: ladder(['2', '50'], ['2', '50']) },
      ['parameter.defaultTargets.1.pct'],
    ],
    [
      'targets that sell more than all',
      { quoteAmountFixed: '1', defaultTargets: ladder(['2', '50'], ['3', '50.01']) },
      ['parameter.defaultTargets'],
    ],
    [
      'seven targets',
      { quoteAmountFixed: '1', defaultTargets: ladder(...'1234567'.split('').map((pct) => [pct, '10'] as const)) },
      ['parameter.defaultTargets'],
    ],
    ['no orders in an hour', { quoteAmountFixed: '1', maxOrdersPerHour: 0 }, ['parameter.maxOrdersPerHour']],
    ['a symbol nobody knows', { quoteAmountFixed: '1', symbol: 'hello' }, ['parameter.symbol']],
  ])('%s is refused by its field', async (_what, changes, paths) => {
    const account = await makeAccount(database.db, { user_id: user.id });
    const answer = await create(account.id, { symbol: 'BTC/USDT', side: 'BOTH', ...changes });
    expect(answer.code).toBe('BAD_USER_INPUT');
    expect(pathsOf(answer)).toEqual(paths);
  });

  it('a vault of the other mode is refused', async () => {
    const account = await makeAccount(database.db, { user_id: user.id });
    const vault = await makeVault(database.db, { user_id: user.id, trade_mode: 'REAL' });
    const answer = await create(account.id, {
      symbol: 'BTC/USDT',
      side: 'BUY',
      quoteAmountFixed: '1',
      vaultId: vault.id,
    });
    expect(faultOf(answer)).toEqual(['BAD_USER_INPUT', 'MODE_MISMATCH']);
  });

  it('are changed as a whole and deleted', async () => {
    const row = await makeParameter(database.db, {
      exchange_account_id: (await makeAccount(database.db, { user_id: user.id })).id,
    });
    const update =
      'mutation ($i: UpdateTradeParameterInput!) { updateTradeParameter(input: $i) { parameter { quoteAmountFixed quoteAmountPctBalance defaultSlEnabled trailingArmingPct defaultTimeStopHours defaultBreakEven defaultTargets { pct sharePct } } } }';
    const parameter = {
      symbol: 'BTC/USDT',
      side: 'BOTH',
      quoteAmountPctBalance: '5',
      defaultSlEnabled: true,
      defaultSlPct: '2.5',
      ...{ trailingStopEnabled: true, trailingDistancePct: '1', trailingArmingPct: '0.5', defaultTimeStopHours: 36 },
      ...{ defaultBreakEven: true, defaultTargets: ladder(['2', '50'], ['4.5', '25.25']) },
    };
    expect(valueOf(await send(update, { i: { id: row.id, parameter } }), 'updateTradeParameter')).toEqual({
      parameter: {
        ...{ quoteAmountFixed: null, quoteAmountPctBalance: '5', defaultSlEnabled: true },
        ...{ trailingArmingPct: '0.5', defaultTimeStopHours: 36, defaultBreakEven: true },
        defaultTargets: parameter.defaultTargets,
      },
    });
    const remove = `mutation { deleteTradeParameter(input: { id: ${row.id} }) { id } }`;
    expect(valueOf(await send(remove), 'deleteTradeParameter')).toEqual({ id: String(row.id) });
    expect((await send(remove)).code).toBe('NOT_FOUND');
  });
});

describe('webhook sources', () => {
  it('are made, bound, given a secret that is shown once, and tried without trading', async () => {
    const account = await makeAccount(database.db, { user_id: user.id, label: 'bound' });
    const { source } = valueOf<{ source: { id: string; webhookCode: string } }>(
      await send(
        'mutation { createWebhookSource(input: { label: "TV", tradeMode: SIMULATION, allowTradingView: true }) { source { id webhookCode allowedIps } } }',
      ),
      'createWebhookSource',
    );
    expect(source).toMatchObject({ allowedIps: expect.arrayContaining(['52.89.214.238']) });
    const bound = await send(
      'mutation ($i: BindAccountInput!) { bindAccount(input: $i) { source { bindings { isActive weight account { label } } } } }',
      {
        i: { sourceId: source.id, accountId: account.id, weight: '0.5' },
      },
    );
    expect(valueOf(bound, 'bindAccount')).toEqual({
      source: { bindings: [{ isActive: true, weight: '0.5', account: { label: 'bound' } }] },
    });
    const { secret } = valueOf<{ secret: string }>(
      await send(
        `mutation { rotateWebhookSecret(input: { sourceId: ${source.id}, kind: SIGNING_SECRET }) { secret source { hasSigningSecret } } }`,
      ),
      'rotateWebhookSecret',
    );
    expect(
      JSON.stringify(await send(`{ webhookSource(id: ${source.id}) { hasSigningSecret url curlExample } }`)),
    ).not.toContain(secret);
    await send('mutation ($i: CreateTradeParameterInput!) { createTradeParameter(input: $i) { parameter { id } } }', {
      i: { accountId: account.id, parameter: { symbol: 'BTC/USDT', side: 'BUY', quoteAmountFixed: '100' } },
    });
    api.prices.set('BTC/USDT', '100000');
    const explain = (message: string) =>
      send(
        'query ($i: DryRunSignalInput!) { dryRunSignal(input: $i) { reading { action symbol matchedTokens } eventUid wouldBeDuplicate reasonCode accounts { account { label } wouldTrade side baseQuantity reasonCode trace { name value source } } } }',
        { i: { sourceId: source.id, message } },
      );
    const buy = valueOf<{ accounts: { trace: unknown[] }[] }>(await explain('BTCUSDT compra'), 'dryRunSignal');
    expect(buy).toMatchObject({
      ...{ reading: { action: 'BUY_SIGNAL', symbol: 'BTC/USDT' }, wouldBeDuplicate: false, reasonCode: null },
      accounts: [
        { account: { label: 'bound' }, wouldTrade: true, side: 'BUY', baseQuantity: '0.0005', reasonCode: null },
      ],
    });
    expect(buy.accounts[0]?.trace.length).toBeGreaterThan(3);
    expect(valueOf(await explain('ETHUSDT buy'), 'dryRunSignal')).toMatchObject({
      accounts: [{ wouldTrade: false, reasonCode: 'MISSING_TRADE_PARAMETER' }],
    });
    expect(valueOf(await explain('hello'), 'dryRunSignal')).toMatchObject({
      reasonCode: 'SIGNAL_UNKNOWN',
      accounts: [],
    });
    expect(await database.db.prisma.webhookReceipt.count()).toBe(0);
    expect(await database.db.prisma.tradeJob.count({ where: { exchange_account_id: account.id } })).toBe(0);
  });

  it('refuse settings by their field', async () => {
    const answer = await send(
      'mutation { createWebhookSource(input: { label: "x", tradeMode: SIMULATION, allowedIps: ["here"] }) { source { id } } }',
    );
    expect([answer.code, pathsOf(answer)]).toEqual(['BAD_USER_INPUT', ['allowedIps']]);
  });
});

it('every change is in the audit log: who, what, from where, under which request, without secrets', async () => {
  const other = await api.newUser();
  const answer = await api.send(
    'mutation ($i: CreateVaultInput!) { createVault(input: $i) { vault { id } } }',
    { i: { name: 'Audited', tradeMode: 'SIMULATION' } },
    other.cookie,
    { 'user-agent': 'test browser' },
  );
  const { vault } = valueOf<{ vault: { id: string } }>(answer, 'createVault');
  const entries = await database.db.prisma.auditLog.findMany({ where: { user_id: other.id } });
  expect(entries).toMatchObject([
    {
      ...{ action: 'createVault', entity_type: 'vault', entity_id: Number(vault.id) },
      ...{ ip: '127.0.0.1', user_agent: 'test browser', request_id: answer.headers.get('x-request-id') },
    },
  ]);
  expect(JSON.stringify(entries[0]?.changes_json)).toContain('Audited');
  await api.send('mutation { deleteTradeParameter(input: { id: 1 }) { id } }', {}, other.cookie);
  expect(await database.db.prisma.auditLog.count({ where: { user_id: other.id } })).toBe(1);
});
