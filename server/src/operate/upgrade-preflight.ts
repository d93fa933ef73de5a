import { mkdirSync, statfsSync } from 'node:fs';
import { bytesForBackup, databaseVersion, planUpgrade, redisVersion } from '../core/operations/plan-upgrade.js';
import { sqlErrorNumber } from '../infra/database/database.js';
import { migrationNames } from '../infra/database/migrate.js';
import { openRedis } from '../infra/redis/redis.js';
import { version } from '../infra/version.js';
import { readRunningProcesses } from '../system/heartbeat.store.js';
import type { CommandContext } from './command.js';
import { type Check, CHECKS, fail, type Finding, ok, warn } from './doctor.js';
import { readAppliedMigrations, readDatabaseBytes, readServerFacts } from './doctor.store.js';

const NO_SUCH_TABLE = 1146;
const GB = 1_073_741_824;

/** The migrations that the database has; null = it is empty. */
export const readApplied = ({ db }: Pick<CommandContext, 'db'>) =>
  readAppliedMigrations(db).catch((error: unknown) => {
    if (sqlErrorNumber(error) === NO_SUCH_TABLE) return null;
    throw error;
  });

const strictly =
  (name: string): Check =>
  async (ctx) => {
    const found = (await CHECKS[name]?.(ctx)) ?? ok('');
    return found.level === 'warn' ? fail(found.text, found.todo) : found;
  };

async function checkMigrations(ctx: CommandContext, dir: string | undefined): Promise<Finding> {
  const plan = planUpgrade((await readApplied(ctx)) ?? [], await migrationNames(dir));
  if (plan.kind === 'UNFINISHED')
    return fail(`${plan.name} did not finish`, 'Start the program once and follow what its error says.');
  if (plan.kind === 'NEWER_DATABASE')
    return fail(
      `the database is of a newer version than this one (${version}): ${plan.unknown.join(', ')}`,
      'Run the version that wrote this database, or a newer one. A backup from before it can be restored with this version.',
    );
  return ok(
    plan.toApply.length === 0 ? 'nothing to apply' : `${plan.toApply.length} to apply: ${plan.toApply.join(', ')}`,
  );
}

async function checkRedis({ env, log }: CommandContext): Promise<Finding> {
  const redis = await openRedis(env.REDIS_URL, env.REDIS_PREFIX, log);
  try {
    if (!redis.answers()) return warn('does not answer', 'Trading goes on without it. Start it before the processes.');
    const { name, isSupported } = redisVersion(await redis.commands.info('server'));
    return isSupported ? ok(name) : fail(name, 'Use Redis 6.2 or newer, or Valkey.');
  } finally {
    await redis.close();
  }
}

function checkBackupSettings({ env }: CommandContext): Finding {
  if (env.BACKUP_DIR === undefined) return fail('no folder', 'Set BACKUP_DIR: the upgrade writes a backup first.');
  if (env.BACKUP_AGE_RECIPIENT !== undefined && env.BACKUP_AGE_IDENTITY === undefined)
    return fail(
      'they are encrypted and cannot be verified',
      'Set BACKUP_AGE_IDENTITY_FILE for this command: the backup is verified by restoring it.',
    );
  return ok(env.BACKUP_DIR);
}

async function checkDisk({ db, env }: CommandContext): Promise<Finding> {
  if (env.BACKUP_DIR === undefined) return fail('no folder', 'Set BACKUP_DIR.');
  mkdirSync(env.BACKUP_DIR, { recursive: true, mode: 0o700 });
  const { bavail, bsize } = statfsSync(env.BACKUP_DIR);
  const [free, needed] = [bavail * bsize, bytesForBackup(await readDatabaseBytes(db))];
  const text = `${(free / GB).toFixed(1)} GB free, the backup needs up to ${(needed / GB).toFixed(1)} GB`;
  return free >= needed ? ok(text) : fail(text, `Make room in ${env.BACKUP_DIR}, or set BACKUP_DIR to another disk.`);
}

async function checkProcesses({ db }: CommandContext): Promise<Finding> {
  const running = await readRunningProcesses(db);
  if (running.length === 0) return ok('none runs');
  const names = running.map(
    ({ service, processId, host, version: own }) => `${service} ${processId} on ${host} (${own ?? 'an early version'})`,
  );
  return warn(names.join(', '), 'They may go on; restart them one after the other when the upgrade is done.');
}

/** What must be right before an upgrade changes anything. `dir` = the folder of the migrations. */
export const preflight = (dir?: string): Record<string, Check> => ({
  'this version': () => ok(version),
  'Node.js': (ctx) => CHECKS['Node.js']?.(ctx) ?? ok(''),
  database: async ({ db }) => {
    const { name, isSupported } = databaseVersion((await readServerFacts(db)).version);
    return isSupported ? ok(name) : fail(name, 'Use MySQL 8.0 or newer, or MariaDB 10.6 or newer.');
  },
  Redis: checkRedis,
  migrations: (ctx) => checkMigrations(ctx, dir),
  backups: checkBackupSettings,
  disk: checkDisk,
  'room to verify': strictly('room to restore'),
  processes: checkProcesses,
});
