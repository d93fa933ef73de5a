import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { ExchangeAccount } from '../accounts/account.types.js';
import type { TradeMode as TradeModeText } from '../core/domain.js';
import type { PlanItemStateName } from '../core/bulk-actions/plan-item-state.js';
import type { ReasonCode } from '../core/reasons.js';
import {
  OwnerPlanAction,
  OwnerPlanItemState,
  OwnerPlanOutcome,
  OwnerPlanState,
  ReasonCodes,
  TradeMode,
  type OwnerPlanActionName,
  type OwnerPlanOutcomeName,
  type OwnerPlanStateName,
} from '../graphql/enums.js';
import { Rules } from '../graphql/rules.js';
import { GraphQLDateTime, GraphQLDecimal } from '../graphql/scalars.js';
import type { PlanRow } from './owner-plan.store.js';
import type { ItemProgress } from './plan-progress.js';
import { idempotencyKey } from '../positions/position-actions.types.js';

@ObjectType({ description: 'One order to cancel or one position to close, and what came of it.' })
export class OwnerPlanItem {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => OwnerPlanAction, { description: 'What is done.' })
  action!: OwnerPlanActionName;

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

  @Field(() => OwnerPlanOutcome, { nullable: true, description: 'What came of asking; null = not asked yet.' })
  outcome!: OwnerPlanOutcomeName | null;

  @Field(() => OwnerPlanItemState, { description: 'What has become of it by now.' })
  state!: PlanItemStateName;

  @Field(() => Boolean, { description: 'Whether it has ended: nothing more comes of it by itself.' })
  isOver!: boolean;

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

export const toPlanItem = (progress: ItemProgress): OwnerPlanItem => ({
  ...planItemColumns(progress),
  ...progress.state,
  progress,
});

const planItemColumns = ({ row }: ItemProgress) => ({
  id: row.id,
  action: row.action as OwnerPlanActionName,
  symbol: row.symbol,
  qty: row.qty?.toFixed() ?? null,
  price: row.price?.toFixed() ?? null,
  valueQuote: row.value_quote?.toFixed() ?? null,
  profitQuote: row.profit_quote?.toFixed() ?? null,
  outcome: row.outcome as OwnerPlanOutcomeName | null,
  doneAt: row.done_at,
});

@ObjectType({ description: 'What the fills of a plan have brought in one quote asset.' })
export class PlanSold {
  @Field(() => String, { description: 'The quote asset, such as USDT.' })
  asset!: string;

  @Field(() => Int, { description: 'How many positions something was sold of.' })
  positions!: number;

  @Field(() => GraphQLDecimal, { description: 'What the fills brought, before fees.' })
  value!: string;
}

@ObjectType({ description: 'What the positions of a plan are worth in one quote asset.' })
export class PlanTotal {
  @Field(() => String, { description: 'The quote asset, such as USDT.' })
  asset!: string;

  @Field(() => Int, { description: 'How many positions.' })
  positions!: number;

  @Field(() => Int, { description: 'How many of them had no price.' })
  withoutPrice!: number;

  @Field(() => GraphQLDecimal, { description: 'What the others are worth.' })
  value!: string;

  @Field(() => GraphQLDecimal, { description: 'Their profit before fees.' })
  profit!: string;
}

@ObjectType({ description: 'What one account has to do with a plan.' })
export class PlanAccountResult {
  @Field(() => ExchangeAccount, { description: 'The account.' })
  account!: ExchangeAccount;

  @Field(() => Int, { description: 'Orders that are out of the book: cancelled, or ended by themselves.' })
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

  @Field(() => [PlanSold], { description: 'What its fills have brought.' })
  sold!: PlanSold[];
}

@ObjectType({ description: 'What an owner does to many things at once, written down before it is done.' })
export class OwnerPlan {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => OwnerPlanState, { description: 'How far it is.' })
  state!: OwnerPlanStateName;

  @Field(() => Boolean, { description: 'Whether it closes positions.' })
  closesPositions!: boolean;

  @Field(() => GraphQLDateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Until when it may be executed.' })
  expiresAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When everything of it had been asked for.' })
  finishedAt!: Date | null;

  row!: PlanRow;
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

@ObjectType({ description: 'The plan, with a result for each item that is done.' })
export class OwnerPlanPayload {
  @Field(() => OwnerPlan, { description: 'The plan.' })
  plan!: OwnerPlan;
}

@InputType({ description: 'What a plan has left open, once more.' })
@Rules(z.object({ idempotencyKey }))
export class RetryPlanInput {
  @Field(() => ID, { description: 'The plan that has left something open.' })
  planId!: string;

  @Field(() => String, {
    description: 'A key of your own, 1 to 80 characters: asking again with the same key goes on where it stopped.',
  })
  idempotencyKey!: string;
}
