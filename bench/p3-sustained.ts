// P3: 400 signals a second with a flat backlog, and a burst of 100 (the bar closes for everybody at once).
import { percentile } from './load.js';
import { arrivalsBySignal, fireAtOurs, type Ours, settle, startOurs } from './ours-run.js';
import type { Bench } from './prepare.js';
import { ms, type Row } from './table.js';

const RATE = 400;

export async function measureSustained(bench: Bench, { seconds }: { seconds: number }): Promise<Row[]> {
  const ours = await startOurs(bench);
  try {
    await fireAtOurs(bench, ours, { prefix: 'sw', count: 400, perSecond: 200 });
    await settle(bench);
    await bench.stub.ask('arrivals');
    const before = await ours.ask<{ cpuMs: number }>('cost');
    const shots = await fireAtOurs(bench, ours, { prefix: 's', count: RATE * seconds, perSecond: RATE });
    const open = await bench.database.db.query<{ n: number }[]>(
      "SELECT COUNT(*) AS n FROM trade_jobs WHERE status IN ('PENDING', 'EXECUTING')",
    );
    await settle(bench);
    const after = await ours.ask<{ cpuMs: number; rssMb: number }>('cost');
    const arrivals = await arrivalsBySignal(bench, 's');
    const late = shots.flatMap((shot) => (arrivals.has(shot.id) ? [(arrivals.get(shot.id) ?? 0) - shot.at] : []));
    const half = Math.floor(late.length / 2);
    const [first, second] = [percentile(late.slice(0, half), 0.5), percentile(late.slice(half), 0.5)];
    const [p99, backlog] = [percentile(late, 0.99), Number(open[0]?.n)];
    const cpu = (after.cpuMs - before.cpuMs) / shots.length;

    const burst = await measureBurst(bench, ours);
    return [
      {
        goal: 'P3',
        what: `${RATE}/s for ${seconds} s, p50 / p99 to the exchange`,
        measured: `${ms(percentile(late, 0.5))} / ${ms(p99)}`,
        target: 'p99 < 50 ms',
        holds: p99 < 50 && arrivals.size === shots.length,
      },
      {
        goal: 'P3',
        what: 'backlog at the end; p50 of first / second half',
        measured: `${backlog}; ${ms(first)} / ${ms(second)}`,
        target: 'flat',
        holds: backlog <= 40 && second <= 2 * first + 2,
      },
      {
        goal: 'P3',
        what: `CPU per order at ${RATE}/s, all our processes`,
        measured: ms(cpu),
        target: '≤ 2.5 ms',
        holds: cpu <= 2.5,
      },
      {
        goal: 'P3',
        what: `lost of ${shots.length} + ${burst.sent}`,
        measured: String(shots.length - arrivals.size + burst.sent - burst.arrived),
        target: '0',
        holds: arrivals.size === shots.length && burst.arrived === burst.sent,
      },
      {
        goal: 'P3',
        what: 'burst of 100: last order out (median of 8)',
        measured: ms(burst.lastMs),
        target: '≤ 150 ms',
        holds: burst.lastMs <= 150,
      },
    ];
  } finally {
    await ours.stop();
  }
}

const BURSTS = 8;
const BURST_SIZE = 100;

/** From the moment the bar closes to the last order at the exchange: the median of several bursts. */
async function measureBurst(bench: Bench, ours: Ours): Promise<{ lastMs: number; sent: number; arrived: number }> {
  const lasts: number[] = [];
  let arrived = 0;
  for (let round = 0; round < BURSTS; round++) {
    const burst = await fireAtOurs(bench, ours, {
      prefix: `b${round}`,
      count: BURST_SIZE,
      perSecond: Number.POSITIVE_INFINITY,
    });
    await settle(bench);
    const out = await arrivalsBySignal(bench, `b${round}`);
    arrived += out.size;
    lasts.push(Math.max(...out.values()) - (burst[0]?.at ?? 0));
  }
  return { lastMs: percentile(lasts, 0.5), sent: BURSTS * BURST_SIZE, arrived };
}
