// `npm run rotate-keys`: encrypts every secret again with the first of SECRET_KEYS. The server may keep running.
import { EnvError, loadEnv } from './env.js';
import { openDatabase } from './infra/database/database.js';
import { createLogger } from './infra/log.js';
import { createSecrets } from './infra/secrets.js';
import { rotateKeys } from './system/rotate-keys.js';

async function main(): Promise<number> {
  const env = loadEnv();
  const [first, ...older] = env.SECRET_KEYS;
  const db = openDatabase(env.DATABASE_URL, { connectionLimit: 2 });
  try {
    const log = createLogger({ level: env.LOG_LEVEL, pretty: env.LOG_PRETTY });
    const counts = await rotateKeys({ db, log, secrets: createSecrets(env.SECRET_KEYS) });
    for (const { table, column, resealed, current, changed, unreadable } of counts)
      process.stdout.write(
        `${`${table}.${column}`.padEnd(40)} encrypted again ${resealed}, already current ${current}, changed meanwhile ${changed}, unreadable ${unreadable}\n`,
      );
    const unreadable = counts.reduce((sum, one) => sum + one.unreadable, 0);
    const done = `All secrets are encrypted with the key "${first?.id}".`;
    const next =
      older.length > 0 ? ` The others (${older.map(({ id }) => id).join(', ')}) are not needed any more.` : '';
    const left = `${unreadable} secrets cannot be decrypted with any of SECRET_KEYS: keep every key and see the log.`;
    process.stdout.write(`${unreadable > 0 ? left : done + next}\n`);
    return unreadable > 0 ? 1 : 0;
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
