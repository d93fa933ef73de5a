import type { Context } from '../context.js';
import { normalizeEmail } from '../core/email.js';
import { networkOf } from '../infra/client-network.js';
import { readSignInUser, writeLogin, writeUnknownLogin } from '../users/user.store.js';
import type { Auth, SessionFacts } from './auth.js';
import { provenDevice, proveDevice } from './device-proof.js';
import type { GuessLimit } from './guess-limit.js';
import { verifyPassword } from './password.js';

export type SignInOutcome =
  | { kind: 'signed-in'; userId: number; cookie: string; deviceCookie: string }
  | { kind: 'wrong' }
  | { kind: 'limited'; retryAfterMs: number };

/**
 * Signs a user in with a new session and ends the browser's earlier session. A wrong password, an unknown address and a
 * user who is switched off get the same answer after the same work: one password is checked and one row is written. The
 * row is in login_history, or in unknown_sign_ins when no user has the address.
 */
export async function signIn(
  ctx: Pick<Context, 'db' | 'secrets' | 'env'>,
  services: { auth: Auth; guesses: GuessLimit },
  input: { email: string; password: string; facts: SessionFacts; oldToken: string | null },
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
  if (user) await writeLogin(ctx.db, user.id, { ...facts, success: isRight && user.isActive });
  else await writeUnknownLogin(ctx.db, email, facts);
  if (!user?.isActive || !isRight) return { kind: 'wrong' };
  await verdict.giveBack();
  if (input.oldToken) await services.auth.endSession(input.oldToken);
  const { cookie } = await services.auth.openSession(user.id, facts);
  return { kind: 'signed-in', userId: user.id, cookie, deviceCookie: proveDevice(ctx, facts.deviceCookie, user) };
}
