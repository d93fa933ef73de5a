import { Arg, Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { summarizeLatency } from '../core/exits/trigger-latency.js';
import { Access } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { badInput } from '../graphql/errors.js';
import { readExitTimestamps } from './trigger-latency.store.js';

@ObjectType({ description: 'How long one stage took, over the exits that have both of its timestamps.' })
export class LatencyStage {
  @Field(() => Int, { description: 'How many exits.' })
  exits!: number;

  @Field(() => Int, {
    nullable: true,
    description: 'The median: half of them were at least this fast, in milliseconds.',
  })
  p50Ms!: number | null;

  @Field(() => Int, { nullable: true, description: 'The 95th percentile, in milliseconds.' })
  p95Ms!: number | null;

  @Field(() => Int, { nullable: true, description: 'The slowest, in milliseconds.' })
  maxMs!: number | null;
}

@ObjectType({ description: 'How fast your exits were, from the price that fired them to the answer of the exchange.' })
export class TriggerLatency {
  @Field(() => Int, { description: 'How many exits were measured.' })
  exits!: number;

  @Field(() => LatencyStage, { description: 'From the price as the feed saw it to the decision.' })
  tickToDecided!: LatencyStage;

  @Field(() => LatencyStage, { description: 'From the decision to the order being sent.' })
  decidedToSent!: LatencyStage;

  @Field(() => LatencyStage, { description: 'From sending it to the answer of the exchange.' })
  sentToAcknowledged!: LatencyStage;

  @Field(() => LatencyStage, { description: 'From the price as the feed saw it to the answer of the exchange.' })
  tickToAcknowledged!: LatencyStage;
}

const EXITS_MAX = 5_000;

@Resolver()
export class TriggerLatencyResolver {
  @Query(() => TriggerLatency, { description: 'How fast your latest exits were.' })
  @Access('user')
  async triggerLatency(
    @Ctx() ctx: GraphqlContext,
    @Arg('last', () => Int, {
      nullable: true,
      defaultValue: 500,
      description: 'How many of the latest exits to measure, at most 5000.',
    })
    last: number | null,
  ): Promise<TriggerLatency> {
    const take = last ?? 500;
    if (take < 1 || take > EXITS_MAX) throw badInput({ path: 'last', message: `last must be from 1 to ${EXITS_MAX}.` });
    return summarizeLatency(await readExitTimestamps(ctx.app.db, viewerId(ctx), take));
  }
}
