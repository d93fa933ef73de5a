import { normalizeEmail } from '../core/email.js';
import { endAccess } from '../auth/end-access.js';
import { createResetLink, invitePerson, type Link } from '../auth/people/manage-people.js';
import { disableTwoFactor } from '../auth/second-factor/two-factor.js';
import { writeActive, writeRoles } from '../users/user-admin.store.js';
import { readSignInUser } from '../users/user.store.js';
import { writeCommandAudit } from './audit-entry.js';
import { type Command, type CommandContext, UsageError } from './command.js';

const ROLES = ['admin', 'user'];

async function userOf(ctx: CommandContext, email: string | undefined): Promise<number> {
  if (email === undefined) throw new UsageError('Name the e-mail of the user.');
  const found = await readSignInUser(ctx.db, normalizeEmail(email));
  if (!found) throw new UsageError(`There is no user ${email}.`);
  return found.id;
}

function rolesOf(names: readonly string[]): string[] {
  const unknown = names.find((name) => !ROLES.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`There is no role "${unknown}"; the roles are ${ROLES.join(' and ')}.`);
  return names.length > 0 ? [...new Set(names)] : ['user'];
}

function sayLink({ say }: CommandContext, { url, expiresAt }: Link): void {
  say(`Hand this address over. It works once, until ${expiresAt.toISOString()}:`);
  say(url);
}

type Action = (ctx: CommandContext, email: string | undefined, more: readonly string[]) => Promise<number>;

const ACTIONS: Record<string, Action> = {
  async create(ctx, email, names) {
    if (email === undefined || !email.includes('@')) throw new UsageError('Name the e-mail of the new user.');
    const roles = rolesOf(names);
    const made = await invitePerson(ctx, null, { email: normalizeEmail(email), fullName: null, roles });
    if (!made.ok) return refused(ctx, made.message);
    await writeCommandAudit(ctx, 'createUser', { email, roles }, made.userId);
    sayLink(ctx, made.link);
    return 0;
  },
  async reset(ctx, email) {
    const userId = await userOf(ctx, email);
    const made = await createResetLink(ctx, null, userId);
    if (!made.ok) return refused(ctx, made.message);
    await writeCommandAudit(ctx, 'createResetLink', { email }, userId);
    sayLink(ctx, made.link);
    return 0;
  },
  async '2fa-reset'(ctx, email) {
    const userId = await userOf(ctx, email);
    const was = await disableTwoFactor(ctx, { userId });
    if (was.ok) await writeCommandAudit(ctx, 'resetSecondFactor', { email }, userId);
    ctx.say(
      was.ok ? 'The second factor is off. The user signs in with the password and sets a new one.' : 'It was not on.',
    );
    return 0;
  },
  async role(ctx, email, names) {
    const userId = await userOf(ctx, email);
    const roles = rolesOf(names);
    const change = await writeRoles(ctx.db, userId, roles);
    if (change === 'last-admin') return refused(ctx, 'The last active administrator stays one.');
    await writeCommandAudit(ctx, 'setRoles', { email, roles }, userId);
    ctx.say(`Roles: ${roles.join(', ')}.`);
    return 0;
  },
  activate: (ctx, email) => setActive(ctx, email, true),
  deactivate: (ctx, email) => setActive(ctx, email, false),
};

async function setActive(ctx: CommandContext, email: string | undefined, isActive: boolean): Promise<number> {
  const userId = await userOf(ctx, email);
  if ((await writeActive(ctx.db, userId, isActive)) === 'last-admin')
    return refused(ctx, 'The last active administrator cannot be switched off.');
  if (!isActive) await endAccess(ctx, userId);
  await writeCommandAudit(ctx, isActive ? 'activateUser' : 'deactivateUser', { email }, userId);
  ctx.say(isActive ? 'The user may sign in again.' : 'The user is switched off, and signed out everywhere.');
  return 0;
}

function refused({ say }: CommandContext, why: string): number {
  say(why);
  return 1;
}

export const user: Command = {
  usage: 'create|reset|2fa-reset|role|activate|deactivate <email> [roles]',
  description: 'Creates a user, gives out a new password link, resets the second factor, changes roles, switches off.',
  async run(ctx, [action = '', email, ...more]) {
    const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (!act) throw new UsageError(`Say what to do: ${Object.keys(ACTIONS).join(', ')}.`);
    return act(ctx, email, more);
  },
};
