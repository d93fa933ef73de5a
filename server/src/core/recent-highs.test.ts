import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RecentHighs } from './recent-highs.js';

const WINDOW = 10_000;

test('no high of the last window is forgotten, and none of three windows ago is remembered', () => {
  const seen = fc.array(fc.record({ price: fc.integer({ min: 1, max: 50 }), after: fc.nat(4_000) }), { minLength: 1 });
  fc.assert(
    fc.property(seen, fc.nat(15_000), (list, silence) => {
      const highs = new RecentHighs<'BTC'>(WINDOW);
      const told: { price: number; at: number }[] = [];
      let at = 1_000_000;
      for (const { price, after } of list) {
        at += after;
        highs.note('BTC', String(price), at);
        told.push({ price, at });
      }
      const now = at + silence;
      const within = (ms: number) => Math.max(0, ...told.flatMap((one) => (now - one.at < ms ? one.price : [])));
      const max = Number(highs.highest('BTC', now)?.max ?? 0);
      expect(max).toBeGreaterThanOrEqual(within(WINDOW));
      expect(max).toBeLessThanOrEqual(within(2 * WINDOW));
    }),
  );
});

test('of the same price the later moment counts, and each key has its own', () => {
  const highs = new RecentHighs<'BTC' | 'ETH'>(WINDOW);
  highs.note('BTC', '101.5', 1);
  highs.note('BTC', '101.5', 5);
  highs.note('BTC', '99', 6);
  expect(highs.highest('BTC', 10)).toEqual({ max: '101.5', at: 5 });
  expect(highs.highest('ETH', 10)).toBeUndefined();
});
