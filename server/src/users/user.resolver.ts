import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { Access } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { readPage, toConnection, type Connection } from '../graphql/pages.js';
import { readLogins, readUser } from './user.store.js';
import { LoginAttemptConnection, toLoginAttempt, toUser, User, type LoginAttempt } from './user.types.js';

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
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: 'How many, at most 100.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The endCursor of the page before.' })
    after: string | null,
  ): Promise<Connection<LoginAttempt>> {
    const page = readPage({ first, after });
    return toConnection(await readLogins(ctx.app.db, viewerId(ctx), page), page, toLoginAttempt);
  }
}
