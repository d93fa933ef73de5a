import { Field, ObjectType } from 'type-graphql';
import { ExchangeAccount } from '../../accounts/account.types.js';
import type {
  OrderSide as OrderSideText,
  OrderType as OrderTypeText,
  SignalAction as SignalActionText,
} from '../../core/domain.js';
import type { ReasonCode } from '../../core/reasons.js';
import { OrderSide, OrderType, ReasonCodes, SignalAction } from '../../graphql/enums.js';
import { GraphQLDecimal } from '../../graphql/scalars.js';
import { TraceEntry } from '../../orders/job.types.js';
import { UnreadPart } from '../phrases/phrase.types.js';

@ObjectType({ description: 'What one account would do with a signal.' })
export class DryRunAccount {
  @Field(() => ExchangeAccount, { description: 'The account.' })
  account!: ExchangeAccount;

  @Field(() => Boolean, { description: 'Whether an order would be sent.' })
  wouldTrade!: boolean;

  @Field(() => OrderSide, { nullable: true, description: 'Direction of the order.' })
  side!: OrderSideText | null;

  @Field(() => OrderType, { nullable: true, description: 'The type of its order; null without an order.' })
  orderType!: OrderTypeText | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The planned cost or proceeds, in the quote asset.' })
  quoteAmount!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Its quantity, in the base asset.' })
  baseQuantity!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Its limit price.' })
  limitPrice!: string | null;

  @Field(() => ReasonCodes, { nullable: true, description: 'Why nothing would be traded.' })
  reasonCode!: ReasonCode | null;

  @Field(() => String, { nullable: true, description: 'The reason in a sentence.' })
  reasonMessage!: string | null;

  @Field(() => [TraceEntry], { description: 'Where each number came from.' })
  trace!: TraceEntry[];
}

@ObjectType({ description: 'How a message is read.' })
export class SignalReading {
  @Field(() => SignalAction, { description: 'The action it asks for.' })
  action!: SignalActionText;

  @Field(() => String, { nullable: true, description: 'The symbol as the message spells it.' })
  symbolRaw!: string | null;

  @Field(() => String, { nullable: true, description: 'The symbol as the market names it, such as SOL/USDT.' })
  symbol!: string | null;

  @Field(() => String, { nullable: true, description: 'The timeframe in the message.' })
  timeframe!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The price in the message.' })
  price!: string | null;

  @Field(() => [UnreadPart], {
    description: 'The words or fields that could not be read, as they can be taught to the source.',
  })
  unread!: UnreadPart[];

  @Field(() => [String], { description: 'The clues that led to the reading.' })
  matchedTokens!: string[];
}

@ObjectType({ description: 'What would happen with a message.' })
export class SignalDryRun {
  @Field(() => SignalReading, { description: 'How it is read.' })
  reading!: SignalReading;

  @Field(() => String, { description: 'The id the signal would get.' })
  eventUid!: string;

  @Field(() => Boolean, { description: 'Whether it would be a repeat, which trades nothing.' })
  wouldBeDuplicate!: boolean;

  @Field(() => ReasonCodes, {
    nullable: true,
    description: 'Why all accounts would refuse it (unreadable or stale); null when it would be accepted.',
  })
  reasonCode!: ReasonCode | null;

  @Field(() => String, { nullable: true, description: 'The refusal in a sentence.' })
  reasonMessage!: string | null;

  @Field(() => [DryRunAccount], { description: 'One result for each bound account.' })
  accounts!: DryRunAccount[];
}
