import { enrollNewUser, matchNewSecret } from '../auth/second-factor/two-factor.js';
import { hashPassword } from '../auth/password.js';
import { normalizeEmail } from '../core/email.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { insertPersonIn } from '../users/user-admin.store.js';
import { isUsable, matches, type SetupContext } from './setup-code.js';
import { lockSetup, lockUsers, markSetupUsed, TOTP_PLACE, type SetupRow } from './setup.store.js';

export interface FirstAdmin {
  /** The set-up code, which was checked before. */
  setupCode: string;
  email: string;
  fullName: string | null;
  password: string;
  /** The first code of the authenticator app. */
  code: string;
}

/**
 * Makes the first administrator with password and second factor and uses the set-up code up, in one transaction: of two
 * requests with one code, one gets the user.
 */
export async function completeSetup(
  ctx: SetupContext,
  row: SetupRow,
  { setupCode, email, fullName, password, code }: FirstAdmin,
): Promise<{ ok: true; userId: number; recoveryCodes: string[] } | Refusal> {
  const secret = ctx.secrets.open(row.sealedTotpSecret, TOTP_PLACE);
  const step = matchNewSecret(ctx, secret, code);
  if (step === null) return refuse('CODE_WRONG');
  const passwordHash = await hashPassword(password);
  return ctx.db.transaction(async (tx) => {
    const now = ctx.clock.now();
    const locked = await lockSetup(tx);
    if (await lockUsers(tx)) return refuse('SETUP_DONE');
    if (!locked || !isUsable(locked, now) || !matches(locked, setupCode)) return refuse('SETUP_CODE_INVALID');
    const { userId, profileId } = await insertPersonIn(tx, {
      ...{ email: normalizeEmail(email), fullName, roles: ['admin', 'user'], passwordHash, mustChangePassword: false },
    });
    const recoveryCodes = await enrollNewUser(ctx, tx, { userId, profileId, secret, step });
    await markSetupUsed(tx, new Date(now));
    return { ok: true, userId, recoveryCodes };
  });
}
