import { expect, it } from 'vitest';
import { verifyLedger } from '../../vaults/verify-ledger.js';
import type { TestDatabase } from '../services/test-database.js';
import { simulateSeed, type SeedResult } from './simulate-seed.js';
import { useTestDatabase } from '../services/use-test-database.js';

/** `npm run chaos` runs other seeds. CHAOS_SEED=n repeats one, CHAOS_SEEDS=n runs that many. */
const SEEDS = Number(process.env.CHAOS_SEEDS ?? 25);
const FIRST = Number(process.env.CHAOS_SEED ?? 1);

let t: TestDatabase;
useTestDatabase((made) => (t = made));

it('whatever the exchange and the processes do, each job has one effective order and all of it is booked', async () => {
  const results: SeedResult[] = [];
  for (let seed = FIRST; seed < FIRST + (process.env.CHAOS_SEED ? 1 : SEEDS); seed++)
    results.push(await simulateSeed(t.db, seed));
  expect(results.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
  expect(await verifyLedger({ db: t.db })).toEqual([]);
  if (process.env.CHAOS_SEED) return;
  // The seeds are meaningful: orders were placed, and processes died.
  for (const of of ['jobs', 'orders', 'deaths'] as const) expect(results.some((result) => result[of] > 0)).toBe(true);
  const byHand = await t.db.query<{ adds: number; filled: number }[]>(
    `SELECT adds_to_position_id IS NOT NULL AS adds, COUNT(*) AS filled FROM trade_jobs
     WHERE origin = 'MANUAL' AND side = 'BUY' AND status = 'FILLED' GROUP BY 1 ORDER BY 1`,
  );
  expect(byHand.map(({ adds, filled }) => [Number(adds), Number(filled) > 0])).toEqual([
    [0, true],
    [1, true],
  ]);
  expect(new Set(results.map(({ duplicateIds }) => duplicateIds)).size).toBe(3);
}, 300_000);

it.skipIf(process.env.CHAOS_SEED)(
  'an exchange that admits orders after its window is found out',
  async () => {
    let wrong = '';
    for (let seed = 1; seed <= 40 && wrong === ''; seed++)
      wrong = (await simulateSeed(t.db, seed, { breaksItsWindow: true })).wrong.join();
    expect(wrong).toContain('has 2 orders at the exchange');
  },
  300_000,
);
