// P4: the cost of a tick compared with parsing it, the memory of a position, and tick → exit order at the exchange.
import { startChild } from './child.js';
import { exitsByClient, fallingPrice, OPEN, openPositions, untilWatched } from './falling.js';
import { percentile } from './load.js';
import { settle, startOurs } from './ours-run.js';
import { type Bench, withBench } from './prepare.js';
import { ms, type Row, times } from './table.js';

const COUNTS = [1_000, 10_000, 100_000, 1_000_000] as const;
const PER_SECOND = 100;
const sleep = (wait: number) => new Promise((resolve) => setTimeout(resolve, wait));
const ns = (value: number): string => `${value.toFixed(0)} ns`;

export async function measureTriggers({ exits }: { exits: number }): Promise<Row[]> {
  return [...(await measureIndex()), ...(await withBench('stub', (bench) => measureExits(bench, exits)))];
}

async function measureIndex(): Promise<Row[]> {
  const child = await startChild('./p4-index.ts');
  try {
    const parsed = await child.ask<{ ns: number }>('parse', { ticks: 200_000 });
    const costs = new Map<number, { bytes: number; ns: number }>();
    for (const count of COUNTS) costs.set(count, await child.ask('measure', { count, ticks: 200_000 }));
    const { fired, different } = await child.ask<{ fired: number; different: number }>('compare', {
      count: 5_000,
      ticks: 400,
    });
    const of = (count: number) => costs.get(count) ?? { bytes: Number.NaN, ns: Number.NaN };
    const growth = of(100_000).ns / of(1_000).ns;
    const bytes = Math.max(of(100_000).bytes, of(1_000_000).bytes);
    const row = (what: string, measured: string, target = '', holds?: boolean): Row => ({
      ...{ goal: 'P4', what, measured, target, holds },
    });
    return [
      ...COUNTS.map((count) => ({
        ...row(`a tick over ${count.toLocaleString('en')} positions`, ns(of(count).ns)),
        ...{ floor: `${ns(parsed.ns)} to parse`, ratio: times(of(count).ns / parsed.ns) },
        ...(count === 1_000_000 && { target: '≤ 1×', holds: of(count).ns <= parsed.ns }),
      })),
      { ...row('100,000 beside 1,000 positions', times(growth), '≤ 3×', growth <= 3) },
      row('memory a position', `${bytes.toFixed(0)} bytes`, '≤ 128 bytes', bytes <= 128),
      row(`beside a plain exact scan, ${fired} fired`, `${different} differ`, '0', different === 0 && fired > 0),
    ];
  } finally {
    await child.stop();
  }
}

/** Latencies from each moment to the arrival of its order. */
async function floorOf(bench: Bench, count: number): Promise<number[]> {
  const floor = await startChild<{ url: string }>('./floor.ts', bench.env());
  try {
    const fire = async (prefix: string, some: number): Promise<Map<string, number>> => {
      const timestamps = new Map<string, number>();
      for (let index = 0; index < some; index++) {
        const uid = `tick-${prefix}${index}`;
        timestamps.set(uid, await floor.ask<number>('tick', uid));
        await sleep(1_000 / PER_SECOND);
      }
      await sleep(500);
      return timestamps;
    };
    await fire('w', 100);
    await bench.exchange.ask('arrivals');
    const timestamps = await fire('f', count);
    const arrivals = await bench.exchange.ask<[string, number][]>('arrivals');
    return arrivals.flatMap(([uid, at]) => (timestamps.has(uid) ? [at - (timestamps.get(uid) ?? at)] : []));
  } finally {
    await floor.stop();
  }
}

async function measureExits(bench: Bench, exits: number): Promise<Row[]> {
  const floor = await floorOf(bench, exits);
  const warmUp = 100;
  await openPositions(bench, exits + warmUp);
  const ours = await startOurs(bench, { ROLES: 'executor,triggers' });
  try {
    await untilWatched(ours);
    const timestamps = new Map<string, { at: number; turn: number }>();
    await ours.ask('tick', fallingPrice.start);
    await sleep(1_500);
    await bench.exchange.ask('arrivals');
    for (let turn = 0; turn < exits + warmUp; turn++) {
      const price = fallingPrice.stopOf(turn);
      timestamps.set(price, { at: await ours.ask<number>('tick', price), turn });
      await sleep(1_000 / PER_SECOND);
    }
    await settle(bench);
    const priceOf = await exitsByClient(bench);
    const arrivals = await bench.exchange.ask<[string, number][]>('arrivals');
    const latencies = arrivals.flatMap(([client, at]) => {
      const tick = timestamps.get(priceOf.get(client) ?? '');
      return tick !== undefined && tick.turn >= warmUp ? [at - tick.at] : [];
    });
    const figure = (share: number, limit?: number): Row => {
      const [mine, least] = [percentile(latencies, share), percentile(floor, share)];
      const what = `tick → exit order p${share * 100}, ${OPEN.toLocaleString('en')} open, ${PER_SECOND}/s`;
      const ratio = mine / least;
      return {
        ...{ goal: 'P4', what, measured: ms(mine), floor: ms(least), ratio: times(ratio) },
        ...{ target: limit ? `≤ ${limit}×` : '', holds: limit ? ratio <= limit : undefined },
      };
    };
    const sold = arrivals.length;
    return [
      figure(0.5),
      figure(0.99, 2),
      {
        ...{ goal: 'P4', what: `exit orders of ${exits + warmUp} triggers`, measured: String(sold) },
        ...{ target: 'one each', holds: sold === exits + warmUp && latencies.length === exits },
      },
    ];
  } finally {
    await ours.stop();
  }
}
