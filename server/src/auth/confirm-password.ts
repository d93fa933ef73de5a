import type { Context } from '../context.js';
import { readSignInUser, type SignInUser } from '../users/user.store.js';
import { networkOf } from '../infra/client-network.js';
import type { SessionFacts, SessionViewer } from './auth.js';
import { provenDevice } from './device-proof.js';
import type { GuessLimit } from './guess-limit.js';
import { verifyPassword } from './password.js';
import { checkSecondFactor } from './second-factor/two-factor.js';

/**
 * Confirms the password of the user who makes the request, for actions that need more than a session. Resolves when it
 * is right; otherwise throws the error that answers the request.
 */
export type ConfirmPassword = () => Promise<void>;

export type PasswordCheck = { kind: 'right' } | { kind: 'wrong' } | { kind: 'limited'; retryAfterMs: number };

interface Confirmation {
  viewer: Pick<SessionViewer, 'userId' | 'email'>;
  facts: SessionFacts;
}
type Services = { guesses: GuessLimit };

/**
 * Whether a proof is right. Wrong ones count like wrong passwords of a sign-in, so that a stolen session cannot bypass
 * the limit. A right one does not count.
 */
async function confirm(
  ctx: Pick<Context, 'db' | 'secrets' | 'env'>,
  { guesses }: Services,
  { viewer, facts }: Confirmation,
  isRight: (user: SignInUser | undefined) => Promise<boolean>,
): Promise<PasswordCheck> {
  const user = await readSignInUser(ctx.db, viewer.email);
  const verdict = await guesses.take({
    ...{ userId: viewer.userId, email: viewer.email, ip: facts.ip },
    deviceId: provenDevice(ctx, facts.deviceCookie, user),
    isKnownNetwork: user?.networks.has(networkOf(facts.ip)) ?? false,
  });
  if (!verdict.ok) return { kind: 'limited', retryAfterMs: verdict.retryAfterMs };
  if (!(await isRight(user))) return { kind: 'wrong' };
  await verdict.giveBack();
  return { kind: 'right' };
}

/** Whether the given password is the viewer's. */
export const confirmPassword = (
  ctx: Pick<Context, 'db' | 'secrets' | 'env'>,
  services: Services,
  { password, ...who }: Confirmation & { password: string },
): Promise<PasswordCheck> => confirm(ctx, services, who, (user) => verifyPassword(user?.passwordHash, password));

/** Whether the given code is one of the viewer's second factor. It is used up. Without a second factor none is right. */
export const confirmCode = (
  ctx: Pick<Context, 'db' | 'clock' | 'secrets' | 'env'>,
  services: Services,
  { code, ...who }: Confirmation & { code: string },
): Promise<PasswordCheck> =>
  confirm(ctx, services, who, async () => (await checkSecondFactor(ctx, who.viewer.userId, code)) === 'right');
