import { Ctx, Field, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { Access } from '../graphql/access.js';
import type { GraphqlContext } from '../graphql/context.js';
import { executeTradeQueue } from '../orders/queue/create-trade-queue.js';
import { scheduledJobsQueue } from './scheduler.js';

@ObjectType({
  description:
    'A queue in Redis, which wakes processes. The work itself is in the database, so a queue that is lost loses none.',
})
export class QueueState {
  @Field(() => String, { description: 'Its name.' })
  name!: string;

  @Field(() => Boolean, { description: 'Whether Redis answered. While it is false, the counts are null.' })
  isReachable!: boolean;

  @Field(() => Int, { nullable: true, description: 'Jobs that no worker has taken yet.' })
  waiting!: number | null;

  @Field(() => Int, { nullable: true, description: 'Jobs that a worker is at.' })
  active!: number | null;

  @Field(() => Int, { nullable: true, description: 'Jobs that are due later: schedules and new attempts.' })
  delayed!: number | null;

  @Field(() => Int, { nullable: true, description: 'Jobs that failed, of the last seven days.' })
  failed!: number | null;

  @Field(() => Int, { nullable: true, description: 'Jobs that ended well, of the last hour.' })
  completed!: number | null;
}

const NOTHING = { waiting: null, active: null, delayed: null, failed: null, completed: null };

@Resolver()
export class QueueResolver {
  @Query(() => [QueueState], { description: 'The queues of this installation now. For administrators.' })
  @Access('admin')
  async queues(@Ctx() { app }: GraphqlContext): Promise<QueueState[]> {
    return Promise.all(
      [executeTradeQueue, scheduledJobsQueue].map(async (queue) => {
        const counts = await queue.counts(app);
        return { name: queue.name, isReachable: counts !== undefined, ...(counts ?? NOTHING) };
      }),
    );
  }
}
