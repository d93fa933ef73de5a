import type { Context } from '../context.js';
import { readSignInUser } from '../users/user.store.js';
import type { SessionFacts, Viewer } from './auth.js';
import type { GuessLimit } from './guess-limit.js';
import { verifyPassword } from './password.js';

/**
 * Asks for the password of whoever makes the request, for what a session alone may not do. Resolves when it is right; throws
 * the answer to the request otherwise.
 */
export type ConfirmPassword = () => Promise<void>;

export type PasswordCheck = { kind: 'right' } | { kind: 'wrong' } | { kind: 'limited'; retryAfterMs: number };

/**
 * Whether the viewer still knows their password. Wrong ones count as guesses like those of a sign-in, so that a stolen
 * session is no way around the limit; a right one is given back.
 */
export async function confirmPassword(
  ctx: Pick<Context, 'db'>,
  { guesses }: { guesses: GuessLimit },
  { viewer, password, facts }: { viewer: Viewer; password: string; facts: SessionFacts },
): Promise<PasswordCheck> {
  const user = await readSignInUser(ctx.db, viewer.email, facts.ip);
  const guess = { email: viewer.email, ip: facts.ip, isKnownAddress: user?.isKnownAddress ?? false };
  const verdict = await guesses.take(guess);
  if (!verdict.ok) return { kind: 'limited', retryAfterMs: verdict.retryAfterMs };
  if (!(await verifyPassword(user?.passwordHash, password))) return { kind: 'wrong' };
  await guesses.giveBack(guess);
  return { kind: 'right' };
}
