import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { GraphqlContext } from '../graphql/context.js';
import { TradeJob } from '../orders/job.types.js';
import { Position, toPosition } from './position.types.js';

/** The position that a job opened or adds to. It is here because positions may import orders, but not the reverse. */
@Resolver(() => TradeJob)
export class JobPositionResolver {
  @FieldResolver(() => Position, {
    nullable: true,
    description: 'The position this job opened, or the one it adds to (BUY).',
  })
  async position(@Root() job: TradeJob, @Ctx() ctx: GraphqlContext): Promise<Position | null> {
    const added = job.row.adds_to_position_id;
    const opened = await ctx.loaders.positionOfJob.load(job.id);
    const row = opened ?? (added === null ? null : await ctx.loaders.position.load(added));
    return row && toPosition(row);
  }
}
