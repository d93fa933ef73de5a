import type { Context } from '../context.js';
import { writePassword } from '../users/user.store.js';
import type { Auth, SessionFacts, SessionViewer } from './auth.js';
import { confirmPassword } from './confirm-password.js';
import type { GuessLimit } from './guess-limit.js';
import { endAccess } from './end-access.js';
import { hashPassword } from './password.js';

export type ChangePasswordOutcome =
  | { kind: 'changed'; cookie: string }
  | { kind: 'wrong' }
  | { kind: 'same' }
  | { kind: 'limited'; retryAfterMs: number };

/**
 * Replaces the viewer's password. It ends all their sessions, including this one, all tokens and links; the cookie in the
 * answer has a new session.
 */
export async function changePassword(
  ctx: Pick<Context, 'db' | 'clock'>,
  services: { auth: Auth; guesses: GuessLimit },
  input: { viewer: SessionViewer; currentPassword: string; newPassword: string; facts: SessionFacts },
): Promise<ChangePasswordOutcome> {
  const { viewer, facts } = input;
  const check = await confirmPassword(ctx, services, { viewer, password: input.currentPassword, facts });
  if (check.kind !== 'right') return check;
  if (input.newPassword === input.currentPassword) return { kind: 'same' };
  await writePassword(ctx.db, viewer.userId, await hashPassword(input.newPassword));
  await endAccess(ctx, viewer.userId);
  const { cookie } = await services.auth.openSession(viewer.userId, facts);
  return { kind: 'changed', cookie };
}
