import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Database } from '../../server/src/infra/database/database.js';
import { seedDemo } from '../../server/src/system/seed-demo.js';
import { openRedis } from '../../server/src/infra/redis/redis.js';
import { createTestDatabase } from '../../server/src/testing/services/test-database.js';
import { deleteKeys } from '../../server/src/testing/services/test-redis.js';
import { freePort, startProgram, type Program, type RoleName } from './program.js';

const EMAIL = 'trader@example.com';
const PASSWORD = 'a password only these tests know';

export const ALL_ROLES = ['api', 'executor', 'monitors'] as const;

/** A separate database and Redis prefix, and the processes of the program that share them. */
export interface World {
  db: Database;
  email: string;
  password: string;
  /** Every process that was started, also those that have ended. */
  programs: Program[];
  /** Starts a process. API processes listen on the port of the world by default. */
  start(roles: readonly RoleName[], options?: { port?: number; env?: Record<string, string> }): Promise<Program>;
  /** Writes the output of all processes into a new temporary folder and returns its path. */
  keepLogs(): string;
  close(): Promise<void>;
}

interface WorldOptions {
  /** Settings of the processes; a function gets the address of their database. */
  env?: Record<string, string> | ((databaseUrl: string) => Record<string, string>);
  /** Seeds the demo for many small signals: no limit per minute, 20 USDT each, no exits by price. */
  forManySignals?: boolean;
}

/** Uses the servers of DATABASE_URL and REDIS_URL. */
export async function createWorld({ env = {}, forManySignals = false }: WorldOptions = {}): Promise<World> {
  const database = await createTestDatabase({ connectionLimit: 4 });
  const port = await freePort();
  const settings: Record<string, string> = {
    NODE_ENV: 'production',
    DATABASE_URL: database.url,
    REDIS_URL: process.env.REDIS_URL ?? '',
    REDIS_PREFIX: `e2e-${process.pid}-${randomBytes(4).toString('hex')}`,
    SECRET_KEYS: `k1:${Buffer.alloc(32, 7).toString('base64')}`,
    DEMO_SEED: 'true',
    DEMO_EMAIL: EMAIL,
    DEMO_PASSWORD: PASSWORD,
    LOG_PRETTY: 'false',
    ...(typeof env === 'function' ? env(database.url) : env),
  };
  if (forManySignals) await seedForManySignals(database.db);
  const programs: Program[] = [];
  return {
    ...{ db: database.db, email: EMAIL, password: PASSWORD, programs },
    async start(roles, options = {}) {
      const own = options.port ?? port;
      const address: Record<string, string> = roles.includes('api')
        ? { PORT: String(own), PUBLIC_URL: `http://127.0.0.1:${own}` }
        : {};
      const program = await startProgram(roles, { ...settings, ...address, ...options.env });
      programs.push(program);
      return program;
    },
    keepLogs() {
      const folder = mkdtempSync(path.join(os.tmpdir(), 'mvcashnode-e2e-'));
      for (const [index, { roles, logs }] of programs.entries())
        writeFileSync(path.join(folder, `${index}-${roles.join('-')}.log`), logs.join('\n'));
      return folder;
    },
    async close() {
      await Promise.all(programs.map((program) => program.kill()));
      await database.drop();
      await forgetKeys(settings.REDIS_URL ?? '', settings.REDIS_PREFIX ?? '');
    },
  };
}

async function forgetKeys(url: string, prefix: string): Promise<void> {
  const link = await openRedis(url, prefix);
  if (link.isUp()) await deleteKeys(link);
  await link.close();
}

async function seedForManySignals(db: Database): Promise<void> {
  await seedDemo({ db }, { email: EMAIL, password: PASSWORD });
  await db.query('UPDATE webhook_sources SET rate_limit_per_min = 6000');
  await db.query('UPDATE trade_parameters SET quote_amount_fixed = 20, default_sl_enabled = 0, default_tp_enabled = 0');
}
