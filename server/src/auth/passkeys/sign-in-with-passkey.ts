import type { Context } from '../../context.js';
import { readSignInUser, readUser, writeLogin } from '../../users/user.store.js';
import type { Auth, SessionFacts } from '../auth.js';
import { proveDevice } from '../device-proof.js';
import { checkPasskey, type PasskeyProof } from './check-passkey.js';
import { hasPasskey } from './passkey.store.js';

export type PasskeySignIn =
  { kind: 'signed-in'; userId: number; cookie: string; deviceCookie: string } | { kind: 'wrong' };

/**
 * Signs a user in with a passkey alone: it is both factors, because the device checks the person. Ends the browser's
 * earlier session. Answers that cannot be forged need no limit on guesses; each is in login_history when it names a user.
 */
export async function signInWithPasskey(
  ctx: Pick<Context, 'db' | 'clock' | 'secrets' | 'env' | 'log'>,
  { auth }: { auth: Auth },
  { proof, facts, oldToken }: { proof: PasskeyProof; facts: SessionFacts; oldToken: string | null },
): Promise<PasskeySignIn> {
  const check = await checkPasskey(ctx, proof, { sessionHash: null });
  if (check.userId !== null) await writeLogin(ctx.db, check.userId, { ...facts, success: check.ok });
  if (!check.ok) return { kind: 'wrong' };
  const { userId } = check;
  const user = await readUser(ctx.db, userId);
  const signedIn = user && (await readSignInUser(ctx.db, user.email));
  if (!signedIn?.isActive) return { kind: 'wrong' };
  if (oldToken) await auth.endSession(oldToken);
  const { cookie, token } = await auth.openSession(userId, facts);
  // The passkey was removed meanwhile: that did not see this session, so it ends here.
  if (!(await hasPasskey(ctx.db, check.passkeyId))) {
    await auth.endSession(token);
    return { kind: 'wrong' };
  }
  return { kind: 'signed-in', userId, cookie, deviceCookie: proveDevice(ctx, facts.deviceCookie, signedIn) };
}
