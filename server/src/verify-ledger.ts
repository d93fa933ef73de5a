// `npm run verify-ledger`: checks that every balance, position and total follows from its history. The server may keep
// running.
import { EnvError, loadEnv } from './env.js';
import { openDatabase } from './infra/database/database.js';
import { describe, readAllTotalsDrifts } from './reports/verify-totals.js';
import { verifyLedger } from './vaults/verify-ledger.js';

const LINES_MAX = 100;

async function main(): Promise<number> {
  const env = loadEnv();
  const db = openDatabase(env.DATABASE_URL, { connectionLimit: 2 });
  try {
    const drifts = await verifyLedger({ db });
    const totals = await readAllTotalsDrifts({ db }, { after: 0, mayGoOn: () => true });
    const lines = [
      ...drifts.map(
        ({ subject, id, field, stored, rebuilt }) =>
          `${subject} ${id}: ${field} is ${stored}, but its history says ${rebuilt}`,
      ),
      ...totals.drifts.map((drift) => `TOTALS ${describe(drift)}`),
    ];
    const differences = lines.length;
    const summary =
      differences === 0
        ? 'The books balance: every vault, position and total follows from its history.'
        : `The books do not balance: ${differences} ${differences === 1 ? 'difference' : 'differences'}.`;
    process.stdout.write(`${[...lines.slice(0, LINES_MAX), summary].join('\n')}\n`);
    return differences === 0 ? 0 : 1;
  } finally {
    await db.close();
  }
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof EnvError ? error.message : ((error as Error).stack ?? String(error))}\n`);
    process.exitCode = 1;
  },
);
