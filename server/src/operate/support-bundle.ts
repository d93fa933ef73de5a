import { createGzip } from 'node:zlib';
import { createWriteStream } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { settingNames } from '../env.js';
import { version } from '../infra/version.js';
import { readTradingHalt } from '../system/trading-halt.store.js';
import type { Command, CommandContext } from './command.js';
import { CHECKS } from './doctor.js';
import {
  readAppliedMigrations,
  readJobCounts,
  readLastRuns,
  readProcesses,
  readRecentAlerts,
  readServerFacts,
  readTableSizes,
} from './doctor.store.js';

/** Settings whose values help and tell nothing. Of all others only whether they are set is written. */
const SHOWN = new Set([
  ...['NODE_ENV', 'PORT', 'REDIS_PREFIX', 'DB_POOL', 'PRICE_FEED', 'REPLAY_SPEED', 'STALE_PRICE_MS'],
  ...['EXECUTOR_CONCURRENCY', 'REAL_TRADING', 'DEMO_SEED', 'LOG_LEVEL', 'LOG_PRETTY', 'BACKUP_KEEP'],
  ...['API_REQUESTS_PER_MIN', 'API_POINTS_PER_MIN', 'API_SOCKETS_PER_USER', 'API_SUBSCRIPTIONS_PER_USER'],
]);

function settings({ env }: CommandContext): Record<string, unknown> {
  const values = env as unknown as Record<string, unknown>;
  return Object.fromEntries(
    settingNames.map((name) => [name, SHOWN.has(name) ? values[name] : values[name] === undefined ? 'not set' : 'set']),
  );
}

/**
 * What somebody needs who helps from afar: versions, sizes, counts and states. No names, messages, payloads, addresses,
 * keys or amounts: it is made of columns that cannot hold any.
 */
export async function collectBundle(ctx: CommandContext): Promise<object> {
  const checks: Record<string, string> = {};
  for (const [name, check] of Object.entries(CHECKS)) {
    checks[name] = await Promise.resolve(check(ctx)).then(
      ({ level }) => level,
      () => 'fail',
    );
  }
  const { db, clock } = ctx;
  return {
    madeAt: new Date(clock.now()).toISOString(),
    versions: {
      mvcashnode: version,
      node: process.version,
      os: `${os.platform()} ${os.release()}`,
      cpus: os.cpus().length,
    },
    memory: { total: os.totalmem(), free: os.freemem() },
    settings: settings(ctx),
    checks,
    database: await readServerFacts(db),
    migrations: await readAppliedMigrations(db),
    tables: await readTableSizes(db),
    processes: await readProcesses(db),
    scheduledJobs: await readLastRuns(db),
    alerts: await readRecentAlerts(db, 200),
    jobsOfTheLastWeek: await readJobCounts(db),
    isHalted: (await readTradingHalt(db)) !== undefined,
  };
}

export const supportBundle: Command = {
  usage: '[file]',
  description: 'Writes versions, sizes, counts and states into a file for somebody who helps; no secrets, no amounts.',
  async run(ctx, [given]) {
    const stamp = new Date(ctx.clock.now()).toISOString().replace(/[-:]|\.\d+/g, '');
    const file = path.resolve(given ?? `mvcashnode-support-${stamp}.json.gz`);
    const text = JSON.stringify(await collectBundle(ctx), null, 2);
    await pipeline(Readable.from([text]), createGzip(), createWriteStream(file, { mode: 0o600 }));
    ctx.say(`Written: ${file}. Read it before you send it.`);
    return 0;
  },
};
