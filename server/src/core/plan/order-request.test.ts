import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { available } from '../ledger/ledger.js';
import { d } from '../money/money.js';
import { NO_DEFAULTS } from '../position/position.js';
import { facts, parameter, skipped, traded, vault } from '../../testing/plan-facts.js';
import { factsOfRequest, faultInRequest, type OrderRequest } from './order-request.js';
import { planTrade, type PlanFacts } from './plan.js';

const request = (part: Partial<OrderRequest> = {}): OrderRequest => ({
  ...{ orderType: 'MARKET', quoteAmount: '100', quantity: null, limitPrice: null, vaultId: null, slippageBps: null },
  ...{ exits: null, positionId: null, expected: null },
  ...part,
});
const plan = (asked: Partial<OrderRequest>, known: Partial<PlanFacts> = {}) =>
  planTrade(factsOfRequest(facts({ parameter: undefined, ...known }), request(asked)));
const at = (ask: string): Partial<PlanFacts> => ({ price: { ...facts().price!, ask } });

describe('a buy by hand', () => {
  it('needs no trade parameter, and is sized at the ask like a signal', () => {
    const { order } = traded(plan({}));
    expect(order).toMatchObject({ side: 'BUY', type: 'MARKET', limitPrice: null });
    expect(order.quantity.toFixed()).toBe('0.999');
    expect(traded(plan({ quoteAmount: null, quantity: '1.2345' })).order.quantity.toFixed()).toBe('1.234');
  });

  it('obeys the limits and the price band of the parameter that governs buys', () => {
    const busy = { parameter: { ...parameter, maxOrdersPerHour: 2 }, admitted: { inLastHour: 2, lastAt: null } };
    expect(skipped(plan({}, busy))).toBe('RATE_LIMIT_EXCEEDED');
    const far = { orderType: 'LIMIT' as const, limitPrice: '80' };
    expect(skipped(plan(far))).toBe('LIMIT_PRICE_OUT_OF_BAND');
    expect(skipped(plan(far, { parameter }))).toBe('trade');
  });

  it.each<[string, Partial<PlanFacts>]>([
    ['ENTRIES_PAUSED', { entriesPaused: 'ENTRIES_PAUSED' }],
    ['ORDER_NOT_OURS', { entriesPaused: 'ORDER_NOT_OURS' }],
    ['KEY_MAY_WITHDRAW', { entriesPaused: 'KEY_MAY_WITHDRAW' }],
    ['ACCOUNT_INACTIVE', { account: { isActive: false, isSimulation: true } }],
    ['VAULT_INACTIVE', { vault: { ...vault, isActive: false } }],
    ['MODE_MISMATCH', { vault: { ...vault, tradeMode: 'REAL' } }],
    ['PRICE_UNAVAILABLE', { price: undefined }],
    ['UNKNOWN_MARKET', { market: undefined }],
    ['INSUFFICIENT_BALANCE', { freeBalance: { free: '99.99', readAt: undefined, spentSince: '0' } }],
    ['STALE_SIGNAL', { signal: { price: null, priceUnread: null, receivedAt: facts().now - 60_001, maxLagSec: null } }],
  ])('is refused with %s by the guard that refuses a signal', (code, known) => {
    expect(skipped(plan({}, known))).toBe(code);
  });

  it('is refused when its coins could not be sold at the stop that the owner sets', () => {
    const small = { quoteAmount: '6' };
    expect(skipped(plan(small, { parameter: { ...parameter, stopPct: '1' } }))).toBe('trade');
    const exits = { ...NO_DEFAULTS, slEnabled: true, slPct: '30' };
    expect(skipped(plan({ ...small, exits }, { parameter: { ...parameter, stopPct: '1' } }))).toBe(
      'ENTRY_BELOW_EXIT_MINIMUM',
    );
  });

  it('never makes a requested quantity smaller: it is refused with what is needed and what is there', () => {
    const known = { vault: { ...vault, balance: d('200.01'), reserved: d('100') } };
    const refused = plan({ quoteAmount: null, quantity: '1' }, known);
    expect(refused).toMatchObject({
      refusal: { code: 'INSUFFICIENT_BALANCE', numbers: { wanted: '101.0101', free: '100.01' } },
    });
  });

  it('is refused with the numbers when the price is worse than previewed by more than the slippage', () => {
    const expected = { price: '100.01', quantity: '0.999' };
    expect(skipped(plan({ expected }, at('101.0101')))).toBe('trade');
    expect(plan({ expected }, at('101.0102'))).toMatchObject({
      refusal: {
        code: 'SLIPPAGE_EXCEEDED',
        numbers: { price: '101.0102', expectedPrice: '100.01', limitBps: '100' },
      },
    });
    expect(skipped(plan({ expected, slippageBps: 50 }, at('100.52')))).toBe('SLIPPAGE_EXCEEDED');
  });

  it('is refused with both quantities when a smaller balance would make it smaller', () => {
    const expected = { price: '100.01', quantity: '0.999' };
    const less = { freeBalance: { free: '100', readAt: undefined, spentSince: '0' } };
    expect(plan({ expected }, less)).toMatchObject({
      refusal: { code: 'PREVIEW_CHANGED', numbers: { expectedQuantity: '0.999', quantity: '0.99' } },
    });
  });
});

const cents = (low: number, high: number) =>
  fc.integer({ min: low, max: high }).map((n) => d(String(n)).div('100').toFixed());
const anyRequest = fc.record({
  orderType: fc.constantFrom('MARKET' as const, 'LIMIT' as const),
  isAmount: fc.boolean(),
  size: cents(100, 60_000),
  limit: cents(8_000, 11_000),
  slippageBps: fc.option(fc.integer({ min: 0, max: 300 })),
  stop: fc.option(cents(100, 3_000)),
});
const anyWorld = fc.record({
  ask: cents(9_000, 11_000),
  free: cents(0, 80_000),
  hasVault: fc.boolean(),
  paused: fc.boolean(),
  ordersInLastHour: fc.integer({ min: 0, max: 3 }),
});

it('what the preview says is what happens, or the refusal names what changed, in 20,000 generated cases', () => {
  const worldOf = (w: typeof anyWorld extends fc.Arbitrary<infer T> ? T : never): Partial<PlanFacts> => ({
    ...at(w.ask),
    parameter: { ...parameter, maxOrdersPerHour: 3, limitPriceBandPct: '20' },
    entriesPaused: w.paused && 'ENTRIES_PAUSED',
    admitted: { inLastHour: w.ordersInLastHour, lastAt: null },
    freeBalance: { free: w.free, readAt: undefined, spentSince: '0' },
    vault: w.hasVault ? { ...vault, balance: d(w.free), reserved: d('0') } : undefined,
  });
  const seen = { same: 0, refused: 0 };
  fc.assert(
    fc.property(anyRequest, anyWorld, anyWorld, fc.boolean(), (asked, before, later, isCalm) => {
      const isLimit = asked.orderType === 'LIMIT';
      const order = request({
        ...{ orderType: asked.orderType, slippageBps: asked.slippageBps, limitPrice: isLimit ? asked.limit : null },
        ...(asked.isAmount ? {} : { quoteAmount: null, quantity: d(asked.size).div('100').toFixed() }),
        ...(asked.isAmount && { quoteAmount: asked.size }),
        exits: asked.stop === null ? null : { ...NO_DEFAULTS, slEnabled: true, slPct: asked.stop },
      });
      const preview = planTrade(
        factsOfRequest(facts(worldOf({ ...before, paused: false, ordersInLastHour: 0 })), order),
      );
      if (preview.kind === 'skip') return;
      const price = isLimit ? asked.limit : before.ask;
      const expected = { price, quantity: preview.order.quantity.toFixed() };
      const now = isCalm ? { ...before, paused: false, ordersInLastHour: 0 } : { ...later, hasVault: before.hasVault };
      const executed = planTrade(factsOfRequest(facts(worldOf(now)), { ...order, expected }));
      if (executed.kind === 'skip') {
        seen.refused += 1;
        expect(isCalm).toBe(false);
        expect(executed.refusal.code).toMatch(
          /^(SLIPPAGE_EXCEEDED|INSUFFICIENT_BALANCE|PREVIEW_CHANGED|ENTRIES_PAUSED|RATE_LIMIT_EXCEEDED|LIMIT_PRICE_OUT_OF_BAND|MIN_NOTIONAL_NOT_MET)$/,
        );
        return;
      }
      seen.same += 1;
      const { order: mine, reserve } = executed;
      expect([mine.type, mine.quantity.toFixed(), mine.limitPrice?.toFixed()]).toEqual([
        ...[preview.order.type, preview.order.quantity.toFixed(), preview.order.limitPrice?.toFixed()],
      ]);
      expect(mine.quoteAmount.toFixed()).toBe(preview.order.quoteAmount.toFixed());
      // What it costs at the price of the execution is there, and so is what the vault holds back for it.
      const free = now.hasVault ? available({ balance: d(now.free), reserved: d('0') }) : d(now.free);
      expect(mine.quantity.mul(isLimit ? (mine.limitPrice ?? '0') : now.ask).lte(free)).toBe(true);
      expect(reserve === null || reserve.lte(free)).toBe(true);
    }),
    { numRuns: 20_000 },
  );
  expect(Math.min(seen.same, seen.refused)).toBeGreaterThan(1_000);
});

describe('a request that is invalid by itself', () => {
  it.each<[string, Partial<OrderRequest>, string, string]>([
    ['no size', { quoteAmount: null }, 'INVALID_INPUT', 'quantity'],
    ['two sizes', { quantity: '1' }, 'INVALID_INPUT', 'quantity'],
    ['nothing', { quoteAmount: '0' }, 'INVALID_AMOUNT', 'quoteAmount'],
    ['less than nothing', { quoteAmount: null, quantity: '-1' }, 'INVALID_AMOUNT', 'quantity'],
    ['no number', { quoteAmount: '1e3' }, 'INVALID_AMOUNT', 'quoteAmount'],
    ['a limit order without a price', { orderType: 'LIMIT' }, 'LIMIT_PRICE_MISSING', 'limitPrice'],
    ['a market order with one', { limitPrice: '1' }, 'INVALID_INPUT', 'limitPrice'],
    ['a limit of nothing', { orderType: 'LIMIT', limitPrice: '0' }, 'INVALID_PRICE', 'limitPrice'],
    ['a negative slippage', { slippageBps: -1 }, 'INVALID_INPUT', 'slippageBps'],
    ['an expected price of nothing', { expected: { price: '0', quantity: '1' } }, 'INVALID_INPUT', 'expected'],
    ['exits that contradict', { exits: { ...NO_DEFAULTS, slEnabled: true } }, 'INVALID_EXITS', 'exits'],
    ['exits of a position that grows', { positionId: 1, exits: NO_DEFAULTS }, 'INVALID_INPUT', 'exits'],
  ])('%s is refused with the name of its field', (_what, part, code, field) => {
    expect(faultInRequest(request(part))).toMatchObject({ code, field });
    expect(faultInRequest(request())).toBeUndefined();
  });
});
