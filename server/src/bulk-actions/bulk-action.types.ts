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

@ObjectType({ description: 'One order to cancel or one position to close, and what came of it.' })
export class BulkActionItem {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => BulkActionItemKind, { description: 'What is done.' })
  action!: BulkActionItemKindName;

  @Field(() => String, { description: 'The symbol.' })
  symbol!: string;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'What was left of it when it was planned.' })
  qty!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The price then; null without a fresh one.' })
  price!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'What it was worth then, in the quote asset.' })
  valueQuote!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The profit it had then, before fees.' })
  profitQuote!: string | null;

  @Field(() => BulkActionItemOutcome, { nullable: true, description: 'What came of asking; null = not asked yet.' })
  outcome!: BulkActionItemOutcomeName | null;

  @Field(() => BulkActionItemState, { description: 'What has become of it by now.' })
  state!: BulkActionItemStateName;

  @Field(() => Boolean, { description: 'Whether it has ended: nothing more comes of it by itself.' })
  isTerminal!: boolean;

  @Field(() => Boolean, { description: 'Whether the position is still open, or the order still in the book.' })
  isStillOpen!: boolean;

  @Field(() => GraphQLDecimal, { description: 'What its fills have sold, in the base asset.' })
  soldQty!: string;

  @Field(() => GraphQLDecimal, { description: 'What its fills have brought, in the quote asset, before fees.' })
  soldQuote!: string;

  @Field(() => ReasonCodes, { nullable: true, description: 'Why it was refused, failed, or was sold in part only.' })
  reasonCode!: ReasonCode | null;

  @Field(() => String, { nullable: true, description: 'The reason in a sentence.' })
  reasonMessage!: string | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was done.' })
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

@ObjectType({ description: 'What the fills of a plan have brought in one quote asset.' })
export class BulkActionSold {
  @Field(() => String, { description: 'The quote asset, such as USDT.' })
  asset!: string;

  @Field(() => Int, { description: 'How many positions something was sold of.' })
  positions!: number;

  @Field(() => GraphQLDecimal, { description: 'What the fills brought, before fees.' })
  value!: string;
}

@ObjectType({ description: 'What the positions of a plan are worth in one quote asset.' })
export class BulkActionTotal {
  @Field(() => String, { description: 'The quote asset, such as USDT.' })
  asset!: string;

  @Field(() => Int, { description: 'How many positions.' })
  positions!: number;

  @Field(() => Int, { description: 'How many of them had no price.' })
  unpricedPositions!: number;

  @Field(() => GraphQLDecimal, { description: 'What the others are worth.' })
  value!: string;

  @Field(() => GraphQLDecimal, { description: 'Their profit before fees.' })
  profit!: string;
}

@ObjectType({ description: 'What one account has to do with a plan.' })
export class BulkActionAccountResult {
  @Field(() => ExchangeAccount, { description: 'The account.' })
  account!: ExchangeAccount;

  @Field(() => Int, { description: 'Orders that are out of the book: canceled, or ended by themselves.' })
  ordersCanceled!: number;

  @Field(() => Int, { description: 'Orders whose cancel is on its way.' })
  ordersUnderWay!: number;

  @Field(() => Int, { description: 'Orders that still stand; the items say why.' })
  ordersRefused!: number;

  @Field(() => Int, { description: 'Positions that are closed.' })
  positionsClosed!: number;

  @Field(() => Int, { description: 'Positions that were sold in part and stay open; the items say why.' })
  positionsPartlySold!: number;

  @Field(() => Int, { description: 'Positions whose sell is on its way.' })
  positionsUnderWay!: number;

  @Field(() => Int, { description: 'Positions of which nothing was sold; the items say why.' })
  positionsRefused!: number;

  @Field(() => Int, { description: 'Items whose turn has not come yet.' })
  pending!: number;

  @Field(() => [BulkActionSold], { description: 'What its fills have brought.' })
  sold!: BulkActionSold[];
}

@ObjectType({ description: 'What an owner does to many things at once, written down before it is done.' })
export class BulkAction {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => BulkActionState, { description: 'How far it is.' })
  state!: BulkActionStateName;

  @Field(() => Boolean, { description: 'Whether it closes positions.' })
  closesPositions!: boolean;

  @Field(() => GraphQLDateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Until when it may be executed.' })
  expiresAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When everything of it had been asked for.' })
  finishedAt!: Date | null;

  row!: BulkActionRow;
}

@InputType({ description: 'Which open positions to close; all of them without any condition.' })
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

@InputType({ description: 'Stop.' })
@Rules(z.object({ idempotencyKey }))
export class KillSwitchInput {
  @Field(() => Boolean, { description: 'Also sell every open position at the market.' })
  closePositions!: boolean;

  @Field(() => String, {
    description: 'A key of your own, 1 to 80 characters: asking again with the same key goes on where it stopped.',
  })
  idempotencyKey!: string;
}

/** What several mutations answer; each has a payload of its own, so that one may grow without the others. */
@ObjectType()
export abstract class BulkActionPayload {
  @Field(() => BulkAction, { description: 'The bulk action.' })
  bulkAction!: BulkAction;
}

@ObjectType({ description: 'The plan, with a result for each item that is done.' })
export class KillSwitchPayload extends BulkActionPayload {}

@ObjectType({ description: 'The plan, with a result for each item that is done.' })
export class PreviewCloseAllPayload extends BulkActionPayload {}

@ObjectType({ description: 'The plan, with a result for each item that is done.' })
export class ConfirmCloseAllPayload extends BulkActionPayload {}

@ObjectType({ description: 'The plan, with a result for each item that is done.' })
export class RetryBulkActionPayload extends BulkActionPayload {}

@InputType({ description: 'What a plan has left open, once more.' })
@Rules(z.object({ idempotencyKey }))
export class RetryBulkActionInput {
  @Field(() => ID, { description: 'The plan that has left something open.' })
  bulkActionId!: string;

  @Field(() => String, {
    description: 'A key of your own, 1 to 80 characters: asking again with the same key goes on where it stopped.',
  })
  idempotencyKey!: string;
}

@InputType({ description: 'Which positions to close.' })
export class PreviewCloseAllInput {
  @Field(() => CloseAllFilter, { nullable: true, description: 'Only these; all open positions without it.' })
  filter?: CloseAllFilter | null;
}

@InputType({ description: 'The bulk action of the first step.' })
export class ConfirmCloseAllInput {
  @Field(() => ID, { description: 'What previewCloseAll answered.' })
  bulkActionId!: string;
}
