// P3: 400 signals a second without a growing backlog, and a burst of 100 (a bar closes for all at once): over a plain
// port to the stub exchange, with REAL accounts over ccxt, and while the stops of other positions are reached.
import type { ProcessCost } from './child.js';
import { exitsByClient, fallingPrice, openPositions, untilWatched } from './falling.js';
import { percentile } from './load.js';
import { type Outcomes, outcomesOf, fireAtOurs, latencies, type Ours, settle, startOurs } from './ours-run.js';
import { type Bench, type PipelineName, withBench } from './prepare.js';
import { ms, type Row } from './table.js';

const RATE = 400;
const sleep = (wait: number) => new Promise((resolve) => setTimeout(resolve, wait));

export const measureSustained = (pipeline: PipelineName, { seconds }: { seconds: number }): Promise<Row[]> =>
  withBench(pipeline, async (bench) => {
    const ours = await startOurs(bench);
    const name = pipeline === 'ccxt' ? 'over ccxt, ' : '';
    try {
      await warmUp(bench, ours);
      const rows = await measureStream(bench, ours, { name, seconds });
      return [...rows, ...burstRows(name, await measureBurst(bench, ours))];
    } finally {
      await ours.stop();
    }
  });

async function warmUp(bench: Bench, ours: Ours): Promise<void> {
  await fireAtOurs(bench, ours, { prefix: 'sw', count: 400, perSecond: 200 });
  await settle(bench);
  await bench.exchange.ask('arrivals');
}

/** Other work at the same time: it ends by itself, makes this many orders, and reports them in its own rows. */
interface Beside {
  orders: number;
  ended: Promise<unknown>;
  rows(others: Outcomes['others']): Promise<Row[]>;
}

async function measureStream(
  bench: Bench,
  ours: Ours,
  { name, seconds, beside }: { name: string; seconds: number; beside?: Beside },
): Promise<Row[]> {
  const costs = () => Promise.all([ours, bench.exchange].map((one) => one.ask<ProcessCost>('cost')));
  const before = await costs();
  const samples = await fireAtOurs(bench, ours, { prefix: 's', count: RATE * seconds, perSecond: RATE });
  const open = await bench.database.db.query<{ n: number }[]>(
    "SELECT COUNT(*) AS n FROM trade_jobs WHERE status IN ('PENDING', 'EXECUTING')",
  );
  await beside?.ended;
  await settle(bench);
  const after = await costs();
  const { arrivals, duplicates, others } = await outcomesOf(bench, 's');
  const late = latencies(samples, arrivals);
  const half = Math.floor(late.length / 2);
  const [first, second] = [percentile(late.slice(0, half), 0.5), percentile(late.slice(half), 0.5)];
  const [p99, backlog] = [percentile(late, 0.99), Number(open[0]?.n)];
  const [cpu = Number.NaN, exchangeCpu = Number.NaN] = after.map(
    ({ cpuMs }, index) => (cpuMs - (before[index]?.cpuMs ?? 0)) / (samples.length + (beside?.orders ?? 0)),
  );
  const lost = samples.length - arrivals.size;
  const row = (what: string, measured: string, target = '', holds?: boolean): Row => ({
    ...{ goal: 'P3', what: `${name}${what}`, measured, target, holds },
  });
  return [
    row(
      `${RATE}/s for ${seconds} s, p50 / p99 to the exchange`,
      `${ms(percentile(late, 0.5))} / ${ms(p99)}`,
      'p99 < 50 ms',
      p99 < 50 && lost === 0,
    ),
    row(
      'backlog at the end; p50 of first / second half',
      `${backlog}; ${ms(first)} / ${ms(second)}`,
      'flat',
      backlog <= 40 && second <= 2 * first + 2,
    ),
    row(`CPU per order at ${RATE}/s, all our processes`, ms(cpu), '≤ 2.5 ms', cpu <= 2.5),
    row('CPU per order of the exchange itself', ms(exchangeCpu)),
    row(`of ${samples.length} lost; sent twice`, `${lost}; ${duplicates}`, '0; 0', lost === 0 && duplicates === 0),
    ...((await beside?.rows(others)) ?? []),
  ];
}

const BURSTS = 8;
const BURST_SIZE = 100;
interface Bursts {
  lastMs: number;
  sent: number;
  arrived: number;
}

/** From the moment the bar closes to the last order at the exchange: the median of several bursts. */
async function measureBurst(bench: Bench, ours: Ours): Promise<Bursts> {
  const lasts: number[] = [];
  let arrived = 0;
  for (let round = 0; round < BURSTS; round++) {
    const burst = await fireAtOurs(bench, ours, {
      prefix: `b${round}`,
      count: BURST_SIZE,
      perSecond: Number.POSITIVE_INFINITY,
    });
    await settle(bench);
    const { arrivals } = await outcomesOf(bench, `b${round}`);
    arrived += arrivals.size;
    lasts.push(Math.max(...arrivals.values()) - (burst[0]?.at ?? 0));
  }
  return { lastMs: percentile(lasts, 0.5), sent: BURSTS * BURST_SIZE, arrived };
}

function burstRows(name: string, { lastMs, sent, arrived }: Bursts): Row[] {
  const what = `${name}burst of ${BURST_SIZE}: last order out (median of ${BURSTS}), ${sent - arrived} lost`;
  const holds = lastMs <= 150 && arrived === sent;
  return [{ goal: 'P3', what, measured: ms(lastMs), target: '≤ 150 ms, 0 lost', holds }];
}

const TICKS_PER_SECOND = 20;

/** The same stream while 10,000 positions are watched and the price reaches twenty stops a second. */
export const measureSustainedWithExits = ({ seconds }: { seconds: number }): Promise<Row[]> =>
  withBench('stub', async (bench) => {
    const exits = seconds * TICKS_PER_SECOND;
    const name = 'with exits, ';
    await openPositions(bench, exits);
    const ours = await startOurs(bench, { ROLES: 'api,executor,triggers' });
    try {
      await ours.ask('tick', fallingPrice.start);
      await untilWatched(ours);
      await warmUp(bench, ours);
      const falling = fall(ours, exits);
      const rows = async (others: Outcomes['others']) => exitRows(bench, name, { others, timestamps: await falling });
      return await measureStream(bench, ours, { name, seconds, beside: { orders: exits, ended: falling, rows } });
    } finally {
      await ours.stop();
    }
  });

/** When each price was published. */
async function fall(ours: Ours, ticks: number): Promise<Map<string, number>> {
  const timestamps = new Map<string, number>();
  for (let turn = 0; turn < ticks; turn++) {
    const price = fallingPrice.stopOf(turn);
    timestamps.set(price, await ours.ask<number>('tick', price));
    await sleep(1_000 / TICKS_PER_SECOND);
  }
  return timestamps;
}

/** Times from the publication of each price to the order of the exit at the exchange. */
async function exitRows(
  bench: Bench,
  name: string,
  { others, timestamps }: { others: Outcomes['others']; timestamps: ReadonlyMap<string, number> },
): Promise<Row[]> {
  const priceOf = await exitsByClient(bench);
  const sold = new Map<string, number>();
  for (const [client, at] of others) {
    const price = priceOf.get(client) ?? '';
    const tickedAt = timestamps.get(price);
    if (tickedAt !== undefined && !sold.has(price)) sold.set(price, at - tickedAt);
  }
  const late = [...sold.values()];
  const row = (what: string, measured: string, target: string, holds?: boolean): Row => ({
    ...{ goal: 'P3', what: `${name}${what}`, measured, target, holds },
  });
  return [
    row('tick → exit order p50 / p99', `${ms(percentile(late, 0.5))} / ${ms(percentile(late, 0.99))}`, ''),
    row(
      `exit orders of ${timestamps.size} triggers`,
      String(others.length),
      'one each',
      others.length === timestamps.size && sold.size === timestamps.size,
    ),
  ];
}
