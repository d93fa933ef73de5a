import { Field, ObjectType } from 'type-graphql';
import { ExchangeAccount } from '../../accounts/account.types.js';
import { Alert } from '../../alerts/alert.types.js';
import { Position, PositionFill } from '../../positions/position.types.js';
import type { JobStatus as JobStatusText } from '../../core/domain.js';
import { JobStatus } from '../../graphql/enums.js';
import { WebhookReceipt } from '../../webhooks/events/webhook.types.js';
import { Vault } from '../../vaults/vault.types.js';
import { TradeJob } from '../../orders/job.types.js';

const CURSOR = 'Its position in your event stream. Pass it as `after` to continue after this event.';

@ObjectType({ description: 'A new fill.' })
export class FillEvent {
  @Field(() => String, { description: CURSOR })
  cursor!: string;

  @Field(() => PositionFill, { description: 'The fill.' })
  fill!: PositionFill;
}

@ObjectType({ description: 'A position changed.' })
export class PositionEvent {
  @Field(() => String, { description: CURSOR })
  cursor!: string;

  @Field(() => Position, { description: 'The position as it is now.' })
  position!: Position;
}

@ObjectType({ description: 'A job changed.' })
export class JobEvent {
  @Field(() => String, { description: CURSOR })
  cursor!: string;

  @Field(() => JobStatus, {
    description:
      'The status after this change. `job` is read later and may have changed again; the events of a job tell every step.',
  })
  status!: JobStatusText;

  @Field(() => TradeJob, { description: 'The job as it is now.' })
  job!: TradeJob;
}

@ObjectType({ description: 'An order changed the balances of a vault.' })
export class VaultEvent {
  @Field(() => String, { description: CURSOR })
  cursor!: string;

  @Field(() => Vault, { description: 'The vault as it is now.' })
  vault!: Vault;
}

@ObjectType({ description: 'An account changed: its balances were read, or the reading failed.' })
export class AccountEvent {
  @Field(() => String, { description: CURSOR })
  cursor!: string;

  @Field(() => ExchangeAccount, { description: 'The account as it is now.' })
  account!: ExchangeAccount;
}

@ObjectType({ description: 'An alert was raised or resolved.' })
export class AlertEvent {
  @Field(() => String, { description: CURSOR })
  cursor!: string;

  @Field(() => Alert, { description: 'The alert as it is now.' })
  alert!: Alert;
}

@ObjectType({ description: 'A message arrived at a webhook source.' })
export class ReceiptEvent {
  @Field(() => String, { description: CURSOR })
  cursor!: string;

  @Field(() => WebhookReceipt, { description: 'What became of it so far.' })
  receipt!: WebhookReceipt;
}
