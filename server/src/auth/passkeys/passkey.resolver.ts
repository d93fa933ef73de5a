import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { refuse } from '../../core/reasons.js';
import { Access, Audit } from '../../graphql/access.js';
import { writeAudit } from '../../graphql/audit.js';
import { viewerId, type GraphqlContext } from '../../graphql/context.js';
import { apiError, orThrow, refusalError } from '../../graphql/errors.js';
import { mustBe } from '../../graphql/owned.js';
import { rowId } from '../../graphql/pages.js';
import { readUser } from '../../users/user.store.js';
import { toUser } from '../../users/user.types.js';
import type { SessionViewer } from '../auth.js';
import { endAccess } from '../end-access.js';
import { requirePassword } from '../require-password.js';
import { beginPasskeyCheck } from './check-passkey.js';
import { deletePasskey, readPasskeys, renamePasskey } from './passkey.store.js';
import {
  BeginPasskeyRegistrationInput,
  BeginPasskeyRegistrationPayload,
  Passkey,
  PasskeyOptions,
  PasskeyProofInput,
  RegisterPasskeyInput,
  RegisterPasskeyPayload,
  RemovePasskeyInput,
  RemovePasskeyPayload,
  RenamePasskeyInput,
  RenamePasskeyPayload,
  SignInWithPasskeyPayload,
  toPasskey,
} from './passkey.types.js';
import { beginPasskeyRegistration, registerPasskey } from './register-passkey.js';
import { signInWithPasskey } from './sign-in-with-passkey.js';

function sessionOf({ viewer }: GraphqlContext): SessionViewer {
  if (viewer?.kind !== 'session') throw apiError('UNAUTHENTICATED', 'Sign in first.');
  return viewer;
}

@Resolver()
export class PasskeyResolver {
  @Query(() => [Passkey], { description: 'Your passkeys, oldest first.' })
  @Access('user')
  async passkeys(@Ctx() ctx: GraphqlContext): Promise<Passkey[]> {
    return (await readPasskeys(ctx.app.db, viewerId(ctx))).map(toPasskey);
  }

  @Mutation(() => BeginPasskeyRegistrationPayload, {
    description: 'Begins to add a passkey; needs your password. registerPasskey ends it. At most 20 passkeys.',
  })
  @Access('user')
  @Audit('self')
  async beginPasskeyRegistration(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => BeginPasskeyRegistrationInput, { description: 'Your password.' })
    { password }: BeginPasskeyRegistrationInput,
  ): Promise<BeginPasskeyRegistrationPayload> {
    await requirePassword(ctx, password, 'beginPasskeyRegistration');
    return orThrow(await beginPasskeyRegistration(ctx.app, sessionOf(ctx)));
  }

  @Mutation(() => RegisterPasskeyPayload, {
    description: 'Adds the passkey that answered to beginPasskeyRegistration. Other sessions, tokens and links end.',
  })
  @Access('user')
  @Audit('self')
  async registerPasskey(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => RegisterPasskeyInput, { description: 'The new passkey.' }) input: RegisterPasskeyInput,
  ): Promise<RegisterPasskeyPayload> {
    orThrow(await registerPasskey(ctx.app, sessionOf(ctx), input));
    return { passkeys: await this.passkeys(ctx) };
  }

  @Mutation(() => RenamePasskeyPayload, { description: 'Gives one of your passkeys another name.' })
  @Access('user')
  @Audit('self')
  async renamePasskey(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => RenamePasskeyInput, { description: 'The name.' }) { passkeyId, name }: RenamePasskeyInput,
  ): Promise<RenamePasskeyPayload> {
    const one = { id: rowId(passkeyId) ?? 0, userId: viewerId(ctx), name: name.trim() };
    if (!(await renamePasskey(ctx.app.db, one))) throw refusalError(refuse('PASSKEY_NOT_FOUND'));
    return { passkeys: await this.passkeys(ctx) };
  }

  @Mutation(() => RemovePasskeyPayload, {
    description: 'Removes one of your passkeys; needs your password. Other sessions, tokens and links end.',
  })
  @Access('user')
  @Audit('self')
  async removePasskey(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => RemovePasskeyInput, { description: 'Which one.' }) { passkeyId, password }: RemovePasskeyInput,
  ): Promise<RemovePasskeyPayload> {
    const { userId, sessionHash } = sessionOf(ctx);
    const id = rowId(passkeyId) ?? 0;
    // What a stranger names does not exist: the password is asked of the owner only.
    const own = await readPasskeys(ctx.app.db, userId);
    if (!own.some((one) => one.id === id)) throw refusalError(refuse('PASSKEY_NOT_FOUND'));
    await requirePassword(ctx, password, 'removePasskey');
    const isGone = await deletePasskey(ctx.app.db, { id, userId });
    if (!isGone) throw refusalError(refuse('PASSKEY_NOT_FOUND'));
    await endAccess(ctx.app, userId, { keepSession: sessionHash });
    return { passkeys: await this.passkeys(ctx) };
  }

  @Query(() => PasskeyOptions, {
    description:
      'What the browser needs to sign in with a passkey: signInWithPasskey takes the answer, or signIn as `passkey` in place of a code. It names no passkeys; the device offers its own.',
  })
  @Access('anyone')
  passkeySignInOptions(@Ctx() ctx: GraphqlContext): Promise<PasskeyOptions> {
    return beginPasskeyCheck(ctx.app, null);
  }

  @Query(() => PasskeyOptions, {
    description: 'What the browser needs to prove with a passkey that it is you: stepUp takes the answer as `passkey`.',
  })
  @Access('user')
  passkeyProofOptions(@Ctx() ctx: GraphqlContext): Promise<PasskeyOptions> {
    return beginPasskeyCheck(ctx.app, sessionOf(ctx).sessionHash);
  }

  @Mutation(() => SignInWithPasskeyPayload, {
    description: 'Opens a session with a passkey alone, without password and code. One per operation.',
  })
  @Access('anyone')
  @Audit('none') // Attempts are in login_history; the audit log gets the sessions that were opened.
  async signInWithPasskey(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => PasskeyProofInput, { description: 'The answer of the passkey.' }) proof: PasskeyProofInput,
  ): Promise<SignInWithPasskeyPayload> {
    const oldToken = ctx.viewer?.kind === 'session' ? ctx.viewer.token : null;
    const outcome = await signInWithPasskey(ctx.app, ctx, { proof, facts: ctx.request, oldToken });
    if (outcome.kind === 'wrong')
      throw apiError('UNAUTHENTICATED', 'The passkey was not accepted.', { reason: 'PASSKEY_REFUSED' });
    ctx.setCookie(outcome.cookie);
    ctx.setCookie(outcome.deviceCookie);
    const { userId } = outcome;
    await writeAudit(ctx, { action: 'signInWithPasskey', entity: 'user', entityId: userId, userId, changes: {} });
    return { user: toUser(mustBe(await readUser(ctx.app.db, userId))) };
  }
}
