// P11: POST → 202 and tick → exit order, quiet and while attackers flood GraphQL, and the memory after it.
import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { openMany } from '../server/src/testing/worlds/trigger-world.js';
import { startChild } from './child.js';
import { exitsByClient, fallingPrice, openPositions, untilWatched } from './falling.js';
import type { FloodTally } from './floods.js';
import { percentile } from './load.js';
import { fireAtOurs, type Ours, settle, startOurs } from './ours-run.js';
import { type Bench, withBench } from './prepare.js';
import { ms, type Row, times } from './table.js';

const FLOODS = {
  me: '50 connections of {me{id}} × 490 by a stranger',
  dashboards: '50 connections of 29 aliased dashboards by a user',
  permitted: '50 connections of 12 aliased dashboards, the most that is permitted, by a user',
  sockets: '2,000 sockets × 10 subscriptions by a user',
} as const;
const PER_SECOND = 40;
const ATTACKERS_ROWS = 20_000;
const TARGET = 3;
const MEMORY_MB = 60;
const sleep = (wait: number) => new Promise((resolve) => setTimeout(resolve, wait));

interface Measured {
  answersMs: number[];
  exitsMs: number[];
  refused: number;
}

/** A user with history, signed in. */
async function attacker(bench: Bench): Promise<string> {
  const { db } = bench.database;
  const source = await bench.addSource();
  await openMany(db, { accountId: source.accountId, count: ATTACKERS_ROWS, columns: {} });
  await db.query("UPDATE trade_positions SET status = 'CLOSED', qty_remaining = 0 WHERE exchange_account_id = ?", [
    source.accountId,
  ]);
  return sessionOf(bench, source.userId);
}

/** The cookie of a new session. */
export async function sessionOf(bench: Bench, userId: number): Promise<string> {
  const token = [...randomBytes(40)].map((byte) => 'abcdefghijklmnopqrstuvwxyz234567'[byte % 32]).join('');
  await bench.database.db.query(
    'INSERT INTO sessions (id, user_id, expires_at) VALUES (?, ?, UTC_TIMESTAMP(3) + INTERVAL 20 DAY)',
    [createHash('sha256').update(token).digest('hex'), userId],
  );
  return `mvcash_session=${token}`;
}

async function residentMb(pid: number): Promise<number> {
  const pages = Number((await readFile(`/proc/${pid}/statm`, 'utf8')).split(' ')[1]);
  return (pages * 4_096) / 2 ** 20;
}

async function memoryOf(ours: Ours): Promise<number> {
  const { rssMb } = await ours.ask<{ rssMb: number }>('cost');
  return rssMb + (await residentMb(await ours.ask<number>('graphqlPid')));
}

let turn = 0;
/** Signals and falling prices at the same time, each at its rate. */
async function measure(
  bench: Bench,
  ours: Ours,
  { prefix, count }: { prefix: string; count: number },
): Promise<Measured> {
  await bench.exchange.ask('arrivals');
  const ticks = new Map<string, number>();
  const falling = (async () => {
    for (let n = 0; n < count; n++) {
      const price = fallingPrice.stopOf(turn++);
      ticks.set(price, await ours.ask<number>('tick', price));
      await sleep(1_000 / PER_SECOND);
    }
  })();
  const samples = await fireAtOurs(bench, ours, { prefix, count, perSecond: PER_SECOND });
  await falling;
  await settle(bench);
  const prices = await exitsByClient(bench);
  const arrivals = await bench.exchange.ask<[string, number][]>('arrivals');
  const exitsMs = arrivals.flatMap(([client, at]) => {
    const tick = ticks.get(prices.get(client) ?? '');
    return tick === undefined ? [] : [at - tick];
  });
  const answersMs = samples.map((sample) => sample.answeredAt - sample.at);
  const refused = samples.filter(({ status }) => status !== 202).length + (count - exitsMs.length);
  return { answersMs, exitsMs, refused };
}

export const measureFloods = ({ seconds, restSeconds }: { seconds: number; restSeconds: number }): Promise<Row[]> =>
  withBench('stub', async (bench) => {
    const count = seconds * PER_SECOND;
    const warmUp = 80;
    turn = 0;
    await openPositions(bench, Math.min(warmUp + count * 5, 1_900));
    const ours = await startOurs(bench, { ROLES: 'api,executor,triggers' });
    try {
      await untilWatched(ours);
      await ours.ask('tick', fallingPrice.start);
      await sleep(1_500);
      await measure(bench, ours, { prefix: 'fw', count: warmUp });
      const before = await memoryOf(ours);
      const quiet = await measure(bench, ours, { prefix: 'fq', count });
      const rows = quietRows(quiet);
      let peak = before;
      for (const kind of Object.keys(FLOODS) as (keyof typeof FLOODS)[]) {
        const cookie = await attacker(bench);
        const flood = await startChild('./floods.ts');
        await flood.ask('start', { kind, url: ours.ready.url, cookie });
        await sleep(1_000);
        const measured = await measure(bench, ours, { prefix: `f-${kind}`, count });
        peak = Math.max(peak, await memoryOf(ours));
        const tally = await flood.ask<FloodTally>('stop');
        await flood.stop();
        rows.push(...floodRows(kind, { quiet, measured, tally }));
        await sleep(500);
      }
      await sleep(restSeconds * 1_000);
      rows.push(memoryRow({ before, peak, after: await memoryOf(ours), restSeconds }));
      return rows;
    } finally {
      await ours.stop();
    }
  });

const quietRows = ({ answersMs, exitsMs }: Measured): Row[] => [
  {
    goal: 'P11',
    what: 'quiet: POST → 202 p99',
    measured: ms(percentile(answersMs, 0.99)),
    target: '',
    holds: undefined,
  },
  {
    goal: 'P11',
    what: 'quiet: tick → exit p99',
    measured: ms(percentile(exitsMs, 0.99)),
    target: '',
    holds: undefined,
  },
];

function floodRows(
  kind: keyof typeof FLOODS,
  { quiet, measured, tally }: { quiet: Measured; measured: Measured; tally: FloodTally },
): Row[] {
  const figure = (what: string, of: readonly number[], floor: readonly number[]): Row => {
    const [mine, calm] = [percentile(of, 0.99), percentile(floor, 0.99)];
    const ratio = mine / calm;
    return {
      ...{ goal: 'P11', what: `${kind}: ${what} p99`, measured: ms(mine), floor: ms(calm), ratio: times(ratio) },
      ...{ target: `≤ ${TARGET}× quiet`, holds: ratio <= TARGET },
    };
  };
  const { answered, refused, failed } = tally;
  const { refused: lost } = measured;
  return [
    {
      ...{ goal: 'P11', what: FLOODS[kind], measured: `${answered} answered, ${refused} refused, ${failed} failed` },
      ...{ target: '', holds: undefined },
    },
    figure('POST → 202', measured.answersMs, quiet.answersMs),
    figure('tick → exit', measured.exitsMs, quiet.exitsMs),
    { goal: 'P11', what: `${kind}: signals and exits lost`, measured: String(lost), target: '0', holds: lost === 0 },
  ];
}

function memoryRow({
  before,
  peak,
  after,
  restSeconds,
}: Record<'before' | 'peak' | 'after' | 'restSeconds', number>): Row {
  const mb = (value: number) => `${value.toFixed(0)} MB`;
  return {
    ...{
      goal: 'P11',
      what: `memory of both processes: before ${mb(before)}, highest ${mb(peak)}, ${restSeconds} s later`,
    },
    ...{ measured: mb(after), target: `≤ ${mb(before + MEMORY_MB)}`, holds: after <= before + MEMORY_MB },
  };
}
