import path from 'node:path';
import { listBackups, writeBackup, type BackupPlace } from '../backup/write-backup.js';
import { withLoadedBackup, type LoadedBackup } from '../backup/load-backup.js';
import { restoreBackup } from '../backup/restore-backup.js';
import { version } from '../infra/version.js';
import { type Command, type CommandContext, UsageError } from './command.js';

const size = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MB`;

function placeOf({ env }: CommandContext): BackupPlace {
  if (env.BACKUP_DIR === undefined) throw new UsageError('Set BACKUP_DIR to the folder of the backups.');
  return {
    ...{ databaseUrl: env.DATABASE_URL, dir: env.BACKUP_DIR, product: version },
    recipient: env.BACKUP_AGE_RECIPIENT,
  };
}

/** A name is looked up in the folder of the backups; anything with a slash is a path. */
function fileOf(ctx: CommandContext, [given]: readonly string[]): string {
  if (given === undefined) throw new UsageError('Name the backup; `backups` lists them.');
  return given.includes('/') ? path.resolve(given) : path.join(placeOf(ctx).dir, given);
}

export const backup: Command = {
  usage: '',
  description:
    'Writes a backup into BACKUP_DIR and deletes the oldest beyond BACKUP_KEEP. The program may keep running.',
  async run(ctx) {
    const { file, bytes, rows, deleted } = await writeBackup(placeOf(ctx), {
      now: new Date(ctx.clock.now()),
      keep: ctx.env.BACKUP_KEEP,
    });
    ctx.say(`Written: ${file} (${rows} rows, ${size(bytes)}).`);
    for (const name of deleted) ctx.say(`Deleted: ${name}`);
    return 0;
  },
};

export const backups: Command = {
  usage: '',
  description: 'Lists the backups of BACKUP_DIR, the newest first.',
  async run(ctx) {
    const found = await listBackups(placeOf(ctx).dir);
    for (const { name, bytes } of found) ctx.say(`${name}  ${size(bytes)}`);
    if (found.length === 0) ctx.say(`There is no backup in ${placeOf(ctx).dir}.`);
    return 0;
  },
};

const loadOptions = (ctx: CommandContext, file: string) => ({
  ...{ file, databaseUrl: ctx.env.DATABASE_URL, identity: ctx.env.BACKUP_AGE_IDENTITY },
  ...{ secrets: ctx.secrets, log: ctx.log },
});

function sayLoaded({ say }: CommandContext, { header, tables, rows, faults }: LoadedBackup): void {
  say(`Written by version ${header.product} on ${header.createdAt}: ${rows} rows in ${tables} tables.`);
  for (const fault of faults.slice(0, 100)) say(`FAULT  ${fault}`);
}

export const verifyBackup: Command = {
  usage: '<file>',
  description: 'Restores a backup into a schema of its own, checks rows, ledger and audit log, and drops the schema.',
  async run(ctx, args) {
    const file = fileOf(ctx, args);
    const loaded = await withLoadedBackup(loadOptions(ctx, file), async (one) => one);
    sayLoaded(ctx, loaded);
    ctx.say(loaded.faults.length === 0 ? 'The backup is sound.' : `The backup has ${loaded.faults.length} faults.`);
    return loaded.faults.length === 0 ? 0 : 1;
  },
};

export const restore: Command = {
  usage: '<file> --yes [--accept-faults]',
  description: 'Puts a backup in the place of the database. Stop the program first; it starts halted afterwards.',
  async run(ctx, args) {
    const file = fileOf(ctx, args);
    if (!args.includes('--yes'))
      throw new UsageError(`This replaces the database by ${path.basename(file)}. Say --yes if you mean it.`);
    const outcome = await restoreBackup({
      ...loadOptions(ctx, file),
      ...{ place: placeOf(ctx), now: new Date(ctx.clock.now()), acceptFaults: args.includes('--accept-faults') },
    });
    if (!outcome.ok) {
      for (const fault of outcome.faults.slice(0, 100)) ctx.say(`FAULT  ${fault}`);
      ctx.say(outcome.why);
      return 1;
    }
    sayLoaded(ctx, outcome.loaded);
    ctx.say(`The database of before is in the restore point ${outcome.restorePoint}`);
    ctx.say(`and in the schema ${outcome.previousSchema}; drop the schema when you do not need it any more.`);
    ctx.say('Start the program. Trading with real money is halted, and everybody signs in again.');
    ctx.say('Compare the accounts with their exchanges on the page, then run `resume`.');
    return 0;
  },
};
