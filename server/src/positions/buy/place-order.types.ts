import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import type * as domain from '../../core/domain.js';
import { OrderType, TradeMode } from '../../graphql/enums.js';
import { idempotencyKey, KEY_DESCRIPTION } from '../../graphql/idempotency-key.js';
import { refusable } from '../../graphql/refused.types.js';
import { Rules } from '../../graphql/rules.js';
import { GraphQLDecimal } from '../../graphql/scalars.js';
import { TraceEntry } from '../../orders/job.types.js';
import { ExitTargetInput } from '../exit-target.types.js';
import { Placed } from '../position-actions.types.js';

@InputType({ description: 'The exits of the position that a buy opens. What is set is on.' })
export class OrderExitsInput {
  @Field(() => GraphQLDecimal, { nullable: true, description: 'Stop loss, in percent below the opening price.' })
  slPct?: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Take profit, in percent above the opening price.' })
  tpPct?: string | null;

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

  @Field(() => Int, { nullable: true, description: 'Sell it when it is this many hours old.' })
  timeStopHours?: number | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Move the stop to the opening price after a target.' })
  breakEvenAfterFirst!: boolean;

  @Field(() => [ExitTargetInput], { defaultValue: [], description: 'The steps of a partial take profit, at most 6.' })
  targets!: ExitTargetInput[];
}

@InputType({ description: 'A buy by hand.' })
export class OrderInput {
  @Field(() => ID, { description: 'The account that buys. Whether money is real depends on it alone.' })
  accountId!: string;

  @Field(() => String, { description: 'The symbol; BTCUSDT, BTC-USDT and BTC/USDT are the same.' })
  symbol!: string;

  @Field(() => OrderType, { defaultValue: 'MARKET', description: 'MARKET buys now, LIMIT at `limitPrice` or better.' })
  orderType!: domain.OrderType;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'What to spend, in the quote asset.' })
  quoteAmount?: string | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description:
      'How much to buy, in the base asset; rounded down to the step of the market. Give this or `quoteAmount`.',
  })
  quantity?: string | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'LIMIT: the highest price; it is rounded down to the tick of the market.',
  })
  limitPrice?: string | null;

  @Field(() => Int, { nullable: true, description: 'LIMIT: how long it rests in the book, 1 to 720 hours.' })
  hours?: number | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The vault whose capital it uses; omitted = the free balance of the account.',
  })
  vaultId?: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'MARKET: how much worse than the expected price the price may be, in hundredths of a percent. Omitted: as the trade parameter says, else 100.',
  })
  slippageBps?: number | null;

  @Field(() => OrderExitsInput, {
    nullable: true,
    description: 'The exits of the new position; omitted = those of the trade parameter, if there is one.',
  })
  exits?: OrderExitsInput | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The open position to add to, of the same account and symbol. It keeps its exits and its vault.',
  })
  positionId?: string | null;
}

@InputType({ description: 'What a preview said.' })
export class ExpectedOrderInput {
  @Field(() => GraphQLDecimal, { description: '`price` of the preview.' })
  price!: string;

  @Field(() => GraphQLDecimal, { description: '`quantity` of the preview.' })
  quantity!: string;
}

@InputType({ description: 'A buy by hand, with its key.' })
@Rules(z.object({ idempotencyKey }))
export class PlaceOrderInput extends OrderInput {
  @Field(() => ExpectedOrderInput, {
    nullable: true,
    description: 'What the preview said: the order is exactly that, or it is refused with what changed.',
  })
  expected?: ExpectedOrderInput | null;

  @Field(() => String, { description: KEY_DESCRIPTION })
  idempotencyKey!: string;
}

@ObjectType({ description: 'What placeOrder with the same input would do now.' })
export class OrderPreview {
  @Field(() => TradeMode, { description: 'REAL or SIMULATION.' })
  tradeMode!: domain.TradeMode;

  @Field(() => String, { description: 'The symbol at the exchange of the account.' })
  symbol!: string;

  @Field(() => OrderType, { description: 'MARKET or LIMIT.' })
  orderType!: domain.OrderType;

  @Field(() => GraphQLDecimal, { description: 'The quantity, in the base asset. Pass it on in `expected`.' })
  quantity!: string;

  @Field(() => GraphQLDecimal, { description: 'The price that it is sized by. Pass it on in `expected`.' })
  price!: string;

  @Field(() => GraphQLDecimal, { description: 'The quantity at this price, before fees, in the quote asset.' })
  cost!: string;

  @Field(() => GraphQLDecimal, { description: 'The most it may cost with the allowed slippage, before fees.' })
  costMax!: string;

  @Field(() => Int, { description: 'The allowed slippage, in hundredths of a percent; 0 for a limit order.' })
  slippageBps!: number;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The limit price, at the tick of the market.' })
  limitPrice!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'What the vault holds back until the order is done.' })
  reserve!: string | null;

  @Field(() => GraphQLDecimal, { description: 'The free quote balance of the vault, or of the account.' })
  available!: string;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Where the stop of the position would be.' })
  stopPrice!: string | null;

  @Field(() => [TraceEntry], { description: 'The steps of the decision, with the source of each number.' })
  trace!: TraceEntry[];
}

export const PreviewOrderResult = refusable(
  'PreviewOrderResult',
  'The order, or why there would be none.',
  OrderPreview,
);
export const PlaceOrderResult = refusable('PlaceOrderResult', 'The order, or why there is none.', Placed);
