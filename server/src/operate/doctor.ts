import { statfsSync, statSync } from 'node:fs';
import os from 'node:os';
import { createSchema, dropSchema, openServer } from '../backup/backup.store.js';
import { listBackups } from '../backup/write-backup.js';
import { databaseVersion } from '../core/operations/plan-upgrade.js';
import { databaseName, sqlErrorNumber } from '../infra/database/database.js';
import { migrationNames } from '../infra/database/migrate.js';
import { readSealed, SEALED_COLUMNS } from '../infra/database/sealed-columns.js';
import { openRedis } from '../infra/redis/redis.js';
import { readTradingHalt } from '../system/trading-halt.store.js';
import type { Command, CommandContext } from './command.js';
import {
  ping,
  readAdmins,
  readAppliedMigrations,
  readLiveServices,
  readServerFacts,
  readTroubles,
} from './doctor.store.js';

/** What a check found: all is well, or what is wrong and what to do. */
export type Finding = { level: 'ok'; text: string } | { level: 'warn' | 'fail'; text: string; todo: string };
export type Check = (ctx: CommandContext) => Finding | Promise<Finding>;

export const ok = (text: string): Finding => ({ level: 'ok', text });
export const warn = (text: string, todo: string): Finding => ({ level: 'warn', text, todo });
export const fail = (text: string, todo: string): Finding => ({ level: 'fail', text, todo });

const NO_SUCH_TABLE = 1146;
const GB = 1_073_741_824;
const DISK_MIN = 2 * GB;
const MEMORY_MIN = 1.5 * GB;
const SLOW_MS = 20;
const PACKET_MIN = 4 * 1_048_576;
/** A daily backup that is older did not run. */
const BACKUP_AGE_MS = 26 * 3_600_000;

const isPublic = ({ env }: CommandContext): boolean => !/\/\/(localhost|127\.|\[::1\])/.test(env.PUBLIC_URL);

/** The checks by name, in the order of the report. Each says what to do when it finds something. */
export const CHECKS: Record<string, Check> = {
  'Node.js': () => {
    const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
    const isNew = major > 20 || (major === 20 && minor >= 19);
    return isNew ? ok(process.version) : fail(process.version, 'Install Node.js 20.19 or newer.');
  },
  memory: () => {
    const total = `${(os.totalmem() / GB).toFixed(1)} GB`;
    return os.totalmem() >= MEMORY_MIN ? ok(total) : warn(total, 'Give the machine 2 GB of memory.');
  },
  mode: (ctx) =>
    ctx.env.NODE_ENV === 'production' || !isPublic(ctx)
      ? ok(ctx.env.NODE_ENV)
      : warn(
          `${ctx.env.NODE_ENV} at a public address`,
          'Set NODE_ENV=production: it makes no demo and generates no secrets.',
        ),
  address: (ctx) => {
    if (!isPublic(ctx)) return warn(ctx.env.PUBLIC_URL, 'Set PUBLIC_URL to the address that senders of signals reach.');
    if (!ctx.env.PUBLIC_URL.startsWith('https:'))
      return fail(ctx.env.PUBLIC_URL, 'Put a proxy with TLS in front: passwords and signals travel in the open.');
    return ok(ctx.env.PUBLIC_URL);
  },
  proxies: (ctx) =>
    isPublic(ctx) && ctx.env.TRUSTED_PROXIES.length === 0
      ? warn('none', 'Set TRUSTED_PROXIES to the address of your proxy, or every sender counts as one address.')
      : ok(`${ctx.env.TRUSTED_PROXIES.length} ranges`),
  'database speed': async ({ db }) => {
    await ping(db);
    const startedAt = performance.now();
    for (let turn = 0; turn < 5; turn++) await ping(db);
    const each = (performance.now() - startedAt) / 5;
    const text = `${each.toFixed(1)} ms a round trip`;
    return each < SLOW_MS
      ? ok(text)
      : warn(text, 'Run the database near the program: an order needs several round trips.');
  },
  'database version': async ({ db }) => {
    const { name, isSupported } = databaseVersion((await readServerFacts(db)).version);
    return isSupported ? ok(name) : fail(name, 'Use MySQL 8.0 or newer, or MariaDB 10.6 or newer.');
  },
  'database durability': async ({ db }) => {
    const { flushAtCommit } = await readServerFacts(db);
    return flushAtCommit === 1
      ? ok('every commit is on the disk')
      : fail(
          `innodb_flush_log_at_trx_commit = ${flushAtCommit}`,
          'Set it to 1: a power cut could lose an order that was sent.',
        );
  },
  'database connections': async ({ db, env }) => {
    const { maxConnections } = await readServerFacts(db);
    const needed = Math.ceil(env.DB_POOL * 1.5) + 5;
    const text = `${maxConnections} allowed, one process needs up to ${needed}`;
    return maxConnections >= needed * 2 ? ok(text) : warn(text, 'Raise max_connections, or lower DB_POOL.');
  },
  'database packets': async ({ db }) => {
    const { maxPacket } = await readServerFacts(db);
    const text = `${(maxPacket / 1_048_576).toFixed(0)} MB`;
    return maxPacket >= PACKET_MIN ? ok(text) : warn(text, 'Set max_allowed_packet to 16M or more.');
  },
  'database text': async ({ db }) => {
    const { charset } = await readServerFacts(db);
    return charset === 'utf8mb4' ? ok(charset) : warn(charset, 'Create the database with CHARACTER SET utf8mb4.');
  },
  migrations: async ({ db }) => {
    const applied = await readAppliedMigrations(db);
    const broken = applied.find(({ isFinished }) => !isFinished);
    if (broken) return fail(`${broken.name} did not finish`, 'Start the program once and follow what its error says.');
    const names = await migrationNames();
    const missing = names.filter((name) => !applied.some((one) => one.name === name)).length;
    const newer = applied.filter(({ name }) => !names.includes(name)).length;
    if (newer > 0)
      return fail(`${newer} of a newer version`, 'Run the version that wrote this database, or a newer one.');
    return missing === 0
      ? ok(`${applied.length} applied`)
      : warn(`${missing} to do`, 'Start the program; it applies them.');
  },
  'room to restore': async ({ env }) => {
    const server = await openServer(env.DATABASE_URL);
    const name = `${databaseName(env.DATABASE_URL).slice(0, 40)}_doctor_${process.pid}`;
    try {
      await createSchema(server, name);
      await dropSchema(server, name);
      return ok('a schema can be created');
    } catch {
      return warn(
        'a schema cannot be created',
        'Allow it, or backups can be neither verified nor restored; `verify-backup` prints the GRANT.',
      );
    } finally {
      await server.end();
    }
  },
  clock: ({ clock }) => {
    const { skewMs = 0, state = 'OK' } = clock.standing?.() ?? {};
    const text = `${Math.round(skewMs)} ms from the database's`;
    if (state === 'OK') return ok(text);
    return (state === 'OFF' ? warn : fail)(text, 'Set the clocks of both machines right (NTP).');
  },
  Redis: async ({ env, log }) => {
    const redis = await openRedis(env.REDIS_URL, env.REDIS_PREFIX, log);
    try {
      const state = redis.state();
      return state === 'UP'
        ? ok('answers')
        : warn(state, 'Start Redis or mend REDIS_URL. Trading goes on, a second slower.');
    } finally {
      await redis.close();
    }
  },
  disk: ({ env }) => {
    const { bavail, bsize } = statfsSync(process.cwd());
    const free = bavail * bsize;
    const text = `${(free / GB).toFixed(1)} GB free`;
    return free >= DISK_MIN ? ok(text) : fail(text, `Make room, also for backups (${env.BACKUP_DIR ?? 'BACKUP_DIR'}).`);
  },
  backups: async ({ env, clock }) => {
    if (env.BACKUP_DIR === undefined) return fail('none', 'Set BACKUP_DIR, on another disk if you can.');
    const [newest] = await listBackups(env.BACKUP_DIR);
    if (!newest) return fail('none yet', 'Run `backup` once; later the scheduled job does it every day.');
    const age = clock.now() - statSync(`${env.BACKUP_DIR}/${newest.name}`).mtimeMs;
    const text = `${newest.name}, ${Math.round(age / 3_600_000)} hours old`;
    return age < BACKUP_AGE_MS ? ok(text) : fail(text, 'See why the scheduled job database_backup does not run.');
  },
  'backup encryption': ({ env }) =>
    env.BACKUP_AGE_RECIPIENT === undefined
      ? warn(
          'off',
          'Set BACKUP_AGE_RECIPIENT when backups leave this machine. Keys of exchanges are encrypted in them anyway.',
        )
      : ok('on'),
  secrets: async ({ db, secrets }) => {
    let [checked, unreadable] = [0, 0];
    for (const column of SEALED_COLUMNS) {
      for (const { id, sealed } of await readSealed(db, column, { after: 0, limit: 50 })) {
        checked += 1;
        try {
          secrets.open(sealed, `${column.table}.${column.column}:${id}`);
        } catch {
          unreadable += 1;
        }
      }
    }
    return unreadable === 0
      ? ok(`${checked} tried`)
      : fail(`${unreadable} of ${checked} cannot be opened`, 'Put the key that sealed them back into SECRET_KEYS.');
  },
  administrators: async ({ db }) => {
    const { active, withSecondFactor } = await readAdmins(db);
    if (active === 0) return fail('none', 'Make one: `user create <email> admin`.');
    if (withSecondFactor < active)
      return warn(
        `${active}, ${active - withSecondFactor} without a second factor`,
        'Set it up on the page under Security.',
      );
    return ok(`${active} with a second factor`);
  },
  processes: async ({ db }) => {
    const alive = new Set(await readLiveServices(db));
    const missing = ['API', 'EXECUTOR', 'MONITORS'].filter((name) => !alive.has(name));
    if (missing.length === 3) return warn('none runs', 'Start the program.');
    return missing.length === 0
      ? ok('all roles run')
      : fail(`${missing.join(', ')} missing`, 'Start a process with that role.');
  },
  trading: async ({ db, env }) => {
    const halt = await readTradingHalt(db);
    if (halt)
      return warn(`halted: ${halt.reason}`, 'Run `resume` when real accounts were compared with their exchanges.');
    return ok(env.REAL_TRADING ? 'real money' : 'simulation only (REAL_TRADING)');
  },
  troubles: async ({ db }) => {
    const { criticalAlerts, unknownOrders, oldJobs } = await readTroubles(db);
    const text = `${criticalAlerts} critical alerts, ${unknownOrders} orders without a known outcome, ${oldJobs} old jobs`;
    return criticalAlerts + unknownOrders + oldJobs === 0 ? ok(text) : warn(text, 'See Alerts and Orders on the page.');
  },
};

const MARK = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL' } as const;

async function runCheck(ctx: CommandContext, check: Check): Promise<Finding> {
  try {
    return await check(ctx);
  } catch (error) {
    if (sqlErrorNumber(error) === NO_SUCH_TABLE) return warn('there are no tables yet', 'Start the program once.');
    return fail(
      (error as Error).message.split('\n')[0] ?? 'it failed',
      'Mend what the message names, and run it again.',
    );
  }
}

/** Makes the checks one after the other and says each finding with what to do about it. */
export async function runChecks(
  ctx: CommandContext,
  checks: Record<string, Check>,
): Promise<{ warnings: number; failures: number }> {
  let [warnings, failures] = [0, 0];
  for (const [name, check] of Object.entries(checks)) {
    const found = await runCheck(ctx, check);
    ctx.say(`${MARK[found.level]}  ${name.padEnd(22)} ${found.text}`);
    if (found.level === 'ok') continue;
    ctx.say(`      ${' '.repeat(22)} → ${found.todo}`);
    if (found.level === 'warn') warnings += 1;
    else failures += 1;
  }
  return { warnings, failures };
}

export const doctor: Command = {
  usage: '',
  description: 'Checks this installation and says what to do about each finding.',
  async run(ctx) {
    const { warnings, failures } = await runChecks(ctx, CHECKS);
    ctx.say(`${Object.keys(CHECKS).length} checks: ${failures} failed, ${warnings} warnings.`);
    return failures === 0 ? 0 : 1;
  },
};
