import { pino } from 'pino';
import { afterEach, expect, it, vi } from 'vitest';
import { startFakeExchange } from '../../../testing/fake-exchange/start-fake-exchange.js';
import { createExchangeRegistry } from '../../exchange-registry.js';
import type { SimulationRules } from '../../simulated/simulated-exchange.js';
import type { CcxtMarket } from '../dialects/dialect.js';
import { createMarketBook } from './markets.js';
import { createSharedBudget } from '../budget/shared-budget.js';

const log = pino({ level: 'silent' });
afterEach(() => vi.restoreAllMocks());

const btc: CcxtMarket = {
  ...{ id: 'BTCUSDT', symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', spot: true, info: {} },
  ...{ precision: { amount: '0.00001', price: '0.01' }, limits: { amount: { min: '0.0001' }, cost: { min: '5' } } },
};

it('markets are those that can be traded on spot; others are kept for their old trades', async () => {
  const future = { ...btc, symbol: 'BTC/USDT:USDT', spot: false };
  const halted = { ...btc, symbol: 'ETH/USDT', base: 'ETH', active: false };
  const stepless = { ...btc, symbol: 'SOL/USDT', base: 'SOL', precision: { price: '0.01' } };
  const book = createMarketBook(async () => ({ btc, future, halted, stepless }), log);
  await book.load();
  expect([...book.all()].map(([symbol, { market }]) => [symbol, market !== undefined])).toEqual([
    ...[
      ['BTC/USDT', true],
      ['ETH/USDT', false],
      ['SOL/USDT', false],
    ],
  ]);
  expect(book.all().get('BTC/USDT')?.market).toEqual({
    ...{ symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', tickSize: '0.01', stepSize: '0.00001' },
    ...{ minQty: '0.0001', minNotional: '5' },
  });
});

it('markets are read again after an hour, and at most once a minute after refusals, and kept when a reading fails', async () => {
  let now = 1_000_000;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const ages: number[] = [];
  let fails = false;
  const book = createMarketBook(async (maxAgeMs) => {
    ages.push(maxAgeMs);
    if (fails) throw new Error('away');
    return { btc };
  }, log);
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  await book.load();
  book.refresh();
  now += 59_000;
  book.all();
  expect(ages.length).toBe(1);
  now += 2_000;
  book.refresh();
  book.refresh();
  await settled();
  expect(ages.slice(1)).toEqual([61_000]);
  fails = true;
  now += 3_600_000;
  expect(book.all().size).toBe(1);
  await settled();
  expect(ages.length).toBe(3);
  expect(book.all().size).toBe(1);
});

it('two accounts of an exchange read its markets once, and each keeps to the limits in that answer', async () => {
  const fake = await startFakeExchange({ dialect: 'binance', limits: { ordersPer10s: 200, weightPerMinute: 100_000 } });
  fake.setPrice('BTC/USDT', { last: '100000' });
  const accounts = [fake.accounts[0], fake.openAccount({ USDT: '5000' })];
  const registry = createExchangeRegistry({} as SimulationRules, {
    ...{ isTradingOn: true, origins: { BINANCE_SPOT: fake.url }, clock: { now: () => Date.now() }, log },
    ...{ allowPrivateProxies: false, budget: createSharedBudget(undefined, log) },
    loadCredentials: async (id) => ({
      ...{ apiKey: accounts[id]?.apiKey ?? '', apiSecret: accounts[id]?.secret ?? '', passphrase: null },
      ...{ proxyUrl: null, testnet: false, version: 1 },
    }),
  });
  const exchanges = accounts.map((_, id) => {
    const found = registry.forAccount({ id, exchange: 'BINANCE_SPOT', isSimulation: false, testnet: false });
    if (!found.ok) throw new Error('refused');
    return found.exchange;
  });
  const request = { symbol: 'BTC/USDT', side: 'BUY', type: 'MARKET', quantity: '0.01' } as const;
  const outcomes = await Promise.all(
    exchanges.map((exchange, n) => exchange.place({ ...request, clientOrderId: `xM0000000000000000${n}` })),
  );
  expect(outcomes.map(({ kind }) => kind)).toEqual(['accepted', 'accepted']);
  expect(fake.requests.filter(({ kind }) => kind === 'markets').length).toBe(1);
  // More than the default limit of an account. Only one of the two accounts read the limit from the exchange.
  const bursts = exchanges.flatMap((exchange, n) =>
    Array.from({ length: 60 }, (_, turn) =>
      exchange.place({ ...request, quantity: '0.0001', clientOrderId: `xN${n}${String(turn).padStart(15, '0')}` }),
    ),
  );
  expect((await Promise.all(bursts)).filter(({ kind }) => kind !== 'accepted')).toEqual([]);
  await registry.close();
  await fake.stop();
});
