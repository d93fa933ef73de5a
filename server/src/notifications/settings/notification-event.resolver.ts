import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { readAlertsById } from '../../alerts/alert.store.js';
import { Alert, toAlert } from '../../alerts/alert.types.js';
import { defaultBody, renderTemplate, titleOf } from '../../core/notifications/templates.js';
import { Access } from '../../graphql/access.js';
import { viewerId, type GraphqlContext } from '../../graphql/context.js';
import { rowId } from '../../graphql/pages.js';
import { toJob, TradeJob } from '../../orders/job.types.js';
import { readLiveFills } from '../../positions/position.store.js';
import { Position, PositionFill, toFill, toPosition } from '../../positions/position.types.js';
import { toEvent } from './delivery-view.js';
import { readEventOf } from './delivery-log.store.js';
import { readPersonSettings } from './notification-settings.store.js';
import { NotificationEvent } from './notification.types.js';

const factsOf = ({ facts }: NotificationEvent) => Object.fromEntries(facts.map(({ name, value }) => [name, value]));

/** What a webhook out can choose from. */
@Resolver(() => NotificationEvent)
export class NotificationEventResolver {
  @Query(() => NotificationEvent, { nullable: true, description: 'One of the events that you were told of.' })
  @Access('user')
  async notificationEvent(
    @Ctx() ctx: GraphqlContext,
    @Arg('id', () => ID, { description: 'The event.' }) id: string,
  ): Promise<NotificationEvent | null> {
    const row = await readEventOf(ctx.app.db, viewerId(ctx), rowId(id) ?? 0);
    return row && toEvent(row);
  }

  @FieldResolver(() => String, { description: 'Its title, in your language.' })
  async title(@Root() { type }: NotificationEvent, @Ctx() ctx: GraphqlContext): Promise<string> {
    return titleOf(type, (await readPersonSettings(ctx.app.db, viewerId(ctx))).locale);
  }

  @FieldResolver(() => String, { description: 'Its text, from your template.' })
  async text(@Root() event: NotificationEvent, @Ctx() ctx: GraphqlContext): Promise<string> {
    const { locale, templates } = await readPersonSettings(ctx.app.db, viewerId(ctx));
    return renderTemplate(templates[event.type] ?? defaultBody(event.type, locale), factsOf(event));
  }

  @FieldResolver(() => Position, { nullable: true, description: 'The position that it is about, as it is now.' })
  async position(@Root() { positionId }: NotificationEvent, @Ctx() ctx: GraphqlContext): Promise<Position | null> {
    const row = positionId === null ? null : await ctx.loaders.position.load(positionId);
    return row && toPosition(row);
  }

  @FieldResolver(() => PositionFill, { nullable: true, description: 'The fill that it is about.' })
  async fill(@Root() { fillId }: NotificationEvent, @Ctx() ctx: GraphqlContext): Promise<PositionFill | null> {
    const [row] = fillId === null ? [] : await readLiveFills(ctx.app.db, viewerId(ctx), [fillId]);
    return row ? toFill(row) : null;
  }

  @FieldResolver(() => TradeJob, { nullable: true, description: 'The order that it is about, as it is now.' })
  async job(@Root() { jobId }: NotificationEvent, @Ctx() ctx: GraphqlContext): Promise<TradeJob | null> {
    const row = jobId === null ? null : await ctx.loaders.job.load(jobId);
    return row && toJob(row);
  }

  @FieldResolver(() => Alert, { nullable: true, description: 'The alert that it is about, as it is now.' })
  async alert(@Root() { alertId }: NotificationEvent, @Ctx() ctx: GraphqlContext): Promise<Alert | null> {
    const [row] = alertId === null ? [] : await readAlertsById(ctx.app.db, viewerId(ctx), [alertId]);
    return row ? toAlert(row) : null;
  }
}
