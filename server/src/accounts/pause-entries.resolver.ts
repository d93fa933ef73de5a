import { Arg, Ctx, Field, ID, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { orThrow } from '../graphql/errors.js';
import { mustBe } from '../graphql/owned.js';
import { rowId } from '../graphql/pages.js';
import { readUser } from '../users/user.store.js';
import { toUser, User } from '../users/user.types.js';
import { ExchangeAccount, toAccount } from './account.types.js';
import { pauseEntries } from './pause-entries.js';

/**
 * The common answer of several mutations. Each has its own payload type, so that one can be extended without the
 * others.
 */
@ObjectType()
export abstract class EntriesPayload {
  @Field(() => ExchangeAccount, {
    nullable: true,
    description: 'The account, when the change was for one account only.',
  })
  account!: ExchangeAccount | null;

  @Field(() => User, { description: 'The signed-in user.' })
  user!: User;
}

@ObjectType({ description: 'Where entries were paused or resumed.' })
export class PauseEntriesPayload extends EntriesPayload {}

@ObjectType({ description: 'Where entries were paused or resumed.' })
export class ResumeEntriesPayload extends EntriesPayload {}

@InputType({ description: 'Where entries are paused.' })
class PauseEntriesInput {
  @Field(() => ID, { nullable: true, description: 'Only this account. Without it, all your accounts.' })
  accountId?: string | null;
}

@InputType({ description: 'Where entries are resumed.' })
class ResumeEntriesInput {
  @Field(() => ID, { nullable: true, description: 'Only this account. Without it, all your accounts.' })
  accountId?: string | null;
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
  @Mutation(() => PauseEntriesPayload, {
    description:
      'Pauses new buys on one account or on all: they are skipped with ENTRIES_PAUSED. Sells and exits continue. Resting buys stay in the book; the kill switch cancels them.',
  })
  @Access('user')
  @Audit('entries')
  pauseEntries(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => PauseEntriesInput, { description: 'One account or all.' }) { accountId }: PauseEntriesInput,
  ): Promise<PauseEntriesPayload> {
    return setPaused(ctx, accountId ?? null, true);
  }

  @Mutation(() => ResumeEntriesPayload, {
    description: 'Ends the pause of one account, or the pause of all. An account that has its own pause stays paused.',
  })
  @Access('user')
  @Audit('entries')
  resumeEntries(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => ResumeEntriesInput, { description: 'One account or all.' }) { accountId }: ResumeEntriesInput,
  ): Promise<ResumeEntriesPayload> {
    return setPaused(ctx, accountId ?? null, false);
  }
}
