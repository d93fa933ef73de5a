import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { ExchangeAccount } from '../../accounts/account.types.js';
import type { OrderSide as OrderSideText, OrderType as OrderTypeText } from '../../core/domain.js';
import type { GateCode, GateState as GateStateText } from '../../core/plan/trading-gates.js';
import type { ReasonCode } from '../../core/reasons.js';
import { GateState, OrderSide, OrderType, ReasonCodes, TradingGateCode } from '../../graphql/enums.js';
import { Rules } from '../../graphql/rules.js';
import { GraphQLDateTime, GraphQLDecimal } from '../../graphql/scalars.js';
import { WebhookSource } from '../../webhooks/events/webhook.types.js';

const SYMBOL_MAX = 40;

@InputType({ description: 'For which signals. Give a source, or an account with a symbol, or all three.' })
@Rules(z.object({ symbol: z.string().max(SYMBOL_MAX, `symbol must have at most ${SYMBOL_MAX} characters.`).nullish() }))
export class TradingGatesInput {
  @Field(() => ID, { nullable: true, description: 'The source; without it, its gates are left out.' })
  sourceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The account; without it, only the gates of the source are listed.' })
  accountId?: string | null;

  @Field(() => String, { nullable: true, description: 'The symbol in any spelling. Needed with an account.' })
  symbol?: string | null;

  @Field(() => OrderSide, { description: 'Buy or sell.' })
  side!: OrderSideText;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The price that the signal names; null = the present one.',
  })
  price?: string | null;
}

@ObjectType({ description: 'Something that a signal passes on its way to an order, as it is now.' })
export class TradingGate {
  @Field(() => TradingGateCode, { description: 'Which gate.' })
  code!: GateCode;

  @Field(() => GateState, { description: 'Whether a signal passes it now.' })
  state!: GateStateText;

  @Field(() => String, { nullable: true, description: 'The present value, as decimal text or a word; null = none.' })
  value!: string | null;

  @Field(() => String, { nullable: true, description: 'The limit it is compared with; null = no limit is set.' })
  limit!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The unit of value and limit: an asset, %, bps, ms, s, or what is counted.',
  })
  unit!: string | null;

  @Field(() => ReasonCodes, {
    nullable: true,
    description: 'The reason that a receipt or job would show; null = none.',
  })
  reasonCode!: ReasonCode | null;

  @Field(() => String, { nullable: true, description: 'The reason in a sentence.' })
  reasonMessage!: string | null;

  @Field(() => Int, { description: 'How many signals it refused or skipped in the last 24 hours.' })
  refused!: number;
}

@ObjectType({ description: 'The order that a signal would lead to now.' })
export class GatesOrder {
  @Field(() => OrderType, { description: 'MARKET or LIMIT.' })
  orderType!: OrderTypeText;

  @Field(() => GraphQLDecimal, { description: 'Its cost or proceeds, in the quote asset.' })
  quoteAmount!: string;

  @Field(() => GraphQLDecimal, { description: 'Its quantity, in the base asset.' })
  baseQuantity!: string;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Its limit price.' })
  limitPrice!: string | null;
}

@ObjectType({ description: 'Why a source or an account trades or does not trade, gate by gate.' })
export class TradingGates {
  @Field(() => Boolean, {
    description: 'Whether no gate blocks. A signal that comes now would trade, if its message raises no warning.',
  })
  isOpen!: boolean;

  @Field(() => TradingGate, { nullable: true, description: 'The first gate that blocks; null = none does.' })
  blockedBy!: TradingGate | null;

  @Field(() => [TradingGate], { description: 'All gates, in the order in which they are checked.' })
  gates!: TradingGate[];

  @Field(() => WebhookSource, { nullable: true, description: 'The source that was asked for.' })
  source!: WebhookSource | null;

  @Field(() => ExchangeAccount, { nullable: true, description: 'The account that was asked for.' })
  account!: ExchangeAccount | null;

  @Field(() => String, { nullable: true, description: 'The symbol as the exchange of the account names it.' })
  symbol!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The present price for an order of this side.' })
  price!: string | null;

  @Field(() => GatesOrder, { nullable: true, description: 'The order that would be sent; null when a gate blocks.' })
  order!: GatesOrder | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When the source got its last message; null = never.' })
  lastSignalAt!: Date | null;
}
