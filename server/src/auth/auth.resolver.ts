import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { Access, Audit } from '../graphql/access.js';
import { writeAudit } from '../graphql/audit.js';
import type { GraphqlContext } from '../graphql/context.js';
import { refuse } from '../core/reasons.js';
import { apiError, badInput, refusalError } from '../graphql/errors.js';
import { mustBe } from '../graphql/owned.js';
import { tooManyPasswords } from './require-password.js';
import { readUser } from '../users/user.store.js';
import { toUser } from '../users/user.types.js';
import {
  ChangePasswordInput,
  ChangePasswordPayload,
  SignInInput,
  SignInPayload,
  SignOutPayload,
  StepUpInput,
  StepUpPayload,
} from './auth.types.js';
import { changePassword } from './change-password.js';
import { signIn } from './sign-in.js';
import { stepUp } from './step-up.js';

const codeWrong = () =>
  apiError('SECOND_FACTOR_REQUIRED', 'The code is wrong, was used already, or is too old.', { reason: 'CODE_WRONG' });

@Resolver()
export class AuthResolver {
  @Mutation(() => SignInPayload, {
    description:
      'Opens a session and sets it as an HttpOnly cookie, and a second one that proves that this browser has signed in. At most 10 wrong passwords of a user in any 15 minutes from all others together, and 10 from a browser or network that has signed in before: wrong passwords from elsewhere do not lock it out. One signIn per operation.',
  })
  @Access('anyone')
  @Audit('none') // Attempts are in login_history; the audit log gets the sessions that were opened.
  async signIn(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => SignInInput, { description: 'The e-mail address and the password.' }) input: SignInInput,
  ): Promise<SignInPayload> {
    const outcome = await signIn(ctx.app, ctx, {
      ...input,
      facts: ctx.request,
      oldToken: ctx.viewer?.kind === 'session' ? ctx.viewer.token : null,
    });
    if (outcome.kind === 'limited') throw tooManyPasswords(outcome.retryAfterMs);
    if (outcome.kind === 'wrong') throw apiError('UNAUTHENTICATED', 'The e-mail or the password is wrong.');
    if (outcome.kind === 'code-missing')
      throw apiError(
        'SECOND_FACTOR_REQUIRED',
        'Send the password again, with a code of the authenticator app or a passkey.',
      );
    if (outcome.kind === 'code-wrong') throw codeWrong();
    const row = await readUser(ctx.app.db, outcome.userId);
    if (!row) throw new Error('the user who signed in is gone');
    ctx.setCookie(outcome.cookie);
    ctx.setCookie(outcome.deviceCookie);
    const { userId } = outcome;
    await writeAudit(ctx, { action: 'signIn', entity: 'user', entityId: userId, userId, changes: {} });
    return { user: toUser(row) };
  }

  @Mutation(() => SignOutPayload, { description: 'Ends this session; does nothing without one.' })
  @Access('anyone')
  @Audit('none')
  async signOut(@Ctx() ctx: GraphqlContext): Promise<SignOutPayload> {
    if (ctx.viewer?.kind !== 'session') return { hadSession: false };
    const { cookie } = await ctx.auth.endSession(ctx.viewer.token);
    ctx.setCookie(cookie);
    await writeAudit(ctx, { action: 'signOut', entity: 'user', entityId: ctx.viewer.userId, changes: {} });
    return { hadSession: true };
  }

  @Mutation(() => ChangePasswordPayload, { description: 'Replaces your password and ends all your other sessions.' })
  @Access('signed-in')
  @Audit('none')
  async changePassword(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => ChangePasswordInput, { description: 'The current and the new password.' })
    input: ChangePasswordInput,
  ): Promise<ChangePasswordPayload> {
    const { viewer } = ctx;
    if (viewer?.kind !== 'session') throw apiError('UNAUTHENTICATED', 'Sign in first.');
    const outcome = await changePassword(ctx.app, ctx, { ...input, viewer, facts: ctx.request });
    switch (outcome.kind) {
      case 'limited':
        throw tooManyPasswords(outcome.retryAfterMs);
      case 'wrong':
        throw badInput({ path: 'currentPassword', message: 'currentPassword is not your password.' });
      case 'same':
        throw badInput({ path: 'newPassword', message: 'newPassword must differ from the current one.' });
      case 'changed':
        ctx.setCookie(outcome.cookie);
        ctx.setCookie(outcome.deviceCookie);
        await writeAudit(ctx, { action: 'changePassword', entity: 'user', entityId: viewer.userId, changes: {} });
        return { user: toUser(mustBe(await readUser(ctx.app.db, viewer.userId))) };
    }
  }

  @Mutation(() => StepUpPayload, {
    description:
      'Proves in this session that it is you. For ten minutes, actions that ask for the password again do not need it.',
  })
  @Access('user')
  @Audit('none')
  async stepUp(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => StepUpInput, { description: 'The proof.' }) { password, code, passkey }: StepUpInput,
  ): Promise<StepUpPayload> {
    const { viewer } = ctx;
    if (viewer?.kind !== 'session') throw apiError('UNAUTHENTICATED', 'Sign in first.');
    if ([password, code, passkey].filter(Boolean).length !== 1)
      throw badInput({ path: 'password', message: 'Give one of password, code and passkey.' });
    const proof = passkey ? { passkey } : code ? { code } : { password: password ?? '' };
    const outcome = await stepUp(ctx.app, ctx, { viewer, proof, facts: ctx.request });
    const entry = { action: 'stepUp', entity: 'user', entityId: viewer.userId };
    await writeAudit(ctx, { ...entry, changes: outcome.kind === 'proven' ? {} : { refused: outcome.kind } });
    if (outcome.kind === 'limited') throw tooManyPasswords(outcome.retryAfterMs);
    if (outcome.kind === 'wrong')
      throw refusalError(refuse(passkey ? 'PASSKEY_REFUSED' : code ? 'CODE_WRONG' : 'PASSWORD_WRONG'));
    return { validUntil: outcome.validUntil };
  }
}
