import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { proveDevice } from '../auth/device-proof.js';
import { qrDataUrl } from '../auth/second-factor/qr-code.js';
import { addressOfSecret } from '../auth/second-factor/two-factor.js';
import { showBackups } from '../backup/backup.types.js';
import { normalizeEmail } from '../core/email.js';
import { Access, Audit } from '../graphql/access.js';
import { writeAudit } from '../graphql/audit.js';
import type { GraphqlContext } from '../graphql/context.js';
import { apiError, orThrow } from '../graphql/errors.js';
import { mustBe } from '../graphql/owned.js';
import { readSignInUser, readUser, writeLogin } from '../users/user.store.js';
import { toUser } from '../users/user.types.js';
import { completeSetup } from './complete-setup.js';
import { checkSetupCode } from './setup-code.js';
import { hasAnyUser, TOTP_PLACE, type SetupRow } from './setup.store.js';
import * as types from './setup.types.js';

/** The row of the code. Throws unless it is right; a wrong one is in the audit log under the action it was given for. */
async function requireSetupCode(ctx: GraphqlContext, code: string, action: string): Promise<SetupRow> {
  const check = await checkSetupCode(ctx.app, ctx, { code, ip: ctx.request.ip });
  if ('kind' in check) {
    const minutes = Math.ceil(check.retryAfterMs / 60_000);
    throw apiError('RATE_LIMITED', `Too many wrong codes. Try again in ${minutes} min.`, {
      retryAfterMs: check.retryAfterMs,
    });
  }
  if (!check.ok && check.code === 'SETUP_CODE_INVALID')
    await writeAudit(ctx, { action, entity: 'installation', entityId: null, changes: { refused: check.code } });
  return orThrow(check).row;
}

/** The first start of an installation: the only operations that make a user without one, and only while there is none. */
@Resolver()
export class SetupResolver {
  @Query(() => types.Setup, { description: 'Whether this installation waits for its first administrator.' })
  @Access('anyone')
  async setup(@Ctx() ctx: GraphqlContext): Promise<types.Setup> {
    return { isNeeded: !(await hasAnyUser(ctx.app.db)) };
  }

  @Mutation(() => types.CheckSetupCodePayload, {
    description:
      'Checks the one-time code of a new installation, and lists the backups that could be restored instead. At most 10 wrong codes of a network in any 15 minutes.',
  })
  @Access('anyone')
  @Audit('none') // Wrong codes are written, and the set-up that is done.
  async checkSetupCode(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.CheckSetupCodeInput, { description: 'The code.' }) input: types.CheckSetupCodeInput,
  ): Promise<types.CheckSetupCodePayload> {
    const { expiresAt } = await requireSetupCode(ctx, input.setupCode, 'checkSetupCode');
    return { expiresAt, backups: await showBackups(ctx.app.env.BACKUP_DIR) };
  }

  @Mutation(() => types.BeginSetupPayload, {
    description: 'Shows the secret for the authenticator app of the first administrator. Needs the set-up code.',
  })
  @Access('anyone')
  @Audit('none')
  async beginSetup(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.BeginSetupInput, { description: 'The code and the e-mail address.' })
    { setupCode, email }: types.BeginSetupInput,
  ): Promise<types.BeginSetupPayload> {
    const { sealedTotpSecret } = await requireSetupCode(ctx, setupCode, 'beginSetup');
    const secret = ctx.app.secrets.open(sealedTotpSecret, TOTP_PLACE);
    const uri = addressOfSecret(secret, normalizeEmail(email));
    return { secret, uri, qrCode: qrDataUrl(uri) };
  }

  @Mutation(() => types.CompleteSetupPayload, {
    description:
      'Makes the first administrator, with a second factor, and signs in. Uses the set-up code up; refused once a user exists.',
  })
  @Access('anyone')
  @Audit('none')
  async completeSetup(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.CompleteSetupInput, { description: 'The administrator.' })
    { fullName, ...input }: types.CompleteSetupInput,
  ): Promise<types.CompleteSetupPayload> {
    const row = await requireSetupCode(ctx, input.setupCode, 'completeSetup');
    const admin = { ...input, fullName: fullName?.trim() || null };
    const { userId, recoveryCodes } = orThrow(await completeSetup(ctx.app, row, admin));
    const email = normalizeEmail(input.email);
    await writeLogin(ctx.app.db, userId, { ...ctx.request, success: true });
    ctx.setCookie((await ctx.auth.openSession(userId, ctx.request)).cookie);
    const signedIn = mustBe((await readSignInUser(ctx.app.db, email)) ?? null);
    ctx.setCookie(proveDevice(ctx.app, ctx.request.deviceCookie, signedIn));
    await writeAudit(ctx, { action: 'completeSetup', entity: 'user', entityId: userId, changes: { email } });
    return { user: toUser(mustBe(await readUser(ctx.app.db, userId))), recoveryCodes };
  }
}
