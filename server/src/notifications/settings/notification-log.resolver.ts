import { Arg, Args, Ctx, Query, Resolver } from 'type-graphql';
import { Access } from '../../graphql/access.js';
import type { GraphqlContext } from '../../graphql/context.js';
import { PageArgs, readPage, toConnection, type Connection } from '../../graphql/pages.js';
import { NotificationStatus, type DeliveryStatus } from './notification-enums.js';
import { readNotificationLog } from './notification-log.store.js';
import { NotificationLogEntryConnection, toLogEntry, type NotificationLogEntry } from './notification-log.types.js';

@Resolver()
export class NotificationLogResolver {
  @Query(() => NotificationLogEntryConnection, {
    description: 'What was sent to all users and what became of it, newest first, without texts. For administrators.',
  })
  @Access('admin')
  async notificationLog(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('status', () => [NotificationStatus], { nullable: true, description: 'Only those of which this became.' })
    status: DeliveryStatus[] | null,
  ): Promise<Connection<NotificationLogEntry>> {
    const page = readPage(args);
    return toConnection(await readNotificationLog(ctx.app.db, status ?? undefined, page), page, toLogEntry);
  }
}
