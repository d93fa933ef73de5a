import path from 'node:path';
import { withLoadedBackup } from '../backup/load-backup.js';
import { writeBackup } from '../backup/write-backup.js';
import { planUpgrade } from '../core/operations/plan-upgrade.js';
import { migrate, migrationNames } from '../infra/database/migrate.js';
import { version } from '../infra/version.js';
import { readRunningProcesses } from '../system/heartbeat.store.js';
import { verifyAuditLog } from '../system/verify-audit-log.js';
import { verifyLedger } from '../vaults/verify-ledger.js';
import { writeCommandAudit } from './audit-entry.js';
import { type Command, type CommandContext, UsageError } from './command.js';
import { runChecks } from './doctor.js';
import { preflight, readApplied } from './upgrade-preflight.js';

interface UpgradeOptions {
  /** The folder of the migrations; tests have their own. */
  migrationsDir?: string | undefined;
}

/** What is still to apply; undefined when the database cannot be brought to this version. */
async function readToApply(ctx: CommandContext, dir: string | undefined): Promise<string[] | undefined> {
  const plan = planUpgrade((await readApplied(ctx)) ?? [], await migrationNames(dir));
  return plan.kind === 'READY' ? plan.toApply : undefined;
}

/**
 * Writes a backup and restores it into a schema of its own, where the same migrations are applied and the same checks are made:
 * so the upgrade is tried on a copy of the real data first. Returns the file, or undefined when the copy has faults.
 */
async function backUpAndTry(ctx: CommandContext, migrationsDir: string | undefined): Promise<string | undefined> {
  const { env, say } = ctx;
  const place = {
    databaseUrl: env.DATABASE_URL,
    dir: env.BACKUP_DIR ?? '',
    product: version,
    recipient: env.BACKUP_AGE_RECIPIENT,
  };
  const now = new Date(ctx.clock.now());
  const { file, rows } = await writeBackup(place, { now, isRestorePoint: true });
  say(`Written: ${file} (${rows} rows).`);
  const { databaseUrl } = place;
  const { secrets, log } = ctx;
  const options = { file, databaseUrl, identity: env.BACKUP_AGE_IDENTITY, secrets, log, migrationsDir };
  const { faults } = await withLoadedBackup(options, async (loaded) => loaded);
  for (const fault of faults.slice(0, 100)) say(`FAULT  ${fault}`);
  if (faults.length > 0) return undefined;
  say('Restored into a schema of its own and upgraded there: every row, the ledger and the audit log are sound.');
  return file;
}

/** What is wrong with the upgraded database; plain sentences. */
async function checkUpgraded(ctx: CommandContext, dir: string | undefined): Promise<string[]> {
  const left = await readToApply(ctx, dir);
  const drifts = await verifyLedger(ctx);
  const { faults } = await verifyAuditLog(ctx);
  return [
    ...(left?.length === 0 ? [] : ['Not every migration was applied.']),
    ...drifts.map(
      ({ subject, id, field }) => `${subject.toLowerCase()} ${id}: ${field} does not follow from its history.`,
    ),
    ...faults.map(({ kind, entryId }) => `The audit log is broken: ${kind} at ${entryId ?? 'its end'}.`),
  ];
}

function sayWayBack({ say }: CommandContext, file: string): void {
  say('The way back: stop every process, put the version from before in the place of this one, and with it run');
  say(`    restore ${file} --yes`);
  say('It starts halted. Compare the accounts with their exchanges on the page, then run `resume`.');
}

async function sayNext(ctx: CommandContext, file: string): Promise<void> {
  const older = (await readRunningProcesses(ctx.db)).filter((one) => one.version !== version);
  ctx.say(`The database is of version ${version} now. The backup of before is ${file}`);
  if (older.length === 0) return ctx.say('Start the program.');
  ctx.say('Restart these processes one after the other; signals and exits go on meanwhile:');
  for (const { service, processId, host } of older) ctx.say(`    ${service} ${processId} on ${host}`);
}

/** Upgrades the database to this version; see `upgrade`. Returns the exit code. */
export async function runUpgrade(
  ctx: CommandContext,
  args: readonly string[],
  { migrationsDir }: UpgradeOptions = {},
): Promise<number> {
  const unknown = args.filter((arg) => arg !== '--check');
  if (unknown.length > 0) throw new UsageError(`There is no option ${unknown.join(', ')}.`);
  const { failures } = await runChecks(ctx, preflight(migrationsDir));
  if (failures > 0) {
    ctx.say('Nothing was changed.');
    return 1;
  }
  if (args.includes('--check')) return 0;
  const toApply = (await readToApply(ctx, migrationsDir)) ?? [];
  if (toApply.length === 0) {
    ctx.say(`The database is of version ${version} already.`);
    return 0;
  }
  if ((await readApplied(ctx)) === null) return applyToEmpty(ctx, migrationsDir);
  let file: string | undefined;
  try {
    file = await backUpAndTry(ctx, migrationsDir);
  } catch (error) {
    ctx.say(`On a copy of the database the upgrade failed: ${(error as Error).message}`);
  }
  if (file === undefined) {
    ctx.say('The database itself was not changed, and running processes may go on.');
    return 1;
  }
  return applyToDatabase(ctx, { file, migrationsDir });
}

async function applyToEmpty(ctx: CommandContext, dir: string | undefined): Promise<number> {
  const applied = await migrate({ databaseUrl: ctx.env.DATABASE_URL, log: ctx.log, ...(dir && { dir }) });
  ctx.say(`The database was empty; ${applied.length} migrations were applied. Start the program.`);
  return 0;
}

async function applyToDatabase(
  ctx: CommandContext,
  { file, migrationsDir: dir }: UpgradeOptions & { file: string },
): Promise<number> {
  try {
    const applied = await migrate({ databaseUrl: ctx.env.DATABASE_URL, log: ctx.log, ...(dir && { dir }) });
    for (const name of applied) ctx.say(`Applied: ${name}`);
    const faults = await checkUpgraded(ctx, dir);
    if (faults.length === 0) {
      await writeCommandAudit(ctx, 'upgradeDatabase', { version, applied, backup: path.basename(file) });
      await sayNext(ctx, file);
      return 0;
    }
    for (const fault of faults.slice(0, 100)) ctx.say(`FAULT  ${fault}`);
    ctx.say('The upgrade was applied, and the database is not sound.');
  } catch (error) {
    ctx.say(`The upgrade failed: ${(error as Error).message}`);
  }
  sayWayBack(ctx, file);
  return 1;
}

export const upgrade: Command = {
  usage: '[--check]',
  description:
    'Brings the database to this version: checks, a verified backup, a trial on a copy, then the migrations. --check only checks.',
  run: (ctx, args) => runUpgrade(ctx, args),
};
