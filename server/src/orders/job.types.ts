import { Field, ID, InputType, ObjectType } from 'type-graphql';
import type * as domain from '../core/domain.js';
import type { ReasonCode } from '../core/reasons.js';
import {
  ExchangeName,
  ExecutionStatus,
  ExitReason,
  JobOrigin,
  JobStatus,
  OrderSide,
  OrderType,
  ReasonCodes,
  TradeMode,
  type ExitReasonName,
  type JobOriginName,
} from '../graphql/enums.js';
import { TradingListFilter } from '../graphql/list-filter.js';
import { connectionType } from '../graphql/pages.js';
import { GraphQLDateTime, GraphQLDecimal } from '../graphql/scalars.js';
import { fromJson } from '../infra/database/database.js';
import type { ExecutionRow, JobRow } from './job.store.js';

@ObjectType({ description: 'One step of a decision: what was checked, its value and its source.' })
export class TraceEntry {
  @Field(() => String, { description: 'What was checked.' })
  name!: string;

  @Field(() => String, { description: 'The value.' })
  value!: string;

  @Field(() => String, { description: 'Source of the value.' })
  source!: string;
}

@ObjectType({ description: 'The intention to trade.' })
export class TradeJob {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => TradeMode, { description: 'REAL or SIMULATION.' })
  tradeMode!: domain.TradeMode;

  @Field(() => String, { description: 'The symbol, such as SOL/USDT.' })
  symbol!: string;

  @Field(() => OrderSide, { description: 'BUY or SELL.' })
  side!: domain.OrderSide;

  @Field(() => OrderType, { description: 'Type of its order: MARKET or LIMIT.' })
  orderType!: domain.OrderType;

  @Field(() => JobOrigin, { description: 'Who or what created it.' })
  origin!: JobOriginName;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The planned cost or proceeds, in the quote asset.' })
  quoteAmount!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Quantity of its order, in the base asset.' })
  baseQuantity!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Limit price of its order.' })
  limitPrice!: string | null;

  @Field(() => JobStatus, { description: 'Its status.' })
  status!: domain.JobStatus;

  @Field(() => ReasonCodes, { nullable: true, description: 'Why the job was skipped, failed or stopped.' })
  reasonCode!: ReasonCode | null;

  @Field(() => String, { nullable: true, description: 'The reason in a sentence.' })
  reasonMessage!: string | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When its resting order expires.' })
  limitOrderExpiresAt!: Date | null;

  @Field(() => [TraceEntry], { description: 'The steps of the decision, with the source of each number.' })
  trace!: TraceEntry[];

  @Field(() => ExitReason, { nullable: true, description: 'The exit of a position that created it.' })
  exitReason!: ExitReasonName | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The price that fired the exit.' })
  exitPrice!: string | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When the feed received the price that fired the exit.',
  })
  tickAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When the sell was decided; null for signals.' })
  decidedAt!: Date | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The earlier job of the same account and symbol that it waits for, or waited for last.',
  })
  waitsForJobId!: number | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it began to wait for an earlier signal.' })
  waitingSince!: Date | null;

  @Field(() => ID, {
    nullable: true,
    description:
      'The buy whose coins it sells. The outcome of that buy was not known when the close after it was decided.',
  })
  closesJobId!: number | null;

  @Field(() => GraphQLDateTime, { description: 'When it was created.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When the job last changed.' })
  updatedAt!: Date;

  row!: JobRow;
}

export const toJob = (row: JobRow): TradeJob => ({
  id: row.id,
  tradeMode: row.trade_mode as domain.TradeMode,
  symbol: row.symbol,
  side: row.side as domain.OrderSide,
  orderType: row.order_type as domain.OrderType,
  origin: row.origin as JobOriginName,
  quoteAmount: row.quote_amount?.toFixed() ?? null,
  baseQuantity: row.base_quantity?.toFixed() ?? null,
  limitPrice: row.limit_price?.toFixed() ?? null,
  status: row.status as domain.JobStatus,
  reasonCode: row.reason_code as ReasonCode | null,
  reasonMessage: row.reason_message,
  limitOrderExpiresAt: row.limit_order_expires_at,
  trace: fromJson<TraceEntry[]>(row.trace_json) ?? [],
  exitReason: row.exit_reason as ExitReasonName | null,
  exitPrice: row.exit_price?.toFixed() ?? null,
  tickAt: row.tick_at,
  decidedAt: row.decided_at,
  waitsForJobId: row.waits_for_job_id,
  waitingSince: row.waiting_since,
  closesJobId: row.closes_job_id,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  row,
});
export const TradeJobConnection = connectionType('TradeJob', TradeJob);

@ObjectType({ description: 'One order at an exchange.' })
export class TradeExecution {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => ID, { description: 'The job it belongs to.' })
  jobId!: number;

  @Field(() => TradeMode, { description: 'REAL or SIMULATION.' })
  tradeMode!: domain.TradeMode;

  @Field(() => ExchangeName, { description: 'Where it was sent.' })
  exchange!: domain.ExchangeName;

  @Field(() => String, { nullable: true, description: 'The id that the exchange gave it.' })
  exchangeOrderId!: string | null;

  @Field(() => String, { description: 'The id that this program gave it.' })
  clientOrderId!: string;

  @Field(() => OrderSide, { description: 'BUY or SELL.' })
  side!: domain.OrderSide;

  @Field(() => OrderType, { description: 'MARKET or LIMIT.' })
  orderType!: domain.OrderType;

  @Field(() => String, { description: 'The symbol.' })
  symbol!: string;

  @Field(() => ExecutionStatus, { description: 'Its known state at the exchange.' })
  status!: domain.ExecutionStatus;

  @Field(() => GraphQLDecimal, { description: 'The requested quantity, in the base asset.' })
  requestedQty!: string;

  @Field(() => GraphQLDecimal, { description: 'The filled quantity, in the base asset.' })
  executedQty!: string;

  @Field(() => GraphQLDecimal, { description: 'The cost or the proceeds of the fills, in the quote asset.' })
  cummQuoteQty!: string;

  @Field(() => GraphQLDecimal, { description: 'Average price of its fills; 0 before the first.' })
  avgPrice!: string;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was sent.' })
  sentAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When the exchange answered.' })
  acknowledgedAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was last filled.' })
  filledAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When its fills were booked.' })
  bookedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'What went wrong.' })
  errorMessage!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it was stored, before it was sent.' })
  createdAt!: Date;

  accountId!: number;
}

export const toExecution = (row: ExecutionRow): TradeExecution => ({
  id: row.id,
  jobId: row.trade_job_id,
  tradeMode: row.trade_mode as domain.TradeMode,
  exchange: row.exchange as domain.ExchangeName,
  exchangeOrderId: row.exchange_order_id,
  clientOrderId: row.client_order_id,
  side: row.side as domain.OrderSide,
  orderType: row.order_type as domain.OrderType,
  symbol: row.symbol,
  status: row.status_exchange as domain.ExecutionStatus,
  requestedQty: row.requested_qty.toFixed(),
  executedQty: row.executed_qty.toFixed(),
  cummQuoteQty: row.cumm_quote_qty.toFixed(),
  avgPrice: row.avg_price.toFixed(),
  sentAt: row.sent_at,
  acknowledgedAt: row.acknowledged_at,
  filledAt: row.filled_at,
  bookedAt: row.booked_at,
  errorMessage: row.error_message,
  createdAt: row.created_at,
  accountId: row.exchange_account_id,
});
export const TradeExecutionConnection = connectionType('TradeExecution', TradeExecution);

@ObjectType({ description: 'The share of one position that a sell reserves or has sold.' })
export class ReservedQuantity {
  @Field(() => ID, { description: 'The position.' })
  positionId!: number;

  @Field(() => GraphQLDecimal, { description: 'The quantity it may sell, in the base asset.' })
  qty!: string;

  @Field(() => GraphQLDecimal, { description: 'The quantity of that it has sold.' })
  qtySold!: string;

  @Field(() => Boolean, { description: 'Whether the rest is still reserved for it.' })
  isLive!: boolean;
}

@InputType({ description: 'Filters resting orders.' })
export class LimitOrderFilter extends TradingListFilter {
  @Field(() => OrderSide, { nullable: true, description: 'Only buys or only sells.' })
  side?: domain.OrderSide | null;
}

@InputType({ description: 'Filters jobs.' })
export class TradeJobFilter extends TradingListFilter {
  @Field(() => [JobStatus], { nullable: true, description: 'Only those in one of these states.' })
  status?: domain.JobStatus[] | null;

  @Field(() => OrderSide, { nullable: true, description: 'Only buys or only sells.' })
  side?: domain.OrderSide | null;

  @Field(() => OrderType, { nullable: true, description: 'Only market or only limit orders.' })
  orderType?: domain.OrderType | null;

  @Field(() => JobOrigin, { nullable: true, description: 'Only those that this created.' })
  origin?: JobOriginName | null;
}

@InputType({ description: 'Filters executions.' })
export class TradeExecutionFilter extends TradingListFilter {
  @Field(() => ID, { nullable: true, description: 'Only those of this job.' })
  jobId?: string | null;

  @Field(() => [ExecutionStatus], { nullable: true, description: 'Only those in one of these states.' })
  status?: domain.ExecutionStatus[] | null;

  @Field(() => OrderSide, { nullable: true, description: 'Only buys or only sells.' })
  side?: domain.OrderSide | null;
}
