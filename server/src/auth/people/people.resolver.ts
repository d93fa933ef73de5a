import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { refuse } from '../../core/reasons.js';
import { normalizeEmail } from '../../core/email.js';
import { Access, Audit } from '../../graphql/access.js';
import { writeAudit } from '../../graphql/audit.js';
import { viewerId, type GraphqlContext } from '../../graphql/context.js';
import type { UserRoleName } from '../../graphql/enums.js';
import { orThrow, refusalError } from '../../graphql/errors.js';
import { mustBe } from '../../graphql/owned.js';
import { PageArgs, readPage, rowId, toConnection, type Connection } from '../../graphql/pages.js';
import { readPeople, readPerson } from '../../users/user-admin.store.js';
import { disableTwoFactor } from '../second-factor/two-factor.js';
import { requirePassword } from '../require-password.js';
import {
  activatePerson,
  changeRoles,
  createPerson,
  createResetLink,
  deactivatePerson,
  forcePasswordChange,
  invitePerson,
  redeemLink,
  revokePersonAccess,
} from './manage-people.js';
import * as types from './people.types.js';

const load = async (ctx: GraphqlContext, userId: number): Promise<types.PersonPayload> => ({
  user: types.toPerson(mustBe(await readPerson(ctx.app.db, userId))),
});

const personOf = ({ email, fullName, roles }: types.InviteUserInput) => ({
  email: normalizeEmail(email),
  fullName: fullName?.trim() || null,
  roles: roleNames(roles),
});
const roleNames = (roles: readonly UserRoleName[]) => [...new Set(roles.map((role) => role.toLowerCase()))];

const USER = { description: 'Which user.' };

/** What administrators do with users. They get no secret of a user and act for none. */
@Resolver()
export class PeopleResolver {
  @Query(() => types.PersonConnection, {
    description: 'All users of the installation, newest first. For administrators.',
  })
  @Access('admin')
  async users(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('isActive', () => Boolean, { nullable: true, description: 'Only users who may, or may not, sign in.' })
    isActive: boolean | null,
  ): Promise<Connection<types.Person>> {
    const page = readPage(args);
    const people = await readPeople(ctx.app.db, { isActive: isActive ?? undefined }, page);
    return toConnection(people, page, types.toPerson);
  }

  @Mutation(() => types.InviteUserPayload, {
    description: 'Creates a user and a one-time link with which that person sets a password. Needs your password.',
  })
  @Access('admin')
  @Audit('user')
  async inviteUser(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.InviteUserInput, { description: 'The person.' }) input: types.InviteUserInput,
  ): Promise<types.InviteUserPayload> {
    await requirePassword(ctx, input.password, 'inviteUser');
    const { userId, link } = orThrow(await invitePerson(ctx.app, viewerId(ctx), personOf(input)));
    return { ...(await load(ctx, userId)), link: link.url, expiresAt: link.expiresAt };
  }

  @Mutation(() => types.CreateUserPayload, {
    description:
      'Creates a user with a first password, which must be changed at the first sign-in. Needs your password.',
  })
  @Access('admin')
  @Audit('user')
  async createUser(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.CreateUserInput, { description: 'The user.' }) input: types.CreateUserInput,
  ): Promise<types.PersonPayload> {
    await requirePassword(ctx, input.password, 'createUser');
    const { initialPassword } = input;
    const { userId } = orThrow(await createPerson(ctx.app, { ...personOf(input), initialPassword }));
    return load(ctx, userId);
  }

  @Mutation(() => types.CreatePasswordResetLinkPayload, {
    description: 'Creates a one-time link with which a user sets a new password. Needs your password.',
  })
  @Access('admin')
  @Audit('user')
  async createPasswordResetLink(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.ProvenUserIdInput, USER) { userId, password }: types.ProvenUserIdInput,
  ): Promise<types.CreatePasswordResetLinkPayload> {
    await requirePassword(ctx, password, 'createPasswordResetLink');
    const id = rowId(userId) ?? 0;
    const { link } = orThrow(await createResetLink(ctx.app, viewerId(ctx), id));
    return { ...(await load(ctx, id)), link: link.url, expiresAt: link.expiresAt };
  }

  @Mutation(() => types.SetPasswordWithLinkPayload, {
    description:
      'Sets a password with a one-time link, and ends all sessions, tokens and links of that user. A second factor stays on.',
  })
  @Access('anyone')
  @Audit('none')
  async setPasswordWithLink(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.SetPasswordWithLinkInput, { description: 'The link and the new password.' })
    input: types.SetPasswordWithLinkInput,
  ): Promise<types.SetPasswordWithLinkPayload> {
    const { userId } = orThrow(await redeemLink(ctx.app, input));
    await writeAudit(ctx, { action: 'setPasswordWithLink', entity: 'user', entityId: userId, changes: {} });
    return { email: mustBe(await readPerson(ctx.app.db, userId)).email };
  }

  @Mutation(() => types.DeactivateUserPayload, {
    description:
      'Switches a user off: ends all sessions, tokens and links, and pauses entries. Open positions keep their exits.',
  })
  @Access('admin')
  @Audit('user')
  async deactivateUser(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.UserIdInput, USER) { userId }: types.UserIdInput,
  ): Promise<types.PersonPayload> {
    const id = rowId(userId) ?? 0;
    orThrow(await deactivatePerson(ctx.app, viewerId(ctx), id));
    return load(ctx, id);
  }

  @Mutation(() => types.ActivateUserPayload, {
    description: 'Lets a user sign in again. Entries stay paused until the user resumes them. Needs your password.',
  })
  @Access('admin')
  @Audit('user')
  async activateUser(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.ProvenUserIdInput, USER) { userId, password }: types.ProvenUserIdInput,
  ): Promise<types.PersonPayload> {
    await requirePassword(ctx, password, 'activateUser');
    const id = rowId(userId) ?? 0;
    orThrow(await activatePerson(ctx.app, id));
    return load(ctx, id);
  }

  @Mutation(() => types.SetUserRolesPayload, {
    description: 'Replaces the roles of another user. They count from the next request on. Needs your password.',
  })
  @Access('admin')
  @Audit('user')
  async setUserRoles(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.SetUserRolesInput, { description: 'The roles.' }) input: types.SetUserRolesInput,
  ): Promise<types.PersonPayload> {
    await requirePassword(ctx, input.password, 'setUserRoles');
    const id = rowId(input.userId) ?? 0;
    orThrow(await changeRoles(ctx.app, viewerId(ctx), id, roleNames(input.roles)));
    return load(ctx, id);
  }

  @Mutation(() => types.ResetUserTwoFactorPayload, {
    description:
      'Switches the second factor of a user off who lost it, and ends all sessions, tokens and links. Needs your password.',
  })
  @Access('admin')
  @Audit('user')
  async resetUserTwoFactor(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.ProvenUserIdInput, USER) { userId, password }: types.ProvenUserIdInput,
  ): Promise<types.PersonPayload> {
    await requirePassword(ctx, password, 'resetUserTwoFactor');
    const id = rowId(userId) ?? 0;
    if (!(await readPerson(ctx.app.db, id))) throw refusalError(refuse('USER_NOT_FOUND'));
    orThrow(await disableTwoFactor(ctx.app, { userId: id }));
    return load(ctx, id);
  }

  @Mutation(() => types.RequirePasswordChangePayload, {
    description: 'Makes a user change the password before anything else. Open sockets of the user are closed.',
  })
  @Access('admin')
  @Audit('user')
  async requirePasswordChange(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.UserIdInput, USER) { userId }: types.UserIdInput,
  ): Promise<types.PersonPayload> {
    const id = rowId(userId) ?? 0;
    orThrow(await forcePasswordChange(ctx.app, id));
    return load(ctx, id);
  }

  @Mutation(() => types.RevokeUserAccessPayload, {
    description: 'Ends all sessions, API tokens and links of a user, who can sign in again.',
  })
  @Access('admin')
  @Audit('user')
  async revokeUserAccess(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => types.UserIdInput, USER) { userId }: types.UserIdInput,
  ): Promise<types.RevokeUserAccessPayload> {
    const id = rowId(userId) ?? 0;
    const { sessions, tokens } = orThrow(await revokePersonAccess(ctx.app, id));
    return { ...(await load(ctx, id)), sessions, tokens };
  }
}
