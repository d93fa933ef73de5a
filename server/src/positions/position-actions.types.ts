import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { idempotencyKey, KEY_DESCRIPTION } from '../graphql/idempotency-key.js';
import { refusable } from '../graphql/refused.types.js';
import { Rules } from '../graphql/rules.js';
import { GraphQLDecimal } from '../graphql/scalars.js';
import { ExitTargetInput } from './exit-target.types.js';
import { Position } from './position.types.js';
import { TradeJob } from '../orders/job.types.js';

@InputType({ description: 'Sell a position at the market now: all of it, a quantity or a percentage.' })
@Rules(
  z
    .object({ idempotencyKey })
    .loose()
    .refine(({ amount, percent }) => amount == null || percent == null, {
      path: ['percent'],
      message: 'Give either amount or percent, or neither for all of it.',
    }),
)
export class ClosePositionInput {
  @Field(() => ID, { description: 'The position.' })
  positionId!: string;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The quantity, in the base asset.' })
  amount?: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The percentage of the remaining quantity, up to 100.' })
  percent?: string | null;

  @Field(() => String, { description: KEY_DESCRIPTION })
  idempotencyKey!: string;
}

@InputType({ description: 'Sell a position at a price or better.' })
@Rules(z.object({ idempotencyKey }))
export class PlaceLimitSellInput {
  @Field(() => ID, { description: 'The position.' })
  positionId!: string;

  @Field(() => GraphQLDecimal, { description: 'The lowest price; it is rounded up to the tick of the market.' })
  price!: string;

  @Field(() => GraphQLDecimal, {
    description: 'The quantity, in the base asset; it is rounded down to the step of the market.',
  })
  quantity!: string;

  @Field(() => Int, { description: 'How long it rests in the book, 1 to 720 hours.' })
  hours!: number;

  @Field(() => String, { description: KEY_DESCRIPTION })
  idempotencyKey!: string;
}

@InputType({
  description: 'Changes of the exits of a position. Omitted fields keep their value; null clears a number.',
})
export class UpdatePositionExitsInput {
  @Field(() => ID, { description: 'The position.' })
  positionId!: string;

  @Field(() => Boolean, { nullable: true, description: 'Stop loss on or off.' })
  slEnabled?: boolean | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description:
      'Stop loss, in percent below the opening price. Below 0 it lies above it and keeps a part of the profit.',
  })
  slPct?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Take profit on or off.' })
  tpEnabled?: boolean | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Take profit, in percent above the opening price.' })
  tpPct?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'Trailing stop on or off.' })
  trailingEnabled?: boolean | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Trailing stop, in percent below the highest price.' })
  trailingDistancePct?: string | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The profit that arms the trailing stop, in percent; null = it is armed from the start.',
  })
  trailingArmingPct?: string | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The minimum profit for sell signals and take profit, in percent.',
  })
  minProfitPct?: string | null;

  @Field(() => Int, { nullable: true, description: 'Sell it when it is this many hours old; null = never.' })
  timeStopHours?: number | null;

  @Field(() => Boolean, { nullable: true, description: 'Move the stop to the opening price after the first target.' })
  breakEvenAfterFirst?: boolean | null;

  @Field(() => [ExitTargetInput], {
    nullable: true,
    description: 'The steps of the partial take profit that have not fired yet, at most 6. An empty list removes them.',
  })
  targets?: ExitTargetInput[] | null;
}

@InputType({ description: 'Locks a position against sells by signals, or unlocks it.' })
export class SetSellLockInput {
  @Field(() => ID, { description: 'The position.' })
  positionId!: string;

  @Field(() => Boolean, { description: 'Whether it is locked against sells by signals.' })
  isLocked!: boolean;
}

@ObjectType({
  description: 'The order was accepted and goes to the exchange. `jobChanged` reports what becomes of it.',
})
export class Placed {
  @Field(() => Position, { nullable: true, description: 'The position it sells or adds to; null when it opens one.' })
  position!: Position | null;

  @Field(() => TradeJob, {
    nullable: true,
    description: 'The order; null when the rest of a position was too small to sell and was closed as dust.',
  })
  job!: TradeJob | null;
}

@ObjectType({ description: 'The position after the change.' })
export class PositionChanged {
  @Field(() => Position, { description: 'The position.' })
  position!: Position;
}

@ObjectType({ description: 'The rest of the order was canceled. Fills are kept.' })
export class Canceled {
  @Field(() => TradeJob, { description: 'The order.' })
  job!: TradeJob;
}

export const ClosePositionResult = refusable('ClosePositionResult', 'The sell, or why there is none.', Placed);
export const PlaceLimitSellResult = refusable('PlaceLimitSellResult', 'The sell, or why there is none.', Placed);
export const UpdatePositionExitsResult = refusable(
  'UpdatePositionExitsResult',
  'The position, or why it was not changed.',
  PositionChanged,
);
export const SetSellLockResult = refusable(
  'SetSellLockResult',
  'The position, or why it was not changed.',
  PositionChanged,
);
export const CancelOrderResult = refusable('CancelOrderResult', 'The order, or why it was not canceled.', Canceled);

@InputType({ description: 'An order to cancel.' })
export class CancelOrderInput {
  @Field(() => ID, { description: 'The job of the order.' })
  jobId!: string;
}
