import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecentHighs } from './recent-highs.js';
import { RecentTicks } from './recent-ticks.js';

const KEEP = 10_000;
const seen = fc.array(fc.record({ price: fc.integer({ min: 1, max: 50 }), after: fc.nat(900) }), { minLength: 1 });

it('the highest price since any kept moment equals that of a list of all prices', () => {
  fc.assert(
    fc.property(seen, fc.nat(KEEP), (list, back) => {
      const highs = new RecentHighs<'BTC'>(KEEP);
      const told: { price: number; at: number }[] = [];
      let at = 1_000_000;
      for (const { price, after } of list) {
        at += after;
        highs.note('BTC', String(price), at);
        told.push({ price, at });
      }
      const since = at - back;
      const high = highs.since('BTC', since);
      const max = Math.max(...told.flatMap((one) => (one.at >= since ? one.price : [])));
      expect(Number(high?.max)).toBe(max);
      // For equal prices the later moment counts: a position that joined in between has followed it too.
      expect(high?.at).toBe(told.findLast((one) => one.price === max)?.at);
    }),
  );
});

it('each key has its own highs, and an unseen key has none', () => {
  const highs = new RecentHighs<'BTC' | 'ETH'>(KEEP);
  highs.note('BTC', '101.500000000000000001', 1);
  highs.note('BTC', '101.5', 5);
  expect(highs.since('BTC', 0)).toEqual({ max: '101.500000000000000001', at: 1 });
  expect(highs.since('BTC', 2)).toEqual({ max: '101.5', at: 5 });
  expect(highs.since('BTC', 6)).toBeUndefined();
  expect(highs.since('ETH', 0)).toBeUndefined();
});

it('every price of the kept time is there, in order, and an endless feed keeps at most twice the maximum', () => {
  fc.assert(
    fc.property(seen, fc.nat(KEEP), (list, back) => {
      const ticks = new RecentTicks<'BTC'>(KEEP, 1_000);
      const told: { text: string; at: number }[] = [];
      let at = 1_000_000;
      for (const { price, after } of list) {
        at += after;
        ticks.note('BTC', String(price), at);
        told.push({ text: String(price), at });
      }
      expect(ticks.since('BTC', at - back)).toEqual(told.filter((one) => one.at >= at - back));
    }),
  );
  const ticks = new RecentTicks<'BTC'>(KEEP, 100);
  for (let n = 0; n < 5_000; n++) ticks.note('BTC', String(n), n);
  const kept = ticks.since('BTC', 0);
  expect(kept.length).toBeGreaterThanOrEqual(100);
  expect(kept.length).toBeLessThanOrEqual(200);
  expect(kept.at(-1)).toEqual({ text: '4999', at: 4_999 });
});
