import { spawnSync } from 'node:child_process';

/** Whether a program is missing on this machine. A line says what is not tested then, so that nobody takes it for tested. */
export function isToolMissing(command: string, args: readonly string[], leftOut: string): boolean {
  if (spawnSync(command, args, { stdio: 'ignore' }).error === undefined) return false;
  process.stderr.write(`${command} is not installed: ${leftOut}\n`);
  return true;
}
