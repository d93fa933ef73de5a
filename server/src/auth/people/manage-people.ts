import { createHash, randomBytes } from 'node:crypto';
import type { Context } from '../../context.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import {
  insertPerson,
  readPerson,
  writeActive,
  writeMustChange,
  writeRoles,
  type PersonChange,
} from '../../users/user-admin.store.js';
import { writePasswordIn } from '../../users/user.store.js';
import { endAccess } from '../end-access.js';
import { deletePasskeys } from '../passkeys/passkey.store.js';
import { hashPassword } from '../password.js';
import { consumeLink, insertLink, type LinkKind } from './user-link.store.js';

type Ctx = Pick<Context, 'db' | 'clock' | 'env'>;

const DAY_MS = 86_400_000;
/** How long a link works. A reset is asked for by somebody who is waiting. */
const LINK_MS: Record<LinkKind, number> = { INVITATION: 3 * DAY_MS, PASSWORD_RESET: DAY_MS };

export interface Link {
  /** The address to hand over. What makes it secret is behind the #, which browsers never send to a server. */
  url: string;
  expiresAt: Date;
}

const linkHash = (token: string): string => createHash('sha256').update(token).digest('hex');

async function createLink(ctx: Ctx, userId: number, kind: LinkKind, createdBy: number | null): Promise<Link> {
  const token = randomBytes(32).toString('base64url');
  const expiresAt = new Date(ctx.clock.now() + LINK_MS[kind]);
  await insertLink(ctx.db, { userId, kind, tokenHash: linkHash(token), expiresAt, createdBy });
  return { url: `${ctx.env.PUBLIC_URL}/set-password#${token}`, expiresAt };
}

interface Person {
  email: string;
  fullName: string | null;
  roles: readonly string[];
}

/** Creates a user with a first password, which must be changed at the first sign-in. */
export async function createPerson(
  ctx: Ctx,
  person: Person & { initialPassword: string },
): Promise<{ ok: true; userId: number } | Refusal> {
  const passwordHash = await hashPassword(person.initialPassword);
  const userId = await insertPerson(ctx.db, { ...person, passwordHash });
  return userId === undefined ? refuse('EMAIL_TAKEN') : { ok: true, userId };
}

/** Creates a user without a password, and the link with which that person sets one. `adminId` null = a command. */
export async function invitePerson(
  ctx: Ctx,
  adminId: number | null,
  person: Person,
): Promise<{ ok: true; userId: number; link: Link } | Refusal> {
  const userId = await insertPerson(ctx.db, { ...person, passwordHash: 'none' });
  if (userId === undefined) return refuse('EMAIL_TAKEN');
  return { ok: true, userId, link: await createLink(ctx, userId, 'INVITATION', adminId) };
}

/** Creates a link with which a user sets a new password. The old one works until the link is used. */
export async function createResetLink(
  ctx: Ctx,
  adminId: number | null,
  userId: number,
): Promise<{ ok: true; link: Link } | Refusal> {
  const person = await readPerson(ctx.db, userId);
  if (!person) return refuse('USER_NOT_FOUND');
  return { ok: true, link: await createLink(ctx, userId, 'PASSWORD_RESET', adminId) };
}

/** Sets the password with a link, once, and ends everything that was opened with the old one. */
export async function redeemLink(
  ctx: Ctx,
  { token, newPassword }: { token: string; newPassword: string },
): Promise<{ ok: true; userId: number } | Refusal> {
  const passwordHash = await hashPassword(newPassword);
  const now = new Date(ctx.clock.now());
  const link = await ctx.db.transaction(async (tx) => {
    const found = await consumeLink(tx, linkHash(token), now);
    if (found) await writePasswordIn(tx, found.userId, passwordHash);
    return found;
  });
  if (!link) return refuse('LINK_INVALID');
  // Whoever needs the link may have lost the devices, or somebody else may have added one.
  await deletePasskeys(ctx.db, link.userId);
  await endAccess(ctx, link.userId);
  return { ok: true, userId: link.userId };
}

const REFUSALS = { 'last-admin': 'LAST_ADMIN', 'not-found': 'USER_NOT_FOUND' } as const;
const answer = (change: PersonChange): { ok: true } | Refusal =>
  change === 'changed' ? { ok: true } : refuse(REFUSALS[change]);

/** Switches a user off: ends all access, pauses entries. Exits and orders that rest go on. */
export async function deactivatePerson(ctx: Ctx, adminId: number, userId: number): Promise<{ ok: true } | Refusal> {
  if (adminId === userId) return refuse('OWN_USER');
  const changed = answer(await writeActive(ctx.db, userId, false));
  if (changed.ok) await endAccess(ctx, userId);
  return changed;
}

export const activatePerson = async (ctx: Ctx, userId: number): Promise<{ ok: true } | Refusal> =>
  answer(await writeActive(ctx.db, userId, true));

/** Replaces the roles of a user. They count from the next request on. */
export async function changeRoles(
  ctx: Ctx,
  adminId: number,
  userId: number,
  roles: readonly string[],
): Promise<{ ok: true } | Refusal> {
  if (adminId === userId) return refuse('OWN_USER');
  return answer(await writeRoles(ctx.db, userId, [...new Set(roles)]));
}

/** Makes a user change the password before anything else. Open sockets of the user are closed. */
export const forcePasswordChange = async (ctx: Ctx, userId: number): Promise<{ ok: true } | Refusal> =>
  (await writeMustChange(ctx.db, userId)) ? { ok: true } : refuse('USER_NOT_FOUND');

/** Ends all sessions, tokens and links of a user. */
export async function revokePersonAccess(
  ctx: Ctx,
  userId: number,
): Promise<{ ok: true; sessions: number; tokens: number } | Refusal> {
  if (!(await readPerson(ctx.db, userId))) return refuse('USER_NOT_FOUND');
  return { ok: true, ...(await endAccess(ctx, userId)) };
}
