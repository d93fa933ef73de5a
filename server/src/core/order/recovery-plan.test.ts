import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countsFrom, nextLookInMs, readingWindows, type LostOrder } from './recovery-plan.js';

const HOUR_MS = 3_600_000;
const WINDOW = { windowMs: 9_000 };
const orders = fc.array(
  fc
    .record({
      symbol: fc.constantFrom('BTC/USDT', 'ETH/USDT'),
      createdAt: fc.integer({ min: 0, max: 24 * HOUR_MS }),
      sendMs: fc.integer({ min: 0, max: 5_000 }),
    })
    .map(({ sendMs, ...one }) => ({ ...one, sendBefore: one.createdAt + sendMs })),
  { maxLength: 40 },
);
const numbered = (some: Omit<LostOrder, 'executionId'>[]): LostOrder[] =>
  some.map((one, executionId) => ({ ...one, executionId }));

describe('the readings that answer for lost orders', () => {
  it('cover each order once, from before it was stored until it can no longer be admitted', () => {
    fc.assert(
      fc.property(orders, (some) => {
        const lost = numbered(some);
        const windows = readingWindows(lost, WINDOW);
        expect(windows.flatMap(({ executionIds }) => executionIds).sort((a, b) => a - b)).toEqual(
          lost.map(({ executionId }) => executionId),
        );
        for (const { symbol, since, until, executionIds } of windows)
          for (const id of executionIds) {
            const order = lost[id] as LostOrder;
            expect(order.symbol).toBe(symbol);
            expect(since).toBeLessThanOrEqual(order.createdAt - 10_000);
            expect(until).toBeGreaterThanOrEqual(order.sendBefore + WINDOW.windowMs + 10_000);
          }
      }),
    );
  });

  it('are as many as the groups of orders sent at about the same time, without the hours between', () => {
    fc.assert(
      fc.property(orders, (some) => {
        for (const { since, until, executionIds } of readingWindows(numbered(some), WINDOW))
          expect(until - since).toBeLessThanOrEqual(executionIds.length * (5 * 60_000 + 34_000) + 34_000);
      }),
    );
  });

  it('are one for twelve orders that were lost together', () => {
    const lost = Array.from({ length: 12 }, (_, executionId) => ({
      ...{ executionId, symbol: 'BTC/USDT', createdAt: 1_000 * executionId, sendBefore: 1_000 * executionId + 5_000 },
    }));
    expect(readingWindows(lost, WINDOW)).toHaveLength(1);
  });
});

describe('the next look for a lost order', () => {
  const from = countsFrom({ sendBefore: 2_000 }, WINDOW);

  it('comes later each time, but never misses the moment from which an absence counts', () => {
    const at: number[] = [];
    let now = 0;
    for (let looks = 1; now <= from; looks++) {
      now += nextLookInMs({ looks, now, countsFrom: from, notFoundCount: 0 });
      at.push(now);
    }
    expect(at).toEqual([1_000, 3_000, 7_000, from + 1]);
  });

  it('comes a second after an absence that counted, to complete the proof', () => {
    expect(nextLookInMs({ looks: 5, now: from + 1, countsFrom: from, notFoundCount: 1 })).toBe(1_000);
  });

  it('proves within twenty seconds that an order lost at once is absent', () => {
    expect(from + 1 + 1_000).toBeLessThan(15_000);
  });
});
