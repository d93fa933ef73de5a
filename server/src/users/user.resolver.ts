import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../graphql/access.js';
import { datesOf } from '../graphql/list-filter.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { PageArgs, readPage, toConnection, type Connection } from '../graphql/pages.js';
import { readLogins, readUser } from './user.store.js';
import {
  LoginAttemptConnection,
  LoginAttemptFilter,
  toLoginAttempt,
  toUser,
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
