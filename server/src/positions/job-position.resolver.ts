import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { GraphqlContext } from '../graphql/context.js';
import { TradeJob } from '../orders/job.types.js';
import { Position, toPosition } from './position.types.js';

/** The position that a job opened. It is here because positions may import orders, but not the reverse. */
@Resolver(() => TradeJob)
export class JobPositionResolver {
  @FieldResolver(() => Position, { nullable: true, description: 'The position this job opened (BUY).' })
  async position(@Root() job: TradeJob, @Ctx() ctx: GraphqlContext): Promise<Position | null> {
    const row = await ctx.loaders.positionOfJob.load(job.id);
    return row && toPosition(row);
  }
}
