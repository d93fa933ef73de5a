import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { missedSignals, type TrailedSignal } from './missed-signals.js';
import { readTrail } from './signal-trail.js';

const read = (messages: readonly object[], symbol: string | null = 'BTC/USDT'): TrailedSignal[] =>
  messages.flatMap((message, index) => {
    const trail = readTrail(JSON.stringify(message), symbol);
    return trail ? [{ receiptId: index + 1, ...trail }] : [];
  });
const at = (prev_market_position: string, market_position: string, more: object = {}) => ({
  ...{ prev_market_position, market_position },
  ...more,
});
const numbers = (...list: number[]) =>
  missedSignals(read(list.map((sequence) => ({ sequence })))).map((one) =>
    one.kind === 'SEQUENCE' ? [one.from, one.to] : one,
  );

describe('A position before that does not fit', () => {
  it('is found: the entry between two exits did not come', () => {
    expect(missedSignals(read([at('long', 'flat'), at('flat', 'long'), at('long', 'flat')]))).toEqual([]);
    expect(missedSignals(read([at('long', 'flat'), at('long', 'flat')]))).toEqual([
      { kind: 'POSITION', receiptId: 2, track: 'BTC/USDT||||||', expected: 'flat', found: 'long' },
    ]);
  });

  it('is read at any depth and in any spelling, and never from text or from other values', () => {
    const nested = { strategy: { marketPosition: 'LONG', 'prev-market-position': ' Flat ' } };
    expect(readTrail(JSON.stringify(nested), 'A/B')).toMatchObject({ position: 'long', previousPosition: 'flat' });
    expect(readTrail('market_position long', 'A/B')).toBeNull();
    expect(readTrail('{"market_position":"long"', 'A/B')).toBeNull();
    expect(readTrail('{"market_position":"both"}', 'A/B')).toBeNull();
  });

  it('is compared within one strategy and timeframe only', () => {
    const hourly = { timeframe: '1h' };
    const daily = { timeframe: '1d' };
    expect(missedSignals(read([at('flat', 'long', hourly), at('long', 'flat', daily)]))).toEqual([]);
    expect(missedSignals(read([at('flat', 'long', hourly), at('flat', 'long', hourly)]))).toHaveLength(1);
  });
});

describe('A gap in a sequence', () => {
  it('is found, and what came late is not missing', () => {
    expect(numbers(5, 6, 7)).toEqual([]);
    expect(numbers(5, 6, 9, 10)).toEqual([[7, 8]]);
    expect(numbers(5, 7, 6, 8)).toEqual([]);
    expect(numbers(5, 9, 7, 10)).toEqual([[6, 8]]);
  });

  it('is none when the sender began again', () => {
    expect(numbers(5_000, 5_001, 1, 2, 3)).toEqual([]);
    expect(numbers(5_000, 0, 1)).toEqual([]);
  });

  it('is read for the whole source or for each strategy, whichever explains more', () => {
    const apart = [
      ...read([{ seq: 100 }, { seq: 101 }, { seq: 103 }], 'BTC/USDT'),
      ...read([{ seq: 7 }, { seq: 8 }], 'ETH/USDT'),
    ];
    expect(missedSignals(apart)).toMatchObject([{ from: 102, to: 102 }]);
    const together = [1, 2, 3, 4, 6, 7].map((sequence, index): TrailedSignal => ({
      ...{ receiptId: index, position: null, previousPosition: null, sequence },
      track: index % 2 === 0 ? 'BTC/USDT' : 'ETH/USDT',
    }));
    expect(missedSignals(together)).toMatchObject([{ from: 5, to: 5 }]);
  });

  it('exists exactly where numbers were left out of a sequence, whatever the order within a few', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 1_000 }),
        fc.integer({ min: 5, max: 60 }),
        fc.uniqueArray(fc.nat({ max: 60 }), { maxLength: 3 }),
        (first, count, left) => {
          const all = Array.from({ length: count }, (_, n) => first + n);
          // The first and the last number show where the sequence begins and ends.
          const gone = new Set(left.filter((n) => n > 0 && n < count - 1).map((n) => first + n));
          const missing = numbers(...all.filter((n) => !gone.has(n))).flatMap((gap) => {
            const [from, to] = gap as [number, number];
            return Array.from({ length: to - from + 1 }, (_, n) => from + n);
          });
          expect(missing).toEqual(all.filter((n) => gone.has(n)));
        },
      ),
    );
  });
});
