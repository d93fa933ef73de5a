import type { Context } from '../context.js';
import { readSignInUser, writePassword } from '../users/user.store.js';
import type { Auth, SessionFacts, Viewer } from './auth.js';
import type { GuessLimit } from './guess-limit.js';
import { hashPassword, verifyPassword } from './password.js';

export type ChangePasswordOutcome =
  | { kind: 'changed'; cookie: string }
  | { kind: 'wrong' }
  | { kind: 'same' }
  | { kind: 'limited'; retryAfterMs: number };

/**
 * Replaces the viewer's password. All their sessions end, also this one: the answer's cookie carries a new one. Wrong
 * current passwords count as guesses, so that a stolen session is no way around the limit.
 */
export async function changePassword(
  ctx: Pick<Context, 'db'>,
  services: { auth: Auth; guesses: GuessLimit },
  input: { viewer: Viewer; currentPassword: string; newPassword: string; facts: SessionFacts },
): Promise<ChangePasswordOutcome> {
  const { viewer, facts } = input;
  const user = await readSignInUser(ctx.db, viewer.email, facts.ip);
  const guess = { email: viewer.email, ip: facts.ip, isKnownAddress: user?.isKnownAddress ?? false };
  const verdict = await services.guesses.take(guess);
  if (!verdict.ok) return { kind: 'limited', retryAfterMs: verdict.retryAfterMs };
  if (!(await verifyPassword(user?.passwordHash, input.currentPassword))) return { kind: 'wrong' };
  await services.guesses.giveBack(guess);
  if (input.newPassword === input.currentPassword) return { kind: 'same' };
  await writePassword(ctx.db, viewer.userId, await hashPassword(input.newPassword));
  await services.auth.endAllSessions(viewer.userId);
  const { cookie } = await services.auth.openSession(viewer.userId, facts);
  return { kind: 'changed', cookie };
}
