import type { Context } from '../context.js';
import { writePassword } from '../users/user.store.js';
import { proveDevice } from './device-proof.js';
import type { Auth, SessionFacts, SessionViewer } from './auth.js';
import { confirmPassword } from './confirm-password.js';
import type { GuessLimit } from './guess-limit.js';
import { endAccess } from './end-access.js';
import { hashPassword } from './password.js';

export type ChangePasswordOutcome =
  | { kind: 'changed'; cookie: string; deviceCookie: string }
  | { kind: 'wrong' }
  | { kind: 'same' }
  | { kind: 'limited'; retryAfterMs: number };

/**
 * Replaces the viewer's password. It ends all their sessions, including this one, all tokens and links; the cookie in the
 * answer has a new session.
 */
export async function changePassword(
  ctx: Pick<Context, 'db' | 'clock' | 'secrets' | 'env'>,
  services: { auth: Auth; guesses: GuessLimit },
  input: { viewer: SessionViewer; currentPassword: string; newPassword: string; facts: SessionFacts },
): Promise<ChangePasswordOutcome> {
  const { viewer, facts } = input;
  const check = await confirmPassword(ctx, services, { viewer, password: input.currentPassword, facts });
  if (check.kind !== 'right') return check;
  if (input.newPassword === input.currentPassword) return { kind: 'same' };
  const passwordHash = await hashPassword(input.newPassword);
  await writePassword(ctx.db, viewer.userId, passwordHash);
  await endAccess(ctx, viewer.userId);
  const { cookie } = await services.auth.openSession(viewer.userId, facts);
  const deviceCookie = proveDevice(ctx, facts.deviceCookie, { id: viewer.userId, passwordHash });
  return { kind: 'changed', cookie, deviceCookie };
}
