// P1: POST → the order arrives at the exchange, and → the fill is booked, at 100 signals a second.
import { startChild } from './child.js';
import { fire, percentile, type Shot } from './load.js';
import { arrivalsBySignal, fireAtOurs, settle, startOurs } from './ours-run.js';
import { type Bench, BENCH_SECRET } from './prepare.js';
import { ms, type Row, times } from './table.js';

const RATE = 100;
interface Latencies {
  arrival: number[];
  booked: number[];
}
const sleep = (wait: number) => new Promise((resolve) => setTimeout(resolve, wait));
const median = (values: readonly number[]) => percentile(values, 0.5);

const latencies = (shots: readonly Shot[], moments: ReadonlyMap<string, number>): number[] =>
  shots.flatMap((shot) => {
    const at = moments.get(shot.id);
    return at === undefined ? [] : [at - shot.at];
  });

async function reference(
  bench: Bench,
  file: './floor.ts' | './usual.ts',
  prefix: string,
  seconds: number,
): Promise<Latencies & { cpuPerOrder: number }> {
  const child = await startChild<{ url: string }>(file, bench.env({ SEED: JSON.stringify(bench.sources[0]) }));
  try {
    const target = { urlFor: () => `${child.ready.url}/trade`, secretFor: () => BENCH_SECRET };
    await fire(target, { prefix: `${prefix}w`, count: RATE, perSecond: RATE });
    await sleep(500);
    await Promise.all([bench.stub.ask('arrivals'), child.ask('booked')]);
    const before = await child.ask<{ cpuMs: number }>('cost');
    const shots = await fire(target, { prefix, count: RATE * seconds, perSecond: RATE });
    await sleep(1_500);
    const after = await child.ask<{ cpuMs: number }>('cost');
    const arrival = new Map(await bench.stub.ask<[string, number][]>('arrivals'));
    const booked = new Map(await child.ask<[string, number][]>('booked'));
    return {
      arrival: latencies(shots, arrival),
      booked: latencies(shots, booked),
      cpuPerOrder: (after.cpuMs - before.cpuMs) / shots.length,
    };
  } finally {
    await child.stop();
  }
}

interface OurRoad extends Latencies {
  cpuPerOrder: number;
  statementsPerOrder: number;
  lost: number;
}

/** What the whole server was asked since it started: unlike a time, it does not depend on who else is at work. */
async function statements(bench: Bench): Promise<number> {
  const [row] = await bench.database.db.query<{ Value: string }[]>("SHOW GLOBAL STATUS LIKE 'Questions'");
  return Number(row?.Value);
}

async function ourRoad(bench: Bench, prefix: string, seconds: number): Promise<OurRoad> {
  const ours = await startOurs(bench);
  try {
    await fireAtOurs(bench, ours, { prefix: `${prefix}w`, count: RATE * 2, perSecond: RATE });
    await settle(bench);
    await Promise.all([bench.stub.ask('arrivals'), ours.ask('wakes')]);
    const before = await ours.ask<{ cpuMs: number }>('cost');
    const askedBefore = await statements(bench);
    const shots = await fireAtOurs(bench, ours, { prefix, count: RATE * seconds, perSecond: RATE });
    await settle(bench);
    const asked = (await statements(bench)) - askedBefore;
    const after = await ours.ask<{ cpuMs: number }>('cost');
    const arrivals = await arrivalsBySignal(bench, prefix);
    const wakes = await ours.ask<[number, number][]>('wakes');
    return {
      arrival: latencies(shots, arrivals),
      booked: bookedLatencies(bench, shots, wakes),
      cpuPerOrder: (after.cpuMs - before.cpuMs) / shots.length,
      statementsPerOrder: asked / shots.length,
      lost: shots.length - arrivals.size,
    };
  } finally {
    await ours.stop();
  }
}

/** A user has one signal in flight at a time, so the last wake before the user's next signal is its booking. */
function bookedLatencies(bench: Bench, shots: readonly Shot[], wakes: readonly [number, number][]): number[] {
  const byUser = new Map<number, number[]>();
  for (const [user, at] of wakes) byUser.set(user, [...(byUser.get(user) ?? []), at]);
  return shots.flatMap((shot, index) => {
    const user = bench.sources[index % bench.sources.length]?.userId ?? 0;
    const next = shots[index + bench.sources.length]?.at ?? Number.POSITIVE_INFINITY;
    const last = (byUser.get(user) ?? []).findLast((at) => at >= shot.at && at < next);
    return last === undefined ? [] : [last - shot.at];
  });
}

export async function measureRoad(
  bench: Bench,
  { rounds, seconds }: { rounds: number; seconds: number },
): Promise<Row[]> {
  const floors: (Latencies & { cpuPerOrder: number })[] = [];
  const roads: OurRoad[] = [];
  for (let round = 0; round < rounds; round++) {
    floors.push(await reference(bench, './floor.ts', `f${round}`, seconds));
    roads.push(await ourRoad(bench, `o${round}`, seconds));
  }
  const usual = await reference(bench, './usual.ts', 'u', seconds);
  const figure = (of: readonly Latencies[], key: keyof Latencies, share: number) =>
    median(of.map((one) => percentile(one[key], share)));
  const row = (what: string, key: keyof Latencies, share: number, limit: number): Row[] => {
    const [ours, floor] = [figure(roads, key, share), figure(floors, key, share)];
    const other = percentile(usual[key], share);
    return [
      {
        goal: 'P1',
        what: `${what}, 100/s`,
        measured: ms(ours),
        floor: ms(floor),
        ratio: times(ours / floor),
        target: `≤ ${limit}×`,
        holds: ours / floor <= limit,
      },
      {
        goal: 'P1',
        what: `  the usual way`,
        measured: ms(other),
        floor: ms(floor),
        ratio: times(other / floor),
        target: '',
        holds: undefined,
      },
    ];
  };
  const cpu = median(roads.map((road) => road.cpuPerOrder));
  const lost = roads.reduce((total, road) => total + road.lost, 0);
  return [
    ...row('POST → order at exchange p50', 'arrival', 0.5, 2),
    ...row('POST → order at exchange p99', 'arrival', 0.99, 2.5),
    ...row('POST → fill booked p50', 'booked', 0.5, 2),
    ...row('POST → fill booked p99', 'booked', 0.99, 2.5),
    {
      goal: 'P1',
      what: 'SQL statements per order at 100/s',
      measured: median(roads.map((road) => road.statementsPerOrder)).toFixed(1),
      target: '',
      holds: undefined,
    },
    { goal: 'P1', what: 'orders lost', measured: String(lost), target: '0', holds: lost === 0 },
    {
      goal: 'P3',
      what: 'CPU per order at 100/s, all our processes',
      measured: ms(cpu),
      floor: ms(usual.cpuPerOrder),
      ratio: times(cpu / usual.cpuPerOrder),
      target: '≤ 2.5 ms, ≤ 0.25× the usual way',
      holds: cpu <= 2.5 && cpu / usual.cpuPerOrder <= 0.25,
    },
  ];
}
