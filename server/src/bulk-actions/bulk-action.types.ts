import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { ExchangeAccount } from '../accounts/account.types.js';
import type { TradeMode as TradeModeText } from '../core/domain.js';
import type { BulkActionItemStateName } from '../core/bulk-actions/bulk-action-item-state.js';
import type { ReasonCode } from '../core/reasons.js';
import {
  BulkActionItemKind,
  BulkActionItemState,
  BulkActionItemOutcome,
  BulkActionState,
  ReasonCodes,
  TradeMode,
  type BulkActionItemKindName,
  type BulkActionItemOutcomeName,
  type BulkActionStateName,
} from '../graphql/enums.js';
import { Rules } from '../graphql/rules.js';
import { GraphQLDateTime, GraphQLDecimal } from '../graphql/scalars.js';
import type { BulkActionRow } from './bulk-action.store.js';
import type { ItemProgress } from './bulk-action-progress.js';
import { idempotencyKey } from '../positions/position-actions.types.js';

@ObjectType({ description: 'One order to cancel or one position to close, and the result.' })
export class BulkActionItem {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => BulkActionItemKind, { description: 'The action of the item.' })
  action!: BulkActionItemKindName;

  @Field(() => String, { description: 'The symbol.' })
  symbol!: string;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The remaining quantity when the plan was created, in the base asset.',
  })
  qty!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The price at that time; null without a fresh one.' })
  price!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Its value at that time, in the quote asset.' })
  valueQuote!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Its profit at that time, before fees.' })
  profitQuote!: string | null;

  @Field(() => BulkActionItemOutcome, {
    nullable: true,
    description: 'The result of the request; null = not requested yet.',
  })
  outcome!: BulkActionItemOutcomeName | null;

  @Field(() => BulkActionItemState, { description: 'Its current state.' })
  state!: BulkActionItemStateName;

  @Field(() => Boolean, { description: 'Whether it has ended and will not change any more.' })
  isTerminal!: boolean;

  @Field(() => Boolean, { description: 'Whether the position, or the order, is still open.' })
  isStillOpen!: boolean;

  @Field(() => GraphQLDecimal, { description: 'The quantity that its fills sold, in the base asset.' })
  soldQty!: string;

  @Field(() => GraphQLDecimal, { description: 'The proceeds of its fills, in the quote asset, before fees.' })
  soldQuote!: string;

  @Field(() => ReasonCodes, { nullable: true, description: 'Why it was refused, failed, or was only partly sold.' })
  reasonCode!: ReasonCode | null;

  @Field(() => String, { nullable: true, description: 'The reason in a sentence.' })
  reasonMessage!: string | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When the item was executed.' })
  doneAt!: Date | null;

  progress!: ItemProgress;
}

export const toBulkActionItem = (progress: ItemProgress): BulkActionItem => ({
  ...bulkActionItemColumns(progress),
  ...progress.state,
  progress,
});

const bulkActionItemColumns = ({ row }: ItemProgress) => ({
  id: row.id,
  action: row.action as BulkActionItemKindName,
  symbol: row.symbol,
  qty: row.qty?.toFixed() ?? null,
  price: row.price?.toFixed() ?? null,
  valueQuote: row.value_quote?.toFixed() ?? null,
  profitQuote: row.profit_quote?.toFixed() ?? null,
  outcome: row.outcome as BulkActionItemOutcomeName | null,
  doneAt: row.done_at,
});

@ObjectType({ description: 'The proceeds of a plan in one quote asset.' })
export class BulkActionSold {
  @Field(() => String, { description: 'The quote asset, such as USDT.' })
  asset!: string;

  @Field(() => Int, { description: 'The number of positions with fills.' })
  positions!: number;

  @Field(() => GraphQLDecimal, { description: 'The proceeds of the fills, before fees.' })
  value!: string;
}

@ObjectType({ description: 'The value of a plan in one quote asset.' })
export class BulkActionTotal {
  @Field(() => String, { description: 'The quote asset, such as USDT.' })
  asset!: string;

  @Field(() => Int, { description: 'The number of positions.' })
  positions!: number;

  @Field(() => Int, { description: 'The number of positions without a price.' })
  unpricedPositions!: number;

  @Field(() => GraphQLDecimal, { description: 'The value of the positions with a price.' })
  value!: string;

  @Field(() => GraphQLDecimal, { description: 'Their profit before fees.' })
  profit!: string;
}

@ObjectType({ description: 'The results of a plan for one account.' })
export class BulkActionAccountResult {
  @Field(() => ExchangeAccount, { description: 'The account.' })
  account!: ExchangeAccount;

  @Field(() => Int, { description: 'Orders that have left the order book: canceled, filled or expired.' })
  ordersCanceled!: number;

  @Field(() => Int, { description: 'Orders that are being canceled.' })
  ordersUnderWay!: number;

  @Field(() => Int, { description: 'Orders that are still open; the items say why.' })
  ordersRefused!: number;

  @Field(() => Int, { description: 'Positions that are closed.' })
  positionsClosed!: number;

  @Field(() => Int, { description: 'Positions that were partly sold and stay open; the items say why.' })
  positionsPartlySold!: number;

  @Field(() => Int, { description: 'Positions that are being sold.' })
  positionsUnderWay!: number;

  @Field(() => Int, { description: 'Positions that were not sold at all; the items say why.' })
  positionsRefused!: number;

  @Field(() => Int, { description: 'Items that have not started yet.' })
  pending!: number;

  @Field(() => [BulkActionSold], { description: 'The proceeds of its fills.' })
  sold!: BulkActionSold[];
}

@ObjectType({ description: 'A plan to close positions and cancel orders, saved before it is executed.' })
export class BulkAction {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => BulkActionState, { description: 'State of the plan.' })
  state!: BulkActionStateName;

  @Field(() => Boolean, { description: 'Whether it closes positions.' })
  closesPositions!: boolean;

  @Field(() => GraphQLDateTime, { description: 'When the plan was created.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Until when it may be executed.' })
  expiresAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When every item had been executed.' })
  finishedAt!: Date | null;

  row!: BulkActionRow;
}

@InputType({ description: 'Filters the open positions to close; without a condition, all of them.' })
export class CloseAllFilter {
  @Field(() => ID, { nullable: true, description: 'Only those of this account.' })
  accountId?: string | null;

  @Field(() => String, { nullable: true, description: 'Only those of this symbol, such as SOL/USDT.' })
  symbol?: string | null;

  @Field(() => TradeMode, { nullable: true, description: 'Only those of this mode.' })
  tradeMode?: TradeModeText | null;

  @Field(() => ID, { nullable: true, description: 'Only those opened by signals of this source.' })
  sourceId?: string | null;
}

@InputType({ description: 'How the kill switch stops trading.' })
@Rules(z.object({ idempotencyKey }))
export class KillSwitchInput {
  @Field(() => Boolean, { description: 'Also sell every open position at the market.' })
  closePositions!: boolean;

  @Field(() => String, {
    description:
      'An idempotency key that you choose, 1 to 80 characters: a repeated request with the same key continues where it stopped.',
  })
  idempotencyKey!: string;
}

/** Shared fields of several payloads. Each mutation has its own payload, so that one can grow without the others. */
@ObjectType()
export abstract class BulkActionPayload {
  @Field(() => BulkAction, { description: 'The bulk action.' })
  bulkAction!: BulkAction;
}

@ObjectType({ description: 'The plan, with a result for each executed item.' })
export class KillSwitchPayload extends BulkActionPayload {}

@ObjectType({ description: 'The plan, with a result for each executed item.' })
export class PreviewCloseAllPayload extends BulkActionPayload {}

@ObjectType({ description: 'The plan, with a result for each executed item.' })
export class ConfirmCloseAllPayload extends BulkActionPayload {}

@ObjectType({ description: 'The plan, with a result for each executed item.' })
export class RetryBulkActionPayload extends BulkActionPayload {}

@InputType({ description: 'Retries what a plan left open.' })
@Rules(z.object({ idempotencyKey }))
export class RetryBulkActionInput {
  @Field(() => ID, { description: 'The plan to retry.' })
  bulkActionId!: string;

  @Field(() => String, {
    description:
      'An idempotency key that you choose, 1 to 80 characters: a repeated request with the same key continues where it stopped.',
  })
  idempotencyKey!: string;
}

@InputType({ description: 'Selects the positions to close.' })
export class PreviewCloseAllInput {
  @Field(() => CloseAllFilter, { nullable: true, description: 'Only these positions; without it, all open positions.' })
  filter?: CloseAllFilter | null;
}

@InputType({ description: 'The bulk action of the first step.' })
export class ConfirmCloseAllInput {
  @Field(() => ID, { description: 'The id that previewCloseAll returned.' })
  bulkActionId!: string;
}
