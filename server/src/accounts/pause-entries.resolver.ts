import { Arg, Ctx, Field, ID, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { orThrow } from '../graphql/errors.js';
import { mustBe } from '../graphql/owned.js';
import { rowId } from '../graphql/pages.js';
import { readUser } from '../users/user.store.js';
import { toUser, User } from '../users/user.types.js';
import { ExchangeAccount, toAccount } from './account.types.js';
import { pauseEntries } from './pause-entries.js';

@ObjectType({ description: 'Whose entries were paused or resumed.' })
export class EntriesPayload {
  @Field(() => ExchangeAccount, { nullable: true, description: 'The account, when only one was meant.' })
  account!: ExchangeAccount | null;

  @Field(() => User, { description: 'You.' })
  user!: User;
}

async function setPaused(ctx: GraphqlContext, accountId: string | null, isPaused: boolean): Promise<EntriesPayload> {
  const id = accountId === null ? undefined : (rowId(accountId) ?? 0);
  orThrow(await pauseEntries(ctx.app, viewerId(ctx), { accountId: id, isPaused }));
  return {
    account: id === undefined ? null : toAccount(mustBe(await ctx.loaders.account.load(id))),
    user: toUser(mustBe(await readUser(ctx.app.db, viewerId(ctx)))),
  };
}

@Resolver()
export class PauseEntriesResolver {
  @Mutation(() => EntriesPayload, {
    description:
      'Decides no new buy any more, on one account or on all: they are skipped with ENTRIES_PAUSED. Sells and exits go on; buys that rest in the book stay there, the kill switch cancels them.',
  })
  @Access('user')
  @Audit('entries')
  pauseEntries(
    @Ctx() ctx: GraphqlContext,
    @Arg('accountId', () => ID, { nullable: true, description: 'Only this account; without it, all of yours.' })
    accountId: string | null,
  ): Promise<EntriesPayload> {
    return setPaused(ctx, accountId ?? null, true);
  }

  @Mutation(() => EntriesPayload, {
    description:
      'Takes back pauseEntries of the same account, or of all. An account that was paused by itself stays so.',
  })
  @Access('user')
  @Audit('entries')
  resumeEntries(
    @Ctx() ctx: GraphqlContext,
    @Arg('accountId', () => ID, { nullable: true, description: 'Only this account; without it, all of yours.' })
    accountId: string | null,
  ): Promise<EntriesPayload> {
    return setPaused(ctx, accountId ?? null, false);
  }
}
