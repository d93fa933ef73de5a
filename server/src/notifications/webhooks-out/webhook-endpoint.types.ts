import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { CHOSEN_TYPES, type NotificationType as TypeName } from '../../core/notifications/notification-types.js';
import { Rules } from '../../graphql/rules.js';
import { GraphQLDateTime, GraphQLJsonValue } from '../../graphql/scalars.js';
import { visibleText } from '../../graphql/visible-text.js';
import type { ChannelRow } from '../settings/channel.store.js';
import * as enums from '../settings/notification-enums.js';
import { NotificationChannel, toChannel } from '../settings/notification.types.js';
import { DEFAULT_SELECTION, SELECTION_MAX } from './run-selection.js';

@ObjectType({ description: 'A webhook out: what it is sent, and how it is doing as a channel.' })
export class WebhookEndpoint {
  @Field(() => ID, { description: 'Row id; also the id of its channel.' })
  id!: number;

  @Field(() => [enums.NotificationType], { description: 'The events that it gets.' })
  events!: TypeName[];

  @Field(() => String, { description: 'What it gets of each event: a selection set of NotificationEvent.' })
  selection!: string;

  @Field(() => Boolean, { description: 'Whether the selection is your own.' })
  isOwnSelection!: boolean;

  @Field(() => NotificationChannel, { description: 'Its name, its state, and what failed last.' })
  channel!: NotificationChannel;
}

export const toEndpoint = (row: ChannelRow): WebhookEndpoint => ({
  ...{ id: row.id, events: row.types ?? [], selection: row.selection ?? DEFAULT_SELECTION },
  ...{ isOwnSelection: row.selection !== null, channel: toChannel(row) },
});

const events = z
  .array(z.enum(CHOSEN_TYPES as [TypeName, ...TypeName[]], 'This type cannot be chosen.'))
  .min(1, 'events must have at least one type.')
  .max(50);
const label = visibleText('label', 120);
const url = z.string().max(1_000);
const selection = z.string().max(SELECTION_MAX);

@InputType({ description: 'A webhook out.' })
@Rules(z.object({ label, url, events, selection: selection.nullish() }))
export class CreateWebhookEndpointInput {
  @Field(() => String, { description: 'Its name.' })
  label!: string;

  @Field(() => String, {
    description: 'Where to POST. It must be a public https address, unless the operator allows others.',
  })
  url!: string;

  @Field(() => [enums.NotificationType], { description: 'Which events.' })
  events!: TypeName[];

  @Field(() => String, {
    nullable: true,
    description:
      'What to send of each event: a selection set of NotificationEvent, such as { type position { symbol } }.',
  })
  selection?: string | null;
}

@ObjectType({ description: 'A webhook out that was created.' })
export class CreateWebhookEndpointPayload {
  @Field(() => WebhookEndpoint, { description: 'The webhook.' })
  endpoint!: WebhookEndpoint;

  @Field(() => String, { description: 'The secret of its signatures (Standard Webhooks). It is shown only now.' })
  secret!: string;
}

@InputType({ description: 'Changes of a webhook out. Omitted fields stay.' })
@Rules(
  z.object({
    channelId: z.string().max(20),
    ...{ label: label.nullish(), url: url.nullish(), events: events.nullish(), selection: selection.nullish() },
  }),
)
export class UpdateWebhookEndpointInput {
  @Field(() => ID, { description: 'The webhook.' })
  channelId!: string;

  @Field(() => String, { nullable: true, description: 'Its name.' })
  label?: string | null;

  @Field(() => String, { nullable: true, description: 'Where to POST.' })
  url?: string | null;

  @Field(() => [enums.NotificationType], { nullable: true, description: 'Which events.' })
  events?: TypeName[] | null;

  @Field(() => String, { nullable: true, description: 'What to send; null = the standard selection.' })
  selection?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Whether it is switched on. What waited is then sent.' })
  isEnabled?: boolean | null;
}

@ObjectType({ description: 'A webhook out that was changed.' })
export class UpdateWebhookEndpointPayload {
  @Field(() => WebhookEndpoint, { description: 'As it is now.' })
  endpoint!: WebhookEndpoint;
}

@InputType({ description: 'A webhook out whose secret is replaced.' })
@Rules(
  z.object({
    channelId: z.string().max(20),
    keepOldHours: z.int().min(0).max(168, 'keepOldHours must be from 0 to 168.'),
  }),
)
export class RotateWebhookEndpointSecretInput {
  @Field(() => ID, { description: 'The webhook.' })
  channelId!: string;

  @Field(() => Int, { defaultValue: 24, description: 'For so many hours the old secret signs too, from 0 to 168.' })
  keepOldHours!: number;
}

@ObjectType({ description: 'The new secret.' })
export class RotateWebhookEndpointSecretPayload {
  @Field(() => String, { description: 'It is shown only now.' })
  secret!: string;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Until when the old one signs too; null = it ended.' })
  oldValidUntil!: Date | null;
}

@InputType({ description: 'A selection to try.' })
@Rules(z.object({ selection: selection.nullish(), eventId: z.string().max(20).nullish() }))
export class DryRunWebhookInput {
  @Field(() => String, { nullable: true, description: 'The selection; null = the standard one.' })
  selection?: string | null;

  @Field(() => ID, { nullable: true, description: 'One of your events; null = the newest.' })
  eventId?: string | null;
}

@ObjectType({ description: 'What a webhook with this selection would get. Nothing was sent.' })
export class DryRunWebhook {
  @Field(() => [String], { description: 'What must be changed in the selection; empty = it is valid.' })
  faults!: string[];

  @Field(() => GraphQLJsonValue, {
    nullable: true,
    description: 'The body; null when there is no event to try it with.',
  })
  payload!: unknown;
}
