// Many positions with every exit set, and a market that falls from the stop of one to the stop of the next.
import { openMany } from '../server/src/testing/worlds/trigger-world.js';
import type { Ours } from './ours-run.js';
import type { Bench } from './prepare.js';

export const OPEN = 10_000;

const openOf = (n: number) => (200 - n / 10).toFixed(2);

export const fallingPrice = {
  /** Above every stop. */
  start: '185',
  /** The price that reaches the stop of falling position n, but not of later ones. */
  stopOf: (n: number) => (180 - (n * 9) / 100).toFixed(2),
};

/** 10,000 positions. The price reaches only the stops of the first `falling` ones, one per tick. */
export async function openPositions(bench: Bench, falling: number): Promise<void> {
  const far = {
    ...{ sl_enabled: true, sl_pct: '90', tp_enabled: true, tp_pct: '900' },
    ...{ trailing_enabled: true, trailing_distance_pct: '50', trailing_arming_pct: '900' },
  };
  const { db } = bench.database;
  const each = OPEN / bench.sources.length;
  const ids: number[] = [];
  for (const { accountId } of bench.sources) {
    ids.push(...(await openMany(db, { accountId, count: each, columns: { ...far } })));
  }
  await db.query('UPDATE trade_positions SET price_open = 100, qty_total = 1, qty_remaining = 1 WHERE id IN (?)', [
    ids,
  ]);
  // Spread over the accounts, as in a real market.
  for (let n = 0; n < falling; n++) {
    const id = ids[(n * each + Math.floor((n * each) / OPEN)) % OPEN];
    await db.query('UPDATE trade_positions SET price_open = ?, sl_pct = 10 WHERE id = ?', [openOf(n), id]);
  }
}

const sleep = (wait: number) => new Promise((resolve) => setTimeout(resolve, wait));

/** Waits (at most half a minute) until all positions are watched. */
export async function untilWatched(ours: Ours): Promise<void> {
  for (let turn = 0; turn < 300; turn++) {
    if ((await ours.ask<number>('watched')) >= OPEN) return;
    await sleep(100);
  }
  throw new Error('the positions were not watched after half a minute');
}

/** The price that fired each exit, by the client order id. */
export async function exitsByClient(bench: Bench): Promise<Map<string, string>> {
  const rows = await bench.database.db.query<{ client: string; price: string }[]>(
    `SELECT x.client_order_id AS client, CAST(j.exit_price AS DECIMAL(36,2)) AS price
       FROM trade_executions x JOIN trade_jobs j ON j.id = x.trade_job_id WHERE j.origin = 'TRIGGER'`,
  );
  return new Map(rows.map(({ client, price }) => [client, price]));
}
