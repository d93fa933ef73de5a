import { Field, ID, Int, ObjectType } from 'type-graphql';
import type {
  ChannelKind,
  DeliveryMode,
  NotificationType as TypeName,
} from '../../core/notifications/notification-types.js';
import { connectionType } from '../../graphql/pages.js';
import { GraphQLDateTime } from '../../graphql/scalars.js';
import * as enums from './notification-enums.js';
import type { ChannelRow } from './channel.store.js';

@ObjectType({ description: 'A time of the day, from one minute to another, in the time zone of the person.' })
export class QuietHours {
  @Field(() => String, { description: 'When they begin, such as 22:00.' })
  from!: string;

  @Field(() => String, { description: 'When they end, such as 07:30. Before `from` = on the next day.' })
  to!: string;
}

@ObjectType({ description: 'When summaries are sent.' })
export class NotificationDigest {
  @Field(() => Int, { description: 'Every so many hours: 1, 2, 3, 4, 6, 8, 12 or 24.' })
  everyHours!: number;

  @Field(() => String, { description: 'One of the times at which a summary is sent, such as 08:00.' })
  at!: string;
}

@ObjectType({ description: 'How you are told of one type of event.' })
export class NotificationRule {
  @Field(() => enums.NotificationType, { description: 'The type.' })
  type!: TypeName;

  @Field(() => enums.NotificationMode, { description: 'How.' })
  mode!: DeliveryMode;

  @Field(() => [ID], { nullable: true, description: 'Only through these channels; null = through all.' })
  channelIds!: number[] | null;

  @Field(() => Boolean, { description: 'Whether it is told in the quiet hours too.' })
  ignoresQuietHours!: boolean;
}

@ObjectType({ description: 'A word in braces that a template can have.' })
export class TemplateVariable {
  @Field(() => String, { description: 'The name, which is written as {name}.' })
  name!: string;

  @Field(() => String, { description: 'An example of its value.' })
  example!: string;
}

@ObjectType({ description: 'The text of one type of event.' })
export class NotificationTemplate {
  @Field(() => enums.NotificationType, { description: 'The type.' })
  type!: TypeName;

  @Field(() => String, { description: 'The title, for channels that show one.' })
  title!: string;

  @Field(() => String, { description: 'The text, with {variables}.' })
  body!: string;

  @Field(() => Boolean, { description: 'Whether you changed it.' })
  isOwn!: boolean;

  @Field(() => String, { description: 'The standard text in your language.' })
  standardBody!: string;

  @Field(() => [TemplateVariable], { description: 'What the text can name.' })
  variables!: TemplateVariable[];

  @Field(() => String, { description: 'The text with example values.' })
  preview!: string;
}

@ObjectType({ description: 'Switches that hold back messages by WhatsApp and by nothing else.' })
export class WhatsAppSwitches {
  @Field(() => Boolean, { description: 'Anything about positions.' })
  positionAlerts!: boolean;

  @Field(() => Boolean, { description: 'Opened positions.' })
  positionOpened!: boolean;

  @Field(() => Boolean, { description: 'Closed positions.' })
  positionClosed!: boolean;

  @Field(() => Boolean, { description: 'Stop losses and trailing stops.' })
  stopLoss!: boolean;

  @Field(() => Boolean, { description: 'Take profits, complete and partial.' })
  takeProfit!: boolean;

  @Field(() => Boolean, { description: 'Alerts of vaults.' })
  vaultAlerts!: boolean;
}

@ObjectType({ description: 'How you want to be told.' })
export class NotificationSettings {
  @Field(() => enums.NotificationLocale, { description: 'The language.' })
  locale!: enums.LocaleName;

  @Field(() => String, { description: 'The time zone of quiet hours and summaries.' })
  timeZone!: string;

  @Field(() => QuietHours, { nullable: true, description: 'When you are not to be disturbed; null = never.' })
  quietHours!: QuietHours | null;

  @Field(() => NotificationDigest, { description: 'When summaries are sent.' })
  digest!: NotificationDigest;

  @Field(() => [NotificationRule], { description: 'How you are told of each type.' })
  rules!: NotificationRule[];

  @Field(() => WhatsAppSwitches, { description: 'What WhatsApp holds back.' })
  whatsApp!: WhatsAppSwitches;

  @Field(() => [NotificationTemplate], { description: 'The texts.' })
  templates!: NotificationTemplate[];
}

@ObjectType({ description: 'Where you are told. Its address, token and keys are never shown.' })
export class NotificationChannel {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => enums.NotificationChannelKind, { description: 'Its kind.' })
  kind!: ChannelKind;

  @Field(() => String, { description: 'Its name.' })
  label!: string;

  @Field(() => String, { description: 'The part of the address that may be shown.' })
  addressHint!: string;

  @Field(() => ID, { nullable: true, description: 'The source whose alert group it is; null for your own channels.' })
  sourceId!: number | null;

  @Field(() => Boolean, { description: 'Whether it is switched on.' })
  isEnabled!: boolean;

  @Field(() => enums.ChannelDisabledReason, { nullable: true, description: 'Why it is switched off.' })
  disabledReason!: enums.DisabledReason | null;

  @Field(() => Int, { description: 'Failed attempts in a row; 0 = it works.' })
  failures!: number;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Since when it fails; null = it works.' })
  failingSince!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why the last attempt failed; null = it did not.' })
  lastError!: string | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it last delivered something.' })
  lastSentAt!: Date | null;

  @Field(() => GraphQLDateTime, { description: 'When it was connected.' })
  createdAt!: Date;
}

export const toChannel = (row: ChannelRow): NotificationChannel => ({
  ...{ id: row.id, kind: row.kind, label: row.label, addressHint: row.addressHint, sourceId: row.sourceId },
  ...{ isEnabled: row.isEnabled, disabledReason: row.disabledReason as enums.DisabledReason | null },
  ...{ failures: row.failures, failingSince: row.failingSince, lastError: row.lastError },
  ...{ lastSentAt: row.lastSentAt, createdAt: row.createdAt },
});

@ObjectType({ description: 'One value of a notification.' })
export class NotificationFact {
  @Field(() => String, { description: 'Its name, as in templates.' })
  name!: string;

  @Field(() => String, { description: 'Its value, as text for people.' })
  value!: string;
}

@ObjectType({ description: 'Something that happened to you. Webhooks out choose what they are sent of it.' })
export class NotificationEvent {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => enums.NotificationType, { description: 'What happened.' })
  type!: TypeName;

  @Field(() => GraphQLDateTime, { description: 'When it happened.' })
  occurredAt!: Date;

  @Field(() => [NotificationFact], { description: 'Its values, as text for people.' })
  facts!: NotificationFact[];

  /** Of the rows that it is about; fields below read them. */
  positionId!: number | null;
  fillId!: number | null;
  jobId!: number | null;
  alertId!: number | null;
}

@ObjectType({ description: 'One attempt to send a notification.' })
export class NotificationAttempt {
  @Field(() => Int, { description: 'Its number, from 1.' })
  attempt!: number;

  @Field(() => enums.NotificationAttemptOutcome, { description: 'What it came to.' })
  outcome!: enums.AttemptOutcome;

  @Field(() => Int, { nullable: true, description: 'The HTTP status of the answer.' })
  httpStatus!: number | null;

  @Field(() => String, { nullable: true, description: 'The beginning of the answer, or why there was none.' })
  answer!: string | null;

  @Field(() => Int, { nullable: true, description: 'How long it took, in milliseconds.' })
  durationMs!: number | null;

  @Field(() => GraphQLDateTime, { description: 'When it began.' })
  startedAt!: Date;
}

@ObjectType({ description: 'One event through one channel.' })
export class NotificationDelivery {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => NotificationChannel, { description: 'The channel.' })
  channel!: NotificationChannel;

  @Field(() => NotificationEvent, { description: 'The event.' })
  event!: NotificationEvent;

  @Field(() => enums.NotificationStatus, { description: 'What became of it.' })
  status!: enums.DeliveryStatus;

  @Field(() => Int, { description: 'How often it was sent.' })
  attempts!: number;

  @Field(() => String, {
    nullable: true,
    description:
      'What was sent: the text, or the body of a webhook. Null before the first attempt, and when it went together with others.',
  })
  text!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it is or was due.' })
  dueAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When the other side took it.' })
  sentAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why it failed, or failed last.' })
  error!: string | null;

  @Field(() => [NotificationAttempt], { description: 'The last twenty attempts, oldest first.' })
  history!: NotificationAttempt[];

  @Field(() => GraphQLDateTime, { description: 'When it was decided.' })
  createdAt!: Date;
}
export const NotificationDeliveryConnection = connectionType('NotificationDelivery', NotificationDelivery);
