/** In the order of their start: price feeds first, then the executor that uses them; signals are accepted last. */
export const ROLES = ['monitors', 'executor', 'api'] as const;
export type Role = (typeof ROLES)[number];

/** The command line has an unknown option or role; the message lists the valid ones. */
export class RoleError extends Error {
  override name = 'RoleError';
}

const isRole = (name: string): name is Role => (ROLES as readonly string[]).includes(name);

/** Reads `--roles api,executor` (or `--roles=…`); without it, all roles. Throws a RoleError that names every error. */
export function parseRoles(args: readonly string[]): Role[] {
  const at = args.findIndex((arg) => arg === '--roles' || arg.startsWith('--roles='));
  if (at < 0) return [...ROLES];
  const text = args[at]?.startsWith('--roles=') ? args[at].slice('--roles='.length) : (args[at + 1] ?? '');
  const names = text
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '');
  const strangers = names.filter((name) => !isRole(name));
  if (strangers.length > 0 || names.length === 0) {
    const what =
      strangers.length > 0 ? `there is no role ${strangers.map((name) => `"${name}"`).join(', ')}` : 'it names no role';
    throw new RoleError(`--roles: ${what}; the roles are ${[...ROLES].reverse().join(', ')}`);
  }
  return ROLES.filter((role) => names.includes(role));
}
