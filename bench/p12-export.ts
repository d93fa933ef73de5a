// P12: the export of a million rows: its speed, the memory of the process that streams it, and signals meanwhile.
import { createAuth } from '../server/src/auth/auth.js';
import { loadEnv } from '../server/src/env.js';
import { fillWithJobs } from '../server/src/testing/worlds/report-world.js';
import { nowMs, type ProcessCost } from './child.js';
import { percentile } from './load.js';
import { fireAtOurs, settle, startOurs, type Ours } from './ours-run.js';
import type { Bench } from './prepare.js';
import { ms, times, type Row } from './table.js';

const CHUNK = 100_000;
const SAMPLE_MS = 100;
const LOAD = { count: 800, perSecond: 100 };

interface Exported {
  rows: number;
  bytes: number;
  seconds: number;
  /** The highest resident memory while it ran, less that before. */
  grownMb: number;
}

async function exportOnce(ours: Ours, query: string, cookie: string): Promise<Exported> {
  const memory = async () => (await ours.ask<ProcessCost>('cost')).rssMb;
  const before = await memory();
  const begun = nowMs();
  let [rows, bytes, highest, isDone] = [0, 0, before, false];
  const sampling = (async () => {
    while (!isDone) {
      highest = Math.max(highest, await memory());
      await new Promise((resolve) => setTimeout(resolve, SAMPLE_MS));
    }
  })();
  const answer = await fetch(`${ours.ready.url}/export/jobs?tradeMode=SIMULATION&${query}`, { headers: { cookie } });
  if (!answer.ok || !answer.body) throw new Error(`the export was answered ${answer.status}`);
  for await (const chunk of answer.body) {
    bytes += chunk.length;
    for (const byte of chunk) if (byte === 10) rows += 1;
  }
  isDone = true;
  await sampling;
  return { rows, bytes, seconds: (nowMs() - begun) / 1000, grownMb: highest - before };
}

export async function measureExport(bench: Bench, { count }: { count: number }): Promise<Row[]> {
  const { db } = bench.database;
  const owner = await bench.addSource();
  const accountId = owner.accountId;
  for (let left = count; left > 0; left -= CHUNK) await fillWithJobs(db, { accountId, count: Math.min(CHUNK, left) });
  const env = loadEnv({ ...process.env, ...bench.env() });
  const auth = createAuth({ db, env, clock: { now: () => Date.now() } });
  const { cookie } = await auth.openSession(owner.userId, { ip: null, userAgent: null });
  const session = cookie.split(';')[0] ?? '';
  const ours = await startOurs(bench);
  const answersOf = async (prefix: string) => {
    const samples = await fireAtOurs(bench, ours, { prefix, ...LOAD });
    const answered = samples.filter(({ status }) => status === 202);
    return {
      p99: percentile(
        answered.map((one) => one.answeredAt - one.at),
        0.99,
      ),
      refused: samples.length - answered.length,
    };
  };
  try {
    await exportOnce(ours, `format=csv&accountId=${accountId}&symbol=ETH/USDT`, session);
    const results: Row[] = [];
    for (const format of ['csv', 'jsonl']) {
      const one = await exportOnce(ours, `format=${format}&accountId=${accountId}`, session);
      const expected = count + (format === 'csv' ? 1 : 0);
      results.push({
        goal: 'P12',
        what: `${one.rows} lines of ${format}, ${Math.round(one.bytes / 2 ** 20)} MB in ${one.seconds.toFixed(1)} s: memory grown by`,
        measured: `${one.grownMb.toFixed(1)} MB`,
        target: '≤ 64 MB, all rows',
        holds: one.grownMb <= 64 && one.rows === expected,
      });
    }
    await answersOf('ew');
    const quiet = await answersOf('eq');
    await settle(bench);
    const [busy] = await Promise.all([answersOf('ee'), exportOnce(ours, `format=csv&accountId=${accountId}`, session)]);
    await settle(bench);
    results.push({
      goal: 'P12',
      what: `POST → 202 p99 at 100/s during an export, ${busy.refused} refused`,
      measured: ms(busy.p99),
      floor: ms(quiet.p99),
      ratio: times(busy.p99 / quiet.p99),
      target: '≤ 3× quiet',
      holds: busy.p99 / quiet.p99 <= 3 && busy.refused === 0,
    });
    return results;
  } finally {
    await ours.stop();
  }
}
