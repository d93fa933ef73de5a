import { describe, expect, it } from 'vitest';
import { d, ZERO, type D } from '../money/money.js';
import { planExit, type ExitFacts } from './plan-exit.js';
import type { WatchedPosition } from './triggers.js';

const MARKET = {
  ...{ symbol: 'SOL/USDT', base: 'SOL', quote: 'USDT', tickSize: '0.01' },
  ...{ stepSize: '0.001', minQty: '0.001', minNotional: '5' },
};
const facts = (
  watched: Partial<WatchedPosition>,
  price: string,
  over: Partial<ExitFacts> & { qty?: string } = {},
): ExitFacts => {
  const qty: D = d(over.qty ?? '1');
  return {
    watched: {
      ...{ id: 1, accountId: 1, entryPrice: d('100'), stopLossBps: null, takeProfitBps: null, minProfitBps: null },
      ...{ trailingBps: null, armingBps: null, trailingMax: null, trailingVersion: 3, timeStopAt: null, targets: [] },
      ...{ breakEven: false, hasTakenPart: false },
      ...watched,
    },
    ...{ status: 'OPEN', qtyTotal: qty, qtyRemaining: qty, qtyReserved: ZERO, isOpeningDone: true, sells: [] },
    ...{ shares: new Map(), market: MARKET, price: d(price), now: 1_000, trailing: undefined, leaveResting: false },
    ...over,
  };
};
const reasonOf = (given: ExitFacts): string => {
  const plan = planExit(given);
  return plan.kind === 'sell' ? plan.exit.reason : plan.kind;
};

describe('An exit that is decided a moment after its price', () => {
  const following = { takeProfitBps: 400, trailingBps: 300, trailingMax: d('110') };
  it('is checked against the maximum at that price, not a later one', () => {
    expect(reasonOf(facts(following, '104', { trailing: { max: d('104'), version: 3 } }))).toBe('TAKE_PROFIT');
    const plan = planExit(facts(following, '104', { trailing: { max: d('104'), version: 3 } }));
    expect(plan.kind === 'sell' && plan.trailingMax?.toFixed()).toBe('104');
  });

  it('ignores a trailing stop that later prices have armed', () => {
    const waiting = { ...following, armingBps: 500 };
    expect(reasonOf(facts(waiting, '104', { trailing: { max: null, version: 3 } }))).toBe('TAKE_PROFIT');
  });

  it('uses the stored maximum when the trailing stop was edited since, or was not watched', () => {
    expect(reasonOf(facts(following, '104', { trailing: { max: d('104'), version: 2 } }))).toBe('TRAILING_STOP');
    expect(reasonOf(facts(following, '104'))).toBe('TRAILING_STOP');
  });

  it('never starts below the opening price', () => {
    const given = facts({ trailingBps: 300, trailingMax: null }, '97', { trailing: { max: d('90'), version: 3 } });
    expect(reasonOf(given)).toBe('TRAILING_STOP');
  });
});

describe('A target sells its share', () => {
  const soldOf = (watched: Partial<WatchedPosition>, qty: string, price = '105'): string => {
    const target = { targets: [{ ordinal: 1, bps: 500 }] };
    const plan = planExit(facts({ ...target, ...watched }, price, { qty, shares: new Map([[1, d('50')]]) }));
    return plan.kind === 'sell' ? plan.quantity.toFixed() : plan.kind;
  };

  it('while the rest can be sold at its stop, after a fee in coins; else it sells all', () => {
    // Half of 0.106 at a stop of 5 %: 0.052 coins after the fee are worth 4.94, less than the market's minimum.
    expect(soldOf({ stopLossBps: 500 }, '0.106')).toBe('0.106');
    expect(soldOf({ stopLossBps: 500 }, '0.108')).toBe('0.054');
    // Half of it is below the minimum now either way, so there is nothing to leave.
    expect(soldOf({ stopLossBps: 500 }, '0.06')).toBe('0.06');
  });

  it('the higher of its stops counts, raised to the opening price if the owner has set break-even', () => {
    expect(soldOf({ stopLossBps: 500, breakEven: true }, '0.104')).toBe('0.052');
    expect(soldOf({ stopLossBps: 500, trailingBps: 200 }, '0.102')).toBe('0.051');
    expect(soldOf({ stopLossBps: 500 }, '0.104')).toBe('0.104');
  });

  it('without a stop the rest is valued 10 % below this price', () => {
    expect(soldOf({}, '0.108')).toBe('0.054');
    expect(soldOf({}, '0.106')).toBe('0.106');
  });
});
