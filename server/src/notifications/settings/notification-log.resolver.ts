import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../graphql/access.js';
import type { GraphqlContext } from '../../graphql/context.js';
import { datesOf } from '../../graphql/list-filter.js';
import { PageArgs, readPage, toConnection, type Connection } from '../../graphql/pages.js';
import { readNotificationLog } from './notification-log.store.js';
import {
  NotificationLogEntryConnection,
  NotificationLogFilter,
  toLogEntry,
  type NotificationLogEntry,
} from './notification-log.types.js';

@Resolver()
export class NotificationLogResolver {
  @Query(() => NotificationLogEntryConnection, {
    description: 'What was sent to all users and what became of it, newest first, without texts. For administrators.',
  })
  @Access('admin')
  async notificationLog(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => NotificationLogFilter, { nullable: true, description: 'Filters the notifications.' })
    filter: NotificationLogFilter | null,
  ): Promise<Connection<NotificationLogEntry>> {
    const page = readPage(args);
    const which = { status: filter?.status ?? undefined, ...datesOf(filter ?? {}) };
    return toConnection(await readNotificationLog(ctx.app.db, which, page), page, toLogEntry);
  }
}
