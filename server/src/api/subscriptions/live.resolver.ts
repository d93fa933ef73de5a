import { Args, ArgsType, Ctx, Field, Query, Resolver, Root, Subscription } from 'type-graphql';
import { readAccountsById, type AccountRow } from '../../accounts/account.store.js';
import { toAccount } from '../../accounts/account.types.js';
import { Access } from '../../graphql/access.js';
import { viewerId, type GraphqlContext } from '../../graphql/context.js';
import { apiError, badInput } from '../../graphql/errors.js';
import { createLoaders } from '../loaders.js';
import type { Database } from '../../infra/database/database.js';
import type { LiveTopic } from '../../infra/database/live-events.js';
import { readAlertsById, type AlertRow } from '../../alerts/alert.store.js';
import { toAlert } from '../../alerts/alert.types.js';
import { readFillsById, readPositionsById, type FillRow, type PositionRow } from '../../positions/position.store.js';
import { toFill, toPosition } from '../../positions/position.types.js';
import { readJobsById, type JobRow } from '../../orders/job.store.js';
import { toJob } from '../../orders/job.types.js';
import { entityStream, type LiveDelivery } from './entity-stream.js';
import { decodeLiveCursor, encodeLiveCursor } from '../../live/live-cursor.js';
import { LiveError } from '../../live/live-hub.js';
import { AccountEvent, AlertEvent, FillEvent, JobEvent, PositionEvent } from './live.types.js';

@ArgsType()
class AfterArgs {
  @Field(() => String, {
    nullable: true,
    description:
      'A cursor from an earlier event or liveCursor: later events are sent first. Without it, the stream starts now.',
  })
  after?: string | null;
}

type ReadRows<Row> = (db: Database, userId: number, ids: number[]) => Promise<readonly Row[]>;

/** Converts errors of the hub to errors of the API. */
function toApiError(error: unknown): unknown {
  if (!(error instanceof LiveError)) return error;
  return apiError(error.code === 'CURSOR_UNKNOWN' ? 'BAD_USER_INPUT' : error.code, error.message);
}

/** The event of a cursor; undefined = from now on. Throws BAD_USER_INPUT. */
export function readAfter(after: string | null | undefined): number | undefined {
  const seq = after === null || after === undefined ? undefined : decodeLiveCursor(after);
  if (seq === null) throw badInput({ path: 'after', message: 'after must be a cursor of an event, or liveCursor.' });
  return seq;
}

/** The stream of one topic: the viewer's events from the hub, each with its row. */
const stream =
  <Row extends { id: number }>(topic: LiveTopic, readRows: ReadRows<Row>) =>
  ({ args, context }: { args: object; context: object }): AsyncIterable<LiveDelivery<Row>> => {
    const ctx = context as GraphqlContext;
    const userId = viewerId(ctx);
    const { after } = args as AfterArgs;
    const open = async () => {
      const { stream: place } = ctx;
      const seq = place ? place.after : readAfter(after);
      const events = await ctx.hub.subscribe(userId, topic, { after: seq, until: place?.until });
      place?.started(events.startsAfter);
      return events;
    };
    const deliveries = entityStream(open, (ids) => readRows(ctx.app.db, userId, ids));
    const next = () =>
      deliveries.next().catch((error: unknown) => {
        throw toApiError(error);
      });
    const iterator: AsyncIterableIterator<LiveDelivery<Row>> = {
      ...deliveries,
      next,
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  };

/**
 * Each event is answered with rows that are read for it, because rows loaded for an earlier event may have changed
 * since.
 */
function freshen(ctx: GraphqlContext, seq: number): void {
  if (ctx.stream) ctx.stream.seq = seq;
  ctx.loaders = createLoaders(ctx.app, viewerId(ctx));
}

@Resolver()
export class LiveResolver {
  @Query(() => String, {
    description: 'The newest live-event cursor of the signed-in user: subscribe with it as `after`, then query.',
  })
  @Access('user')
  async liveCursor(@Ctx() ctx: GraphqlContext): Promise<string> {
    return encodeLiveCursor(await ctx.hub.cursor(viewerId(ctx)));
  }

  @Subscription(() => FillEvent, {
    description: 'Each fill of your positions.',
    subscribe: stream('FILL', readFillsById),
  })
  @Access('user')
  fillAdded(
    @Root() { seq, row }: LiveDelivery<FillRow>,
    @Ctx() ctx: GraphqlContext,
    @Args(() => AfterArgs) _args: AfterArgs,
  ): FillEvent {
    freshen(ctx, seq);
    return { cursor: encodeLiveCursor(seq), fill: toFill(row) };
  }

  @Subscription(() => PositionEvent, {
    description: 'Each change of your positions; prices are not changes, see `prices`.',
    subscribe: stream('POSITION', readPositionsById),
  })
  @Access('user')
  positionChanged(
    @Root() { seq, row }: LiveDelivery<PositionRow>,
    @Ctx() ctx: GraphqlContext,
    @Args(() => AfterArgs) _args: AfterArgs,
  ): PositionEvent {
    freshen(ctx, seq);
    return { cursor: encodeLiveCursor(seq), position: toPosition(row) };
  }

  @Subscription(() => JobEvent, {
    description: 'Each change of your jobs.',
    subscribe: stream('JOB', readJobsById),
  })
  @Access('user')
  jobChanged(
    @Root() { seq, row }: LiveDelivery<JobRow>,
    @Ctx() ctx: GraphqlContext,
    @Args(() => AfterArgs) _args: AfterArgs,
  ): JobEvent {
    freshen(ctx, seq);
    return { cursor: encodeLiveCursor(seq), job: toJob(row) };
  }

  @Subscription(() => AccountEvent, {
    description: 'Each reading of the balances of your real accounts.',
    subscribe: stream('ACCOUNT', readAccountsById),
  })
  @Access('user')
  accountChanged(
    @Root() { seq, row }: LiveDelivery<AccountRow>,
    @Ctx() ctx: GraphqlContext,
    @Args(() => AfterArgs) _args: AfterArgs,
  ): AccountEvent {
    freshen(ctx, seq);
    return { cursor: encodeLiveCursor(seq), account: toAccount(row) };
  }

  @Subscription(() => AlertEvent, {
    description: 'Alerts as they are raised and resolved.',
    subscribe: stream('ALERT', readAlertsById),
  })
  @Access('user')
  alertChanged(
    @Root() { seq, row }: LiveDelivery<AlertRow>,
    @Ctx() ctx: GraphqlContext,
    @Args(() => AfterArgs) _args: AfterArgs,
  ): AlertEvent {
    freshen(ctx, seq);
    return { cursor: encodeLiveCursor(seq), alert: toAlert(row) };
  }
}
