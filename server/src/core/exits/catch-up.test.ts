import fc from 'fast-check';
import { expect, it } from 'vitest';
import { followHighs, replayTicks, type Newcomer } from './catch-up.js';
import { d } from '../money/money.js';
import { RecentHighs } from '../price/recent-highs.js';
import { RecentTicks } from '../price/recent-ticks.js';
import { TriggerIndex } from './trigger-index.js';
import { decideExit, exitLevels, nextTrailingMax, type WatchedPosition } from './triggers.js';

const OPEN = d('100');
const bps = (least: number, most: number) => fc.option(fc.integer({ min: least, max: most }).map((n) => n * 25));
const position = fc
  .record({
    ...{ stopLossBps: bps(1, 12), takeProfitBps: bps(1, 16), trailingBps: bps(1, 12), armingBps: bps(0, 8) },
    ...{ minProfitBps: bps(0, 6), breakEven: fc.boolean() },
    targets: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { maxLength: 3 }),
  })
  .map(({ targets, ...exits }): WatchedPosition => ({
    ...{ id: 1, accountId: 1, entryPrice: OPEN, trailingMax: null, trailingVersion: 0, timeStopAt: null },
    ...{ ...exits, hasTakenPart: false, targets: targets.map((n, at) => ({ ordinal: at + 1, bps: n * 25 })) },
  }));
/** Quarters around the opening price, so that prices are exactly at the levels all the time. */
const prices = fc.array(
  fc.integer({ min: 384, max: 416 }).map((n) => d(String(n)).div('4')),
  { minLength: 1, maxLength: 40 },
);

/** Every price from the opening on, one after the other, by the simple rules. */
function oracle(one: WatchedPosition, ticks: readonly { price: string; at: number }[]) {
  const now = { ...one };
  const fired: string[] = [];
  for (const { price, at } of ticks) {
    const levels = exitLevels(now);
    const trailingMax = nextTrailingMax(levels, d(price));
    now.trailingMax = trailingMax;
    const exit = decideExit({ ...levels, trailingMax }, d(price), at);
    if (!exit) continue;
    fired.push(`${exit.reason} ${exit.ordinals.join()} ${price}`);
    if (exit.reason !== 'PARTIAL_TAKE_PROFIT') return { fired, max: null };
    now.targets = now.targets.filter(({ ordinal }) => !exit.ordinals.includes(ordinal));
    now.hasTakenPart = true;
  }
  return { fired, max: one.trailingBps === null ? null : (exitLevels(now).trailingMax?.toFixed() ?? null) };
}

/**
 * A monitor that saw all prices. It read the position after `read` of them; the position was opened after `opened` of
 * them.
 */
function late(newcomer: Newcomer, ticks: readonly { price: string; at: number }[], read: number) {
  const [highs, seen] = [new RecentHighs<'K'>(100_000), new RecentTicks<'K'>(100_000, 1_000)];
  for (const { price, at } of ticks.slice(0, read)) {
    highs.note('K', price, at);
    seen.note('K', price, at);
  }
  const followed = followHighs(newcomer, (since) => highs.since('K', since));
  const { hits, left } = replayTicks(newcomer, seen.since('K', newcomer.exitsSince ?? 0));
  const fired = hits.map(({ hit, tick }) => `${hit.exit.reason} ${hit.exit.ordinals.join()} ${tick.text}`);
  const index = new TriggerIndex();
  if (left) index.upsert({ ...followed.position, ...left });
  for (const { price, at } of ticks.slice(read)) {
    for (const { exit } of index.tick(price, at)) fired.push(`${exit.reason} ${exit.ordinals.join()} ${price}`);
  }
  return { fired, max: index.trailingMaxOf(1)?.toFixed() ?? null };
}

it('a position that is read late fires as if it had been watched from its opening on', () => {
  const sold = new Map<string, number>();
  fc.assert(
    fc.property(position, prices, fc.nat(40), fc.nat(40), (one, list, before, unread) => {
      const ticks = list.map((price, index) => ({ price: price.toFixed(), at: 1_000 + index * 10 }));
      const opened = Math.min(before, ticks.length);
      const at = 1_000 + opened * 10 - 5;
      const isArmed = one.trailingBps !== null && one.armingBps === null;
      const written = { ...one, trailingMax: isArmed ? OPEN : null };
      const newcomer = { position: written, exitsSince: at, armedAt: isArmed ? at : null, createdAt: at + 3 };
      const wanted = oracle(one, ticks.slice(opened));
      expect(late(newcomer, ticks, Math.min(opened + unread, ticks.length))).toEqual(wanted);
      for (const exit of wanted.fired) sold.set(exit.split(' ')[0]!, (sold.get(exit.split(' ')[0]!) ?? 0) + 1);
    }),
    { numRuns: 2_000 },
  );
  for (const reason of ['STOP_LOSS', 'TRAILING_STOP', 'TAKE_PROFIT', 'PARTIAL_TAKE_PROFIT']) {
    expect(sold.get(reason) ?? 0, reason).toBeGreaterThan(20);
  }
});

it('a stop that was watched before continues from the highest price of the unwatched time', () => {
  const highs = new RecentHighs<'K'>(100_000);
  for (const [price, at] of [
    ['120', 10],
    ['110', 20],
    ['105', 30],
  ] as const) {
    highs.note('K', price, at);
  }
  const armed = (armedAt: number, trailingMax: string): string | undefined => {
    const one: WatchedPosition = {
      ...{ id: 1, accountId: 1, entryPrice: OPEN, stopLossBps: null, takeProfitBps: null, minProfitBps: null },
      ...{ trailingBps: 100, armingBps: null, trailingMax: d(trailingMax), trailingVersion: 0, timeStopAt: null },
      ...{ targets: [], breakEven: false, hasTakenPart: false },
    };
    const newcomer = { position: one, exitsSince: null, armedAt, createdAt: 0 };
    return followHighs(newcomer, (since) => highs.since('K', since)).position.trailingMax?.toFixed();
  };
  expect(armed(10, '101')).toBe('120');
  expect(armed(11, '101')).toBe('110');
  expect(armed(11, '119')).toBe('119');
  expect(armed(31, '101')).toBe('101');
});

it('after an edit of other exits, the prices since then count only for these, and the maximum stays', () => {
  const one: WatchedPosition = {
    ...{ id: 1, accountId: 1, entryPrice: OPEN, stopLossBps: 500, takeProfitBps: null, minProfitBps: null },
    ...{ trailingBps: 400, armingBps: null, trailingMax: d('110'), trailingVersion: 0, timeStopAt: null },
    ...{ targets: [], breakEven: false, hasTakenPart: false },
  };
  // The maximum of 110 came after these prices: at 105 there was no trailing exit then.
  const ticks = [
    { text: '105', at: 20 },
    { text: '95', at: 30 },
  ];
  const { hits, left } = replayTicks({ position: one, exitsSince: 15, armedAt: 5, createdAt: 0 }, ticks);
  expect(hits.map(({ hit, tick }) => [hit.exit.reason, tick.text])).toEqual([['STOP_LOSS', '95']]);
  expect(left).toBeUndefined();
});
