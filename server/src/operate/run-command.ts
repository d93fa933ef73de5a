import { BackupFileError } from '../core/operations/backup-format.js';
import { EnvError, loadEnv } from '../env.js';
import { DatabaseError } from '../infra/database/wait-for-database.js';
import { backup, backups, restore, verifyBackup } from './backup-commands.js';
import { type Command, UsageError, withCommandContext } from './command.js';
import { doctor } from './doctor.js';
import { exportCommand } from './export-command.js';
import { halt, resume } from './halt-commands.js';
import { rotateKeysCommand } from './rotate-keys-command.js';
import { setupCode } from './setup-code-command.js';
import { supportBundle } from './support-bundle.js';
import { upgrade } from './upgrade-command.js';
import { user } from './user-command.js';
import { verifyAudit, verifyLedgerCommand } from './verify-commands.js';

/** Every command of operators by its name. */
export const COMMANDS: Record<string, Command> = {
  doctor,
  backup,
  backups,
  'verify-backup': verifyBackup,
  restore,
  upgrade,
  halt,
  resume,
  'setup-code': setupCode,
  user,
  'verify-audit': verifyAudit,
  'verify-ledger': verifyLedgerCommand,
  'rotate-keys': rotateKeysCommand,
  export: exportCommand,
  'support-bundle': supportBundle,
};

const listing = (): string =>
  [
    'Commands:',
    ...Object.entries(COMMANDS).flatMap(([name, { usage, description }]) => [
      `  ${name} ${usage}`.trimEnd(),
      `      ${description}`,
    ]),
  ].join('\n');

/** Runs `<command> [arguments]` and returns its exit code: 0 = all is well, 1 = something is wrong, 2 = a wrong call. */
export async function runCommand([name = '', ...args]: readonly string[]): Promise<number> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    process.stderr.write(`${name === '' || name === '--help' ? '' : `There is no command "${name}". `}${listing()}\n`);
    return name === '--help' ? 0 : 2;
  }
  try {
    return await withCommandContext(loadEnv(), (ctx) => command.run(ctx, args));
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\nUsage: ${name} ${command.usage}\n`);
      return 2;
    }
    const isPlain = [EnvError, BackupFileError, DatabaseError].some((kind) => error instanceof kind);
    process.stderr.write(`${isPlain ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`);
    return 1;
  }
}
