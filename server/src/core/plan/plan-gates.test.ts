import { readdir, readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { d } from '../money/money.js';
import { REASONS, refuse, type ReasonCode } from '../reasons.js';
import { planGates } from './plan-gates.js';
import { planTrade, type PlanFacts } from './plan.js';
import { firstBlocked, GATE_CODES, GATES, reasonsOf, type Gate } from './trading-gates.js';

const NOW = 1_800_000_000_000;
const market = {
  ...{ symbol: 'BTC/USDT', base: 'BTC', quote: 'USDT', tickSize: '0.01', stepSize: '0.00001' },
  ...{ minQty: '0.0001', minNotional: '10' },
};
const oneOf = <T>(...values: T[]) => fc.constantFrom(...values);
const maybe = <T>(arb: fc.Arbitrary<T>) => fc.option(arb, { nil: undefined });
const position = fc.record({
  id: fc.integer({ min: 1, max: 99 }),
  qtyRemaining: oneOf('0', '0.00001', '0.01', '1').map(d),
  qtyReserved: oneOf('0', '0.00001').map(d),
  entryPrice: oneOf('0', '50', '100', '200').map(d),
  minProfitPct: oneOf(null, '0', '5'),
  lockSellByWebhook: fc.boolean(),
});
const parameter = fc.record({
  id: fc.constant(7),
  side: oneOf('BUY' as const, 'SELL' as const, 'BOTH' as const),
  orderType: oneOf('MARKET' as const, 'LIMIT' as const),
  quoteAmountFixed: oneOf(null, '5', '11', '1000', '90000'),
  quoteAmountPctBalance: oneOf(null, '1', '50', '100'),
  slippageBps: oneOf(0, 10, 500),
  limitPriceBandPct: oneOf('1', '10'),
  maxOrdersPerHour: oneOf(null, 1, 5),
  minIntervalSec: oneOf(null, 60),
  stopPct: oneOf(null, '5', '90'),
  updatedAt: fc.constant(0),
});
const facts: fc.Arbitrary<PlanFacts> = fc.record({
  now: fc.constant(NOW),
  side: oneOf('BUY' as const, 'SELL' as const),
  symbol: fc.constant('BTC/USDT'),
  tradeMode: oneOf('REAL' as const, 'SIMULATION' as const),
  account: fc.record({ isActive: fc.boolean(), isSimulation: fc.boolean() }),
  entriesPaused: oneOf<PlanFacts['entriesPaused']>(false, 'ENTRIES_PAUSED', 'ORDER_NOT_OURS'),
  exchangeRefusal: oneOf(
    undefined,
    refuse('REAL_NOT_AVAILABLE'),
    refuse('TRADING_HALTED', 'an incident'),
    refuse('PRICE_UNAVAILABLE', 'no answer'),
  ),
  market: maybe(fc.constant(market)),
  price: maybe(
    fc.record({
      symbol: fc.constant('BTC/USDT'),
      last: oneOf('100', '0', '0.001'),
      bid: oneOf(undefined, '99'),
      ask: oneOf(undefined, '101'),
      at: oneOf(NOW, NOW - 60_000, NOW + 60_000),
      source: fc.constant('demo'),
    }),
  ) as fc.Arbitrary<PlanFacts['price']>,
  stalePriceMs: fc.constant(30_000),
  signal: fc.record({
    price: oneOf(null, '100', '70', '0.001'),
    priceUnread: oneOf(null, 'two prices'),
    receivedAt: oneOf(NOW, NOW - 90_000, NOW - 900_000),
    maxLagSec: oneOf(null, 60),
  }),
  weight: oneOf(null, '0.5'),
  parameter: maybe(parameter),
  admitted: fc.record({ inLastHour: oneOf(0, 1, 9), lastAt: oneOf(null, NOW - 10_000, NOW - 90_000) }),
  vault: maybe(
    fc.record({
      id: fc.constant(3),
      tradeMode: oneOf('REAL' as const, 'SIMULATION' as const),
      isActive: fc.boolean(),
      balance: oneOf('0', '50', '5000').map(d),
      reserved: fc.constant(d('0')),
    }),
  ),
  freeBalance: fc.record({
    free: oneOf(null, '20', '5000'),
    readAt: oneOf(undefined, null, NOW - 1_000, NOW - 3_600_000),
    spentSince: oneOf('0', '15'),
  }),
  positions: fc.array(position, { maxLength: 3 }),
});
/** Mostly what passes, so that the later gates are reached too. */
const usual: PlanFacts = {
  ...{ now: NOW, side: 'BUY', symbol: 'BTC/USDT', tradeMode: 'SIMULATION', entriesPaused: false },
  ...{ account: { isActive: true, isSimulation: true }, exchangeRefusal: undefined, market, stalePriceMs: 30_000 },
  price: { symbol: 'BTC/USDT', last: '100', at: NOW, source: 'demo' },
  signal: { price: null, priceUnread: null, receivedAt: NOW, maxLagSec: null },
  weight: null,
  parameter: {
    ...{ id: 7, side: 'BOTH', orderType: 'MARKET', quoteAmountFixed: '1000', quoteAmountPctBalance: null },
    ...{ slippageBps: 0, limitPriceBandPct: '10', maxOrdersPerHour: null, minIntervalSec: null, updatedAt: 0 },
  },
  admitted: { inLastHour: 0, lastAt: null },
  vault: undefined,
  freeBalance: { free: '5000', readAt: undefined, spentSince: '0' },
  positions: [],
};
const KEYS = Object.keys(usual) as (keyof PlanFacts)[];
/** A few facts are any, the others are usual. */
const mixed = fc
  .tuple(facts, fc.subarray(KEYS), oneOf(0, 1))
  .map(
    ([any, keys, all]) =>
      (all ? any : { ...usual, ...Object.fromEntries(keys.map((key) => [key, any[key]])) }) as PlanFacts,
  );

const all = (of: PlanFacts): Gate[] => {
  const { standing, decision } = planGates(of);
  return [...standing, ...decision];
};

describe('the gates of a plan', () => {
  it('stop a signal exactly where the plan does, with the same reason, for any facts', () => {
    const codes = new Set<ReasonCode>();
    fc.assert(
      fc.property(mixed, (of) => {
        const plan = planTrade(of);
        const stopped = firstBlocked(all(of));
        if (plan.kind === 'trade') {
          expect(stopped).toBeUndefined();
          return;
        }
        codes.add(plan.refusal.code);
        expect(stopped?.refusal).toEqual(plan.refusal);
        expect(reasonsOf(stopped!.code)).toContain(plan.refusal.code);
      }),
      { numRuns: 2_000 },
    );
    // The property is worth something only when most reasons occur.
    expect(codes.size).toBeGreaterThan(18);
  });

  it('come in the order of the list, each once', () => {
    fc.assert(
      fc.property(mixed, (of) => {
        const places = all(of).map(({ code }) => GATE_CODES.indexOf(code));
        expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b));
      }),
    );
  });

  it('show the present value and the limit of each', () => {
    const of: PlanFacts = {
      ...usual,
      parameter: { ...usual.parameter!, slippageBps: 50, maxOrdersPerHour: 5, minIntervalSec: 60 },
      admitted: { inLastHour: 2, lastAt: NOW - 20_000 },
      price: { ...usual.price!, last: '100.2', at: NOW - 1_500 },
      signal: { ...usual.signal, price: '100', maxLagSec: 45 },
    };
    const figures = Object.fromEntries(
      all(of).map(({ code, state, value, limit, unit }) => [code, [state, value, limit, unit]]),
    );
    expect(figures).toMatchObject({
      SIGNAL_AGE: ['PASSED', null, '45', 's'],
      PARAMETER: ['PASSED', '1000', null, 'USDT'],
      PRICE: ['PASSED', '1500', '30000', 'ms'],
      ORDERS_PER_HOUR: ['PASSED', '2', '5', 'orders'],
      MIN_INTERVAL: ['BLOCKED', '20', '60', 's'],
      PRICE_LIMIT: ['PASSED', '20', '50', 'bps'],
      BALANCE: ['PASSED', '5000', '1000', 'USDT'],
      MINIMUMS: ['PASSED', expect.any(String), '10', 'USDT'],
    });
  });

  it('tell of the balance what is free and what is needed', () => {
    const gates = all({ ...usual, freeBalance: { ...usual.freeBalance, free: '20' } });
    expect(gates.find(({ code }) => code === 'BALANCE')).toMatchObject({
      ...{ state: 'BLOCKED', value: '20', limit: '1000', unit: 'USDT', refusal: { code: 'INSUFFICIENT_BALANCE' } },
    });
    expect(gates.at(-1)).toMatchObject({ code: 'EXIT_MINIMUM', state: 'NOT_CHECKED' });
  });

  it('warn of a stale price when a sell goes without one', () => {
    const positions = [
      {
        id: 1,
        qtyRemaining: d('1'),
        qtyReserved: d('0'),
        entryPrice: d('100'),
        minProfitPct: null,
        lockSellByWebhook: false,
      },
    ];
    const stale = { ...usual, side: 'SELL' as const, parameter: undefined, positions, price: undefined };
    expect(planTrade(stale).kind).toBe('trade');
    expect(all(stale).find(({ code }) => code === 'PRICE')?.state).toBe('WARNING');
  });
});

/** The codes with which these files refuse. */
async function codesIn(folder: string, files?: readonly string[]): Promise<Set<string>> {
  const url = new URL(folder, import.meta.url);
  const names = files ?? (await readdir(url)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const texts = await Promise.all(names.map((name) => readFile(new URL(name, url), 'utf8')));
  return new Set(texts.flatMap((text) => [...text.matchAll(/refuse\(\s*'([A-Z_]+)'/g)].map(([, code]) => code ?? '')));
}

/** Reasons that no gate can tell in advance: what an owner saw in the preview of one order by hand. */
const REASONS_OF_ONE_ORDER: readonly ReasonCode[] = ['PREVIEW_CHANGED'];

describe('every reason of the pipeline', () => {
  const shown = new Set<string>([...GATE_CODES.flatMap(reasonsOf), ...REASONS_OF_ONE_ORDER]);

  it('of the planner has a gate, or is named as one that depends on one order', async () => {
    const files = ['plan.ts', 'plan-checks.ts', 'limits.ts', 'sizing.ts', 'fifo.ts', 'signal-order.ts'];
    const codes = [...(await codesIn('./', files)), 'ENTRIES_PAUSED', 'ORDER_NOT_OURS', 'KEY_MAY_WITHDRAW'];
    expect(codes.length).toBeGreaterThan(24);
    expect(codes.filter((code) => !shown.has(code))).toEqual([]);
  });

  it('of the ingest and of the choice of the exchange has a gate', async () => {
    const ingest = await codesIn('../../webhooks/ingest/');
    const signal = await codesIn('../signal/');
    const registry = await codesIn('../../exchange/', ['exchange-registry.ts']);
    expect(ingest.size).toBeGreaterThan(12);
    expect([...ingest, ...signal, ...registry].filter((code) => !shown.has(code))).toEqual([]);
  });

  it('that a gate names exists', () => {
    for (const { reasons } of Object.values(GATES)) for (const code of reasons) expect(REASONS).toHaveProperty(code);
  });
});
