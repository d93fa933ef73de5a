import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import { Access } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { readPage } from '../graphql/pages.js';
import { readLogins, readUser } from './user.store.js';
import { LoginAttempt, toLoginAttempt, toUser, User } from './user.types.js';

@Resolver()
export class UserResolver {
  @Query(() => User, { nullable: true, description: 'The signed-in user; null without a session.' })
  @Access('anyone')
  async me(@Ctx() ctx: GraphqlContext): Promise<User | null> {
    if (!ctx.viewer) return null;
    const row = await readUser(ctx.app.db, ctx.viewer.userId);
    return row && toUser(row);
  }

  @Query(() => [LoginAttempt], { description: 'The newest attempts to sign in to your account.' })
  @Access('user')
  async loginHistory(
    @Ctx() ctx: GraphqlContext,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: 'How many, at most 100.' })
    first: number | null,
  ): Promise<LoginAttempt[]> {
    const { take } = readPage({ first });
    return (await readLogins(ctx.app.db, viewerId(ctx), take)).map(toLoginAttempt);
  }
}
