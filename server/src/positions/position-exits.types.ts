import { Field, ID, Int, ObjectType } from 'type-graphql';
import { ExitReason, type ExitReasonName } from '../graphql/enums.js';
import { GraphQLDateTime, GraphQLDecimal } from '../graphql/scalars.js';
import { TraceEntry, TradeJob } from '../orders/job.types.js';

@ObjectType({ description: 'One target of a partial take profit.' })
export class PositionTarget {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => Int, { description: 'Its number, starting at 1.' })
  ordinal!: number;

  @Field(() => GraphQLDecimal, { description: 'The profit at which it fires, in percent.' })
  pct!: string;

  @Field(() => GraphQLDecimal, { description: 'The share of qtyTotal that it sells, in percent.' })
  sharePct!: string;

  @Field(() => GraphQLDecimal, { description: 'The price at which it fires; never below the minimum profit.' })
  price!: string;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it fired.' })
  triggeredAt!: Date | null;

  @Field(() => ID, { nullable: true, description: 'The job that sells its share.' })
  jobId!: number | null;
}

@ObjectType({ description: 'The current prices of its exits. Each is null when that exit is off.' })
export class ExitLevels {
  @Field(() => GraphQLDecimal, { nullable: true, description: 'Stop loss, or break-even once a target has fired.' })
  stopPrice!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Trailing stop; null also while it is not armed.' })
  trailingStopPrice!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The price that arms the trailing stop.' })
  trailingArmingPrice!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Take profit; never below the minimum profit.' })
  takeProfitPrice!: string | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The lowest price at which it takes profit: take profit, or the next target that has not fired.',
  })
  nextTargetPrice!: string | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When its time stop sells it.' })
  timeStopAt!: Date | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The distance down to the nearest stop, in percent of the price; null without a stop.',
  })
  distanceToStopPct!: string | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The distance up to the nearest take profit or target, in percent of the price.',
  })
  distanceToTargetPct!: string | null;
}

@ObjectType({ description: 'A decision about a position, with the numbers of that time.' })
export class PositionDecision {
  @Field(() => String, { description: 'OPENED, SOLD, or the name of the mutation that its owner used.' })
  kind!: string;

  @Field(() => GraphQLDateTime, { description: 'When the decision was made.' })
  at!: Date;

  @Field(() => ExitReason, { nullable: true, description: 'The exit that fired.' })
  exitReason!: ExitReasonName | null;

  @Field(() => TradeJob, { nullable: true, description: 'The resulting job.' })
  job!: TradeJob | null;

  @Field(() => [TraceEntry], { description: 'The steps of the decision, with the source of each number.' })
  trace!: TraceEntry[];
}
