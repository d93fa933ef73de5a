import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ZERO, d, sum, type D } from '../../core/money/money.js';
import { createFakeEngine, type FakeEngine } from './engine.js';
import { isRefusal, type FakeOrder } from './engine-types.js';
import { checkFilters, units } from './filters.js';
import { DEFAULT_MARKETS, fakeMarket } from './markets.js';

const START = { USDT: '100000', BTC: '2', BNB: '0.05' };

function newEngine(feeAsset: 'received' | 'base' | 'quote' | 'BNB' = 'received'): FakeEngine {
  const engine = createFakeEngine({
    now: () => 1,
    markets: DEFAULT_MARKETS,
    rules: { duplicateIds: 'open', feeRate: '0.001', feeAsset },
  });
  engine.balances.open('me', START);
  engine.setPrice('BTC/USDT', { last: '100000', bid: '99999.99', ask: '100000.01' });
  return engine;
}

const price = fc.integer({ min: 8_000_000, max: 12_000_000 }).map((cents) => d(String(cents)).div(d('100')).toFixed());
const quantity = fc.integer({ min: 1, max: 60_000 }).map((lots) => d(String(lots)).div(d('100000')).toFixed());
const shares = fc.array(fc.constantFrom('0.1', '0.25', '0.5'), { minLength: 1, maxLength: 4 });
type Step =
  | { kind: 'place'; side: 'BUY' | 'SELL'; type: 'MARKET' | 'LIMIT'; quantity: string; price: string; id: number }
  | { kind: 'price'; last: string }
  | { kind: 'cancel' | 'fill'; pick: number }
  | { kind: 'split'; shares: string[] };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('place' as const),
    side: fc.constantFrom('BUY', 'SELL'),
    type: fc.constantFrom('MARKET', 'LIMIT'),
    quantity,
    price,
    id: fc.nat(20),
  }),
  fc.record({ kind: fc.constant('price' as const), last: price }),
  fc.record({ kind: fc.constantFrom('cancel', 'fill'), pick: fc.nat(50) }),
  fc.record({ kind: fc.constant('split' as const), shares }),
);

const isResting = ({ status }: FakeOrder) => status === 'NEW' || status === 'PARTIALLY_FILLED';

function act(engine: FakeEngine, doing: Step): void {
  if (doing.kind === 'price') return engine.setPrice('BTC/USDT', { last: doing.last });
  if (doing.kind === 'split') return engine.splitNext(doing.shares);
  if (doing.kind === 'place') {
    const { side, type, quantity, price } = doing;
    engine.place({ account: 'me', clientId: `c${doing.id}`, market: 'BTCUSDT', side, type, quantity, price });
    return;
  }
  const resting = engine.orders.filter(isResting);
  const order = resting[doing.pick % Math.max(1, resting.length)];
  if (order && doing.kind === 'cancel') engine.cancel(order);
  if (order && doing.kind === 'fill') engine.fill(order, '0.00007');
}

/** The expected holdings of the account, calculated only from its trades. */
function expectedTotals(engine: FakeEngine): Record<string, D> {
  const totals: Record<string, D> = Object.fromEntries(
    Object.entries(START).map(([asset, amount]) => [asset, d(amount)]),
  );
  const add = (asset: string, amount: D) => {
    totals[asset] = (totals[asset] ?? ZERO).add(amount);
  };
  for (const { side, qty, quoteQty, fee, feeAsset } of engine.trades) {
    add('BTC', side === 'BUY' ? qty : qty.neg());
    add('USDT', side === 'BUY' ? quoteQty.neg() : quoteQty);
    add(feeAsset, fee.neg());
  }
  return totals;
}

describe("The fake exchange's engine", () => {
  it.each(['received', 'base', 'quote', 'BNB'] as const)(
    'balances are what the trades say, to the last digit, whatever happens (fee in %s)',
    (feeAsset) => {
      fc.assert(
        fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
          const engine = newEngine(feeAsset);
          for (const doing of steps) act(engine, doing);
          const expected = expectedTotals(engine);
          const resting = engine.orders.filter(isResting);
          for (const { asset, free, locked } of engine.balances.of('me')) {
            expect(d(free).add(d(locked)).toFixed()).toBe((expected[asset] ?? ZERO).toFixed());
            const side = asset === 'USDT' ? 'BUY' : 'SELL';
            const held = asset === 'BNB' ? [] : resting.filter((order) => order.side === side);
            expect(locked).toBe(sum(held.map((order) => order.locked)).toFixed());
          }
          for (const order of engine.orders) {
            expect(sum(order.trades.map(({ qty }) => qty)).toFixed()).toBe(order.executedQty.toFixed());
            expect(order.executedQty.lte(order.qty)).toBe(true);
            if (!isResting(order)) expect(order.locked.toFixed()).toBe('0');
          }
        }),
        { numRuns: 100 },
      );
    },
  );

  it('the same calls give the same orders and trades', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const [one, other] = [newEngine(), newEngine()];
        for (const engine of [one, other]) for (const doing of steps) act(engine, doing);
        expect(JSON.stringify(one.trades)).toBe(JSON.stringify(other.trades));
        expect(JSON.stringify(one.orders)).toBe(JSON.stringify(other.orders));
      }),
      { numRuns: 30 },
    );
  });

  it('a split with a sum below 1 ends a market order and leaves a limit order resting', () => {
    const engine = newEngine();
    engine.splitNext(['0.3', '0.2']);
    const market = engine.place({
      account: 'me',
      clientId: 'm',
      market: 'BTCUSDT',
      side: 'BUY',
      type: 'MARKET',
      quantity: '0.1',
    });
    expect(market).toMatchObject({ status: 'EXPIRED' });
    expect(isRefusal(market) ? '' : market.executedQty.toFixed()).toBe('0.05');
    engine.splitNext(['0.5']);
    const limit = engine.place({
      ...{ account: 'me', clientId: 'l', market: 'BTCUSDT', side: 'BUY', type: 'LIMIT' },
      ...{ quantity: '0.1', price: '100001' },
    });
    expect(limit).toMatchObject({ status: 'PARTIALLY_FILLED' });
  });
});

describe('The filters of the fake exchange', () => {
  const market = fakeMarket('BTC', { minQty: '0.0001', maxQty: '10' });
  it.each([
    ['0.0001', undefined],
    ['0.00009', 'LOT_SIZE'],
    ['10.00001', 'LOT_SIZE'],
    ['0.000105', 'LOT_SIZE'],
    ['0', 'BAD_QUANTITY'],
    ['-1', 'BAD_QUANTITY'],
    ['1e-3', 'BAD_QUANTITY'],
    ['', 'BAD_QUANTITY'],
  ])('quantity %j: %s', (quantity, errorMeaning) => {
    expect(checkFilters(market, { type: 'MARKET', quantity }, '100000')).toBe(errorMeaning);
  });

  it.each([
    ['100000.01', undefined],
    ['100000.011', 'PRICE_FILTER'],
    ['1000000.01', 'PRICE_FILTER'],
    ['0', 'BAD_PRICE'],
    ['49999.99', 'NOTIONAL'],
  ])('price %j: %s', (price, errorMeaning) => {
    expect(checkFilters(market, { type: 'LIMIT', quantity: '0.0001', price }, '100000')).toBe(errorMeaning);
  });

  it('reads plain decimals exactly and nothing else', () => {
    expect(units('0.000000000000000001')).toBe(1n);
    expect(units('1234567890.5')).toBe(1_234_567_890_500_000_000_000_000_000n);
    for (const text of ['1.0000000000000000001', '1e3', 'abc', '.5', '']) expect(units(text)).toBeUndefined();
  });
});
