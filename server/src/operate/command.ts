import type { Env } from '../env.js';
import { openSharedClock } from '../infra/database/shared-clock.js';
import { waitForDatabase } from '../infra/database/wait-for-database.js';
import { openDatabase } from '../infra/database/database.js';
import { createLogger } from '../infra/log.js';
import { createSecrets } from '../infra/secrets.js';
import type { Context } from '../context.js';

/** What a command may use. It writes with `say`; its exit code is 0 when all is well. */
export type CommandContext = Pick<Context, 'db' | 'clock' | 'env' | 'log' | 'secrets'> & {
  say(line: string): void;
  /** Writes a part of a file to standard output. */
  write(text: string): void;
};

export interface Command {
  /** The arguments, for the list of commands: '<file> [--accept-faults]'. */
  usage: string;
  /** One sentence. */
  description: string;
  run(ctx: CommandContext, args: readonly string[]): Promise<number>;
}

/** The arguments are wrong; the message says which are needed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Opens the database for one command and closes it afterwards. */
export async function withCommandContext<T>(env: Env, work: (ctx: CommandContext) => Promise<T>): Promise<T> {
  // Only what goes wrong: what a command has to say is its output.
  const log = createLogger({ level: 'warn', pretty: env.LOG_PRETTY });
  await waitForDatabase({ databaseUrl: env.DATABASE_URL, log, waitMs: 0 });
  const db = openDatabase(env.DATABASE_URL, { connectionLimit: 3 });
  const clock = await openSharedClock({ db, log }).catch(async (error: unknown) => {
    await db.close();
    throw error;
  });
  try {
    const say = (line: string): void => void process.stdout.write(`${line}\n`);
    const write = (text: string): void => void process.stdout.write(text);
    return await work({ db, clock, env, log, secrets: createSecrets(env.SECRET_KEYS), say, write });
  } finally {
    await clock.stop();
    await db.close();
  }
}
