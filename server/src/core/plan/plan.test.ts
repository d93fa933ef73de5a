import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { d, sum } from '../money/money.js';
import { chooseParameter, planTrade, type PlanFacts } from './plan.js';
import { now, parameter, facts, vault, position, sell, skipped, traded, shares } from '../../testing/plan-facts.js';

describe('a buy', () => {
  it('is sized at the ask and reserves in the vault of its parameter', () => {
    const plan = traded(planTrade(facts({ vault })));
    expect(plan.order).toMatchObject({ side: 'BUY', type: 'MARKET', limitPrice: null });
    expect(plan.order.quantity.toFixed()).toBe('0.999');
    expect(plan).toMatchObject({ vaultId: 3 });
    expect(plan.reserve?.toFixed()).toBe('100');
    expect(traded(planTrade(facts()))).toMatchObject({ vaultId: null, reserve: null });
  });

  it('spends at most what is available in the vault, whatever the account has', () => {
    const tooMuch = { ...parameter, quoteAmountFixed: '400.01' };
    expect(skipped(planTrade(facts({ vault, parameter: tooMuch })))).toBe('INSUFFICIENT_BALANCE');
    expect(skipped(planTrade(facts({ parameter: tooMuch })))).toBe('trade');
    expect(skipped(planTrade(facts({ freeBalance: { free: null, readAt: undefined, spentSince: '0' } })))).toBe(
      'INSUFFICIENT_BALANCE',
    );
  });

  it('uses the real balance less the buys since its reading, and refuses an old balance', () => {
    const share = { ...parameter, quoteAmountFixed: null, quoteAmountPctBalance: '50' };
    const real = (freeBalance: PlanFacts['freeBalance']) =>
      planTrade(
        facts({ tradeMode: 'REAL', account: { isActive: true, isSimulation: false }, parameter: share, freeBalance }),
      );
    const plan = traded(real({ free: '1000', readAt: now - 60_000, spentSince: '200' }));
    expect(plan.order.quoteAmount.toFixed()).toBe('400');
    expect(plan.trace).toContainEqual({
      name: 'available',
      value: '800',
      source: 'account balance, USDT, read 60 s ago, less 200 of buys since',
    });
    expect(skipped(real({ free: '1000', readAt: now - 60_000, spentSince: '1200' }))).toBe('INSUFFICIENT_BALANCE');
    expect(skipped(real({ free: '1000', readAt: now - 900_000, spentSince: '0' }))).toBe('trade');
    expect(skipped(real({ free: '1000', readAt: now - 900_001, spentSince: '0' }))).toBe('BALANCE_STALE');
    expect(skipped(real({ free: '1000', readAt: null, spentSince: '0' }))).toBe('BALANCE_STALE');
  });

  it('takes the BUY row before the BOTH row and never a SELL row', () => {
    const rows = [
      parameter,
      { ...parameter, id: 8, side: 'BUY' as const },
      { ...parameter, id: 9, side: 'SELL' as const },
    ];
    expect(chooseParameter(rows, 'BUY')?.id).toBe(8);
    expect(chooseParameter(rows.slice(0, 1), 'BUY')?.id).toBe(7);
    expect(chooseParameter(rows.slice(2), 'BUY')).toBeUndefined();
    expect(chooseParameter(rows, 'SELL')?.id).toBe(9);
    expect(chooseParameter(rows.slice(0, 2), 'SELL')).toBeUndefined();
  });

  it.each<[string, Partial<PlanFacts>]>([
    ['ACCOUNT_INACTIVE', { account: { isActive: false, isSimulation: true } }],
    ['MODE_MISMATCH', { account: { isActive: true, isSimulation: false } }],
    ['MODE_MISMATCH', { vault: { ...vault, tradeMode: 'REAL' } }],
    ['VAULT_INACTIVE', { vault: { ...vault, isActive: false } }],
    ['REAL_NOT_AVAILABLE', { exchangeRefusal: { ok: false, code: 'REAL_NOT_AVAILABLE', message: 'not yet' } }],
    ['UNKNOWN_MARKET', { market: undefined }],
    ['MISSING_TRADE_PARAMETER', { parameter: undefined }],
    ['PRICE_UNAVAILABLE', { price: undefined }],
    ['PRICE_UNAVAILABLE', { price: { symbol: 'SOL/USDT', last: '100', at: now - 30_001, source: 'demo' } }],
    // Its timestamp is from a wrong clock, so its age is unknown.
    ['PRICE_UNAVAILABLE', { price: { symbol: 'SOL/USDT', last: '100', at: now + 300_000, source: 'demo' } }],
    [
      'RATE_LIMIT_EXCEEDED',
      { parameter: { ...parameter, maxOrdersPerHour: 2 }, admitted: { inLastHour: 2, lastAt: now } },
    ],
    [
      'SLIPPAGE_EXCEEDED',
      {
        parameter: { ...parameter, slippageBps: 10 },
        signal: { price: '99.90', priceUnread: null, receivedAt: now, maxLagSec: null },
      },
    ],
    ['STALE_SIGNAL', { signal: { price: null, priceUnread: null, receivedAt: now - 5_001, maxLagSec: 5 } }],
    ['STALE_SIGNAL', { signal: { price: null, priceUnread: null, receivedAt: now - 600_001, maxLagSec: null } }],
    ['LIMIT_PRICE_MISSING', { parameter: { ...parameter, orderType: 'LIMIT' } }],
  ])('is skipped with %s', (code, overrides) => {
    const plan = planTrade(facts(overrides));
    expect(skipped(plan)).toBe(code);
    expect(plan.trace.at(-1)).toMatchObject({ name: 'decision', value: code });
  });

  it('with a limit order ignores slippage: it cannot be filled at a worse price', () => {
    const limit = { ...parameter, orderType: 'LIMIT' as const, slippageBps: 1 };
    const plan = traded(
      planTrade(
        facts({ parameter: limit, signal: { price: '80.019', priceUnread: null, receivedAt: now, maxLagSec: null } }),
      ),
    );
    expect(plan.order.limitPrice?.toFixed()).toBe('80.01');
    expect(plan.order.quantity.toFixed()).toBe('1.249');
  });

  it.each([
    ['110', null],
    ['90', null],
    ['110.01', 'LIMIT_PRICE_OUT_OF_BAND'],
    ['89.99', 'LIMIT_PRICE_OUT_OF_BAND'],
    ['0.5', 'LIMIT_PRICE_OUT_OF_BAND'],
  ])('with a band of 10 %% takes %s as a limit at a market of 100: %s', (price, code) => {
    const limit = { ...parameter, orderType: 'LIMIT' as const, limitPriceBandPct: '10' };
    const signal = { price, priceUnread: null, receivedAt: now, maxLagSec: null };
    const market = { symbol: 'SOL/USDT', last: '100', at: now - 50, source: 'demo' };
    const plan = planTrade(facts({ parameter: limit, signal, price: market }));
    expect(plan.kind === 'skip' ? plan.refusal.code : null).toBe(code);
  });

  it('with a slippage limit refuses a buy whose price could not be read, and says what', () => {
    const signal = { price: null, priceUnread: '"98,450" could be two prices.', receivedAt: now, maxLagSec: null };
    const plan = planTrade(facts({ parameter: { ...parameter, slippageBps: 10 }, signal }));
    expect(plan).toMatchObject({ kind: 'skip', refusal: { code: 'PRICE_UNREADABLE' } });
    expect(plan.kind === 'skip' && plan.refusal.message).toContain('98,450');
    expect(planTrade(facts({ parameter, signal })).kind).toBe('trade');
  });

  it('says where each number came from', () => {
    const { trace } = planTrade(
      facts({ vault, weight: '0.5', signal: { price: '100', priceUnread: null, receivedAt: now, maxLagSec: null } }),
    );
    const source = (name: string) => trace.find((entry) => entry.name === name);
    expect(source('signal price')).toEqual({ name: 'signal price', value: '100', source: 'signal' });
    expect(source('price')).toEqual({ name: 'price', value: '100.01', source: 'demo, ask, 50 ms old' });
    expect(source('available')).toMatchObject({ value: '400', source: 'vault 3, USDT' });
    expect(source('amount')).toMatchObject({ value: '100', source: 'parameter 7, fixed amount' });
    expect(source('weight')).toMatchObject({ value: '0.5' });
    expect(source('quantity')).toMatchObject({ value: '0.499' });
  });
});

describe('a sell', () => {
  it('closes all open positions, the older first', () => {
    const plan = sell([position(1, '0.5'), position(2, '0.3')]);
    expect(traded(plan).order.quantity.toFixed()).toBe('0.8');
    expect(shares(plan)).toEqual([
      [1, '0.5'],
      [2, '0.3'],
    ]);
  });

  it('rounds the total down to the step and leaves the rest in the youngest', () => {
    expect(shares(sell([position(1, '0.4996'), position(2, '0.3007')]))).toEqual([
      [1, '0.4996'],
      [2, '0.3004'],
    ]);
  });

  it('leaves out what is locked, unprofitable or reserved to another sell', () => {
    const positions = [
      position(1, '1', { lockSellByWebhook: true }),
      position(2, '1', { minProfitPct: '12' }),
      position(3, '1', { qtyReserved: d('1') }),
      position(4, '1', { qtyReserved: d('0.25') }),
    ];
    expect(shares(sell(positions))).toEqual([[4, '0.75']]);
  });

  it('at exactly the minimum profit is allowed', () => {
    // The bid is 99.99; 99.99 / 90 - 1 = 11.1 %.
    expect(skipped(sell([position(1, '1', { minProfitPct: '11.1' })]))).toBe('trade');
    expect(skipped(sell([position(1, '1', { minProfitPct: '11.11' })]))).toBe('MIN_PROFIT_NOT_MET');
  });

  it('names the reason all positions share, else counts them', () => {
    const locked = { lockSellByWebhook: true };
    expect(skipped(sell([]))).toBe('NO_ELIGIBLE_POSITIONS');
    expect(skipped(sell([position(1, '1', locked), position(2, '1', locked)]))).toBe('WEBHOOK_LOCK');
    expect(skipped(sell([position(1, '1', { qtyReserved: d('1') })]))).toBe('ALREADY_RESERVED');
    const mixed = sell([position(1, '1', locked), position(2, '1', { minProfitPct: '50' })]);
    expect(skipped(mixed)).toBe('NO_ELIGIBLE_POSITIONS');
    expect(mixed).toMatchObject({
      refusal: { message: expect.stringContaining('WEBHOOK_LOCK (1), MIN_PROFIT_NOT_MET (1)') },
    });
  });

  it('below the minimums of the market is skipped', () => {
    expect(skipped(sell([position(1, '0.0009')]))).toBe('MIN_NOTIONAL_NOT_MET');
    expect(skipped(sell([position(1, '0.049')]))).toBe('MIN_NOTIONAL_NOT_MET');
    expect(skipped(sell([position(1, '0.049'), position(2, '0.002')]))).toBe('trade');
  });

  it('is made smaller by a row for sells, by amount or by share', () => {
    const row = { ...parameter, side: 'SELL' as const };
    expect(shares(sell([position(1, '0.5'), position(2, '5')], { parameter: row }))).toEqual([
      [1, '0.5'],
      [2, '0.5'],
    ]);
    const half = { ...row, quoteAmountFixed: null, quoteAmountPctBalance: '50' };
    expect(shares(sell([position(1, '0.5'), position(2, '5')], { parameter: half }))).toEqual([
      [1, '0.5'],
      [2, '2.25'],
    ]);
    const none = { ...row, quoteAmountFixed: null };
    expect(shares(sell([position(1, '0.5')], { parameter: none }))).toEqual([[1, '0.5']]);
    const large = { ...row, quoteAmountFixed: '100000' };
    expect(shares(sell([position(1, '0.5')], { parameter: large }))).toEqual([[1, '0.5']]);
  });

  it('with a limit asks for at least the signal price, up to the tick', () => {
    const row = { ...parameter, side: 'SELL' as const, orderType: 'LIMIT' as const, quoteAmountFixed: null };
    const signal = { price: '110.001', priceUnread: null, receivedAt: now, maxLagSec: null };
    const plan = traded(sell([position(1, '1', { minProfitPct: '20' })], { parameter: row, signal }));
    expect(plan.order).toMatchObject({ type: 'LIMIT' });
    expect(plan.order.limitPrice?.toFixed()).toBe('110.01');
  });
});

const qty = fc.bigInt({ min: 0n, max: 10n ** 22n }).map((units) => d(units.toString()).div(d('1000000000000000000')));

describe('a sell without a current price', () => {
  const blind = { price: undefined };

  it('says that there is nothing to sell, or why, rather than that there is no price', () => {
    expect(skipped(sell([], blind))).toBe('NO_ELIGIBLE_POSITIONS');
    expect(skipped(sell([position(1, '1', { lockSellByWebhook: true })], blind))).toBe('WEBHOOK_LOCK');
    expect(skipped(sell([position(1, '1', { qtyReserved: d('1') })], blind))).toBe('ALREADY_RESERVED');
  });

  it('is sent as a market order all the same, unless the price decides something', () => {
    const stale = { symbol: 'SOL/USDT', last: '100', at: now - 31_000, source: 'demo' };
    for (const price of [undefined, stale]) {
      const { order, allocations } = traded(sell([position(1, '1'), position(2, '2')], { price }));
      expect([order.type, order.quantity.toFixed(), allocations.length]).toEqual(['MARKET', '3', 2]);
    }
    expect(skipped(sell([position(1, '1', { minProfitPct: '1' })], blind))).toBe('PRICE_UNAVAILABLE');
    const row = { ...parameter, side: 'SELL' as const, quoteAmountFixed: null };
    expect(skipped(sell([position(1, '1')], { ...blind, parameter: row }))).toBe('trade');
    expect(skipped(sell([position(1, '1')], { ...blind, parameter: { ...row, quoteAmountFixed: '10' } }))).toBe(
      'PRICE_UNAVAILABLE',
    );
    // Positions with a minimum profit stay, and the others do not wait for them.
    const mixed = [position(1, '1', { minProfitPct: '1' }), position(2, '2'), position(3, '3', { minProfitPct: '0' })];
    const { order, allocations } = traded(sell(mixed, blind));
    expect([order.quantity.toFixed(), ...allocations.map(({ positionId }) => positionId)]).toEqual(['2', 2]);
    const signal = { ...facts().signal, price: '100' };
    expect(skipped(sell([position(1, '1')], { ...blind, signal, parameter: { ...row, slippageBps: 10 } }))).toBe(
      'PRICE_UNAVAILABLE',
    );
  });
});

it('a sell of a rest beside other sells is refused as reserved, a sell of a tiny position as too small', () => {
  const crumb = position(1, '1.0004', { qtyReserved: d('1') });
  expect(skipped(sell([crumb]))).toBe('ALREADY_RESERVED');
  expect(skipped(sell([position(1, '0.01')]))).toBe('MIN_NOTIONAL_NOT_MET');
});

it('no sell takes more of a position than it has left, skips an older one, or sells an odd lot', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(qty, qty, fc.boolean(), fc.option(fc.integer({ min: 0, max: 30 }), { nil: null })), {
        maxLength: 8,
      }),
      fc.option(fc.integer({ min: 1, max: 100 }), { nil: null }),
      (rows, share) => {
        const positions = rows.map(([remaining, reserved, lockSellByWebhook, profit], index) =>
          position(index + 1, '0', {
            qtyRemaining: remaining,
            qtyReserved: reserved.gt(remaining) ? remaining : reserved,
            lockSellByWebhook,
            minProfitPct: profit === null ? null : String(profit),
          }),
        );
        const row = {
          ...parameter,
          side: 'SELL' as const,
          quoteAmountFixed: null,
          quoteAmountPctBalance: share === null ? null : String(share),
        };
        const plan = sell(positions, { parameter: share === null ? undefined : row });
        if (plan.kind === 'skip') return;
        const { allocations, order } = plan;
        expect(sum(allocations.map((part) => part.qty)).eq(order.quantity)).toBe(true);
        expect(order.quantity.mul(d('1000')).isInteger()).toBe(true);
        const taken = new Map(allocations.map((part) => [part.positionId, part.qty]));
        const last = Math.max(...taken.keys());
        for (const each of positions) {
          const free = each.qtyRemaining.sub(each.qtyReserved);
          const isOpen = !each.lockSellByWebhook && (each.minProfitPct === null || d(each.minProfitPct).lte('11.1'));
          const part = taken.get(each.id) ?? d('0');
          expect(part.lte(isOpen ? free : '0')).toBe(true);
          if (isOpen && each.id < last) expect(part.eq(free)).toBe(true);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});
