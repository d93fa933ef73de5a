// P1: POST → the order arrives at the exchange, and → the fill is booked, at 100 signals a second: over a plain port to
// the stub exchange, and with REAL accounts over ccxt, both compared with the same floor.
import { type ProcessCost, startChild } from './child.js';
import { fire, percentile, type RequestSample } from './load.js';
import { outcomesOf, fireAtOurs, latencies, settle, startOurs } from './ours-run.js';
import { type Bench, BENCH_SECRET, type PipelineName, withBench } from './prepare.js';
import { ms, type Row, times } from './table.js';

const RATE = 100;
interface Latencies {
  arrival: number[];
  booked: number[];
}
const sleep = (wait: number) => new Promise((resolve) => setTimeout(resolve, wait));
const median = (values: readonly number[]) => percentile(values, 0.5);

interface Reference extends Latencies {
  cpuPerOrder: number;
  lost: number;
}

/** Late orders get this much time to arrive. */
const TIMEOUT_MS = 20_000;

async function reference(
  bench: Bench,
  file: './floor.ts' | './usual.ts',
  prefix: string,
  seconds: number,
): Promise<Reference> {
  const child = await startChild<{ url: string }>(file, bench.env({ SEED: JSON.stringify(bench.sources[0]) }));
  try {
    const target = { urlFor: () => `${child.ready.url}/trade`, secretFor: () => BENCH_SECRET };
    const fireAndBook = async (of: string, count: number) => {
      const samples = await fire(target, { prefix: of, count, perSecond: RATE });
      const booked = new Map<string, number>();
      for (let waited = 0; booked.size < count && waited < TIMEOUT_MS; waited += 100) {
        await sleep(100);
        for (const [id, at] of await child.ask<[string, number][]>('booked')) booked.set(id, at);
      }
      return { samples, booked, arrivals: new Map(await bench.exchange.ask<[string, number][]>('arrivals')) };
    };
    await fireAndBook(`${prefix}w`, RATE);
    const before = await child.ask<{ cpuMs: number }>('cost');
    const { samples, booked, arrivals } = await fireAndBook(prefix, RATE * seconds);
    const after = await child.ask<{ cpuMs: number }>('cost');
    const arrival = latencies(samples, arrivals);
    return {
      arrival,
      booked: latencies(samples, booked),
      cpuPerOrder: (after.cpuMs - before.cpuMs) / samples.length,
      lost: samples.length - arrival.length,
    };
  } finally {
    await child.stop();
  }
}

interface OurPipeline extends Reference {
  statementsPerOrder: number;
  roundTripsPerOrder: number;
  duplicates: number;
  exchangeCpuPerOrder: number;
}

async function ourPipeline(bench: Bench, prefix: string, seconds: number): Promise<OurPipeline> {
  const ours = await startOurs(bench);
  try {
    await fireAtOurs(bench, ours, { prefix: `${prefix}w`, count: RATE * 2, perSecond: RATE });
    await settle(bench);
    await Promise.all([bench.exchange.ask('arrivals'), ours.ask('wakes')]);
    const costs = async () => {
      const [own, exchange] = await Promise.all([ours, bench.exchange].map((one) => one.ask<ProcessCost>('cost')));
      // Unlike a time, the number of statements does not depend on the load of the machine.
      const asked = await ours.ask<{ statements: number; roundTrips: number }>('asked');
      return { own: own?.cpuMs ?? 0, exchange: exchange?.cpuMs ?? 0, ...asked };
    };
    const before = await costs();
    const samples = await fireAtOurs(bench, ours, { prefix, count: RATE * seconds, perSecond: RATE });
    await settle(bench);
    const after = await costs();
    const { arrivals, duplicates } = await outcomesOf(bench, prefix);
    const wakes = await ours.ask<[number, number][]>('wakes');
    const each = (what: keyof typeof before) => (after[what] - before[what]) / samples.length;
    return {
      arrival: latencies(samples, arrivals),
      booked: latencies(samples, bookedTimestamps(bench, samples, { arrivals, wakes })),
      cpuPerOrder: each('own'),
      exchangeCpuPerOrder: each('exchange'),
      statementsPerOrder: each('statements'),
      roundTripsPerOrder: each('roundTrips'),
      lost: samples.length - arrivals.size,
      duplicates,
    };
  } finally {
    await ours.stop();
  }
}

/** Subscribers of an owner are woken before the order is sent, and again when it is booked. */
function bookedTimestamps(
  bench: Bench,
  samples: readonly RequestSample[],
  { arrivals, wakes }: { arrivals: ReadonlyMap<string, number>; wakes: readonly [number, number][] },
): Map<string, number> {
  const byUser = new Map<number, number[]>();
  for (const [user, at] of wakes) byUser.set(user, [...(byUser.get(user) ?? []), at]);
  const timestamps = new Map<string, number>();
  samples.forEach(({ id }, index) => {
    const arrivedAt = arrivals.get(id) ?? Number.POSITIVE_INFINITY;
    const user = bench.sources[index % bench.sources.length]?.userId ?? 0;
    const at = byUser.get(user)?.find((wokenAt) => wokenAt >= arrivedAt);
    if (at !== undefined) timestamps.set(id, at);
  });
  return timestamps;
}

export interface PipelineSizes {
  rounds: number;
  seconds: number;
}

export async function measurePipeline({ rounds, seconds }: PipelineSizes): Promise<Row[]> {
  return withBench('stub', (stub) =>
    withBench('ccxt', async (real) => {
      const floors: Reference[] = [];
      const pipelines: Record<PipelineName, OurPipeline[]> = { stub: [], ccxt: [] };
      for (let round = 0; round < rounds; round++) {
        floors.push(await reference(stub, './floor.ts', `f${round}`, seconds));
        pipelines.stub.push(await ourPipeline(stub, `o${round}`, seconds));
        pipelines.ccxt.push(await ourPipeline(real, `o${round}`, seconds));
      }
      const usual = await reference(stub, './usual.ts', 'u', seconds);
      return [
        ...rowsOf('', { floors, pipelines: pipelines.stub, usual }),
        ...rowsOf('over ccxt, ', { floors, pipelines: pipelines.ccxt, usual }),
        ...usualRows(floors, usual),
      ];
    }),
  );
}

const FIGURES = [
  { what: 'POST → order at exchange p50', key: 'arrival', share: 0.5, limit: 2 },
  { what: 'POST → order at exchange p99', key: 'arrival', share: 0.99, limit: 2.5 },
  { what: 'POST → fill booked p50', key: 'booked', share: 0.5, limit: 2 },
  { what: 'POST → fill booked p99', key: 'booked', share: 0.99, limit: 2.5 },
] as const;

const figure = (of: readonly Latencies[], { key, share }: (typeof FIGURES)[number]) =>
  median(of.map((one) => percentile(one[key], share)));

function rowsOf(
  name: string,
  { floors, pipelines, usual }: { floors: readonly Reference[]; pipelines: readonly OurPipeline[]; usual: Reference },
): Row[] {
  const middle = (what: 'cpuPerOrder' | 'exchangeCpuPerOrder' | 'statementsPerOrder' | 'roundTripsPerOrder') =>
    median(pipelines.map((pipeline) => pipeline[what]));
  const total = (what: 'lost' | 'duplicates') => pipelines.reduce((sum, pipeline) => sum + pipeline[what], 0);
  const [cpu, lost, duplicates] = [middle('cpuPerOrder'), total('lost'), total('duplicates')];
  const plain = (what: string, measured: string): Row => ({
    ...{ goal: 'P1', what: `${name}${what}`, measured, target: '', holds: undefined },
  });
  return [
    ...FIGURES.map((one): Row => {
      const [mine, least] = [figure(pipelines, one), figure(floors, one)];
      const ratio = mine / least;
      return {
        ...{ goal: 'P1', what: `${name}${one.what}`, measured: ms(mine), floor: ms(least), ratio: times(ratio) },
        ...{ target: `≤ ${one.limit}×`, holds: ratio <= one.limit },
      };
    }),
    ...[
      { what: 'SQL statements per order', measured: middle('statementsPerOrder'), most: 28 },
      { what: 'round trips to the database per order', measured: middle('roundTripsPerOrder'), most: 6 },
    ].map(({ what, measured, most }) => ({
      ...plain(what, measured.toFixed(1)),
      ...{ target: `≤ ${most}`, holds: measured <= most },
    })),
    plain('CPU per order of the exchange itself', ms(middle('exchangeCpuPerOrder'))),
    {
      ...plain('orders lost; sent twice', `${lost}; ${duplicates}`),
      ...{ target: '0; 0', holds: lost === 0 && duplicates === 0 },
    },
    {
      goal: 'P3',
      what: `${name}CPU per order at ${RATE}/s, all our processes`,
      measured: ms(cpu),
      floor: `${ms(usual.cpuPerOrder)} usual`,
      ratio: times(cpu / usual.cpuPerOrder),
      target: '≤ 2.5 ms, ≤ 0.25× the usual way',
      holds: cpu <= 2.5 && cpu / usual.cpuPerOrder <= 0.25,
    },
  ];
}

function usualRows(floors: readonly Reference[], usual: Reference): Row[] {
  const rows = FIGURES.map((one): Row => {
    const [other, least] = [figure([usual], one), figure(floors, one)];
    const what = `the usual way: ${one.what}`;
    return {
      ...{ goal: 'P1', what, measured: ms(other), floor: ms(least), ratio: times(other / least) },
      ...{ target: '', holds: undefined },
    };
  });
  const lost = { what: 'the usual way: orders lost', measured: String(usual.lost) };
  return [...rows, { goal: 'P1', ...lost, target: '', holds: undefined }];
}
