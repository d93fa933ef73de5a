import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import {
  CHOSEN_TYPES,
  type ChannelKind,
  type DeliveryMode,
  type NotificationType as TypeName,
} from '../../core/notifications/notification-types.js';
import { isTimeZone } from '../../core/time/day-start.js';
import { DatesFilter } from '../../graphql/list-filter.js';
import { Rules } from '../../graphql/rules.js';
import { visibleText } from '../../graphql/visible-text.js';
import * as enums from './notification-enums.js';
import {
  NotificationChannel,
  NotificationDelivery,
  NotificationSettings,
  NotificationTemplate,
} from './notification.types.js';

const TIME = /^([01]\d|2[0-3]):[0-5]\d$/;
const time = z.string().regex(TIME, 'A time of the day is written as 22:30.');
const id = z.string().max(20);

@InputType({ description: 'A time of the day, from one minute to another.' })
export class QuietHoursInput {
  @Field(() => String, { description: 'When they begin, such as 22:00.' })
  from!: string;

  @Field(() => String, { description: 'When they end, such as 07:30.' })
  to!: string;
}

@InputType({ description: 'When summaries are sent.' })
export class NotificationDigestInput {
  @Field(() => Int, { description: 'Every so many hours: 1, 2, 3, 4, 6, 8, 12 or 24.' })
  everyHours!: number;

  @Field(() => String, { description: 'One of the times, such as 08:00.' })
  at!: string;
}

@InputType({ description: 'How you want to be told of one type.' })
export class NotificationRuleInput {
  @Field(() => enums.NotificationType, { description: 'The type.' })
  type!: TypeName;

  @Field(() => enums.NotificationMode, { description: 'How.' })
  mode!: DeliveryMode;

  @Field(() => [ID], { nullable: true, description: 'Only through these channels; null = through all.' })
  channelIds?: string[] | null;

  @Field(() => Boolean, { description: 'Whether it is told in the quiet hours too.' })
  ignoresQuietHours!: boolean;
}

@InputType({ description: 'Switches of WhatsApp. Omitted ones stay.' })
export class WhatsAppSwitchesInput {
  @Field(() => Boolean, { nullable: true, description: 'Anything about positions.' })
  positionAlerts?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Opened positions.' })
  positionOpened?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Closed positions.' })
  positionClosed?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Stop losses and trailing stops.' })
  stopLoss?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Take profits, complete and partial.' })
  takeProfit?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Alerts of vaults.' })
  vaultAlerts?: boolean | null;
}

@InputType({ description: 'Changes of how you are told. Omitted fields stay.' })
@Rules(
  z.object({
    timeZone: z.string().refine(isTimeZone, 'timeZone must be a name such as America/Sao_Paulo.').nullish(),
    quietHours: z.object({ from: time, to: time }).nullish(),
    digest: z
      .object({
        everyHours: z
          .int()
          .refine((hours) => [1, 2, 3, 4, 6, 8, 12, 24].includes(hours), 'everyHours must divide a day.'),
        at: time,
      })
      .nullish(),
    rules: z
      .array(
        z.object({
          type: z.enum(CHOSEN_TYPES as [TypeName, ...TypeName[]], 'This type cannot be chosen.'),
          channelIds: z.array(id).max(50).nullish(),
        }),
      )
      .max(50)
      .nullish(),
  }),
)
export class SaveNotificationSettingsInput {
  @Field(() => enums.NotificationLocale, { nullable: true, description: 'The language.' })
  locale?: enums.LocaleName | null;

  @Field(() => String, { nullable: true, description: 'The time zone, such as America/Sao_Paulo.' })
  timeZone?: string | null;

  @Field(() => QuietHoursInput, { nullable: true, description: 'The quiet hours; null = none.' })
  quietHours?: QuietHoursInput | null;

  @Field(() => NotificationDigestInput, { nullable: true, description: 'When summaries are sent.' })
  digest?: NotificationDigestInput | null;

  @Field(() => [NotificationRuleInput], { nullable: true, description: 'Types whose rule is replaced.' })
  rules?: NotificationRuleInput[] | null;

  @Field(() => WhatsAppSwitchesInput, { nullable: true, description: 'What WhatsApp holds back.' })
  whatsApp?: WhatsAppSwitchesInput | null;
}

@ObjectType({ description: 'Your settings.' })
export class SaveNotificationSettingsPayload {
  @Field(() => NotificationSettings, { description: 'As they are now.' })
  settings!: NotificationSettings;
}

@InputType({ description: 'A text to try or to save.' })
export class NotificationTemplateInput {
  @Field(() => enums.NotificationType, { description: 'The type.' })
  type!: TypeName;

  @Field(() => String, { nullable: true, description: 'The text, with {variables}; null = the standard text.' })
  body?: string | null;
}

@ObjectType({ description: 'A text with example values, and what must be changed before it can be saved.' })
export class NotificationTemplatePreview {
  @Field(() => String, { description: 'The text as a person would get it.' })
  text!: string;

  @Field(() => [String], { description: 'What must be changed; empty = it can be saved.' })
  faults!: string[];
}

@ObjectType({ description: 'A text that was saved.' })
export class SaveNotificationTemplatePayload {
  @Field(() => NotificationTemplate, { description: 'As it is now.' })
  template!: NotificationTemplate;
}

@InputType({ description: 'A number or a group of WhatsApp.' })
export class WhatsAppChannelInput {
  @Field(() => String, { description: 'A number with its area code, or the id of a group (…@g.us).' })
  number!: string;
}

@InputType({ description: 'A chat with a bot of Telegram.' })
export class TelegramChannelInput {
  @Field(() => String, { description: 'The token of your bot, from BotFather.' })
  botToken!: string;

  @Field(() => String, { description: 'The id of the chat.' })
  chatId!: string;
}

@InputType({ description: 'An e-mail address.' })
export class EmailChannelInput {
  @Field(() => String, { description: 'The address.' })
  address!: string;
}

@InputType({ description: 'A topic of an ntfy server.' })
export class NtfyChannelInput {
  @Field(() => String, { description: 'The server, such as https://ntfy.sh.' })
  url!: string;

  @Field(() => String, { description: 'The topic.' })
  topic!: string;

  @Field(() => String, { nullable: true, description: 'An access token, if the topic needs one.' })
  token?: string | null;
}

const label = visibleText('label', 120);

@InputType({ description: 'A channel to connect: its name and exactly one address.' })
@Rules(
  z.object({
    label,
    telegram: z
      .object({
        botToken: z.string().regex(/^\d{1,20}:[\w-]{5,100}$/, 'botToken is written as 123456:ABC…'),
        chatId: z.string().regex(/^(-?\d{1,20}|@\w{3,60})$/, 'chatId is a number or a name such as @channel.'),
      })
      .nullish(),
    email: z.object({ address: z.email('address must be an e-mail address.').max(190) }).nullish(),
    ntfy: z
      .object({
        url: z.string().max(500),
        topic: z.string().regex(/^[\w-]{1,64}$/, 'topic may have letters, digits, - and _.'),
        token: z
          .string()
          .regex(/^[\x21-\x7e]{1,200}$/, 'token must be printable text without spaces.')
          .nullish(),
      })
      .nullish(),
    whatsApp: z.object({ number: z.string().max(64) }).nullish(),
  }),
)
export class ConnectNotificationChannelInput {
  @Field(() => String, { description: 'Its name.' })
  label!: string;

  @Field(() => WhatsAppChannelInput, { nullable: true, description: 'A number or a group of WhatsApp.' })
  whatsApp?: WhatsAppChannelInput | null;

  @Field(() => TelegramChannelInput, { nullable: true, description: 'A chat of Telegram.' })
  telegram?: TelegramChannelInput | null;

  @Field(() => EmailChannelInput, { nullable: true, description: 'An e-mail address.' })
  email?: EmailChannelInput | null;

  @Field(() => NtfyChannelInput, { nullable: true, description: 'A topic of ntfy.' })
  ntfy?: NtfyChannelInput | null;
}

@ObjectType({ description: 'A channel that was connected. Test it.' })
export class ConnectNotificationChannelPayload {
  @Field(() => NotificationChannel, { description: 'The channel.' })
  channel!: NotificationChannel;
}

@InputType({ description: 'One of your channels.' })
export class NotificationChannelInput {
  @Field(() => ID, { description: 'The channel.' })
  channelId!: string;
}

@InputType({ description: 'Changes of a channel. Omitted fields stay.' })
@Rules(z.object({ channelId: id, label: label.nullish() }))
export class UpdateNotificationChannelInput extends NotificationChannelInput {
  @Field(() => String, { nullable: true, description: 'Its name.' })
  label?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is switched on.' })
  isEnabled?: boolean | null;
}

@ObjectType({ description: 'A channel that was changed.' })
export class UpdateNotificationChannelPayload {
  @Field(() => NotificationChannel, { description: 'As it is now.' })
  channel!: NotificationChannel;
}

@ObjectType({ description: 'A test message and what became of it.' })
export class TestNotificationChannelPayload {
  @Field(() => NotificationDelivery, { description: 'The test message. It is tried again while it is PENDING.' })
  delivery!: NotificationDelivery;
}

@ObjectType({ description: 'A channel that was removed.' })
export class RemoveNotificationChannelPayload {
  @Field(() => ID, { description: 'Its id.' })
  id!: number;
}

@InputType({ description: 'A subscription of a browser, as PushSubscription.toJSON() gives it.' })
@Rules(
  z.object({
    label,
    endpoint: z.string().max(1_000),
    p256dh: z.string().regex(/^[\w-]{80,100}=*$/, 'p256dh must be the key of the browser in base64url.'),
    auth: z.string().regex(/^[\w-]{20,32}=*$/, 'auth must be the secret of the browser in base64url.'),
  }),
)
export class SubscribeWebPushInput {
  @Field(() => String, { description: 'A name for the browser.' })
  label!: string;

  @Field(() => String, { description: 'The address at the push service.' })
  endpoint!: string;

  @Field(() => String, { description: 'keys.p256dh of the subscription.' })
  p256dh!: string;

  @Field(() => String, { description: 'keys.auth of the subscription.' })
  auth!: string;
}

@ObjectType({ description: 'The browser as a channel.' })
export class SubscribeWebPushPayload {
  @Field(() => NotificationChannel, { description: 'The channel.' })
  channel!: NotificationChannel;
}

@InputType({ description: 'The browser that is not to be told any more.' })
export class UnsubscribeWebPushInput {
  @Field(() => String, { description: 'The address of its subscription.' })
  endpoint!: string;
}

@ObjectType({ description: 'What became of the browser.' })
export class UnsubscribeWebPushPayload {
  @Field(() => Boolean, { description: 'Whether it was subscribed.' })
  wasSubscribed!: boolean;
}

@InputType({ description: 'A notification to send again.' })
export class RetryNotificationDeliveryInput {
  @Field(() => ID, { description: 'The delivery.' })
  deliveryId!: string;
}

@ObjectType({ description: 'A notification that is sent again.' })
export class RetryNotificationDeliveryPayload {
  @Field(() => NotificationDelivery, { description: 'The delivery as it is now.' })
  delivery!: NotificationDelivery;
}

@InputType({ description: 'The WhatsApp group that is told of the signals of a source.' })
export class SetSourceAlertGroupInput {
  @Field(() => ID, { description: 'The source.' })
  sourceId!: string;

  @Field(() => String, { nullable: true, description: 'The id of the group (…@g.us); null = no group.' })
  groupId?: string | null;
}

@ObjectType({ description: 'The group of a source.' })
export class SetSourceAlertGroupPayload {
  @Field(() => ID, { description: 'The source.' })
  sourceId!: number;

  @Field(() => String, { nullable: true, description: 'The id of the group; null = none.' })
  groupId!: string | null;
}

@InputType({ description: 'Which notifications.' })
export class NotificationDeliveryFilter extends DatesFilter {
  @Field(() => ID, { nullable: true, description: 'Only those through this channel or webhook out.' })
  channelId?: string | null;

  @Field(() => [enums.NotificationStatus], { nullable: true, description: 'Only those of which this became.' })
  status?: enums.DeliveryStatus[] | null;
}

/** The address that was given, by kind. */
export type ConnectableKind = Exclude<ChannelKind, 'WEB_PUSH' | 'WEBHOOK'>;
