import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import type { TradeMode as TradeModeText } from '../../core/domain.js';
import { TradeMode, WebhookSecretKind, type WebhookSecretKindName } from '../../graphql/enums.js';
import { PASSWORD_AGAIN } from '../../auth/require-password.js';
import { RemovalPayload } from '../../graphql/removal.types.js';
import { Rules } from '../../graphql/rules.js';
import { GraphQLDecimal } from '../../graphql/scalars.js';
import { WebhookSource } from '../events/webhook.types.js';

// The rules of sources are in source-settings.ts, where the use cases check them.
@InputType({ description: 'A new source. The server generates its address, which cannot be guessed.' })
export class CreateWebhookSourceInput {
  @Field(() => String, { description: 'Your name for it, 1 to 120 characters.' })
  label!: string;

  @Field(() => TradeMode, { description: 'REAL or SIMULATION; never changes.' })
  tradeMode!: TradeModeText;

  @Field(() => [String], { nullable: true, description: 'Addresses and CIDR ranges that may send; empty = any.' })
  allowedIps?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: "Adds TradingView's published sender addresses to allowedIps.",
  })
  allowTradingView?: boolean | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'Refuse unsigned signals.' })
  requireSignature?: boolean | null;

  @Field(() => Int, { nullable: true, defaultValue: 60, description: 'Signals it accepts in a minute, 1 to 6000.' })
  rateLimitPerMin?: number | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 30,
    description: 'The time within which a repeated body counts as the same signal, 0 to 86400 seconds.',
  })
  identityWindowSec?: number | null;

  @Field(() => Int, { nullable: true, description: 'Refuse signals older than this many seconds.' })
  maxLagSec?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Run dry: the receipt of a signal says what would have been traded, and nothing is bought or sold.',
  })
  dryRun?: boolean | null;

  @Field(() => String, { nullable: true, description: `For a REAL source only. ${PASSWORD_AGAIN}` })
  password?: string | null;
}

@InputType({ description: 'Changes of a source. Omitted fields keep their value.' })
export class UpdateWebhookSourceInput {
  @Field(() => ID, { description: 'The source.' })
  id!: string;

  @Field(() => String, { nullable: true, description: 'A new name, 1 to 120 characters.' })
  label?: string | null;

  @Field(() => [String], { nullable: true, description: 'Addresses and CIDR ranges that may send; empty = any.' })
  allowedIps?: string[] | null;

  @Field(() => Boolean, {
    nullable: true,
    description: "Adds TradingView's sender addresses (true) or removes them (false).",
  })
  allowTradingView?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Refuse unsigned signals.' })
  requireSignature?: boolean | null;

  @Field(() => Int, { nullable: true, description: 'Signals it accepts in a minute, 1 to 6000.' })
  rateLimitPerMin?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The time within which a repeated body counts as the same signal, 0 to 86400 seconds.',
  })
  identityWindowSec?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Refuse signals older than this many seconds; null removes the limit.',
  })
  maxLagSec?: number | null;

  @Field(() => Boolean, {
    nullable: true,
    description: 'Switch it on or off. Switching a REAL source on needs the password.',
  })
  isActive?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'Run dry (true): its signals are planned, and nothing is bought or sold by them. False: they trade. Ending the dry run of a REAL source needs the password.',
  })
  dryRun?: boolean | null;

  @Field(() => String, { nullable: true, description: PASSWORD_AGAIN })
  password?: string | null;
}

@InputType({
  description: "Binds an account to a source, so that it trades the source's signals, or changes the binding.",
})
export class BindAccountInput {
  @Field(() => ID, { description: 'The source.' })
  sourceId!: string;

  @Field(() => ID, { description: 'The account, of the same mode.' })
  accountId!: string;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Factor on the size of its orders, above 0; null = 1.' })
  weight?: string | null;

  @Field(() => Boolean, { nullable: true, defaultValue: true, description: 'Whether signals reach the account.' })
  isActive?: boolean | null;
}

/** The limit in characters equals the limit of a body in bytes. */
const MESSAGE_MAX = 65_536;

@InputType({ description: 'A message to test.' })
@Rules(z.object({ message: z.string().max(MESSAGE_MAX, `message must have at most ${MESSAGE_MAX} characters.`) }))
export class DryRunSignalInput {
  @Field(() => ID, { description: 'The source it would be sent to.' })
  sourceId!: string;

  @Field(() => String, { description: 'The body of the POST, text or JSON.' })
  message!: string;
}

/**
 * The common answer of several mutations. Each has its own payload type, so that one can be extended without the
 * others.
 */
@ObjectType()
export abstract class WebhookSourcePayload {
  @Field(() => WebhookSource, { description: 'The source.' })
  source!: WebhookSource;
}

@ObjectType({ description: 'The source after the change.' })
export class TeachPhrasePayload extends WebhookSourcePayload {}

@ObjectType({ description: 'The source after the change.' })
export class ForgetPhrasePayload extends WebhookSourcePayload {}

@ObjectType({ description: 'The source after the change.' })
export class CreateWebhookSourcePayload extends WebhookSourcePayload {}

@ObjectType({ description: 'The source after the change.' })
export class UpdateWebhookSourcePayload extends WebhookSourcePayload {}

@ObjectType({ description: 'The source after the change.' })
export class RemoveWebhookSecretPayload extends WebhookSourcePayload {}

@ObjectType({ description: 'The source after the change.' })
export class BindAccountPayload extends WebhookSourcePayload {}

@ObjectType({ description: 'The source after the change.' })
export class UnbindAccountPayload extends WebhookSourcePayload {}

@ObjectType({ description: 'A new secret of a source.' })
export class RotateWebhookSecretPayload {
  @Field(() => WebhookSource, { description: 'The source.' })
  source!: WebhookSource;

  @Field(() => String, { description: 'Shown only once; the server keeps only a hash or an encrypted form.' })
  secret!: string;
}

@InputType()
abstract class WebhookSecretInput {
  @Field(() => ID, { description: 'The source.' })
  sourceId!: string;

  @Field(() => WebhookSecretKind, { description: 'Which secret.' })
  kind!: WebhookSecretKindName;
}

@InputType({ description: 'The secret to replace.' })
export class RotateWebhookSecretInput extends WebhookSecretInput {}

@InputType({ description: 'The secret to remove.' })
export class RemoveWebhookSecretInput extends WebhookSecretInput {
  @Field(() => String, { nullable: true, description: PASSWORD_AGAIN })
  password?: string | null;
}

@InputType({ description: 'The binding to end.' })
export class UnbindAccountInput {
  @Field(() => ID, { description: 'The source.' })
  sourceId!: string;

  @Field(() => ID, { description: 'The account.' })
  accountId!: string;
}

@InputType({ description: 'A webhook source to delete.' })
export class DeleteWebhookSourceInput {
  @Field(() => ID, { description: 'The webhook source.' })
  id!: string;
}

@ObjectType({ description: 'What became of the webhook source.' })
export class DeleteWebhookSourcePayload extends RemovalPayload {}
