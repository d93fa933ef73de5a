import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { executeTrade } from '../../orders/send/execute-trade.js';
import { recoverOrders } from '../../orders/recover/recover-orders.js';
import { eventually } from '../../testing/eventually.js';
import { fakeClock } from '../../testing/fake-clock.js';
import { makeAccount, makePosition, makeVault } from '../../testing/make.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { useTestDatabase } from '../../testing/services/use-test-database.js';
import type { GraphqlAnswer } from '../../testing/test-api.js';
import { startTradingApi, type TradingApi } from '../../testing/trading-api.js';
import { openRealExchange } from '../../testing/worlds/real-exchange.js';
import { remoteWorld } from '../../testing/worlds/remote-world.js';
import { placeOrder, type PlaceOrderInput } from './place-order.js';

describe('a REAL account at a fake Binance', () => {
  let t: TestDatabase;
  useTestDatabase((made) => (t = made));
  const opened: Awaited<ReturnType<typeof openRealExchange>>[] = [];
  afterEach(async () => {
    for (const each of opened.splice(0)) await each.stop();
  });

  async function open() {
    const real = await openRealExchange({ dialect: 'binance', balances: { USDT: '1000' } });
    opened.push(real);
    real.fake.setPrice('BTC/USDT', { last: '100000', bid: '99999.99', ask: '100000' });
    const w = await remoteWorld(t.db, { clock: { ...fakeClock(), now: () => Date.now() } });
    w.exchanges.set(w.account.id, real.exchange);
    const { id: exchange_account_id } = w.account;
    await t.db.prisma.accountBalanceCache.create({
      data: {
        exchange_account_id,
        trade_mode: 'REAL',
        asset: 'USDT',
        free: '1000',
        locked: '0',
        last_sync_at: new Date(),
      },
    });
    await t.db.query('UPDATE exchange_accounts SET balances_synced_at = ? WHERE id = ?', [
      new Date(Date.now() - 1_000),
      exchange_account_id,
    ]);
    const place = async (idempotencyKey: string, part: Partial<PlaceOrderInput> = {}) => {
      const answer = await placeOrder(w.ctx, w.account.userId, {
        ...{
          accountId: exchange_account_id,
          symbol: 'BTC/USDT',
          orderType: 'MARKET',
          quoteAmount: '600',
          quantity: null,
        },
        ...{ limitPrice: null, hours: null, vaultId: null, slippageBps: null, exits: null, positionId: null },
        ...{ expected: null, idempotencyKey },
        ...part,
      });
      const message = w.messages.at(-1);
      if (answer.ok && message) await executeTrade(w.ctx, message);
      return answer;
    };
    const jobs = () => t.db.prisma.tradeJob.findMany({ where: { exchange_account_id }, include: { executions: true } });
    return { fake: real.fake, w, place, jobs };
  }

  it('buys by hand for real, and the next buy counts what this one spent, without a trade parameter', async () => {
    const { fake, place, jobs } = await open();
    expect(await place('a')).toMatchObject({ ok: true });
    const [job] = await jobs();
    expect([job?.status, job?.trade_mode, job?.origin]).toEqual(['FILLED', 'REAL', 'MANUAL']);
    expect(fake.orders()).toHaveLength(1);
    expect(fake.orders()[0]).toMatchObject({ side: 'BUY', type: 'MARKET' });
    expect(fake.orders()[0]?.executedQty.toFixed()).toBe('0.006');
    expect(await place('b')).toMatchObject({ code: 'INSUFFICIENT_BALANCE', numbers: { wanted: '600', free: '400' } });
    expect(fake.orders()).toHaveLength(1);
  });

  it('sends one order when the answer of the exchange is lost, and books it when it is found', async () => {
    const { fake, w, place, jobs } = await open();
    fake.faults.next('place', { answer: 'lost' });
    await place('a');
    expect((await jobs())[0]?.executions[0]?.status_exchange).toBe('UNKNOWN');
    await t.db.query('UPDATE trade_executions SET send_before = ?, sent_at = ?', [
      ...[new Date(Date.now() - 20_000), new Date(Date.now() - 25_000)],
    ]);
    await recoverOrders(w.ctx, { limit: 10 });
    expect((await jobs())[0]?.status).toBe('FILLED');
    expect(fake.orders()).toHaveLength(1);
  });
});

describe('over GraphQL', () => {
  let api: TradingApi;
  let user: Awaited<ReturnType<TradingApi['newUser']>>;
  beforeAll(async () => {
    api = await startTradingApi();
    user = await api.newUser();
    api.prices.set('BTC/USDT', '100000');
  });
  afterAll(() => api.close());

  const REFUSED = '... on Refused { reason message field numbers { name value } }';
  const send = async (operation: 'previewOrder' | 'placeOrder', i: object): Promise<Record<string, unknown>> => {
    const [kind, type, answer] =
      operation === 'placeOrder'
        ? ['mutation', 'PlaceOrderInput', '... on Placed { job { id status origin } position { id } }']
        : [
            'query',
            'OrderInput',
            '... on OrderPreview { tradeMode symbol orderType quantity price cost costMax slippageBps reserve available stopPrice }',
          ];
    const query = `${kind} ($i: ${type}!) { ${operation}(input: $i) { __typename ${answer} ${REFUSED} } }`;
    const { data, errors }: GraphqlAnswer = await api.send(query, { i }, user.cookie);
    expect(errors).toEqual([]);
    return data?.[operation] as unknown as Record<string, unknown>;
  };

  it('previews an order and places exactly that, which an executor fills', async () => {
    const { id } = await makeAccount(api.database.db, { user_id: user.id, balances: { USDT: '5000' } });
    const { id: vault } = await makeVault(api.database.db, { user_id: user.id, balances: { USDT: '1000' } });
    const order = {
      ...{ accountId: String(id), symbol: 'BTCUSDT', quoteAmount: '250', vaultId: String(vault), slippageBps: 40 },
      exits: { slPct: '5', tpPct: '10' },
    };
    const preview = await send('previewOrder', order);
    expect(preview).toEqual({
      ...{ __typename: 'OrderPreview', tradeMode: 'SIMULATION', symbol: 'BTC/USDT', orderType: 'MARKET' },
      ...{ quantity: '0.0025', price: '100000', cost: '250', costMax: '251', slippageBps: 40 },
      ...{ reserve: '251', available: '1000', stopPrice: '95000' },
    });
    const expected = { price: preview.price, quantity: preview.quantity };
    const placed = await send('placeOrder', { ...order, expected, idempotencyKey: 'buy-1' });
    expect(placed).toMatchObject({ __typename: 'Placed', job: { origin: 'MANUAL' }, position: null });
    const job = placed.job as { id: string };
    await eventually(async () => {
      const answer = await api.send(
        `{ tradeJob(id: ${job.id}) { status position { slPct tpPct qtyTotal } } }`,
        ...[{}, user.cookie],
      );
      expect(answer.data?.tradeJob).toMatchObject({ status: 'FILLED', position: { slPct: '5', tpPct: '10' } });
    });
    const [entry] = await api.database.db.prisma.auditLog.findMany({ where: { user_id: user.id } });
    expect(entry).toMatchObject({ action: 'placeOrder', entity_type: 'trade_job', entity_id: Number(job.id) });
  });

  it('refuses with what changed since the preview, and places nothing', async () => {
    const { id } = await makeAccount(api.database.db, { user_id: user.id, balances: { USDT: '5000' } });
    const order = { accountId: String(id), symbol: 'BTCUSDT', quantity: '0.01' };
    const { price, quantity } = await send('previewOrder', order);
    api.prices.set('BTC/USDT', '102000');
    const refused = await send('placeOrder', { ...order, expected: { price, quantity }, idempotencyKey: 'buy-2' });
    expect(refused).toEqual({
      ...{ __typename: 'Refused', reason: 'SLIPPAGE_EXCEEDED', message: expect.any(String), field: null },
      numbers: [
        { name: 'price', value: '102000' },
        { name: 'expectedPrice', value: '100000' },
        { name: 'limitBps', value: '100' },
      ],
    });
    api.prices.set('BTC/USDT', '100000');
    expect(await api.database.db.prisma.tradeJob.count({ where: { exchange_account_id: id } })).toBe(0);
  });

  it('shows the position that an order adds to', async () => {
    const { id } = await makeAccount(api.database.db, { user_id: user.id, balances: { USDT: '5000' } });
    const position = await makePosition(api.database.db, { exchange_account_id: id });
    const order = { accountId: String(id), symbol: 'BTC-USDT', quoteAmount: '100', positionId: String(position.id) };
    const placed = await send('placeOrder', { ...order, idempotencyKey: 'buy-3' });
    expect(placed).toMatchObject({ position: { id: String(position.id) } });
    await eventually(async () => {
      const { job } = placed as { job: { id: string } };
      const answer = await api.send(`{ tradeJob(id: ${job.id}) { status position { id } } }`, {}, user.cookie);
      expect(answer.data?.tradeJob).toEqual({ status: 'FILLED', position: { id: String(position.id) } });
    });
  });
});
