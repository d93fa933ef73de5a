// `npm run verify-audit`: checks that nobody edited or deleted an entry of the audit log. The server may keep running.
import { EnvError, loadEnv } from './env.js';
import { openDatabase } from './infra/database/database.js';
import { createSecrets } from './infra/secrets.js';
import { verifyAuditLog } from './system/verify-audit-log.js';

async function main(): Promise<number> {
  const env = loadEnv();
  const db = openDatabase(env.DATABASE_URL, { connectionLimit: 2 });
  try {
    const { isIntact, entries, unprotected, faults, head } = await verifyAuditLog({
      db,
      secrets: createSecrets(env.SECRET_KEYS),
    });
    const lines = faults
      .slice(0, 100)
      .map(({ kind, entryId }) => `${kind} ${entryId === null ? 'at the end of the log' : `at entry ${entryId}`}`);
    const older = unprotected > 0 ? ` ${unprotected} older entries were written before there was a chain.` : '';
    const summary = isIntact
      ? `The audit log is intact: ${entries} entries.${older}`
      : `The audit log was changed: ${faults.length} faults in ${entries} entries.`;
    const end = `End of the log: entry ${head.lastId}, ${head.entries} entries, ${head.lastHash || 'no hash'}`;
    process.stdout.write(`${[...lines, summary, end].join('\n')}\n`);
    return isIntact ? 0 : 1;
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
