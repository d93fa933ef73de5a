import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { ChannelKind, NotificationType } from '../../core/notifications/notification-types.js';
import { DatesFilter } from '../../graphql/list-filter.js';
import { connectionType } from '../../graphql/pages.js';
import { GraphQLDateTime } from '../../graphql/scalars.js';
import * as enums from './notification-enums.js';
import type { NotificationLogRow } from './notification-log.store.js';

@ObjectType({ description: 'A notification of any user, without its text and its address.' })
export class NotificationLogEntry {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => String, { description: 'The e-mail address of the user.' })
  email!: string;

  @Field(() => enums.NotificationChannelKind, { description: 'Through what it goes.' })
  kind!: ChannelKind;

  @Field(() => enums.NotificationType, { description: 'What happened.' })
  type!: NotificationType;

  @Field(() => enums.NotificationStatus, { description: 'What became of it.' })
  status!: enums.DeliveryStatus;

  @Field(() => Int, { description: 'How often it was sent.' })
  attempts!: number;

  @Field(() => Int, { nullable: true, description: 'The HTTP status of the last answer.' })
  httpStatus!: number | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Why it failed, or failed last; null also for webhooks and ntfy, whose servers are the user’s own affair.',
  })
  error!: string | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When the other side took it.' })
  sentAt!: Date | null;

  @Field(() => GraphQLDateTime, { description: 'When it was decided.' })
  createdAt!: Date;
}
export const NotificationLogEntryConnection = connectionType('NotificationLogEntry', NotificationLogEntry);

@InputType({ description: 'Which notifications of all users.' })
export class NotificationLogFilter extends DatesFilter {
  @Field(() => [enums.NotificationStatus], { nullable: true, description: 'Only those of which this became.' })
  status?: enums.DeliveryStatus[] | null;
}

/** The servers of these are chosen by users, and an error may name one. */
const OWN_SERVERS: readonly string[] = ['WEBHOOK', 'NTFY'];

export const toLogEntry = ({ channel, event, ...row }: NotificationLogRow): NotificationLogEntry => ({
  ...{ id: row.id, email: channel.user.email, kind: channel.kind as ChannelKind, type: event.type as NotificationType },
  ...{ status: row.status as enums.DeliveryStatus, attempts: row.attempts, sentAt: row.sent_at },
  ...{ httpStatus: row.sendings[0]?.http_status ?? null, createdAt: row.created_at },
  error: OWN_SERVERS.includes(channel.kind) ? null : row.error,
});
