import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { d } from '../money/money.js';
import { TriggerIndex } from './trigger-index.js';
import type { WatchedPosition } from './triggers.js';

/**
 * The naive scan: every position at every price, in whole numbers of 10^-18. Written from the rules, not from
 * core/triggers.ts, so that both would have to be wrong in the same way.
 */
interface Naive {
  position: WatchedPosition;
  max: bigint | null;
}
const units = (text: string): bigint => BigInt(d(text).mul(d('1e18')).toFixed());
const WHOLE = 10_000n;

function scan(all: Map<number, Naive>, priceText: string, now: number): Map<number, string> {
  const fired = new Map<number, string>();
  const price = units(priceText);
  for (const [id, naive] of all) {
    const { position } = naive;
    const open = units(position.entryPrice.toFixed());
    const gained = (bps: number) => price * WHOLE >= open * (WHOLE + BigInt(bps));
    const enough = position.minProfitBps === null || gained(position.minProfitBps);
    if (position.trailingBps !== null) {
      if (naive.max === null && position.armingBps !== null && gained(position.armingBps)) naive.max = price;
      if (naive.max !== null && price > naive.max) naive.max = price;
    }
    const lossBps = position.breakEven && position.hasTakenPart ? 0 : position.stopLossBps;
    const stop = lossBps === null ? null : open * (WHOLE - BigInt(lossBps));
    const trail =
      position.trailingBps === null || naive.max === null ? null : naive.max * (WHOLE - BigInt(position.trailingBps));
    const stopped = stop !== null && price * WHOLE <= stop;
    const trailed = trail !== null && price * WHOLE <= trail;
    let reason: string | undefined;
    if (stopped || trailed) reason = trailed && (!stopped || trail >= (stop ?? 0n)) ? 'TRAILING_STOP' : 'STOP_LOSS';
    else if (position.takeProfitBps !== null && gained(position.takeProfitBps) && enough) reason = 'TAKE_PROFIT';
    else if (position.timeStopAt !== null && now >= position.timeStopAt) reason = 'TIME_STOP';
    else if (enough) {
      const ordinals = position.targets.filter(({ bps }) => gained(bps)).map(({ ordinal }) => ordinal);
      if (ordinals.length > 0) {
        fired.set(id, `PARTIAL_TAKE_PROFIT ${ordinals.join()}`);
        naive.position = {
          ...position,
          hasTakenPart: true,
          targets: position.targets.filter(({ ordinal }) => !ordinals.includes(ordinal)),
        };
        continue;
      }
    }
    if (reason) {
      fired.set(id, reason);
      all.delete(id);
    }
  }
  return fired;
}

type Step =
  | { kind: 'tick'; price: string; ms: number }
  | { kind: 'put'; position: WatchedPosition }
  | { kind: 'remove'; id: number };

// A small range on purpose: few prices and few percentages, so that boundaries are hit all the time.
const IDS = 40;
const price = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 9_300, max: 10_700 }).map((cents) => (cents / 100).toFixed(2)) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: -2, max: 2 }).map((n) =>
      d('98')
        .add(d(`${n}e-18`))
        .toFixed(),
    ),
  },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 20_000 }).map((cents) => (cents / 100).toFixed(2)) },
);
const bps = (min: number, max: number) =>
  fc.option(
    fc.integer({ min, max }).map((n) => n * 25),
    { freq: 2 },
  );
const put = fc
  .record({
    id: fc.integer({ min: 1, max: IDS }),
    entryPrice: price,
    stopLossBps: bps(0, 24),
    takeProfitBps: bps(0, 24),
    minProfitBps: fc.option(fc.integer({ min: -200, max: 200 }), { freq: 2 }),
    trailingBps: bps(1, 16),
    armingBps: bps(0, 12),
    trailingMax: fc.option(price, { freq: 2 }),
    trailingVersion: fc.integer({ min: 0, max: 2 }),
    timeStopAt: fc.option(fc.integer({ min: 0, max: 4_000 }), { freq: 2 }),
    targets: fc.uniqueArray(fc.integer({ min: 1, max: 24 }), { maxLength: 3 }),
    breakEven: fc.boolean(),
    hasTakenPart: fc.boolean(),
  })
  .map(({ entryPrice, trailingMax, targets, ...rest }): Step => ({
    kind: 'put',
    position: {
      ...rest,
      accountId: 1,
      entryPrice: d(entryPrice),
      trailingMax: trailingMax === null ? null : d(trailingMax),
      targets: targets.map((n, index) => ({ ordinal: index + 1, bps: n * 25 })),
    },
  }));
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant('tick' as const), price, ms: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 4, arbitrary: put },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('remove' as const), id: fc.integer({ min: 1, max: IDS }) }),
  },
);

/**
 * Merges the database's maximum with the one in memory, by the index's rule: for one version the higher counts, and
 * none is below the opening price unless a profit arms it.
 */
function putNaive(all: Map<number, Naive>, position: WatchedPosition): void {
  const before = all.get(position.id);
  const given = position.trailingMax && units(position.trailingMax.toFixed());
  const kept = before?.position.trailingVersion === position.trailingVersion ? (before.max ?? null) : null;
  const known = kept !== null && (given === null || kept > given) ? kept : given;
  const open = units(position.entryPrice.toFixed());
  const max = position.armingBps === null && (known === null || known < open) ? open : known;
  // When switched off, it follows nothing and loses its maximum.
  all.set(position.id, { position, max: position.trailingBps === null ? null : max });
}

let compared = 0;
let firedInAll = 0;
function play(steps: readonly Step[]): void {
  const index = new TriggerIndex();
  const naive = new Map<number, Naive>();
  let now = 0;
  for (const one of steps) {
    compared++;
    if (one.kind === 'put') {
      index.upsert(one.position);
      putNaive(naive, one.position);
    } else if (one.kind === 'remove') {
      index.remove(one.id);
      naive.delete(one.id);
    } else {
      now += one.ms;
      const hits = index.tick(one.price, now);
      const wanted = scan(naive, one.price, now);
      const seen = new Map(
        hits.map(({ id, exit }) => [
          id,
          exit.ordinals.length > 0 ? `${exit.reason} ${exit.ordinals.join()}` : exit.reason,
        ]),
      );
      expect(seen).toEqual(wanted);
      firedInAll += hits.length;
    }
    expect(index.size).toBe(naive.size);
  }
  for (const [id, { max }] of naive) {
    const known = index.trailingMaxOf(id);
    expect(known === null ? null : units(known.toFixed())).toBe(max);
  }
}

describe('the index', () => {
  it('fires what a naive exact scan of every position fires, over 100,000 steps and more', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 150, maxLength: 400, size: 'max' }), play),
      // The fixed seed of fast-check only keeps the count stable. The runs are many.
      { numRuns: 480, seed: 20_261_124 },
    );
    expect(compared).toBeGreaterThanOrEqual(100_000);
    expect(firedInAll).toBeGreaterThan(10_000);
  });

  it('and with a seed that is new in every run', () => {
    fc.assert(fc.property(fc.array(step, { minLength: 50, maxLength: 200, size: 'max' }), play), { numRuns: 60 });
  });

  const trailing = (id: number, options: Partial<WatchedPosition> = {}): WatchedPosition => ({
    id,
    accountId: 1,
    entryPrice: d('100'),
    stopLossBps: null,
    takeProfitBps: null,
    minProfitBps: null,
    trailingBps: 200,
    armingBps: null,
    trailingMax: null,
    trailingVersion: 1,
    timeStopAt: null,
    targets: [],
    breakEven: false,
    hasTakenPart: false,
    ...options,
  });

  it('reports once which trailing stops were armed and how high the others rose', () => {
    const index = new TriggerIndex();
    index.upsert(trailing(1, { armingBps: 100 }));
    index.upsert(trailing(2, { trailingMax: d('99'), armingBps: 0 }));
    index.upsert(trailing(3), 5);
    index.tick('100', 10, 9);
    index.tick('101', 20, 19);
    index.tick('100.5', 30, 29);
    const { armed, risen } = index.takeTrailing();
    expect(armed.map(({ id, max, at }) => [id, max.toFixed(), at])).toEqual([
      [3, '101', 5],
      [1, '101', 19],
    ]);
    expect(risen).toEqual([{ max: '101', at: 19 }]);
    expect(index.takeTrailing()).toEqual({ armed: [], risen: [] });
  });

  it('reports in a fall each high that a position added in between had not seen', () => {
    const index = new TriggerIndex();
    index.upsert(trailing(1));
    index.tick('103', 10);
    index.upsert(trailing(2));
    index.tick('102', 20);
    expect(index.takeTrailing().risen).toEqual([
      { max: '103', at: 10 },
      { max: '102', at: 20 },
    ]);
  });

  it('an edit of the trailing stop restarts its maximum at the opening price, any other edit keeps it', () => {
    const index = new TriggerIndex();
    index.upsert(trailing(1));
    index.tick('110', 10);
    index.upsert(trailing(1, { stopLossBps: 500 }));
    expect(index.trailingMaxOf(1)?.toFixed()).toBe('110');
    index.upsert(trailing(1, { trailingVersion: 2 }));
    expect(index.trailingMaxOf(1)?.toFixed()).toBe('100');
    index.tick('105', 20);
    expect(index.trailingMaxOf(1)?.toFixed()).toBe('105');
    index.upsert(trailing(1, { trailingVersion: 3, armingBps: 600 }));
    expect(index.trailingMaxOf(1)).toBeNull();
  });

  it('keeps opening prices of any length exactly', () => {
    const index = new TriggerIndex();
    const entryPrice = d('123456789012345678.000000000000000001');
    index.upsert(trailing(1, { entryPrice, trailingBps: null, stopLossBps: 0 }));
    expect(index.tick('123456789012345678.000000000000000002', 1)).toEqual([]);
    expect(index.tick('123456789012345678.000000000000000001', 2).map(({ id }) => id)).toEqual([1]);
  });

  it('finds every position again after thousands came and went', () => {
    const index = new TriggerIndex();
    for (let id = 1; id <= 5_000; id++) index.upsert(trailing(id, { stopLossBps: 100, trailingBps: null }));
    for (let id = 1; id <= 5_000; id += 3) index.remove(id);
    for (let id = 1; id <= 5_000; id++) expect(index.has(id)).toBe(id % 3 !== 1);
    expect([...index.positionIds()].sort((a, b) => a - b)).toHaveLength(index.size);
    expect(index.tick('99', 1)).toHaveLength(5_000 - 1_667);
    expect(index.size).toBe(0);
  });
});
