import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { ZERO, d } from '../../core/money/money.js';
import type { PriceKey } from '../../core/price/price-key.js';
import { Batch } from '../../infra/database/database.js';
import { atVenue, type VenuePrice } from '../../core/price/venue-price.js';
import { fakeClock } from '../../testing/fake-clock.js';
import { makeAccount } from '../../testing/make.js';
import type { TestDatabase } from '../../testing/services/test-database.js';
import { demoMarket, type DemoMarket } from './demo-markets.js';
import { exchangeContract } from '../exchange.contract.js';
import { createExchangeRegistry } from '../exchange-registry.js';
import type { Exchange, OrderRequest } from '../exchange.js';
import { matchRestingOrders } from './match-resting-orders.js';
import { createSimulatedExchange, type SimulationRules } from './simulated-exchange.js';
import { openOrder } from './simulated-order.js';
import { BEGIN_ADMISSION, insertOrder } from './simulated-order.store.js';
import { useTestDatabase } from '../../testing/services/use-test-database.js';

let t: TestDatabase;
useTestDatabase((made) => (t = made));

const BTC = 'BTC/USDT';
const newId = () => randomBytes(9).toString('hex');

/** An account with its own exchange, whose market the test moves. */
async function open(balances: Record<string, string>, over: Partial<SimulationRules> = {}) {
  const row = await makeAccount(t.db, { balances });
  const clock = fakeClock();
  const board = new Map<string, VenuePrice>();
  const rules = {
    db: t.db,
    clock,
    prices: { get: (key: PriceKey) => board.get(key) },
    stalePriceMs: 30_000,
    ...over,
  };
  const account = { id: row.id, exchange: 'BINANCE_SPOT' as const, isSimulation: true, testnet: false };
  const exchange = createSimulatedExchange({ ...rules, account });
  const setPrice = async (price: { symbol: string; last: string; bid?: string; ask?: string }) => {
    const next = atVenue('SIMULATION', { ...price, at: clock.now(), source: 'test' });
    board.set(price.symbol, next);
    return matchRestingOrders(rules, next);
  };
  return { exchange, account, rules, clock, board, setPrice };
}

exchangeContract('The simulated exchange', async (balances) => {
  const { exchange, setPrice } = await open(balances);
  return { exchange, setPrice: async (price) => void (await setPrice(price)) };
});

const order = (over: Partial<OrderRequest> = {}): OrderRequest => ({
  clientOrderId: newId(),
  symbol: BTC,
  side: 'BUY',
  type: 'MARKET',
  quantity: '0.01',
  ...over,
});
const limit = (over: Partial<OrderRequest> = {}) =>
  order({ type: 'LIMIT', limitPrice: '90000', quantity: '0.5', ...over });
const freeOf = async (exchange: Exchange, asset: string) =>
  (await exchange.balances()).find((balance) => balance.asset === asset);

describe('The simulated exchange', () => {
  it('takes a fee of 0.1 % of what is received: base for a buy, quote for a sell', async () => {
    const { exchange, setPrice } = await open({ USDT: '10000', BTC: '1' });
    await setPrice({ symbol: BTC, last: '100000' });
    expect(await exchange.place(order())).toMatchObject({
      order: { fills: [{ feeAmount: '0.00001', feeAsset: 'BTC' }] },
    });
    expect(await exchange.place(order({ side: 'SELL' }))).toMatchObject({
      order: { fills: [{ feeAmount: '1', feeAsset: 'USDT' }] },
    });
    expect(await freeOf(exchange, 'BTC')).toEqual({ asset: 'BTC', free: '0.99999', locked: '0' });
    expect(await freeOf(exchange, 'USDT')).toEqual({ asset: 'USDT', free: '9999', locked: '0' });
  });

  it('names orders SIM-… and gives every fill its own trade id', async () => {
    const { exchange, setPrice } = await open({ USDT: '10000' });
    await setPrice({ symbol: BTC, last: '100000' });
    const placed = [await exchange.place(order()), await exchange.place(order())].flatMap((outcome) =>
      outcome.kind === 'accepted' ? [outcome.order] : [],
    );
    expect(placed.map(({ exchangeOrderId }) => exchangeOrderId)).toEqual([
      expect.stringMatching(/^SIM-\d+$/),
      expect.stringMatching(/^SIM-\d+$/),
    ]);
    const tradeIds = placed.flatMap(({ fills }) => fills.map(({ tradeId }) => tradeId));
    expect(new Set(tradeIds).size).toBe(2);
    for (const tradeId of tradeIds) expect(tradeId).toMatch(/^SIM-T/);
  });

  it('does not fail a sell while no price is known: it is tried again', async () => {
    const { exchange, setPrice } = await open({ BTC: '1' });
    const sell = { ...order(), side: 'SELL' as const };
    expect(await exchange.place(sell)).toMatchObject({ kind: 'notSent' });
    await setPrice({ symbol: BTC, last: '100000' });
    expect(await exchange.place(sell)).toMatchObject({ kind: 'accepted' });
  });

  it('refuses a market order without a price and with one older than the limit, and takes one at the limit', async () => {
    const { exchange, setPrice, clock } = await open({ USDT: '10000' });
    expect(await exchange.place(order())).toMatchObject({ kind: 'refused', code: 'PRICE_UNAVAILABLE' });
    await setPrice({ symbol: BTC, last: '100000' });
    clock.advance(30_001);
    expect(await exchange.place(order())).toMatchObject({ kind: 'refused', code: 'PRICE_UNAVAILABLE' });
    clock.advance(-1);
    expect(await exchange.place(order())).toMatchObject({ kind: 'accepted' });
  });

  it('lets a limit order rest without filling it while no fresh price is known', async () => {
    const { exchange, setPrice, clock, board, rules } = await open({ USDT: '100000' });
    await setPrice({ symbol: BTC, last: '80000' });
    clock.advance(30_001);
    const request = limit();
    expect(await exchange.place(request)).toMatchObject({ order: { status: 'NEW' } });
    expect(await matchRestingOrders(rules, board.get(BTC) as VenuePrice)).toEqual([]);
    expect(await exchange.findOrder(request)).toMatchObject({ status: 'NEW' });
  });

  it('creates the first balances of the account once, at its first use of any kind', async () => {
    const { exchange, account, rules } = await open({});
    await t.db.prisma.exchangeAccount.update({
      where: { id: account.id },
      data: { initial_balances_json: { USDT: '1234.5', ETH: '2' } },
    });
    const others = Array.from({ length: 5 }, () => createSimulatedExchange({ ...rules, account }));
    const seen = await Promise.all([exchange, ...others].map((each) => each.balances()));
    for (const balances of seen) {
      expect(balances).toEqual([
        { asset: 'ETH', free: '2', locked: '0' },
        { asset: 'USDT', free: '1234.5', locked: '0' },
      ]);
    }
  });

  it('fills a limit order in parts when a tick brings only so much, and gives the rest back when canceled', async () => {
    const { exchange, setPrice } = await open({ USDT: '100000' }, { maxFillQtyPerTick: '0.2' });
    await setPrice({ symbol: BTC, last: '95000' });
    const request = limit();
    await exchange.place(request);
    await setPrice({ symbol: BTC, last: '89000' });
    expect(await exchange.findOrder(request)).toMatchObject({ status: 'PARTIALLY_FILLED', executedQty: '0.2' });
    await setPrice({ symbol: BTC, last: '89000' });
    const canceled = await exchange.cancel(request);
    expect(canceled).toMatchObject({ status: 'CANCELED', executedQty: '0.4', cummQuoteQty: '36000' });
    expect(canceled?.fills.map(({ price }) => price)).toEqual(['90000', '90000']);
    expect(await freeOf(exchange, 'USDT')).toEqual({ asset: 'USDT', free: '64000', locked: '0' });
    expect(await freeOf(exchange, 'BTC')).toEqual({ asset: 'BTC', free: '0.3996', locked: '0' });
  });

  it('dates no trade before the price it was made at, also when the feed is in a process whose clock is ahead', async () => {
    const { exchange, clock, rules, board } = await open({ USDT: '100000' });
    const at = clock.now() + 400;
    const ahead = (last: string) => atVenue('SIMULATION', { symbol: BTC, last, at, source: 'test' });
    board.set(BTC, ahead('100000'));
    const market = await exchange.place(order());
    const resting = limit({ limitPrice: '99000', quantity: '0.01' });
    await exchange.place(resting);
    await matchRestingOrders(rules, ahead('99000'));
    const filled = await exchange.findOrder({ clientOrderId: resting.clientOrderId, symbol: BTC });
    const bought = market.kind === 'accepted' ? market.order.fills : [];
    expect([...bought, ...(filled?.fills ?? [])].map((fill) => fill.at)).toEqual([at, at]);
  });

  it('a limit order met by the market in part trades that part at the better price and rests with the remainder', async () => {
    const { exchange, setPrice } = await open({ USDT: '100000' }, { maxFillQtyPerTick: '0.2' });
    await setPrice({ symbol: BTC, last: '80000' });
    const request = limit();
    expect(await exchange.place(request)).toMatchObject({
      order: { status: 'PARTIALLY_FILLED', cummQuoteQty: '16000' },
    });
    expect(await freeOf(exchange, 'USDT')).toEqual({ asset: 'USDT', free: '57000', locked: '27000' });
  });

  it('eight monitors that see the same tick fill each resting order once', async () => {
    const { exchange, account, setPrice, rules, board } = await open({ USDT: '100000' });
    await setPrice({ symbol: BTC, last: '95000' });
    const requests = Array.from({ length: 6 }, () => limit({ quantity: '0.1' }));
    for (const request of requests) await exchange.place(request);
    board.set(BTC, atVenue('SIMULATION', { symbol: BTC, last: '89999', at: rules.clock.now(), source: 'test' }));
    const seen = await Promise.all(
      Array.from({ length: 8 }, () => matchRestingOrders(rules, board.get(BTC) as VenuePrice)),
    );
    const ours = seen.flat().filter(({ accountId }) => accountId === account.id);
    const touched = ours.map(({ clientOrderId }) => clientOrderId);
    expect(touched.sort()).toEqual(requests.map(({ clientOrderId }) => clientOrderId).sort());
    expect(await freeOf(exchange, 'USDT')).toEqual({ asset: 'USDT', free: '46000', locked: '0' });
    expect(await freeOf(exchange, 'BTC')).toEqual({ asset: 'BTC', free: '0.5994', locked: '0' });
  });

  it('a cancel and a fill at the same moment end in one of the two', async () => {
    const { exchange, setPrice, rules, board } = await open({ USDT: '1000000' });
    await setPrice({ symbol: BTC, last: '95000' });
    const requests = Array.from({ length: 10 }, () => limit({ quantity: '0.1' }));
    for (const request of requests) await exchange.place(request);
    board.set(BTC, atVenue('SIMULATION', { symbol: BTC, last: '89999', at: rules.clock.now(), source: 'test' }));
    await Promise.all([
      matchRestingOrders(rules, board.get(BTC) as VenuePrice),
      ...requests.map((request) => exchange.cancel(request)),
    ]);
    const found = await Promise.all(requests.map((request) => exchange.findOrder(request)));
    const filled = found.filter((each) => each?.status === 'FILLED').length;
    expect(found.every((each) => each?.status === 'FILLED' || each?.status === 'CANCELED')).toBe(true);
    expect(await freeOf(exchange, 'USDT')).toMatchObject({
      free: d(String(1_000_000 - filled * 9_000)).toFixed(),
      locked: '0',
    });
  });

  it('answers unknown, and has placed nothing, when it cannot reach its database', async () => {
    const { exchange, rules, account, setPrice } = await open({ USDT: '10000' });
    await setPrice({ symbol: BTC, last: '100000' });
    const broken = { ...t.db, transaction: () => Promise.reject(new Error('connection lost')) };
    const unreachable = createSimulatedExchange({ ...rules, db: broken, account });
    const request = order();
    expect(await unreachable.place(request)).toEqual({ kind: 'unknown', message: 'connection lost' });
    expect(await exchange.findOrder(request)).toBeUndefined();
  });

  it('does not admit an order that waited longer than its admission window', async () => {
    const { exchange, rules, account, setPrice } = await open({ USDT: '10000' });
    await setPrice({ symbol: BTC, last: '100000' });
    let late = 0;
    const now = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => now() + late);
    const transaction: typeof t.db.transaction = (work) => {
      late = exchange.admission.windowMs;
      return t.db.transaction(work);
    };
    const request = order();
    const slow = createSimulatedExchange({ ...rules, db: { ...t.db, transaction }, account });
    const outcome = await slow.place(request);
    vi.restoreAllMocks();
    expect(outcome).toMatchObject({ kind: 'refused', code: 'EXCHANGE_REFUSED' });
    expect(await exchange.findOrder(request)).toBeUndefined();
    expect(await freeOf(exchange, 'USDT')).toMatchObject({ free: '10000' });
  });

  it('the database refuses an order whose process was suspended between its two round trips', async () => {
    const { account } = await open({ USDT: '10000' });
    const market = demoMarket(BTC) as DemoMarket;
    const { order: late } = openOrder(order(), market, d('100000'));
    const write = t.db.transaction(async (tx) => {
      await tx.query(BEGIN_ADMISSION, [-1]);
      await tx.commit(insertOrder(new Batch(), account.id, late, new Date()));
    });
    await expect(write).rejects.toThrow(/client_order_id/);
    expect(await t.db.query('SELECT id FROM simulated_orders WHERE client_order_id = ?', [late.clientOrderId])).toEqual(
      [],
    );
  });

  it('any stream of orders, cancels and prices keeps every asset to the last digit', async () => {
    const command = fc.oneof(
      fc.record({
        kind: fc.constant('place' as const),
        side: fc.constantFrom('BUY' as const, 'SELL' as const),
        type: fc.constantFrom('MARKET' as const, 'LIMIT' as const),
        steps: fc.integer({ min: 1, max: 60_000 }),
        ticks: fc.integer({ min: 8_000_000, max: 12_000_000 }),
      }),
      fc.record({ kind: fc.constant('price' as const), ticks: fc.integer({ min: 8_000_000, max: 12_000_000 }) }),
      fc.record({ kind: fc.constant('cancel' as const), which: fc.nat() }),
    );
    const step = d('0.00001');
    const tick = d('0.01');
    await fc.assert(
      fc.asyncProperty(
        fc.array(command, { minLength: 5, maxLength: 25 }),
        fc.constantFrom(undefined, '0.07'),
        async (commands, perTick) => {
          const start: Record<string, string> = { BTC: '0.5', USDT: '50000.123456789012345678' };
          const feePct = '0.075';
          const { exchange, setPrice } = await open(start, { feePct, ...(perTick && { maxFillQtyPerTick: perTick }) });
          await setPrice({ symbol: BTC, last: '100000' });
          const requests: OrderRequest[] = [];
          for (const each of commands) {
            if (each.kind === 'price') await setPrice({ symbol: BTC, last: d(String(each.ticks)).mul(tick).toFixed() });
            else if (each.kind === 'place') {
              const { side, type, steps, ticks } = each;
              const limitPrice = d(String(ticks)).mul(tick).toFixed();
              const request = order({
                side,
                type,
                quantity: d(String(steps)).mul(step).toFixed(),
                ...(type === 'LIMIT' && { limitPrice }),
              });
              if ((await exchange.place(request)).kind === 'accepted') requests.push(request);
            } else if (requests.length > 0)
              await exchange.cancel(requests[each.which % requests.length] as OrderRequest);
          }
          const expected: Record<string, ReturnType<typeof d>> = { BTC: d('0.5'), USDT: d('50000.123456789012345678') };
          const lockedNow: Record<string, ReturnType<typeof d>> = { BTC: ZERO, USDT: ZERO };
          const move = (of: typeof expected, asset: string, amount: ReturnType<typeof d>) => {
            of[asset] = (of[asset] ?? ZERO).add(amount);
          };
          for (const request of requests) {
            const found = await exchange.findOrder(request);
            if (!found) throw new Error('an accepted order was lost');
            const sign = request.side === 'BUY' ? '1' : '-1';
            for (const { qty, price, feeAmount, feeAsset } of found.fills) {
              move(expected, 'BTC', d(qty).mul(sign));
              move(expected, 'USDT', d(qty).mul(price).mul(sign).neg());
              move(expected, feeAsset, d(feeAmount).neg());
            }
            if (found.status !== 'NEW' && found.status !== 'PARTIALLY_FILLED') continue;
            const left = d(request.quantity).sub(found.executedQty);
            if (request.side === 'SELL') move(lockedNow, 'BTC', left);
            else move(lockedNow, 'USDT', left.mul(request.limitPrice ?? '0'));
          }
          for (const { asset, free, locked } of await exchange.balances()) {
            expect(d(free).isNegative() || d(locked).isNegative()).toBe(false);
            expect(d(free).add(locked).toFixed()).toBe(expected[asset]?.toFixed());
            expect(d(locked).toFixed()).toBe(lockedNow[asset]?.toFixed());
          }
        },
      ),
      { numRuns: 60 },
    );
  }, 120_000);
});

it('the registry gives one exchange per simulated account and refuses real ones with a reason', async () => {
  const { rules, account } = await open({});
  const registry = createExchangeRegistry(rules);
  const first = registry.forAccount(account);
  expect(first).toHaveProperty('exchange');
  expect(registry.forAccount(account)).toEqual(first);
  expect(registry.forAccount({ ...account, isSimulation: false })).toMatchObject({
    ...{ ok: false, code: 'REAL_NOT_AVAILABLE' },
  });
});
