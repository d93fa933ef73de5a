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
  BulkActionKind,
  BulkActionState,
  ReasonCodes,
  TradeMode,
  type BulkActionItemKindName,
  type BulkActionItemOutcomeName,
  type BulkActionKindName,
  type BulkActionStateName,
} from '../graphql/enums.js';
import { idempotencyKey, KEY_DESCRIPTION } from '../graphql/idempotency-key.js';
import { DatesFilter } from '../graphql/list-filter.js';
import { connectionType } from '../graphql/pages.js';
import { Rules } from '../graphql/rules.js';
import { GraphQLDateTime, GraphQLDecimal } from '../graphql/scalars.js';
import type { BulkActionRow } from './bulk-action.store.js';
import type { ItemProgress } from './bulk-action-progress.js';

@ObjectType({ description: 'One order to cancel or one position to close, with its result.' })
export class BulkActionItem {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => BulkActionItemKind, { description: 'What the item does.' })
  action!: BulkActionItemKindName;

  @Field(() => String, { description: 'The symbol.' })
  symbol!: string;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The remaining quantity when it was planned.' })
  qty!: string | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The price when it was planned; null without a fresh one.',
  })
  price!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The value when it was planned, in the quote asset.' })
  valueQuote!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The profit when it was planned, before fees.' })
  profitQuote!: string | null;

  @Field(() => BulkActionItemOutcome, {
    nullable: true,
    description: 'The answer to its request; null = not requested yet.',
  })
  outcome!: BulkActionItemOutcomeName | null;

  @Field(() => BulkActionItemState, { description: 'The current state.' })
  state!: BulkActionItemStateName;

  @Field(() => Boolean, { description: 'Whether it has ended. Then its result is final.' })
  isTerminal!: boolean;

  @Field(() => Boolean, { description: 'Whether the position, or the order, is still open.' })
  isStillOpen!: boolean;

  @Field(() => GraphQLDecimal, { description: 'The quantity its fills have sold, in the base asset.' })
  soldQty!: string;

  @Field(() => GraphQLDecimal, { description: 'The proceeds of its fills, in the quote asset, before fees.' })
  soldQuote!: string;

  @Field(() => ReasonCodes, { nullable: true, description: 'Why it was refused, failed or only partly sold.' })
  reasonCode!: ReasonCode | null;

  @Field(() => String, { nullable: true, description: 'The reason in a sentence.' })
  reasonMessage!: string | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was requested or refused.' })
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

@ObjectType({ description: "The proceeds of a bulk action's fills in one quote asset." })
export class BulkActionSold {
  @Field(() => String, { description: 'The quote asset, such as USDT.' })
  asset!: string;

  @Field(() => Int, { description: 'How many positions were sold, completely or partly.' })
  positions!: number;

  @Field(() => GraphQLDecimal, { description: 'The proceeds of the fills, before fees.' })
  value!: string;
}

@ObjectType({ description: "The value of a bulk action's positions in one quote asset." })
export class BulkActionTotal {
  @Field(() => String, { description: 'The quote asset, such as USDT.' })
  asset!: string;

  @Field(() => Int, { description: 'The number of positions.' })
  positions!: number;

  @Field(() => Int, { description: 'How many positions had no price.' })
  unpricedPositions!: number;

  @Field(() => GraphQLDecimal, { description: 'The value of the positions that have a price.' })
  value!: string;

  @Field(() => GraphQLDecimal, { description: 'Their profit before fees.' })
  profit!: string;
}

@ObjectType({ description: 'The result of a bulk action for one account.' })
export class BulkActionAccountResult {
  @Field(() => ExchangeAccount, { description: 'The account.' })
  account!: ExchangeAccount;

  @Field(() => Int, { description: 'Orders that left the book: canceled, filled or expired.' })
  ordersCanceled!: number;

  @Field(() => Int, { description: 'Orders whose cancellation is in progress.' })
  ordersUnderWay!: number;

  @Field(() => Int, { description: 'Orders that still rest in the book; the items say why.' })
  ordersRefused!: number;

  @Field(() => Int, { description: 'Positions that are closed.' })
  positionsClosed!: number;

  @Field(() => Int, { description: 'Positions that were partly sold and stay open; the items say why.' })
  positionsPartlySold!: number;

  @Field(() => Int, { description: 'Positions whose sell is in progress.' })
  positionsUnderWay!: number;

  @Field(() => Int, { description: 'Positions that were not sold at all; the items say why.' })
  positionsRefused!: number;

  @Field(() => Int, { description: 'Items that have not started yet.' })
  pending!: number;

  @Field(() => [BulkActionSold], { description: 'The proceeds of its fills.' })
  sold!: BulkActionSold[];
}

@ObjectType({
  description: 'An action on many positions and orders at once. Its plan is stored before it is executed.',
})
export class BulkAction {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => BulkActionKind, { description: 'What it does.' })
  kind!: BulkActionKindName;

  @Field(() => BulkActionState, { description: 'Its progress.' })
  state!: BulkActionStateName;

  @Field(() => Boolean, { description: 'Whether it closes positions.' })
  closesPositions!: boolean;

  @Field(() => GraphQLDateTime, { description: 'When it was created.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'The latest time at which it can be executed.' })
  expiresAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When all of its items had been requested.' })
  finishedAt!: Date | null;

  row!: BulkActionRow;
}

@InputType({ description: 'Which open positions to close. Without a condition, all of them.' })
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

const KILL_KEY_DESCRIPTION = `${KEY_DESCRIPTION} After entries were resumed, or when orders or positions have come that the first call did not stop, the key is spent: the call pauses entries and is refused as IDEMPOTENCY_KEY_SPENT. Use a new key then.`;

@InputType({ description: 'What the kill switch does.' })
@Rules(z.object({ idempotencyKey }))
export class KillSwitchInput {
  @Field(() => Boolean, { description: 'Also sell every open position at the market.' })
  closePositions!: boolean;

  @Field(() => String, { description: KILL_KEY_DESCRIPTION })
  idempotencyKey!: string;
}

/** Shared fields of several payloads. Each mutation has its own payload, so that one can grow without the others. */
@ObjectType()
export abstract class BulkActionPayload {
  @Field(() => BulkAction, { description: 'The bulk action.' })
  bulkAction!: BulkAction;
}

@ObjectType({ description: 'The bulk action, with the results so far.' })
export class KillSwitchPayload extends BulkActionPayload {}

@ObjectType({ description: 'The bulk action, with the results so far.' })
export class PreviewCloseAllPayload extends BulkActionPayload {}

@ObjectType({ description: 'The bulk action, with the results so far.' })
export class ConfirmCloseAllPayload extends BulkActionPayload {}

@ObjectType({ description: 'The bulk action, with the results so far.' })
export class RetryBulkActionPayload extends BulkActionPayload {}

@InputType({ description: 'The bulk action to retry.' })
@Rules(z.object({ idempotencyKey }))
export class RetryBulkActionInput {
  @Field(() => ID, { description: 'The bulk action that left something open.' })
  bulkActionId!: string;

  @Field(() => String, { description: KEY_DESCRIPTION })
  idempotencyKey!: string;
}

@InputType({ description: 'Selects the positions to close.' })
export class PreviewCloseAllInput {
  @Field(() => CloseAllFilter, { nullable: true, description: 'Which positions. Without it, all open ones.' })
  filter?: CloseAllFilter | null;
}

@InputType({ description: 'The bulk action to execute.' })
export class ConfirmCloseAllInput {
  @Field(() => ID, { description: 'The id that previewCloseAll returned.' })
  bulkActionId!: string;
}

export const BulkActionConnection = connectionType('BulkAction', BulkAction);

@InputType({ description: 'Which bulk actions.' })
export class BulkActionFilter extends DatesFilter {
  @Field(() => BulkActionKind, { nullable: true, description: 'Only those that do this.' })
  kind?: BulkActionKindName | null;
}
