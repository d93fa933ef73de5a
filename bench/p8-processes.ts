// P8: throughput with REAL accounts over ccxt, with one and two executors and one and two API processes.
import { flood, percentile } from './load.js';
import { outcomesOf, prepareOurs, settle } from './ours-run.js';
import { type Bench, BENCH_SECRET, newPrefix, withBench } from './prepare.js';
import type { Row } from './table.js';

interface Set {
  apis: number;
  executors: number;
}
const SETS: readonly Set[] = [
  { apis: 1, executors: 1 },
  { apis: 1, executors: 2 },
  { apis: 2, executors: 1 },
  { apis: 2, executors: 2 },
];
const IN_FLIGHT = 64;
/** Two runs of the same set differ by this much on an idle machine. */
const NOISE = 0.05;

interface Run {
  perSecond: number;
  sent: number;
  lost: number;
  duplicates: number;
}

/** Each round measures every set, so that a machine that becomes slower affects all sets equally. */
export const measureProcesses = ({ rounds, signals }: { rounds: number; signals: number }): Promise<Row[]> =>
  withBench('ccxt', async (bench) => {
    const runs = new Map<Set, Run[]>(SETS.map((set) => [set, []]));
    for (let round = 0; round < rounds; round++) {
      for (const [index, set] of SETS.entries()) {
        const prefix = `p${round}x${index}`;
        runs.get(set)?.push(...(await runSet(bench, set, { prefix, signals })));
      }
    }
    return rowsOf(runs);
  });

async function runSet(
  bench: Bench,
  { apis, executors }: Set,
  { prefix, signals }: { prefix: string; signals: number },
): Promise<Run[]> {
  const roles = [...Array<string>(apis).fill('api'), ...Array<string>(executors).fill('executor')];
  const REDIS_PREFIX = newPrefix();
  const started = await Promise.all(roles.map((ROLES) => prepareOurs(bench, { ROLES, REDIS_PREFIX })));
  try {
    await Promise.all(started.map((one) => one.ask('begin')));
    const urls = started.slice(0, apis).map(({ ready }) => ready.url);
    await runFlood(bench, urls, { prefix: `${prefix}w`, signals: 500 });
    const runs: Run[] = [];
    for (const turn of ['a', 'b']) runs.push(await runFlood(bench, urls, { prefix: `${prefix}${turn}`, signals }));
    return runs;
  } finally {
    await Promise.all(started.map((one) => one.stop()));
  }
}

async function runFlood(
  bench: Bench,
  urls: readonly string[],
  { prefix, signals }: { prefix: string; signals: number },
): Promise<Run> {
  const target = {
    // The accounts of one owner use every API process.
    urlFor: (index: number) => {
      const turn = Math.floor(index / bench.sources.length);
      const source = bench.sources[index % bench.sources.length];
      return `${urls[(index + turn) % urls.length]}/webhooks/${source?.code}`;
    },
    secretFor: () => BENCH_SECRET,
  };
  const samples = await flood(target, { prefix, count: signals, inFlight: IN_FLIGHT });
  await settle(bench);
  const { arrivals, duplicates } = await outcomesOf(bench, prefix);
  const first = Math.min(...samples.map(({ at }) => at));
  const seconds = (Math.max(...arrivals.values()) - first) / 1_000;
  return { perSecond: arrivals.size / seconds, sent: signals, lost: signals - arrivals.size, duplicates };
}

function rowsOf(runs: ReadonlyMap<Set, Run[]>): Row[] {
  const throughput = (of: readonly Run[]) =>
    percentile(
      of.map(({ perSecond }) => perSecond),
      0.5,
    );
  const alone = throughput(runs.get(SETS[0] as Set) ?? []);
  const all = [...runs.values()].flat();
  const total = (what: 'sent' | 'lost' | 'duplicates') => all.reduce((sum, run) => sum + run[what], 0);
  const [lost, duplicates] = [total('lost'), total('duplicates')];
  return [
    ...SETS.map((set, index): Row => {
      const perSecond = throughput(runs.get(set) ?? []);
      const ratio = perSecond / alone;
      const what = `orders a second over ccxt, ${set.apis} API, ${set.executors} executor${set.executors > 1 ? 's' : ''}`;
      return {
        ...{ goal: 'P8', what, measured: `${perSecond.toFixed(0)}/s`, target: '', holds: undefined },
        ...(index > 0 && {
          ...{ floor: `${alone.toFixed(0)}/s with 1 and 1`, ratio: `${ratio.toFixed(2)}×` },
          ...{ target: `never lower (≥ ${1 - NOISE}×)`, holds: ratio >= 1 - NOISE },
        }),
      };
    }),
    {
      ...{ goal: 'P8', what: `of ${total('sent')} lost; sent twice`, measured: `${lost}; ${duplicates}` },
      ...{ target: '0; 0', holds: lost === 0 && duplicates === 0 },
    },
  ];
}
