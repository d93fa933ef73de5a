import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Market, OrderType } from '../domain.js';
import { d } from '../money/money.js';
import { checkExitMinimum, checkSlippage, sizeBuy, type BuyInput, type SizedBuy } from './sizing.js';

const BTC: Market = {
  symbol: 'BTC/USDT',
  base: 'BTC',
  quote: 'USDT',
  tickSize: '0.01',
  stepSize: '0.00001',
  minQty: '0.00001',
  minNotional: '5',
};

const input = (overrides: Partial<BuyInput> = {}): BuyInput => ({
  parameter: { quoteAmountFixed: '100', quoteAmountPctBalance: null, slippageBps: 0 },
  weight: null,
  available: d('1000'),
  market: BTC,
  price: d('100000'),
  orderType: 'MARKET',
  signalPrice: null,
  ...overrides,
});
const pct = (quoteAmountPctBalance: string, slippageBps = 0) => ({
  parameter: { quoteAmountFixed: null, quoteAmountPctBalance, slippageBps },
});

const sized = (overrides: Partial<BuyInput> = {}): SizedBuy => {
  const result = sizeBuy(input(overrides));
  if (!result.ok) throw new Error(result.code);
  return result;
};
const refusal = (overrides: Partial<BuyInput>) => {
  const result = sizeBuy(input(overrides));
  return result.ok ? 'traded' : result.code;
};

describe('the size of a buy', () => {
  it('is the fixed amount over the price, rounded down to the step', () => {
    const order = sized({ price: d('98450.5') });
    expect(order.quantity.toFixed()).toBe('0.00101');
    expect(order.quoteAmount.toFixed()).toBe('100');
    expect(order.reserve.toFixed()).toBe('100');
    expect(order.limitPrice).toBeUndefined();
  });

  it('is a share of what is free when no amount is fixed', () => {
    expect(sized(pct('25.5')).quoteAmount.toFixed()).toBe('255');
    const both = { quoteAmountFixed: '40', quoteAmountPctBalance: '50', slippageBps: 0 };
    expect(sized({ parameter: both }).quoteAmount.toFixed()).toBe('40');
  });

  it('is multiplied by the weight of the binding', () => {
    expect(sized({ weight: '0.5' }).quoteAmount.toFixed()).toBe('50');
    expect(sized({ ...pct('10'), weight: '2' }).quoteAmount.toFixed()).toBe('200');
  });

  it('reserves the allowed slippage on top of a market order', () => {
    const parameter = { quoteAmountFixed: '100', quoteAmountPctBalance: null, slippageBps: 50 };
    expect(sized({ parameter }).reserve.toFixed()).toBe('100.5');
    expect(sized({ parameter, orderType: 'LIMIT', signalPrice: '90000' }).reserve.toFixed()).toBe('100');
  });

  it('shrinks and is not refused when the balance does not cover amount and slippage', () => {
    const whole = sized(pct('100', 100));
    expect(whole.reserve.toFixed()).toBe('1000');
    expect(whole.quantity.toFixed()).toBe('0.0099');
    const last = sized({ available: d('100') });
    expect(last.reserve.toFixed()).toBe('100');
    expect(last.quantity.toFixed()).toBe('0.00099');
  });

  it('of a limit order comes from the signal price, down to the tick', () => {
    const order = sized({ orderType: 'LIMIT', signalPrice: '90000.019', available: d('100') });
    expect(order.limitPrice?.toFixed()).toBe('90000.01');
    expect(order.quantity.toFixed()).toBe('0.00111');
  });

  it('has a reason for every refusal', () => {
    expect(refusal({ available: d('99.99') })).toBe('INSUFFICIENT_BALANCE');
    expect(refusal({ available: d('0') })).toBe('INSUFFICIENT_BALANCE');
    expect(refusal({ ...pct('100'), weight: '1.01' })).toBe('INSUFFICIENT_BALANCE');
    expect(refusal(pct('0.4'))).toBe('MIN_NOTIONAL_NOT_MET');
    expect(refusal({ weight: '0' })).toBe('MIN_NOTIONAL_NOT_MET');
    expect(refusal({ price: d('5000000'), market: { ...BTC, minQty: '0.0001' } })).toBe('INVALID_LOT_SIZE');
    expect(refusal({ price: d('50000001') })).toBe('INVALID_LOT_SIZE');
    expect(refusal({ ...pct('0.5'), price: d('300000') })).toBe('MIN_NOTIONAL_NOT_MET');
    expect(refusal({ orderType: 'LIMIT' })).toBe('LIMIT_PRICE_MISSING');
    expect(refusal({ orderType: 'LIMIT', signalPrice: '0.009' })).toBe('INVALID_PRICE');
    const empty = { quoteAmountFixed: null, quoteAmountPctBalance: null, slippageBps: 0 };
    expect(refusal({ parameter: empty })).toBe('MISSING_TRADE_PARAMETER');
  });
});

describe('slippage', () => {
  const check = (side: 'BUY' | 'SELL', price: string, slippageBps: number, signalPrice: string | null = '100') =>
    checkSlippage(side, { price: d(price), signalPrice, slippageBps })?.code;

  it('is refused beyond the limit, not at it, and only when the price is worse', () => {
    expect(check('BUY', '100.5', 50)).toBeUndefined();
    expect(check('BUY', '100.500000000000000001', 50)).toBe('SLIPPAGE_EXCEEDED');
    expect(check('BUY', '50', 50)).toBeUndefined();
    expect(check('SELL', '99.5', 50)).toBeUndefined();
    expect(check('SELL', '99.49', 50)).toBe('SLIPPAGE_EXCEEDED');
    expect(check('SELL', '150', 50)).toBeUndefined();
  });

  it('has no limit at zero and nothing to compare without a signal price', () => {
    expect(check('BUY', '200', 0)).toBeUndefined();
    expect(check('BUY', '200', 50, null)).toBeUndefined();
  });
});

/** An exchange's filter check, written without the code under test: whole numbers of 10^-18. */
const SCALE = 18;
function units(text: string): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  if (fraction.length > SCALE) throw new Error(`${text} has too many places`);
  return BigInt(whole + fraction.padEnd(SCALE, '0'));
}
const ONE = 10n ** BigInt(SCALE);

function faultsOf(
  order: SizedBuy,
  { market, available, price, parameter, orderType, signalPrice }: BuyInput,
): string[] {
  const quantity = units(order.quantity.toFixed());
  const orderPrice = units((order.limitPrice ?? price).toFixed());
  const free = units(available.toFixed());
  const reserve = units(order.reserve.toFixed());
  const slippage = orderType === 'MARKET' ? BigInt(parameter.slippageBps) : 0n;
  const faults: string[] = [];
  if (quantity <= 0n) faults.push('nothing to buy');
  if (quantity % units(market.stepSize) !== 0n) faults.push('not a multiple of the step');
  if (quantity < units(market.minQty)) faults.push('below the minimum quantity');
  if (quantity * orderPrice < units(market.minNotional) * ONE) faults.push('below the minimum notional');
  if (order.limitPrice && orderPrice % units(market.tickSize) !== 0n) faults.push('not a multiple of the tick');
  if (order.limitPrice && orderPrice > units(signalPrice ?? '0')) faults.push('limit above the signal price');
  if (quantity * orderPrice > units(order.quoteAmount.toFixed()) * ONE) faults.push('worth more than was asked');
  if (reserve > free || reserve <= 0n) faults.push('reserves more than is free, or nothing');
  if (quantity * orderPrice * (10_000n + slippage) > reserve * ONE * 10_000n)
    faults.push('reserve below cost and slippage');
  return faults;
}

const decimal = (maxUnits: bigint, places: number) =>
  fc.bigInt({ min: 1n, max: maxUnits }).map((value) => {
    const digits = value.toString().padStart(places + 1, '0');
    return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  });
const power = (places: number) => (places === 0 ? '1' : `0.${'0'.repeat(places - 1)}1`);

const cases: fc.Arbitrary<BuyInput> = fc
  .record({
    fixed: fc.option(decimal(10n ** 10n, 4), { nil: null }),
    share: fc.option(decimal(10_000n, 2), { nil: null }),
    slippageBps: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 500 })),
    weight: fc.option(decimal(3_000n, 3), { nil: null }),
    available: fc.oneof(decimal(10n ** 24n, 18), decimal(10n ** 12n, 6)),
    price: fc.oneof(decimal(10n ** 7n, 2), decimal(10n ** 9n, 8)),
    signalPrice: fc.option(fc.oneof(decimal(10n ** 7n, 2), decimal(10n ** 12n, 9)), { nil: null }),
    orderType: fc.constantFrom<OrderType>('MARKET', 'LIMIT'),
    step: fc.integer({ min: 0, max: 8 }).map(power),
    tick: fc.oneof(fc.integer({ min: 0, max: 8 }).map(power), fc.constantFrom('0.05', '0.25', '5')),
    minQty: decimal(10n ** 6n, 8),
    minNotional: decimal(2_000n, 2),
  })
  .map(
    ({
      fixed,
      share,
      slippageBps,
      weight,
      available,
      price,
      signalPrice,
      orderType,
      step,
      tick,
      minQty,
      minNotional,
    }) => ({
      parameter: { quoteAmountFixed: fixed, quoteAmountPctBalance: share, slippageBps },
      weight,
      available: d(available),
      price: d(price),
      signalPrice,
      orderType,
      market: { ...BTC, stepSize: step, tickSize: tick, minQty, minNotional },
    }),
  );

it('100,000 generated buys: never an invalid order, never more than is available', () => {
  let traded = 0;
  fc.assert(
    fc.property(cases, (generated) => {
      const result = sizeBuy(generated);
      if (!result.ok) return;
      traded++;
      expect(faultsOf(result, generated)).toEqual([]);
    }),
    { numRuns: 100_000 },
  );
  expect(traded).toBeGreaterThan(10_000);
}, 120_000);

describe('an entry that could not be sold again', () => {
  const market = {
    ...{ symbol: 'SOL/USDT', base: 'SOL', quote: 'USDT', tickSize: '0.01', stepSize: '0.001', minQty: '0.001' },
    minNotional: '5',
  };
  const check = (quantity: string, stopPct: string | null, price = '215') =>
    checkExitMinimum(market, { quantity: d(quantity), price: d(price), stopPct })?.code;

  it('is refused when it is worth less than the minimum at its stop, and taken when it is not', () => {
    expect(check('0.024', '7')).toBe('ENTRY_BELOW_EXIT_MINIMUM');
    expect(check('0.027', '7')).toBeUndefined();
  });
  it('is checked at 10 % down without a stop, or with a stop that never triggers', () => {
    expect(check('0.026', null)).toBe('ENTRY_BELOW_EXIT_MINIMUM');
    expect(check('0.027', null)).toBeUndefined();
    expect(check('0.027', '100')).toBeUndefined();
  });
  it('counts the coins that the fee leaves, down to the step', () => {
    expect(
      checkExitMinimum({ ...market, minNotional: '0' }, { quantity: d('0.001'), price: d('215'), stopPct: '1' }),
    ).toMatchObject({
      code: 'ENTRY_BELOW_EXIT_MINIMUM',
    });
  });
});
