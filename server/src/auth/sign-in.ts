import type { Context } from '../context.js';
import { normalizeEmail } from '../core/email.js';
import { networkOf } from '../infra/client-network.js';
import { readSignInUser, writeLogin, writeUnknownLogin } from '../users/user.store.js';
import type { Auth, SessionFacts } from './auth.js';
import { provenDevice, proveDevice } from './device-proof.js';
import type { GuessLimit } from './guess-limit.js';
import { verifyPassword } from './password.js';
import { checkPasskey, type PasskeyProof } from './passkeys/check-passkey.js';
import { checkSecondFactor, type SecondFactorCheck } from './second-factor/two-factor.js';

export type SignInOutcome =
  | { kind: 'signed-in'; userId: number; cookie: string; deviceCookie: string }
  | { kind: 'wrong' }
  // The password is right. Only then the answer says that there is a second factor.
  | { kind: 'code-missing' }
  | { kind: 'code-wrong' }
  | { kind: 'limited'; retryAfterMs: number };

/**
 * Signs a user in with a new session and ends the browser's earlier session. A wrong password, an unknown address and a
 * user who is switched off get the same answer after the same work: one password is checked and one row is written. The
 * row is in login_history, or in unknown_sign_ins when no user has the address.
 */
export async function signIn(
  ctx: Pick<Context, 'db' | 'clock' | 'secrets' | 'env' | 'log'>,
  services: { auth: Auth; guesses: GuessLimit },
  input: {
    email: string;
    password: string;
    code?: string | null | undefined;
    /** In place of a code. */
    passkey?: PasskeyProof | null | undefined;
    facts: SessionFacts;
    oldToken: string | null;
  },
): Promise<SignInOutcome> {
  const { facts } = input;
  const email = normalizeEmail(input.email);
  const user = await readSignInUser(ctx.db, email);
  const verdict = await services.guesses.take({
    ...{ userId: user?.id ?? null, email, ip: facts.ip, deviceId: provenDevice(ctx, facts.deviceCookie, user) },
    isKnownNetwork: user?.networks.has(networkOf(facts.ip)) ?? false,
  });
  if (!verdict.ok) return { kind: 'limited', retryAfterMs: verdict.retryAfterMs };
  const isRight = await verifyPassword(user?.passwordHash, input.password);
  const factor = user?.isActive && isRight ? await checkFactor(ctx, user.id, input) : 'wrong';
  const isSignedIn = factor === 'off' || factor === 'right';
  if (!user) await writeUnknownLogin(ctx.db, email, facts);
  // A right password without a code is half a sign-in: the one with the code is written.
  else if (factor !== 'missing') await writeLogin(ctx.db, user.id, { ...facts, success: isSignedIn });
  if (!user?.isActive || !isRight) return { kind: 'wrong' };
  // A wrong code counts as a guess, so that codes cannot be tried either.
  if (factor === 'wrong') return { kind: 'code-wrong' };
  await verdict.giveBack();
  if (factor === 'missing') return { kind: 'code-missing' };
  if (input.oldToken) await services.auth.endSession(input.oldToken);
  const { cookie, token } = await services.auth.openSession(user.id, facts);
  // The password was changed while this one was checked: the change did not see this session, so it ends here.
  if ((await readSignInUser(ctx.db, email))?.passwordHash !== user.passwordHash) {
    await services.auth.endSession(token);
    return { kind: 'wrong' };
  }
  return { kind: 'signed-in', userId: user.id, cookie, deviceCookie: proveDevice(ctx, facts.deviceCookie, user) };
}

/** A code or the answer of a passkey of this user. A passkey counts only where the second factor is on. */
async function checkFactor(
  ctx: Parameters<typeof signIn>[0],
  userId: number,
  { code, passkey }: { code?: string | null | undefined; passkey?: PasskeyProof | null | undefined },
): Promise<SecondFactorCheck> {
  const factor = await checkSecondFactor(ctx, userId, code);
  if (factor !== 'missing' || !passkey) return factor;
  const check = await checkPasskey(ctx, passkey, { sessionHash: null });
  return check.ok && check.userId === userId ? 'right' : 'wrong';
}
