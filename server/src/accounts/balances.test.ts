import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { loadEnv } from '../env.js';
import type { Exchange } from '../exchange/exchange.js';
import { eventually, throughout } from '../testing/eventually.js';
import { fakeClock } from '../testing/fake-clock.js';
import { makeAccount, makeExecution, makeJob, makeParameter, makeUser, makeVault } from '../testing/make.js';
import { createMemoryExchange, registryOf, type MemoryExchange } from '../testing/worlds/memory-exchange.js';
import { createTestContext } from '../testing/test-context.js';
import { createTestDatabase, type TestDatabase } from '../testing/services/test-database.js';
import { Batch } from '../infra/database/database.js';
import { addPlanReads } from '../orders/claim/execution.store.js';
import { readRemoteAccount } from './balances.store.js';
import { createBalanceRefresher } from './refresh-balances.js';
import { syncBalances, syncDueBalances } from './sync-balances.js';

let t: TestDatabase;
let exchange: MemoryExchange;
const clock = fakeClock();
const woken: number[] = [];
const context = (one: Exchange = exchange) =>
  createTestContext(t.db, {
    clock,
    exchanges: registryOf(one, { real: true }),
    live: { notify: (userId) => void woken.push(userId), listen: () => () => undefined },
  });
beforeAll(async () => {
  t = await createTestDatabase();
});
beforeEach(async () => {
  exchange = createMemoryExchange({ isRemote: true });
  woken.length = 0;
  clock.advance(1_000_000);
  // The accounts of earlier tests must not interfere.
  await t.db.query('UPDATE exchange_accounts SET api_key_enc = NULL');
});
afterAll(() => t.drop());

async function realAccount(columns: Parameters<typeof makeAccount>[1] = {}) {
  const row = await makeAccount(t.db, { is_simulation: false, balances: {}, api_key_enc: 'sealed', ...columns });
  const ref = async () => {
    const found = await readRemoteAccount(t.db, { id: row.id });
    if (!found) throw new Error('the account is gone');
    return found;
  };
  return { ...row, ref };
}
const cached = async (id: number) => {
  const rows = await t.db.prisma.accountBalanceCache.findMany({
    where: { exchange_account_id: id },
    orderBy: { asset: 'asc' },
  });
  return rows.map((row) => [row.asset, row.free.toFixed(), row.locked.toFixed(), row.last_sync_at?.getTime()]);
};
const accountOf = (id: number) => t.db.prisma.exchangeAccount.findUniqueOrThrow({ where: { id } });

it('balances are stored exactly, and assets that the exchange no longer reports become zero', async () => {
  const account = await realAccount();
  exchange.holdings = [
    { asset: 'USDT', free: '1000.000000000000000001', locked: '5' },
    { asset: 'BTC', free: '0.1', locked: '0' },
  ];
  const first = clock.now();
  expect(await syncBalances(context(), await account.ref())).toBe('SYNCED');
  expect(await cached(account.id)).toEqual([
    ['BTC', '0.1', '0', first],
    ['USDT', '1000.000000000000000001', '5', first],
  ]);
  clock.advance(60_000);
  exchange.holdings = [{ asset: 'USDT', free: '7', locked: '0' }];
  await syncBalances(context(), await account.ref());
  expect(await cached(account.id)).toEqual([
    ['BTC', '0', '0', first + 60_000],
    ['USDT', '7', '0', first + 60_000],
  ]);
  expect((await accountOf(account.id)).balances_synced_at?.getTime()).toBe(first + 60_000);
  expect(woken).toContain(account.user_id);
  const events = await t.db.prisma.liveEvent.findMany({ where: { user_id: account.user_id, topic: 'ACCOUNT' } });
  expect(events.map(({ entity_id }) => entity_id)).toEqual([account.id, account.id]);
});

it('an account that holds nothing at all has been read all the same', async () => {
  const account = await realAccount();
  expect(await syncBalances(context(), await account.ref())).toBe('SYNCED');
  expect(await cached(account.id)).toEqual([]);
  expect((await accountOf(account.id)).balances_synced_at?.getTime()).toBe(clock.now());
});

it('an answer never overwrites one that was requested later, nor one with other keys', async () => {
  const account = await realAccount();
  const ref = await account.ref();
  let answer: (() => void) | undefined;
  const slow = new Promise<void>((resolve) => (answer = resolve));
  const late = createMemoryExchange({ isRemote: true });
  late.balances = async () => {
    await slow;
    return [{ asset: 'USDT', free: '1', locked: '0' }];
  };
  const waiting = syncBalances(context(late), ref);
  clock.advance(1_000);
  exchange.holdings = [{ asset: 'USDT', free: '2', locked: '0' }];
  await syncBalances(context(), ref);
  answer?.();
  await waiting;
  expect(await cached(account.id)).toMatchObject([['USDT', '2', '0', clock.now()]]);
  clock.advance(1_000);
  await t.db.query('UPDATE exchange_accounts SET credentials_version = 9 WHERE id = ?', [account.id]);
  exchange.holdings = [{ asset: 'USDT', free: '3', locked: '0' }];
  await syncBalances(context(), ref);
  expect(await cached(account.id)).toMatchObject([['USDT', '2', '0', clock.now() - 1_000]]);
});

it('a fault keeps the balances and is stored; the next success clears it', async () => {
  const account = await realAccount();
  exchange.holdings = [{ asset: 'USDT', free: '2', locked: '0' }];
  await syncBalances(context(), await account.ref());
  const before = await cached(account.id);
  exchange.fault = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  clock.advance(1_000);
  expect(await syncBalances(context(), await account.ref())).toMatchObject({ code: 'UNREACHABLE' });
  expect(await cached(account.id)).toEqual(before);
  expect(await accountOf(account.id)).toMatchObject({ balances_fault: 'UNREACHABLE' });
  exchange.fault = undefined;
  await syncBalances(context(), await account.ref());
  expect(await accountOf(account.id)).toMatchObject({ balances_fault: null });
});

it('every real account with keys is read every five minutes, once, however many monitors look', async () => {
  const accounts = [await realAccount(), await realAccount(), await realAccount({ is_active: false })];
  const bare = await realAccount({ api_key_enc: null });
  const simulated = await makeAccount(t.db);
  let asked = 0;
  const ask = exchange.balances;
  exchange.balances = () => {
    asked++;
    return ask();
  };
  const rounds = await Promise.all([1, 2, 3, 4].map(() => syncDueBalances(context())));
  expect(rounds.reduce((sum, { synced }) => sum + synced, 0)).toBe(3);
  expect(asked).toBe(3);
  clock.advance(299_999);
  expect(await syncDueBalances(context())).toEqual({ synced: 0, failed: 0 });
  clock.advance(1);
  expect(await syncDueBalances(context())).toEqual({ synced: 3, failed: 0 });
  for (const { id } of accounts) expect((await accountOf(id)).balances_synced_at?.getTime()).toBe(clock.now());
  for (const { id } of [bare, simulated]) expect((await accountOf(id)).balances_synced_at).toBeNull();
});

it('a burst of fills is followed by one reading, and the end of the process by none', async () => {
  const account = await realAccount();
  let asked = 0;
  exchange.balances = async () => {
    asked++;
    return [];
  };
  const refresher = createBalanceRefresher(context(), { settleMs: 20 });
  const ref = await account.ref();
  for (let fill = 0; fill < 50; fill++) refresher.touch(ref);
  await eventually(() => expect(asked).toBe(1));
  await eventually(async () => expect((await accountOf(account.id)).balances_synced_at).not.toBeNull());
  refresher.touch(ref);
  await refresher.stop();
  refresher.touch(ref);
  await throughout(60, () => expect(asked).toBe(1));
});

it('a vault that sets aside more than its account holds raises one alert until it is covered again', async () => {
  const user = await makeUser(t.db);
  const account = await realAccount({ user_id: user.id });
  const vault = await makeVault(t.db, { user_id: user.id, trade_mode: 'REAL', balances: { USDT: '500' } });
  await makeParameter(t.db, { user_id: user.id, exchange_account_id: account.id, vault_id: vault.id });
  const alerts = () => t.db.prisma.systemAlert.findMany({ where: { user_id: user.id } });
  const told = () => t.db.prisma.liveEvent.count({ where: { user_id: user.id, topic: 'ALERT' } });
  exchange.holdings = [{ asset: 'USDT', free: '450', locked: '49.99' }];
  await syncBalances(context(), await account.ref());
  clock.advance(1_000);
  await syncBalances(context(), await account.ref());
  const [alert, ...more] = await alerts();
  expect(more).toEqual([]);
  expect(alert).toMatchObject({ alert_type: 'VAULT_NOT_COVERED', severity: 'high', resolved_at: null });
  expect(alert?.message).toContain('500 USDT are set apart, but the accounts hold 499.99 USDT');
  clock.advance(1_000);
  const before = await told();
  exchange.holdings = [{ asset: 'USDT', free: '450', locked: '50' }];
  await syncBalances(context(), await account.ref());
  await syncBalances(context(), await account.ref());
  expect(await told()).toBe(before + 1);
  expect(await alerts()).toMatchObject([{ resolved_at: new Date(clock.now()), open_key: null }]);
});

it('the free balance of a real account is what the exchange reported, minus buys it did not know of then', async () => {
  const account = await realAccount();
  await makeParameter(t.db, { exchange_account_id: account.id, symbol: 'BTC/USDT' });
  await makeParameter(t.db, { exchange_account_id: account.id, symbol: 'ETH/USDT' });
  await makeParameter(t.db, { exchange_account_id: account.id, symbol: 'BTC/EUR' });
  exchange.holdings = [{ asset: 'USDT', free: '1000', locked: '0' }];
  await syncBalances(context(), await account.ref());
  const syncedAt = clock.now();
  const at = (ms: number) => new Date(syncedAt + ms);
  const buy = async (
    amount: string,
    job: Parameters<typeof makeJob>[1] = {},
    execution: Parameters<typeof makeExecution>[1] = {},
  ) => {
    const made = await makeJob(t.db, {
      ...{ exchange_account_id: account.id, trade_mode: 'REAL', status: 'FILLED', quote_amount: amount },
      ...{ admitted_at: at(10), ...job },
    });
    await makeExecution(t.db, { trade_job_id: made.id, status_exchange: 'NEW', ...execution });
  };
  await buy('1', {}, { status_exchange: 'SENDING', acknowledged_at: null });
  await buy('2', { symbol: 'ETH/USDT' }, { acknowledged_at: at(1) });
  await buy('4', {}, { status_exchange: 'FILLED', cumm_quote_qty: '4.5', acknowledged_at: at(1) });
  // Decided before the reading and acknowledged after it: the exchange may not have known it.
  await buy('8', { admitted_at: at(-500) }, { status_exchange: 'UNKNOWN', acknowledged_at: null });
  // Not counted: known to the exchange, refused, of another asset, a sell, or long ago.
  await buy('16', { admitted_at: at(-500) }, { acknowledged_at: at(-1) });
  await buy('32', {}, { status_exchange: 'REJECTED' });
  await buy('64', { symbol: 'BTC/EUR' });
  await buy('128', { side: 'SELL' });
  await buy('256', { admitted_at: at(-3_600_000) }, { acknowledged_at: null });
  const { free, readAt, spentSince } = await freeBalance(account.id, 'REAL');
  expect([Number(free), readAt, Number(spentSince)]).toEqual([1_000, syncedAt, 15.5]);
});

/** The amount that a buy of an account can use. */
async function freeBalance(accountId: number, tradeMode: 'REAL' | 'SIMULATION') {
  const batch = new Batch();
  const key = { accountIds: [accountId], symbol: 'BTC/USDT', side: 'BUY', tradeMode, quote: 'USDT', now: 0 } as const;
  const read = addPlanReads(batch, key, { lock: false });
  return read(await t.db.run(batch))(accountId).freeBalance;
}

it('a real account whose balances were never read says so, a simulated one needs no reading', async () => {
  const real = await realAccount();
  const simulated = await makeAccount(t.db);
  expect(await freeBalance(real.id, 'REAL')).toEqual({
    free: null,
    readAt: null,
    spentSince: expect.stringMatching(/^0(\.0*)?$/),
  });
  expect(await freeBalance(simulated.id, 'SIMULATION')).toMatchObject({ readAt: undefined });
});

it('real trading is off by default', () => {
  const settings = {
    DATABASE_URL: 'mysql://127.0.0.1/test',
    REDIS_URL: 'redis://127.0.0.1',
    SECRET_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
  };
  expect(loadEnv(settings).REAL_TRADING).toBe(false);
  expect(loadEnv({ ...settings, REAL_TRADING: 'true' }).REAL_TRADING).toBe(true);
});
