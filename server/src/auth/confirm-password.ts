import type { Context } from '../context.js';
import { readSignInUser } from '../users/user.store.js';
import { networkOf } from '../infra/client-network.js';
import type { SessionFacts, Viewer } from './auth.js';
import { provenDevice } from './device-proof.js';
import type { GuessLimit } from './guess-limit.js';
import { verifyPassword } from './password.js';

/**
 * Confirms the password of the user who makes the request, for actions that need more than a session. Resolves when it
 * is right; otherwise throws the error that answers the request.
 */
export type ConfirmPassword = () => Promise<void>;

export type PasswordCheck = { kind: 'right' } | { kind: 'wrong' } | { kind: 'limited'; retryAfterMs: number };

/**
 * Whether the given password is the viewer's. Wrong ones count like wrong passwords of a sign-in, so that a stolen
 * session cannot bypass the limit. A right one does not count.
 */
export async function confirmPassword(
  ctx: Pick<Context, 'db' | 'secrets' | 'env'>,
  { guesses }: { guesses: GuessLimit },
  { viewer, password, facts }: { viewer: Viewer; password: string; facts: SessionFacts },
): Promise<PasswordCheck> {
  const user = await readSignInUser(ctx.db, viewer.email);
  const verdict = await guesses.take({
    ...{ userId: viewer.userId, email: viewer.email, ip: facts.ip },
    deviceId: provenDevice(ctx, facts.deviceCookie, user),
    isKnownNetwork: user?.networks.has(networkOf(facts.ip)) ?? false,
  });
  if (!verdict.ok) return { kind: 'limited', retryAfterMs: verdict.retryAfterMs };
  if (!(await verifyPassword(user?.passwordHash, password))) return { kind: 'wrong' };
  await verdict.giveBack();
  return { kind: 'right' };
}
