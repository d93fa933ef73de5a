import type { Context } from '../context.js';
import type { Auth, SessionFacts } from './auth.js';
import type { GuessLimit } from './guess-limit.js';
import { readSignInUser, writeLogin } from '../users/user.store.js';
import { verifyPassword } from './password.js';

export type SignInOutcome =
  { kind: 'signed-in'; userId: number; cookie: string } | { kind: 'wrong' } | { kind: 'limited'; retryAfterMs: number };

/**
 * Signs a user in with a new session and ends the browser's earlier session. A wrong password, an unknown address and a
 * user who is switched off get the same answer in the same time. Each checked guess is a row in login_history.
 */
export async function signIn(
  ctx: Pick<Context, 'db'>,
  services: { auth: Auth; guesses: GuessLimit },
  input: { email: string; password: string; facts: SessionFacts; oldToken: string | null },
): Promise<SignInOutcome> {
  const { facts } = input;
  const email = input.email.trim().toLowerCase();
  const user = await readSignInUser(ctx.db, email, facts.ip);
  const guess = { email, ip: facts.ip, isKnownAddress: user?.isKnownAddress ?? false };
  const verdict = await services.guesses.take(guess);
  if (!verdict.ok) return { kind: 'limited', retryAfterMs: verdict.retryAfterMs };
  const isRight = await verifyPassword(user?.passwordHash, input.password);
  if (user) await writeLogin(ctx.db, user.id, { ...facts, success: isRight && user.isActive });
  if (!user?.isActive || !isRight) return { kind: 'wrong' };
  await services.guesses.giveBack(guess);
  if (input.oldToken) await services.auth.endSession(input.oldToken);
  const { cookie } = await services.auth.openSession(user.id, facts);
  return { kind: 'signed-in', userId: user.id, cookie };
}
