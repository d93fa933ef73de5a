import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { refuse } from '../../core/reasons.js';
import { Access, Audit } from '../../graphql/access.js';
import { viewerId, type GraphqlContext } from '../../graphql/context.js';
import { apiError, orThrow, refusalError } from '../../graphql/errors.js';
import type { SessionViewer } from '../auth.js';
import { confirmCode } from '../confirm-password.js';
import { requirePassword, tooManyPasswords } from '../require-password.js';
import { qrDataUrl } from './qr-code.js';
import { countRecoveryCodes, readTwoFactor } from './second-factor.store.js';
import {
  BeginTwoFactorInput,
  BeginTwoFactorPayload,
  DisableTwoFactorPayload,
  EnableTwoFactorInput,
  EnableTwoFactorPayload,
  ReplaceRecoveryCodesPayload,
  TwoFactor,
  TwoProofsInput,
} from './second-factor.types.js';
import { beginTwoFactor, disableTwoFactor, enableTwoFactor, replaceRecoveryCodes } from './two-factor.js';

function sessionOf({ viewer }: GraphqlContext): SessionViewer {
  if (viewer?.kind !== 'session') throw apiError('UNAUTHENTICATED', 'Sign in first.');
  return viewer;
}

/** Throws unless the password (or a recent proof of it) and a code were given. Wrong ones count as failed sign-ins. */
async function requireBoth(ctx: GraphqlContext, { password, code }: TwoProofsInput, action: string): Promise<void> {
  await requirePassword(ctx, password, action);
  const check = await confirmCode(ctx.app, ctx, { viewer: sessionOf(ctx), code, facts: ctx.request });
  if (check.kind === 'limited') throw tooManyPasswords(check.retryAfterMs);
  if (check.kind === 'wrong') throw refusalError(refuse('CODE_WRONG'));
}

@Resolver()
export class SecondFactorResolver {
  @Query(() => TwoFactor, { description: 'Your second factor.' })
  @Access('user')
  async twoFactor(@Ctx() ctx: GraphqlContext): Promise<TwoFactor> {
    const { db } = ctx.app;
    const row = await readTwoFactor(db, viewerId(ctx));
    return { isOn: row?.isOn ?? false, recoveryCodesLeft: await countRecoveryCodes(db, viewerId(ctx)) };
  }

  @Mutation(() => BeginTwoFactorPayload, {
    description:
      'Creates a secret for an authenticator app; needs your password. An earlier secret that was not enabled ends.',
  })
  @Access('user')
  @Audit('self')
  async beginTwoFactor(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => BeginTwoFactorInput, { description: 'Your password.' }) { password }: BeginTwoFactorInput,
  ): Promise<BeginTwoFactorPayload> {
    await requirePassword(ctx, password, 'beginTwoFactor');
    const { secret, uri } = orThrow(await beginTwoFactor(ctx.app, sessionOf(ctx)));
    return { secret, uri, qrCode: qrDataUrl(uri) };
  }

  @Mutation(() => EnableTwoFactorPayload, {
    description: 'Switches the second factor on, with a first code of the app. From now on signIn asks for a code.',
  })
  @Access('user')
  @Audit('self')
  async enableTwoFactor(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => EnableTwoFactorInput, { description: 'A first code.' }) { code }: EnableTwoFactorInput,
  ): Promise<EnableTwoFactorPayload> {
    const { userId, sessionHash } = sessionOf(ctx);
    const { recoveryCodes } = orThrow(await enableTwoFactor(ctx.app, { userId, sessionHash, code }));
    return { recoveryCodes };
  }

  @Mutation(() => DisableTwoFactorPayload, {
    description: 'Switches the second factor off; needs your password and a code.',
  })
  @Access('user')
  @Audit('self')
  async disableTwoFactor(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => TwoProofsInput, { description: 'Password and code.' }) input: TwoProofsInput,
  ): Promise<DisableTwoFactorPayload> {
    await requireBoth(ctx, input, 'disableTwoFactor');
    orThrow(await disableTwoFactor(ctx.app, sessionOf(ctx)));
    return { twoFactor: await this.twoFactor(ctx) };
  }

  @Mutation(() => ReplaceRecoveryCodesPayload, {
    description: 'Creates new recovery codes, and the old ones end; needs your password and a code.',
  })
  @Access('user')
  @Audit('self')
  async replaceRecoveryCodes(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => TwoProofsInput, { description: 'Password and code.' }) input: TwoProofsInput,
  ): Promise<ReplaceRecoveryCodesPayload> {
    await requireBoth(ctx, input, 'replaceRecoveryCodes');
    const { recoveryCodes } = orThrow(await replaceRecoveryCodes(ctx.app, sessionOf(ctx)));
    return { recoveryCodes };
  }
}
