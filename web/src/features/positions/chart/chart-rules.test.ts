import { describe, expect, it } from 'vitest';
import { candleAfterTick, fillMarks, joinCandles, type Candle } from './candles';
import { formAfterDrag, priceAtHeight, priceStep, type DraggedLine } from './drag-exits';
import { INTERVALS, intervalSince, secondsOf } from './intervals';
import { placeLabels } from './place-labels';
import { exitFaults, formOfExits, priceAt } from '../exits-form';
import { aPosition } from '../../../testing/rows';

const T0 = Date.UTC(2026, 10, 30, 12, 0, 0);
/** The same numbers in every run, each in [0, 1). */
const randomNumbers = (seed: number) => {
  let state = seed;
  return () => (state = (state * 16_807) % 2_147_483_647) / 2_147_483_647;
};
const flat = (at: number, price: string): Candle => ({ at, open: price, high: price, low: price, close: price });

describe('The candles of the chart', () => {
  it('grow with each tick of their span, and the next span begins a new one', () => {
    const first = candleAfterTick(undefined, { price: '10', at: T0 + 59_000 }, 60)!;
    expect(first).toEqual(flat(T0, '10'));
    const wider = ['9', '12', '11'].reduce(
      (candle, price) => candleAfterTick(candle, { price, at: T0 + 59_500 }, 60)!,
      first,
    );
    expect(wider).toEqual({ at: T0, open: '10', high: '12', low: '9', close: '11' });
    expect(candleAfterTick(wider, { price: '13', at: T0 + 60_000 }, 60)).toEqual(flat(T0 + 60_000, '13'));
    expect(candleAfterTick(wider, { price: '99', at: T0 - 1 }, 60)).toBe(wider);
  });

  it('are joined in order, and the later list knows better', () => {
    const [a, b, c] = [flat(T0, '1'), flat(T0 + 1, '2'), flat(T0 + 2, '3')];
    expect(joinCandles([b, c], [a], [{ ...b, close: '9' }])).toEqual([a, { ...b, close: '9' }, c]);
  });

  it('carry the fills of their span, and fills before the first candle are left out', () => {
    const fill = (side: 'BUY' | 'SELL', at: number) => ({ side, filledAt: new Date(at).toISOString() });
    const candles = [flat(T0, '1'), flat(T0 + 60_000, '1')];
    const fills = [fill('BUY', T0 - 1), fill('BUY', T0 + 5), fill('BUY', T0 + 9), fill('SELL', T0 + 61_000)];
    expect(fillMarks(fills, candles)).toEqual([
      { at: T0, side: 'BUY', count: 2 },
      { at: T0 + 60_000, side: 'SELL', count: 1 },
    ]);
  });

  it('are of the shortest interval in which the opening of the position is in view', () => {
    const after = (ms: number) => intervalSince(T0, T0 + ms);
    expect([0, 3_600_000, 86_400_000, 86_400_000 * 15, 86_400_000 * 3_650].map(after)).toEqual([
      ...['M1', 'M1', 'M15', 'H4', 'D1'],
    ]);
    expect(INTERVALS.map(([name]) => secondsOf(name))).toEqual(INTERVALS.map(([, seconds]) => seconds));
  });
});

describe('Labels of lines', () => {
  it('stay in the chart, in the order of their prices, and cover none of the others', () => {
    const random = randomNumbers(7);
    for (let round = 0; round < 200; round++) {
      const heightsOfLines = new Set(Array.from({ length: 1 + (round % 12) }, () => Math.floor(random() * 900) - 300));
      const all = [...heightsOfLines].map((y, index) => ({ id: String(index), y }));
      const placed = placeLabels(all, { height: 300, size: 20 });
      const heights = placed.map(({ y }) => y);
      expect(placed.map(({ id }) => id)).toEqual([...all].sort((a, b) => a.y - b.y).map(({ id }) => id));
      expect(Math.min(...heights)).toBeGreaterThanOrEqual(10);
      expect(Math.max(...heights)).toBeLessThanOrEqual(290);
      heights.slice(1).forEach((y, index) => expect(y - heights[index]!).toBeGreaterThanOrEqual(20));
    }
  });

  it('are at their lines where there is room, and say at the edge that their line is outside', () => {
    const all = [
      { id: 'far', y: -50 },
      { id: 'stop', y: 200 },
      { id: 'entry', y: 100 },
      { id: 'deep', y: 301 },
    ];
    expect(placeLabels(all, { height: 300, size: 20 })).toEqual([
      { id: 'far', y: 10, edge: 'above' },
      { id: 'entry', y: 100 },
      { id: 'stop', y: 200 },
      { id: 'deep', y: 290, edge: 'below' },
    ]);
  });
});

describe('Dragging a line', () => {
  const position = { ...aPosition({ slEnabled: true, slPct: '5' }), targets: [] };
  const form = {
    ...formOfExits(position),
    ...{ trailingEnabled: true, trailingDistancePct: '1' },
    targets: [
      { key: 'a', pct: '2', sharePct: '50' },
      { key: 'b', pct: '4', sharePct: '25' },
    ],
  };
  const dragged = (line: DraggedLine, price: string, top = '110000') =>
    formAfterDrag(form, position, { line, price, top });

  it('of a stop changes its percentage, below the entry and above it', () => {
    expect(dragged({ kind: 'stop' }, '97500')).toEqual({ ...form, slEnabled: true, slPct: '2.5' });
    expect(dragged({ kind: 'stop' }, '101000').slPct).toBe('-1');
    expect(
      formAfterDrag({ ...form, slEnabled: false }, position, { line: { kind: 'stop' }, price: '90000', top: '1' }),
    ).toMatchObject({ slEnabled: true, slPct: '10' });
  });

  it('of a take profit, a trailing stop and its arming price changes each of them alone', () => {
    expect(dragged({ kind: 'target' }, '104000')).toEqual({ ...form, tpEnabled: true, tpPct: '4' });
    expect(dragged({ kind: 'trailing' }, '99000')).toEqual({ ...form, trailingDistancePct: '10' });
    expect(dragged({ kind: 'arming' }, '103000')).toEqual({ ...form, trailingArmingPct: '3' });
  });

  it('of a target of the ladder changes that target', () => {
    expect(dragged({ kind: 'ladder', targetId: 'b' }, '105000').targets).toEqual([
      ...[form.targets[0], { key: 'b', pct: '5', sharePct: '25' }],
    ]);
  });

  it('to a price where the exit cannot be ends at the nearest one where it can', () => {
    expect(dragged({ kind: 'target' }, '90000').tpPct).toBe('0.01');
    expect(dragged({ kind: 'arming' }, '90000').trailingArmingPct).toBe('0');
    expect(dragged({ kind: 'trailing' }, '120000').trailingDistancePct).toBe('0.01');
    expect(dragged({ kind: 'trailing' }, '0.01').trailingDistancePct).toBe('99.99');
    expect(dragged({ kind: 'ladder', targetId: 'a' }, '1').targets[0]?.pct).toBe('0.01');
  });

  it('gives the price of the line in the form, within the digits that are stored, and no fault', () => {
    const random = randomNumbers(11);
    for (let round = 0; round < 200; round++) {
      const kind = (['stop', 'target', 'trailing', 'arming'] as const)[round % 4]!;
      const price = 5_000 + Math.floor(random() * 175_000);
      const changed = dragged({ kind }, String(price), '200000');
      expect(exitFaults({ ...changed, targets: [] })).toEqual({});
      const level = {
        stop: priceAt('100000', changed.slPct, 'below'),
        target: price > 100_000 ? priceAt('100000', changed.tpPct, 'above') : null,
        trailing: priceAt('200000', changed.trailingDistancePct, 'below'),
        arming: price > 100_000 ? priceAt('100000', changed.trailingArmingPct, 'above') : null,
      }[kind];
      if (level !== null) expect(Math.abs(Number(level) - price)).toBeLessThanOrEqual(20);
    }
  });

  it('moves by whole ticks, and never below the first', () => {
    expect([99.987, 99.984, -5, Number.NaN, 0.001].map((read) => priceAtHeight(read, '0.01'))).toEqual([
      ...['99.99', '99.98', '0.01', '0.01', '0.01'],
    ]);
    expect(priceAtHeight(0.00001234, '0.00000001')).toBe('0.00001234');
    expect(priceStep('100000', '0.01', 1)).toBe('100100');
    expect(priceStep('100', '1', -1)).toBe('99');
  });
});
