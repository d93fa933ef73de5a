// A process that runs seeds in its own database, on the server of DATABASE_URL.
import { createTestDatabase } from '../server/src/testing/services/test-database.js';
import { simulateSeed, type SeedResult } from '../server/src/testing/simulation/simulate-seed.js';
import { verifyLedger } from '../server/src/vaults/verify-ledger.js';
import { answerParent } from '../bench/child.js';

const database = await createTestDatabase();

answerParent({
  walk: async ({ from, count }: { from: number; count: number }) => {
    const results: SeedResult[] = [];
    for (let seed = from; seed < from + count; seed++) {
      const failed = (error: unknown): SeedResult => ({
        ...{ seed, duplicateIds: 'open', wrong: [String(error)], jobs: 0, orders: 0, deaths: 0, healedAfterMs: null },
      });
      results.push(await simulateSeed(database.db, seed).catch(failed));
    }
    return results;
  },
  verify: async () => (await verifyLedger({ db: database.db })).length,
  drop: () => database.drop(),
});
process.send?.({ type: 'ready' });
