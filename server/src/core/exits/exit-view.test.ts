import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exitView } from './exit-view.js';
import { d } from '../money/money.js';
import { decideExit, exitLevels, type WatchedPosition } from './triggers.js';

const position = (changes: Partial<WatchedPosition> = {}): WatchedPosition => ({
  ...{ id: 1, accountId: 1, entryPrice: d('100'), stopLossBps: null, takeProfitBps: null, minProfitBps: null },
  ...{ trailingBps: null, armingBps: null, trailingMax: null, trailingVersion: 0, timeStopAt: null, targets: [] },
  ...{ breakEven: false, hasTakenPart: false, ...changes },
});
const shown = (changes: Partial<WatchedPosition>, price?: string) =>
  JSON.parse(JSON.stringify(exitView(position(changes), price === undefined ? undefined : d(price)))) as object;

describe('the displayed prices of exits', () => {
  it('a position without exits has none', () => {
    expect(shown({}, '100')).toEqual({
      ...{ stopPrice: null, trailingStopPrice: null, trailingArmingPrice: null, takeProfitPrice: null },
      ...{ nextTargetPrice: null, targets: [], timeStopAt: null, distanceToStopPct: null, distanceToTargetPct: null },
    });
  });

  it('the nearest stop and the nearest profit give the distances', () => {
    const changes = {
      ...{ stopLossBps: 1_000, trailingBps: 500, trailingMax: d('120'), takeProfitBps: 5_000 },
      targets: [{ ordinal: 1, bps: 2_500 }],
    };
    expect(shown(changes, '120')).toMatchObject({
      ...{ stopPrice: '90', trailingStopPrice: '114', takeProfitPrice: '150', targets: [{ ordinal: 1, price: '125' }] },
      ...{ distanceToStopPct: '5', distanceToTargetPct: '4.1666' },
    });
  });

  it('a trailing stop that is not armed shows what arms it', () => {
    expect(shown({ trailingBps: 500, armingBps: 300 }, '100')).toMatchObject({
      ...{ trailingStopPrice: null, trailingArmingPrice: '103', distanceToStopPct: null },
    });
  });

  it('after the first target the stop is the opening price, and no profit is below the minimum', () => {
    const changes = { stopLossBps: 1_000, breakEven: true, hasTakenPart: true, takeProfitBps: 200, minProfitBps: 700 };
    expect(shown(changes, '104')).toMatchObject({ stopPrice: '100', takeProfitPrice: '107' });
  });

  it('the next target is the nearest of take profit and the targets that have not fired', () => {
    const ladder = [
      { ordinal: 1, bps: 300 },
      { ordinal: 2, bps: 900 },
    ];
    expect(shown({ takeProfitBps: 500, targets: ladder })).toMatchObject({ nextTargetPrice: '103' });
    expect(shown({ takeProfitBps: 200, targets: ladder })).toMatchObject({ nextTargetPrice: '102' });
    expect(shown({ stopLossBps: 100 })).toMatchObject({ nextTargetPrice: null });
  });

  it('without a price there are levels, but no distances', () => {
    expect(shown({ stopLossBps: 1_000 })).toMatchObject({ stopPrice: '90', distanceToStopPct: null });
  });

  it('a distance is above zero exactly while no trigger fires', () => {
    const bps = fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: null });
    const money = fc.integer({ min: 1, max: 20_000 }).map((cents) => d(String(cents)).div('100'));
    const watched = fc.record({ stopLossBps: bps, takeProfitBps: bps, trailingBps: bps, trailingMax: money });
    fc.assert(
      fc.property(watched, money, (changes, price) => {
        const followed = changes.trailingMax.gt(price) ? changes.trailingMax : price;
        const one = position({ ...changes, trailingMax: followed });
        const { stopPrice, trailingStopPrice, takeProfitPrice } = exitView(one, price);
        const isAbove = [stopPrice, trailingStopPrice].every((level) => level === null || price.gt(level));
        const isBelow = takeProfitPrice === null || price.lt(takeProfitPrice);
        expect(isAbove && isBelow).toBe(decideExit(exitLevels(one), price, 0) === undefined);
      }),
    );
  });
});
