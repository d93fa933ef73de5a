import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RedisLink } from '../../infra/redis/redis.js';
import { makeAccount, makeParameter, makePosition, makeSource, makeVault } from '../../testing/make.js';
import { startTestApi, type GraphqlAnswer, type TestApi } from '../../testing/test-api.js';
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

interface Result {
  accountId: string;
  symbol: string;
  side: string;
  outcome: string;
  reasonCode: string | null;
  parameterId: string | null;
}
const RESULTS = '{ results { accountId symbol side outcome reasonCode parameterId } }';
const resultsOf = (answer: GraphqlAnswer, name: string): Result[] => {
  expect(answer.errors).toEqual([]);
  return (answer.data as unknown as Record<string, { results: Result[] }>)[name]?.results ?? [];
};
const set = (cookie: string, i: object) =>
  api.send(`mutation ($i: SetTradeParametersInput!) { setTradeParameters(input: $i) ${RESULTS} }`, { i }, cookie);
const copy = (cookie: string, i: object) =>
  api.send(`mutation ($i: CopyTradeParametersInput!) { copyTradeParameters(input: $i) ${RESULTS} }`, { i }, cookie);
const outcomes = (results: readonly Result[]) => results.map(({ symbol, outcome }) => `${symbol} ${outcome}`);

describe('parameters for many symbols', () => {
  it('are made once for each symbol, in any spelling; those that exist stay or are replaced', async () => {
    const { id: user_id, cookie } = await api.newUser();
    const account = await makeAccount(database.db, { user_id });
    const known = {
      user_id,
      exchange_account_id: account.id,
      symbol: 'ETH/USDT',
      side: 'BUY',
      quote_amount_fixed: '7',
    };
    await makeParameter(database.db, known);
    const settings = { side: 'BUY', quoteAmountFixed: '25', defaultSlEnabled: true, defaultSlPct: '3' };
    const symbols = ['BTCUSDT', 'eth-usdt', 'BINANCE:SOLUSDT', 'BTC/USDT'];
    const first = resultsOf(
      await set(cookie, { accountId: String(account.id), symbols, settings }),
      'setTradeParameters',
    );
    expect(outcomes(first)).toEqual(['BTC/USDT CREATED', 'ETH/USDT KEPT', 'SOL/USDT CREATED']);
    const read = () =>
      database.db.prisma.tradeParameter.findMany({
        where: { exchange_account_id: account.id },
        orderBy: { symbol: 'asc' },
      });
    expect((await read()).map((row) => row.quote_amount_fixed?.toFixed())).toEqual(['25', '7', '25']);
    const again = { accountId: String(account.id), symbols, settings, existing: 'REPLACE' };
    expect(outcomes(resultsOf(await set(cookie, again), 'setTradeParameters'))).toEqual([
      ...['BTC/USDT REPLACED', 'ETH/USDT REPLACED', 'SOL/USDT REPLACED'],
    ]);
    const rows = await read();
    expect(rows.map((row) => [row.quote_amount_fixed?.toFixed(), row.default_sl_pct?.toFixed()])).toEqual(
      rows.map(() => ['25', '3']),
    );
  });

  it('follow the rules of a single one, and say which field is wrong', async () => {
    const { id: user_id, cookie } = await api.newUser();
    const account = await makeAccount(database.db, { user_id });
    const accountId = String(account.id);
    const faults = async (i: object) => {
      const { errors } = await set(cookie, { accountId, ...i });
      return (errors.at(0)?.extensions.fields as { path: string }[] | undefined)?.map(({ path }) => path);
    };
    expect(await faults({ symbols: ['BTC/USDT'], settings: { side: 'BUY' } })).toEqual(['settings.quoteAmountFixed']);
    const settings = { side: 'BUY', quoteAmountFixed: '1' };
    expect(await faults({ symbols: [], settings })).toEqual(['symbols']);
    expect(await faults({ symbols: ['BTC/USDT', 'hello'], settings })).toEqual(['symbols.1']);
    expect(await database.db.prisma.tradeParameter.count({ where: { exchange_account_id: account.id } })).toBe(0);
  });

  it('are copied to other accounts; a vault of another mode is refused as data', async () => {
    const { id: user_id, cookie } = await api.newUser();
    const [from, to, real] = [
      await makeAccount(database.db, { user_id }),
      await makeAccount(database.db, { user_id }),
      await makeAccount(database.db, { user_id, is_simulation: false }),
    ];
    const vault = await makeVault(database.db, { user_id });
    const place = { user_id, exchange_account_id: from.id };
    await makeParameter(database.db, { ...place, symbol: 'BTC/USDT', vault_id: vault.id, slippage_bps: 30 });
    await makeParameter(database.db, { ...place, symbol: 'ETH/USDT' });
    const toAccountIds = [String(to.id), String(real.id)];
    const results = resultsOf(
      await copy(cookie, { fromAccountId: String(from.id), toAccountIds }),
      'copyTradeParameters',
    );
    expect(
      results.map(({ accountId, symbol, outcome, reasonCode }) => [accountId, symbol, outcome, reasonCode]),
    ).toEqual([
      [String(to.id), 'BTC/USDT', 'CREATED', null],
      [String(to.id), 'ETH/USDT', 'CREATED', null],
      [String(real.id), 'BTC/USDT', 'REFUSED', 'MODE_MISMATCH'],
      [String(real.id), 'ETH/USDT', 'CREATED', null],
    ]);
    const copied = await database.db.prisma.tradeParameter.findFirstOrThrow({
      where: { exchange_account_id: to.id, symbol: 'BTC/USDT' },
    });
    expect(copied).toMatchObject({ slippage_bps: 30, vault_id: vault.id, user_id });
    const onlyEth = { fromAccountId: String(from.id), toAccountIds: [String(to.id)], symbols: ['ETHUSDT'] };
    expect(outcomes(resultsOf(await copy(cookie, onlyEth), 'copyTradeParameters'))).toEqual(['ETH/USDT KEPT']);
  });
});

describe('a deletion', () => {
  const remove = async (name: string, cookie: string, input: object) => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`;
    const query = `mutation ($i: ${type}!) { ${name}(input: $i) { id outcome reasonCode } }`;
    const answer = await api.send(query, { i: input }, cookie);
    return answer.code ?? answer.data?.[name];
  };

  it('removes what was never used', async () => {
    const { id: user_id, cookie } = await api.newUser();
    const account = await makeAccount(database.db, { user_id });
    await makeParameter(database.db, { user_id, exchange_account_id: account.id });
    const vault = await makeVault(database.db, { user_id, balances: {} });
    const source = await makeSource(database.db, { owner_user_id: user_id });
    for (const [name, { id }] of [
      ['deleteExchangeAccount', account],
      ['deleteVault', vault],
      ['deleteWebhookSource', source],
    ] as const) {
      const gone = { id: String(id), outcome: 'DELETED', reasonCode: null };
      expect(await remove(name, cookie, { id: String(id) })).toEqual(gone);
      expect(await remove(name, cookie, { id: String(id) })).toBe('NOT_FOUND');
    }
    expect(await database.db.prisma.exchangeAccount.count({ where: { user_id } })).toBe(0);
  });

  it('switches off what has a history, and says so', async () => {
    const { id: user_id, cookie } = await api.newUser();
    const account = await makeAccount(database.db, { user_id });
    const vault = await makeVault(database.db, { user_id });
    const source = await makeSource(database.db, { owner_user_id: user_id });
    await makePosition(database.db, { exchange_account_id: account.id });
    await database.db.prisma.webhookReceipt.create({
      data: {
        ...{ receipt: 'R'.repeat(26), webhook_source_id: source.id, outcome: 'REFUSED', http_status: 401 },
        received_at: new Date(),
      },
    });
    for (const [name, { id }] of [
      ['deleteExchangeAccount', account],
      ['deleteVault', vault],
      ['deleteWebhookSource', source],
    ] as const) {
      const off = { id: String(id), outcome: 'DEACTIVATED', reasonCode: 'HAS_HISTORY' };
      expect(await remove(name, cookie, { id: String(id) })).toEqual(off);
    }
    const [a, v, s] = await Promise.all([
      database.db.prisma.exchangeAccount.findUniqueOrThrow({ where: { id: account.id } }),
      database.db.prisma.vault.findUniqueOrThrow({ where: { id: vault.id } }),
      database.db.prisma.webhookSource.findUniqueOrThrow({ where: { id: source.id } }),
    ]);
    expect([a.is_active, v.is_active, s.is_active]).toEqual([false, false, false]);
  });

  it('of a real account needs the password', async () => {
    const { id: user_id, cookie } = await api.newUser();
    const account = await makeAccount(database.db, { user_id, is_simulation: false });
    const id = String(account.id);
    expect(await remove('deleteExchangeAccount', cookie, { id })).toBe('FORBIDDEN');
    expect(await remove('deleteExchangeAccount', cookie, { id, password: 'a good long password' })).toEqual({
      ...{ id, outcome: 'DELETED', reasonCode: null },
    });
  });
});
