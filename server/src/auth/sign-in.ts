import type { Context } from '../context.js';
import type { Auth, SessionFacts } from './auth.js';
import type { GuessLimit } from './guess-limit.js';
import { readSignInUser, writeLogin } from '../users/user.store.js';
import { verifyPassword } from './password.js';
import { checkSecondFactor } from './second-factor/two-factor.js';

export type SignInOutcome =
  | { kind: 'signed-in'; userId: number; cookie: string }
  | { kind: 'wrong' }
  // The password is right. Only then the answer says that there is a second factor.
  | { kind: 'code-missing' }
  | { kind: 'code-wrong' }
  | { kind: 'limited'; retryAfterMs: number };

/**
 * Signs a user in with a new session and ends the browser's earlier session. A wrong password, an unknown address and a
 * user who is switched off get the same answer in the same time. Each checked guess is a row in login_history.
 */
export async function signIn(
  ctx: Pick<Context, 'db' | 'clock' | 'secrets'>,
  services: { auth: Auth; guesses: GuessLimit },
  input: {
    email: string;
    password: string;
    code?: string | null | undefined;
    facts: SessionFacts;
    oldToken: string | null;
  },
): Promise<SignInOutcome> {
  const { facts } = input;
  const email = input.email.trim().toLowerCase();
  const user = await readSignInUser(ctx.db, email, facts.ip);
  const guess = { email, ip: facts.ip, isKnownAddress: user?.isKnownAddress ?? false };
  const verdict = await services.guesses.take(guess);
  if (!verdict.ok) return { kind: 'limited', retryAfterMs: verdict.retryAfterMs };
  const isRight = await verifyPassword(user?.passwordHash, input.password);
  const factor = user?.isActive && isRight ? await checkSecondFactor(ctx, user.id, input.code) : 'wrong';
  const isSignedIn = factor === 'off' || factor === 'right';
  // A right password without a code is half a sign-in: the one with the code is written.
  if (user && factor !== 'missing') await writeLogin(ctx.db, user.id, { ...facts, success: isSignedIn });
  if (!user?.isActive || !isRight) return { kind: 'wrong' };
  // A wrong code counts as a guess, so that codes cannot be tried either.
  if (factor === 'wrong') return { kind: 'code-wrong' };
  await services.guesses.giveBack(guess);
  if (factor === 'missing') return { kind: 'code-missing' };
  if (input.oldToken) await services.auth.endSession(input.oldToken);
  const { cookie, token } = await services.auth.openSession(user.id, facts);
  // The password was changed while this one was checked: the change did not see this session, so it ends here.
  if ((await readSignInUser(ctx.db, email, facts.ip))?.passwordHash !== user.passwordHash) {
    await services.auth.endSession(token);
    return { kind: 'wrong' };
  }
  return { kind: 'signed-in', userId: user.id, cookie };
}
