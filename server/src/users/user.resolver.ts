import { Arg, Args, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import { Access, Audit } from '../graphql/access.js';
import { datesOf } from '../graphql/list-filter.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { PageArgs, readPage, toConnection, type Connection } from '../graphql/pages.js';
import { readPhone } from '../core/phone.js';
import { mustBe } from '../graphql/owned.js';
import { readLogins, readUser, writeProfile } from './user.store.js';
import {
  LoginAttemptConnection,
  LoginAttemptFilter,
  toLoginAttempt,
  toUser,
  UpdateProfileInput,
  UpdateProfilePayload,
  User,
  type LoginAttempt,
} from './user.types.js';

@Resolver()
export class UserResolver {
  @Query(() => User, { nullable: true, description: 'The signed-in user; null without a session.' })
  @Access('anyone')
  async me(@Ctx() ctx: GraphqlContext): Promise<User | null> {
    if (!ctx.viewer) return null;
    const row = await readUser(ctx.app.db, ctx.viewer.userId);
    return row && toUser(row);
  }

  @Mutation(() => UpdateProfilePayload, { description: 'Changes your name and phone number.' })
  @Access('user')
  @Audit('self')
  async updateProfile(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => UpdateProfileInput, { description: 'The changes.' }) { fullName, phone }: UpdateProfileInput,
  ): Promise<UpdateProfilePayload> {
    const userId = viewerId(ctx);
    await writeProfile(ctx.app.db, userId, {
      fullName: fullName?.trim() ?? fullName,
      phone: phone ? readPhone(phone) : phone,
    });
    return { user: toUser(mustBe(await readUser(ctx.app.db, userId))) };
  }

  @Query(() => LoginAttemptConnection, { description: 'Attempts to sign in to your account, newest first.' })
  @Access('user')
  async loginHistory(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => LoginAttemptFilter, { nullable: true, description: 'Filters the attempts.' })
    filter: LoginAttemptFilter | null,
  ): Promise<Connection<LoginAttempt>> {
    const page = readPage(args);
    const where = { success: filter?.success ?? undefined, ...datesOf(filter ?? {}) };
    return toConnection(await readLogins(ctx.app.db, viewerId(ctx), where, page), page, toLoginAttempt);
  }
}
