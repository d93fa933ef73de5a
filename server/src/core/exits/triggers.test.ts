import { describe, expect, it } from 'vitest';
import { d } from '../money/money.js';
import { decideExit, exitLevels, nextTrailingMax, type Exit, type WatchedPosition } from './triggers.js';

const NOW = 1_000_000;
const position = (options: Partial<WatchedPosition> = {}): WatchedPosition => ({
  id: 1,
  accountId: 1,
  entryPrice: d('100'),
  stopLossBps: null,
  takeProfitBps: null,
  minProfitBps: null,
  trailingBps: null,
  armingBps: null,
  trailingMax: null,
  trailingVersion: 0,
  timeStopAt: null,
  targets: [],
  breakEven: false,
  hasTakenPart: false,
  ...options,
});

/** The result of prices, one after the other: the first exit and its price. */
function run(
  options: Partial<WatchedPosition>,
  prices: readonly string[],
  now = NOW,
): (Exit & { at: string }) | undefined {
  const levels = exitLevels(position(options));
  for (const price of prices) {
    levels.trailingMax = nextTrailingMax(levels, d(price));
    const exit = decideExit(levels, d(price), now);
    if (exit) return { ...exit, at: price };
  }
  return undefined;
}
const whole = (reason: Exit['reason'], at: string) => ({ reason, at, ordinals: [] });

describe('stop loss', () => {
  it('fires at the boundary and not a digit above it', () => {
    expect(run({ stopLossBps: 200 }, ['98.000000000000000001'])).toBeUndefined();
    expect(run({ stopLossBps: 200 }, ['98'])).toEqual(whole('STOP_LOSS', '98'));
  });

  it('is exact where doubles are not', () => {
    // 0.07 × (1 - 0.1) is 0.063 exactly; as doubles the product is 0.06300000000000001.
    const options = { entryPrice: d('0.07'), stopLossBps: 1_000 };
    expect(run(options, ['0.063'])).toEqual(whole('STOP_LOSS', '0.063'));
    expect(run(options, ['0.063000000000000001'])).toBeUndefined();
    expect(run({ entryPrice: d('0.000000000000000003'), stopLossBps: 3_333 }, ['0.000000000000000002'])).toEqual(
      whole('STOP_LOSS', '0.000000000000000002'),
    );
    expect(
      run({ entryPrice: d('0.000000000000000003'), stopLossBps: 3_334 }, ['0.000000000000000002']),
    ).toBeUndefined();
  });

  it('fires when the price jumps over the level', () => {
    expect(run({ stopLossBps: 200 }, ['101', '60'])).toEqual(whole('STOP_LOSS', '60'));
  });

  it('ignores the minimum profit', () => {
    expect(run({ stopLossBps: 200, minProfitBps: 500 }, ['97'])).toEqual(whole('STOP_LOSS', '97'));
  });

  it('does nothing when switched off', () => {
    expect(run({}, ['1', '100000'])).toBeUndefined();
  });
});

describe('take profit', () => {
  it('fires at the boundary and not a digit below it', () => {
    expect(run({ takeProfitBps: 325 }, ['103.249999999999999999'])).toBeUndefined();
    expect(run({ takeProfitBps: 325 }, ['103.25'])).toEqual(whole('TAKE_PROFIT', '103.25'));
  });

  it('waits for the minimum profit when that is higher', () => {
    const options = { takeProfitBps: 200, minProfitBps: 300 };
    expect(run(options, ['102.99'])).toBeUndefined();
    expect(run(options, ['103'])).toEqual(whole('TAKE_PROFIT', '103'));
  });

  it('fires when the price jumps over the level', () => {
    expect(run({ takeProfitBps: 200 }, ['150'])).toEqual(whole('TAKE_PROFIT', '150'));
  });
});

describe('partial take profit', () => {
  const targets = [
    { ordinal: 1, bps: 100 },
    { ordinal: 2, bps: 200 },
    { ordinal: 3, bps: 400 },
  ];
  it('fires a target at its boundary', () => {
    expect(run({ targets }, ['100.99'])).toBeUndefined();
    expect(run({ targets }, ['101'])).toEqual({ reason: 'PARTIAL_TAKE_PROFIT', ordinals: [1], at: '101' });
  });

  it('fires every target that a price jump passed', () => {
    expect(run({ targets }, ['102'])?.ordinals).toEqual([1, 2]);
  });

  it('yields to the full take profit', () => {
    expect(run({ targets, takeProfitBps: 200 }, ['102'])).toEqual(whole('TAKE_PROFIT', '102'));
  });

  it('waits for the minimum profit', () => {
    expect(run({ targets, minProfitBps: 150 }, ['101.49'])).toBeUndefined();
    expect(run({ targets, minProfitBps: 150 }, ['101.5'])?.ordinals).toEqual([1]);
  });

  it('moves the stop to the opening price after a target has fired, if break-even is set', () => {
    const options = { stopLossBps: 500, breakEven: true };
    expect(run({ ...options, hasTakenPart: false }, ['100'])).toBeUndefined();
    expect(run({ ...options, hasTakenPart: true }, ['100.000000000000000001'])).toBeUndefined();
    expect(run({ ...options, hasTakenPart: true }, ['100'])).toEqual(whole('STOP_LOSS', '100'));
    expect(run({ breakEven: true, hasTakenPart: true }, ['99'])).toEqual(whole('STOP_LOSS', '99'));
    expect(run({ ...options, breakEven: false, hasTakenPart: true }, ['99'])).toBeUndefined();
  });
});

describe('trailing stop', () => {
  it('follows the highest price and fires at its boundary', () => {
    expect(run({ trailingBps: 200 }, ['100', '110', '107.800000000000000001'])).toBeUndefined();
    expect(run({ trailingBps: 200 }, ['100', '110', '107.8'])).toEqual(whole('TRAILING_STOP', '107.8'));
  });

  it('starts at the opening price, for any first price', () => {
    expect(run({ trailingBps: 200 }, ['98.01', '98.000000000000000001'])).toBeUndefined();
    expect(run({ trailingBps: 200 }, ['98'])).toEqual(whole('TRAILING_STOP', '98'));
    expect(run({ trailingBps: 200 }, ['90'])).toEqual(whole('TRAILING_STOP', '90'));
    // A maximum that was stored before the opening price rose with a further fill.
    expect(run({ trailingBps: 200, trailingMax: d('99') }, ['98'])).toEqual(whole('TRAILING_STOP', '98'));
  });

  it('with an arming percentage is inactive until that profit is reached', () => {
    const options = { trailingBps: 200, armingBps: 500 };
    expect(run(options, ['104.99', '90'])).toBeUndefined();
    expect(run(options, ['105', '102.91'])).toBeUndefined();
    expect(run(options, ['105', '102.9'])).toEqual(whole('TRAILING_STOP', '102.9'));
    // It starts at the price that armed it, even if that is far above.
    expect(run(options, ['110', '107.81'])).toBeUndefined();
    expect(run(options, ['110', '107.8'])).toEqual(whole('TRAILING_STOP', '107.8'));
  });

  it('continues from the given maximum, as after a restart', () => {
    expect(run({ trailingBps: 200, trailingMax: d('110') }, ['107.8'])).toEqual(whole('TRAILING_STOP', '107.8'));
    expect(run({ trailingBps: 200, armingBps: 5_000, trailingMax: d('110') }, ['107.8'])?.reason).toBe('TRAILING_STOP');
  });

  it('keeps its maximum while it is switched off, and does not fire', () => {
    expect(run({ trailingMax: d('110') }, ['50'])).toBeUndefined();
  });
});

describe('several at once', () => {
  it('the higher of stop loss and trailing stop names the reason, at a tie the trailing stop', () => {
    // Stop at 98, trailing stop at 99.
    expect(run({ stopLossBps: 200, trailingBps: 1_000, trailingMax: d('110') }, ['97'])?.reason).toBe('TRAILING_STOP');
    // Stop at 98, trailing stop at 97.
    expect(run({ stopLossBps: 200, trailingBps: 300 }, ['100', '96'])?.reason).toBe('STOP_LOSS');
    // Both at 98, reached exactly and by a gap.
    expect(run({ stopLossBps: 200, trailingBps: 200 }, ['97'])?.reason).toBe('TRAILING_STOP');
    expect(run({ stopLossBps: 200, trailingBps: 200, trailingMax: d('100') }, ['98'])?.reason).toBe('TRAILING_STOP');
    expect(run({ stopLossBps: 200, trailingBps: 200 }, ['100', '98'])?.reason).toBe('TRAILING_STOP');
  });

  it('only the trailing stop holds between the two', () => {
    expect(run({ stopLossBps: 200, trailingBps: 1_000, trailingMax: d('110') }, ['98.5'])?.reason).toBe(
      'TRAILING_STOP',
    );
  });

  it('the stop comes before the end of the time, and that before a partial target', () => {
    const targets = [{ ordinal: 1, bps: 100 }];
    expect(run({ stopLossBps: 200, timeStopAt: NOW }, ['90'])?.reason).toBe('STOP_LOSS');
    expect(run({ targets, timeStopAt: NOW }, ['105'])?.reason).toBe('TIME_STOP');
    expect(run({ takeProfitBps: 100, timeStopAt: NOW }, ['105'])?.reason).toBe('TAKE_PROFIT');
  });
});

describe('time stop', () => {
  it('fires with the first price at its moment, at any price', () => {
    expect(run({ timeStopAt: NOW }, ['100'], NOW - 1)).toBeUndefined();
    expect(run({ timeStopAt: NOW }, ['100'], NOW)).toEqual(whole('TIME_STOP', '100'));
  });
});
