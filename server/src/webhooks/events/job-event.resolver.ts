import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { GraphqlContext } from '../../graphql/context.js';
import { TradeJob } from '../../orders/job.types.js';
import { jobTimeline } from './load-timeline.js';
import { TimelineEntry } from './signal-result.types.js';
import { toEvent, WebhookEvent } from './webhook.types.js';

/** The signal of a job. This field is defined here because `webhooks` imports `orders`, but not the other way round. */
@Resolver(() => TradeJob)
export class JobEventResolver {
  @FieldResolver(() => WebhookEvent, { nullable: true, description: 'The signal it came from; null without one.' })
  async event(@Root() job: TradeJob, @Ctx() ctx: GraphqlContext): Promise<WebhookEvent | null> {
    const id = job.row.webhook_event_id;
    const row = id === null ? null : await ctx.loaders.event.load(id);
    return row && toEvent(row);
  }

  @FieldResolver(() => [TimelineEntry], { description: 'Its stages, from the signal to the booking.' })
  async timeline(@Root() job: TradeJob, @Ctx() ctx: GraphqlContext): Promise<TimelineEntry[]> {
    const eventId = job.row.webhook_event_id;
    const event = eventId === null ? null : await ctx.loaders.event.load(eventId);
    const receiptId = event?.webhook_receipt_id ?? null;
    const receipt = receiptId === null ? null : await ctx.loaders.receipt.load(receiptId);
    return jobTimeline(ctx.loaders, receipt, job.row);
  }
}
