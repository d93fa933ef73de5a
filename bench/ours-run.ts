import { type Bench, BENCH_SECRET } from './prepare.js';
import { type Child, startChild } from './child.js';
import { fire, type RequestSample } from './load.js';

export type Ours = Child<{ url: string }>;
/** The program, connected to its exchange; it executes nothing before `begin` is called. */
export const prepareOurs = (bench: Bench, extra: Record<string, string> = {}): Promise<Ours> =>
  startChild('./ours.ts', bench.env(extra));

export async function startOurs(bench: Bench, extra: Record<string, string> = {}): Promise<Ours> {
  const ours = await prepareOurs(bench, extra);
  await ours.ask('begin');
  return ours;
}

export const fireAtOurs = (
  bench: Bench,
  ours: Ours,
  load: { prefix: string; count: number; perSecond: number },
): Promise<RequestSample[]> =>
  fire(
    {
      urlFor: (index) => `${ours.ready.url}/webhooks/${bench.sources[index % bench.sources.length]?.code}`,
      secretFor: () => BENCH_SECRET,
    },
    load,
  );

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits (at most a minute) until no job is left to do. */
export async function settle(bench: Bench): Promise<void> {
  for (let turn = 0; turn < 600; turn++) {
    const rows = await bench.database.db.query<{ n: number }[]>(
      "SELECT COUNT(*) AS n FROM trade_jobs WHERE status IN ('PENDING', 'EXECUTING')",
    );
    if (Number(rows[0]?.n) === 0) return;
    await sleep(100);
  }
  throw new Error('jobs were still open after a minute');
}

/** The results of the signals with a prefix: when the order of each first reached the exchange, and the duplicates. */
export interface Outcomes {
  arrivals: Map<string, number>;
  duplicates: number;
  /** Orders of none of these signals. */
  others: [client: string, at: number][];
}

export async function outcomesOf(bench: Bench, prefix: string): Promise<Outcomes> {
  const rows = await bench.database.db.query<{ uid: string; client: string }[]>(
    `SELECT JSON_UNQUOTE(JSON_EXTRACT(v.raw_payload_json, '$.id')) AS uid, x.client_order_id AS client
       FROM trade_executions x JOIN trade_jobs j ON j.id = x.trade_job_id JOIN webhook_events v ON v.id = j.webhook_event_id
      WHERE JSON_UNQUOTE(JSON_EXTRACT(v.raw_payload_json, '$.id')) LIKE ?`,
    [`${prefix}-%`],
  );
  const idOf = new Map(rows.map((row) => [row.client, row.uid]));
  const outcomes: Outcomes = { arrivals: new Map(), duplicates: 0, others: [] };
  for (const [client, at] of await bench.exchange.ask<[string, number][]>('arrivals')) {
    const id = idOf.get(client);
    if (id === undefined) outcomes.others.push([client, at]);
    else if (outcomes.arrivals.has(id)) outcomes.duplicates++;
    else outcomes.arrivals.set(id, at);
  }
  return outcomes;
}

/** Latencies from the planned time of each signal; those without an arrival are left out. */
export const latencies = (samples: readonly RequestSample[], timestamps: ReadonlyMap<string, number>): number[] =>
  samples.flatMap((sample) => {
    const at = timestamps.get(sample.id);
    return at === undefined ? [] : [at - sample.at];
  });
