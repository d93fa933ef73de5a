import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../testing/eventually.js';
import { makeAccount, makeBinding, makeParameter, makePosition, makeSource, makeVault } from '../../testing/make.js';
import type { GraphqlAnswer } from '../../testing/test-api.js';
import { startTradingApi, type TradingApi } from '../../testing/trading-api.js';
import { insertHeartbeat } from '../heartbeat.store.js';

let api: TradingApi;
let owner: Awaited<ReturnType<TradingApi['newUser']>>;
beforeAll(async () => {
  api = await startTradingApi();
  owner = await api.newUser();
});
afterAll(() => api.close());
beforeEach(async () => {
  await api.database.db.query('DELETE FROM system_monitoring_logs');
  await beat();
});

/** An executor says that it runs. */
const beat = (skewMs = 0, processId = 1) =>
  insertHeartbeat(api.database.db, {
    ...{ at: new Date(), service: 'EXECUTOR', processId, status: 'running', cpuPct: 1, memoryPct: 1 },
    metrics: { host: 'here', clock_skew_ms: skewMs },
  });

const GATE = 'code state value limit unit reasonCode reasonMessage refused';
const GATES = `query ($i: TradingGatesInput!) { tradingGates(input: $i) {
  isOpen blockedBy { ${GATE} } gates { ${GATE} } symbol price lastSignalAt source { id } account { id }
  order { orderType quoteAmount baseQuantity } } }`;
interface Gate {
  code: string;
  state: string;
  value: string | null;
  limit: string | null;
  unit: string | null;
  reasonCode: string | null;
  refused: number;
}
interface Gates {
  isOpen: boolean;
  blockedBy: Gate | null;
  gates: Gate[];
  symbol: string | null;
  price: string | null;
  lastSignalAt: string | null;
  order: { quoteAmount: string; baseQuantity: string } | null;
}
const ask = (input: object, cookie = owner.cookie): Promise<GraphqlAnswer> => api.send(GATES, { i: input }, cookie);
const gatesOf = async (input: object): Promise<Gates> => {
  const { data, errors } = await ask(input);
  expect(errors ?? []).toEqual([]);
  return (data as unknown as { tradingGates: Gates }).tradingGates;
};

async function makeWorld({ parameter = {}, source: columns = {} }: { parameter?: object; source?: object } = {}) {
  const { db } = api.database;
  api.prices.set('BTC/USDT', '100000');
  const account = await makeAccount(db, { user_id: owner.id });
  const vault = await makeVault(db, { user_id: owner.id });
  const row = await makeParameter(db, {
    ...{ user_id: owner.id, exchange_account_id: account.id, vault_id: vault.id, quote_amount_fixed: '500' },
    ...parameter,
  });
  const source = await makeSource(db, { owner_user_id: owner.id, rate_limit_per_min: 100, ...columns });
  await makeBinding(db, { webhook_source_id: source.id, exchange_account_id: account.id });
  const about = (more: object = {}) => ({
    ...{ sourceId: String(source.id), accountId: String(account.id), symbol: 'BTCUSDT', side: 'BUY' },
    ...more,
  });
  return { account, vault, source, row, about };
}
type World = Awaited<ReturnType<typeof makeWorld>>;
const set = (table: string, id: number, columns: string) =>
  api.database.db.query(`UPDATE ${table} SET ${columns} WHERE id = ?`, [id]);
const post = async ({ source }: World, body: string) => {
  const response = await fetch(`${api.url}/webhooks/${source.webhook_code}`, { method: 'POST', body });
  return { status: response.status, answer: (await response.json()) as { receipt?: string; error?: { code: string } } };
};
/** How a signal ends for its one account: the status and the reason of its job. */
const endOf = (receipt: string) =>
  eventually(async () => {
    const [event] = await api.database.db.prisma.webhookEvent.findMany({
      where: { webhook_receipt: { receipt } },
      include: { trade_jobs: true },
    });
    const [job] = event?.trade_jobs ?? [];
    expect(['FILLED', 'SKIPPED', 'FAILED']).toContain(job?.status);
    return { status: job?.status, reason: job?.reason_code ?? null };
  });

describe('the gates of a source, an account and a symbol', () => {
  it('are all open when a signal trades, with present values, and the signal then does', async () => {
    const world = await makeWorld({ parameter: { max_orders_per_hour: 3, slippage_bps: 50 } });
    const found = await gatesOf(world.about());
    expect(found).toMatchObject({
      isOpen: true,
      blockedBy: null,
      symbol: 'BTC/USDT',
      price: '100000',
      lastSignalAt: null,
    });
    expect(found.order).toMatchObject({ orderType: 'MARKET', quoteAmount: '500', baseQuantity: '0.005' });
    expect(found.gates.filter(({ state }) => state !== 'PASSED')).toEqual([]);
    expect(found.gates.map(({ code }) => code)).toEqual([
      ...['SOURCE_ACTIVE', 'SOURCE_UNLOCKED', 'SENDER_ADDRESS', 'SIGNATURE', 'BODY_TOKEN', 'SOURCE_RATE', 'MESSAGE'],
      ...['SOURCE_LIVE', 'BINDING', 'SYMBOL', 'EXECUTOR', 'CLOCK', 'RECONCILED', 'ACCOUNT_ACTIVE', 'ENTRIES_OPEN'],
      ...[
        'ACCOUNT_MODE',
        'REAL_TRADING',
        'TRADING_HALT',
        'EXCHANGE_ANSWERS',
        'VAULT_MODE',
        'VAULT_ACTIVE',
        'SIGNAL_AGE',
      ],
      ...['SIGNAL_ORDER', 'MARKET', 'PARAMETER', 'PRICE', 'ORDERS_PER_HOUR', 'MIN_INTERVAL', 'PRICE_LIMIT'],
      ...['BALANCE_AGE', 'ORDER_SIZE', 'BALANCE', 'MINIMUMS', 'EXIT_MINIMUM', 'API_KEY'],
    ]);
    const figures = Object.fromEntries(found.gates.map(({ code, value, limit, unit }) => [code, [value, limit, unit]]));
    expect(figures).toMatchObject({
      ...{ SOURCE_RATE: ['0', '100', 'signals'], ORDERS_PER_HOUR: ['0', '3', 'orders'], CLOCK: ['0', '5000', 'ms'] },
      ...{
        BALANCE: ['5000', '500', 'USDT'],
        PRICE: [expect.any(String), '30000', 'ms'],
        PRICE_LIMIT: ['0', '50', 'bps'],
      },
    });
    const { answer } = await post(world, 'BTCUSDT buy');
    expect(await endOf(answer.receipt ?? '')).toEqual({ status: 'FILLED', reason: null });
    const after = await gatesOf(world.about());
    expect(after.lastSignalAt).not.toBeNull();
    expect(after.gates.find(({ code }) => code === 'SOURCE_RATE')).toMatchObject({ value: '1' });
    expect(after.gates.find(({ code }) => code === 'BALANCE')).toMatchObject({ value: '4500' });
    expect(after.gates.find(({ code }) => code === 'ORDERS_PER_HOUR')).toMatchObject({ value: '1' });
  });

  it('store and trade nothing', async () => {
    const { account, vault, about } = await makeWorld();
    await gatesOf(about());
    await gatesOf(about({ side: 'SELL' }));
    expect(await api.database.db.prisma.tradeJob.count({ where: { exchange_account_id: account.id } })).toBe(0);
    expect(await api.database.db.prisma.vaultTransaction.count({ where: { vault_id: vault.id } })).toBe(1);
  });

  it.each<[string, (world: World) => Promise<unknown>, object?, string?]>([
    ['ACCOUNT_ACTIVE', ({ account }) => set('exchange_accounts', account.id, 'is_active = FALSE')],
    ['ENTRIES_OPEN', ({ account }) => set('exchange_accounts', account.id, 'entries_paused_at = UTC_TIMESTAMP(3)')],
    ['VAULT_ACTIVE', ({ vault }) => set('vaults', vault.id, 'is_active = FALSE')],
    [
      'MARKET',
      async ({ row }) => set('trade_parameters', row.id, "symbol = 'NOPE/USDT'"),
      { symbol: 'NOPE/USDT' },
      'NOPE/USDT buy',
    ],
    ['PARAMETER', ({ row }) => set('trade_parameters', row.id, "side = 'SELL'")],
    ['POSITIONS', async () => undefined, { side: 'SELL' }, 'BTCUSDT sell'],
    [
      'PRICE_LIMIT',
      ({ row }) => set('trade_parameters', row.id, 'slippage_bps = 10'),
      { price: '90000' },
      'BTCUSDT buy (90000)',
    ],
    ['BALANCE', ({ row }) => set('trade_parameters', row.id, 'quote_amount_fixed = 6000')],
    ['MINIMUMS', ({ row }) => set('trade_parameters', row.id, 'quote_amount_fixed = 1')],
    ['ORDER_SIZE', ({ row }) => set('trade_parameters', row.id, 'quote_amount_fixed = NULL')],
  ])(
    '%s closes, is named first, and the next signal is skipped for the same reason',
    async (code, close, more, message) => {
      const world = await makeWorld();
      await close(world);
      const found = await gatesOf(world.about(more));
      expect(found).toMatchObject({ isOpen: false, order: null, blockedBy: { code, state: 'BLOCKED' } });
      const { answer } = await post(world, message ?? 'BTCUSDT buy');
      expect(await endOf(answer.receipt ?? '')).toEqual({ status: 'SKIPPED', reason: found.blockedBy?.reasonCode });
      const later = await gatesOf(world.about(more));
      expect(later.blockedBy).toMatchObject({ code, refused: 1 });
    },
  );

  it.each([
    ['ORDERS_PER_HOUR', { max_orders_per_hour: 1 }, ['1', '1', 'orders']],
    ['MIN_INTERVAL', { min_interval_sec: 600 }, [expect.any(String), '600', 's']],
  ])('%s closes after the order that it allows', async (code, parameter, figures) => {
    const world = await makeWorld({ parameter });
    const { answer } = await post(world, 'BTCUSDT buy');
    expect(await endOf(answer.receipt ?? '')).toMatchObject({ status: 'FILLED' });
    const { blockedBy } = await gatesOf(world.about());
    expect(blockedBy).toMatchObject({ code, reasonCode: 'RATE_LIMIT_EXCEEDED' });
    expect([blockedBy?.value, blockedBy?.limit, blockedBy?.unit]).toEqual(figures);
  });

  it.each<[string, string, string]>([
    ['SOURCE_ACTIVE', 'is_active = FALSE', 'SOURCE_NOT_FOUND'],
    ['SOURCE_UNLOCKED', 'admin_locked = TRUE', 'SOURCE_LOCKED'],
    ['SIGNATURE', 'require_signature = TRUE', 'SIGNATURE_INVALID'],
  ])('%s closes the source, and the next POST is refused for the same reason', async (code, columns, reason) => {
    const world = await makeWorld();
    await set('webhook_sources', world.source.id, columns);
    const found = await gatesOf(world.about());
    expect(found.blockedBy).toMatchObject({ code, reasonCode: reason });
    const { answer } = await post(world, 'BTCUSDT buy');
    expect(answer.error?.code).toBe(reason);
  });

  it('SOURCE_RATE closes when the minute is used up', async () => {
    const world = await makeWorld({ source: { rate_limit_per_min: 2 } });
    for (const id of ['a', 'b']) expect((await post(world, `{"text":"BTCUSDT sell","id":"${id}"}`)).status).toBe(202);
    expect((await gatesOf(world.about())).blockedBy).toMatchObject({ code: 'SOURCE_RATE', value: '2', limit: '2' });
    expect((await post(world, 'BTCUSDT buy')).answer.error?.code).toBe('WEBHOOK_RATE_LIMIT');
  });

  it('warn of what the sender got wrong lately', async () => {
    const world = await makeWorld();
    await post(world, 'BTCUSDT buy sell');
    await set('webhook_sources', world.source.id, `allowed_ips_json = '["203.0.113.1"]'`);
    await post(world, 'BTCUSDT buy');
    const { isOpen, gates } = await gatesOf(world.about());
    expect(isOpen).toBe(true);
    expect(gates.filter(({ state }) => state === 'WARNING')).toMatchObject([
      { code: 'SENDER_ADDRESS', reasonCode: 'IP_NOT_ALLOWED', refused: 1, limit: '1', unit: 'addresses' },
      { code: 'MESSAGE', reasonCode: 'SIGNAL_UNKNOWN', refused: 1 },
    ]);
  });

  it('SOURCE_LIVE closes while the source runs dry', async () => {
    const world = await makeWorld({ source: { dry_run: true } });
    expect((await gatesOf(world.about())).blockedBy).toMatchObject({ code: 'SOURCE_LIVE', reasonCode: 'SOURCE_DRY' });
  });

  it('BINDING closes for an account that the source does not trade for, and for a source without accounts', async () => {
    const world = await makeWorld();
    const other = await makeAccount(api.database.db, { user_id: owner.id });
    const closed = { code: 'BINDING', reasonCode: 'BINDING_NOT_FOUND' };
    expect((await gatesOf(world.about({ accountId: String(other.id) }))).blockedBy).toMatchObject(closed);
    const alone = await makeSource(api.database.db, { owner_user_id: owner.id });
    const found = await gatesOf({ sourceId: String(alone.id), side: 'BUY' });
    expect(found.blockedBy).toMatchObject(closed);
    expect(found.gates.at(-1)?.code).toBe('BINDING');
  });

  it('EXECUTOR closes without a running one, and CLOCK when all their clocks are wrong', async () => {
    const { about } = await makeWorld();
    await beat(9_000, 2);
    expect((await gatesOf(about())).gates.find(({ code }) => code === 'CLOCK')).toMatchObject({ state: 'WARNING' });
    await beat(-9_000, 1);
    expect((await gatesOf(about())).blockedBy).toMatchObject({ code: 'CLOCK', value: '9000', reasonCode: null });
    await api.database.db.query('DELETE FROM system_monitoring_logs');
    expect((await gatesOf(about())).blockedBy).toMatchObject({ code: 'EXECUTOR', value: '0', reasonCode: null });
  });

  it('PRICE closes when the price is stale, and opens with the next', async () => {
    const { about } = await makeWorld();
    api.prices.set('BTC/USDT', '100000', Date.now() - 60_000);
    const { blockedBy } = await gatesOf(about());
    expect(blockedBy).toMatchObject({ code: 'PRICE', reasonCode: 'PRICE_UNAVAILABLE', limit: '30000', unit: 'ms' });
    expect(Number(blockedBy?.value)).toBeGreaterThanOrEqual(60_000);
    api.prices.set('BTC/USDT', '100000');
    expect((await gatesOf(about())).isOpen).toBe(true);
  });

  it('SELLABLE names a lock, and a sell of an open position passes', async () => {
    const world = await makeWorld();
    const position = await makePosition(api.database.db, { exchange_account_id: world.account.id });
    expect(await gatesOf(world.about({ side: 'SELL' }))).toMatchObject({
      isOpen: true,
      order: { baseQuantity: '0.001' },
    });
    await set('trade_positions', position.id, 'min_profit_pct = 5');
    expect((await gatesOf(world.about({ side: 'SELL' }))).blockedBy).toMatchObject({
      ...{ code: 'SELLABLE', reasonCode: 'MIN_PROFIT_NOT_MET', value: '0', limit: '1' },
    });
    await set('trade_positions', position.id, 'lock_sell_by_webhook = TRUE');
    expect((await gatesOf(world.about({ side: 'SELL' }))).blockedBy).toMatchObject({
      ...{ code: 'POSITIONS', reasonCode: 'WEBHOOK_LOCK' },
    });
  });

  it('REAL_TRADING closes a real account where real trading is off, and API_KEY one without keys', async () => {
    const { db } = api.database;
    const account = await makeAccount(db, { user_id: owner.id, is_simulation: false });
    const source = await makeSource(db, { owner_user_id: owner.id, trade_mode: 'REAL' });
    await makeBinding(db, { webhook_source_id: source.id, exchange_account_id: account.id });
    const about = { sourceId: String(source.id), accountId: String(account.id), symbol: 'BTC/USDT', side: 'BUY' };
    const { blockedBy, gates } = await gatesOf(about);
    expect(blockedBy).toMatchObject({ code: 'REAL_TRADING', reasonCode: 'REAL_NOT_AVAILABLE' });
    const states = Object.fromEntries(gates.map(({ code, state }) => [code, state]));
    expect(states).toMatchObject({
      TRADING_HALT: 'NOT_CHECKED',
      MARKET: 'NOT_CHECKED',
      RECONCILED: 'WARNING',
      API_KEY: 'BLOCKED',
    });
  });

  it('of an account alone are those after the source', async () => {
    const { account } = await makeWorld();
    const found = await gatesOf({ accountId: String(account.id), symbol: 'BTC/USDT', side: 'BUY' });
    expect(found).toMatchObject({ isOpen: true, source: null });
    expect(found.gates[0]?.code).toBe('SYMBOL');
  });

  it('are for the owner alone, and an account needs a symbol', async () => {
    const { source, account, about } = await makeWorld();
    const stranger = await api.newUser();
    expect((await ask(about(), stranger.cookie)).code).toBe('NOT_FOUND');
    expect((await ask({ sourceId: String(source.id), side: 'BUY' }, stranger.cookie)).code).toBe('NOT_FOUND');
    expect((await ask({ accountId: String(account.id), symbol: 'BTCUSDT', side: 'BUY' }, stranger.cookie)).code).toBe(
      'NOT_FOUND',
    );
    const { errors } = await ask({ accountId: String(account.id), side: 'BUY' });
    expect(errors[0]?.extensions).toMatchObject({ reason: 'SYMBOL_MISSING' });
    expect((await ask(about({ symbol: 'x'.repeat(41) }))).code).toBe('BAD_USER_INPUT');
  });
});
