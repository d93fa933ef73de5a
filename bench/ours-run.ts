import { type Bench, BENCH_SECRET } from './prepare.js';
import { type Child, startChild } from './child.js';
import { fire, type Shot } from './load.js';

export type Ours = Child<{ url: string }>;
export const startOurs = (bench: Bench, extra: Record<string, string> = {}): Promise<Ours> =>
  startChild('./ours.ts', bench.env(extra));

export const fireAtOurs = (
  bench: Bench,
  ours: Ours,
  load: { prefix: string; count: number; perSecond: number },
): Promise<Shot[]> =>
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

/** When each signal's order reached the stub exchange, by signal id. */
export async function arrivalsBySignal(bench: Bench, prefix: string): Promise<Map<string, number>> {
  const rows = await bench.database.db.query<{ uid: string; client: string }[]>(
    `SELECT JSON_UNQUOTE(JSON_EXTRACT(v.raw_payload_json, '$.id')) AS uid, x.client_order_id AS client
       FROM trade_executions x JOIN trade_jobs j ON j.id = x.trade_job_id JOIN webhook_events v ON v.id = j.webhook_event_id
      WHERE v.event_uid LIKE ?`,
    [`%${prefix}-%`],
  );
  const idOf = new Map(rows.map((row) => [row.client, row.uid]));
  const arrivals = new Map<string, number>();
  for (const [client, at] of await bench.stub.ask<[string, number][]>('arrivals')) {
    const id = idOf.get(client);
    if (id !== undefined) arrivals.set(id, at);
  }
  return arrivals;
}
