import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { d } from '../money/money.js';
import {
  candleOf,
  CANDLE_SECONDS,
  groupCandles,
  keptFor,
  mergeCandles,
  packSeconds,
  spanOf,
  unpackSeconds,
  type Candle,
  type CandleInterval,
} from './candles.js';

const T0 = Date.UTC(2026, 10, 30, 12, 0, 0);
const price = fc.integer({ min: 1, max: 10 ** 9 }).map((n) => d(String(n)).div(10_000).toFixed());
const ticks = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 7_200_000 }), price), { minLength: 1, maxLength: 200 })
  .map((all) => all.map(([ms, text]) => ({ at: T0 + ms, price: text })).sort((a, b) => a.at - b.at));
const inSeconds = (all: { at: number; price: string }[]) =>
  groupCandles(
    all.map((one) => candleOf(one, 1)),
    1,
  );

describe('Candles', () => {
  it('have the first, highest, lowest and last price of their span, whatever they are grouped from', () => {
    fc.assert(
      fc.property(ticks, fc.constantFrom(1, 5, 15, 60, 300, 3_600), (all, seconds) => {
        const grouped = groupCandles(groupCandles(inSeconds(all), seconds > 60 ? 60 : 1), seconds);
        const starts = [...new Set(all.map(({ at }) => spanOf(at, seconds)))];
        expect(grouped.map(({ at }) => at)).toEqual(starts);
        for (const candle of grouped) {
          const within = all.filter(({ at }) => spanOf(at, seconds) === candle.at).map((one) => one.price);
          const sorted = [...within].sort((a, b) => d(a).cmp(b));
          expect(candle).toEqual({
            ...{ at: candle.at, open: within[0], high: sorted.at(-1), low: sorted[0], close: within.at(-1) },
          });
        }
      }),
    );
  });

  it('are the same after they were packed in parts and read again', () => {
    fc.assert(
      fc.property(ticks, fc.integer({ min: 0, max: 60 }), (all, cut) => {
        const minuteAt = spanOf(all[0]!.at, 60);
        const minute = all.filter(({ at }) => spanOf(at, 60) === minuteAt);
        const [early, late] = [minute.slice(0, cut), minute.slice(cut)];
        const text = packSeconds(minuteAt, inSeconds(early)) + packSeconds(minuteAt, inSeconds(late));
        expect(unpackSeconds(minuteAt, text)).toEqual(inSeconds(minute));
        // A part that was written twice changes nothing.
        expect(unpackSeconds(minuteAt, text + packSeconds(minuteAt, inSeconds(late)))).toEqual(inSeconds(minute));
      }),
    );
  });

  it('compare prices by all their digits', () => {
    const at = (close: string): Candle => candleOf({ at: T0, price: close }, 1);
    const [low, high] = ['100000000000000000.000000000000000001', '100000000000000000.000000000000000002'];
    expect(mergeCandles(at(low), at(high))).toMatchObject({ high, low });
    expect(mergeCandles(at(high), at(low))).toMatchObject({ high, low });
  });

  it('ignore text that is not a packed second', () => {
    expect(unpackSeconds(T0, 'x;1:;:5,;2:1,2;')).toEqual([
      { at: T0 + 2_000, open: '1', high: '2', low: '1', close: '1' },
    ]);
  });

  it.each([
    ['S1', undefined],
    ['S15', undefined],
    ['M1', 60],
    ['M15', 60],
    ['H1', 3_600],
    ['H4', 3_600],
    ['D1', 86_400],
  ] as [CandleInterval, number | undefined][])('of %s are made of kept candles of %s seconds', (interval, kept) => {
    expect(keptFor(interval)).toBe(kept);
    if (kept) expect(CANDLE_SECONDS[interval] % kept).toBe(0);
  });
});
