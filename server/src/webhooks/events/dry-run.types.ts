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

  @Field(() => Boolean, { description: 'Whether an order would go out.' })
  wouldTrade!: boolean;

  @Field(() => OrderSide, { nullable: true, description: 'Direction of the order.' })
  side!: OrderSideText | null;

  @Field(() => OrderType, { nullable: true, description: 'How it would be priced; null without an order.' })
  orderType!: OrderTypeText | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'What it would spend or be worth, in the quote asset.' })
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

@ObjectType({ description: 'What a message says.' })
export class SignalReading {
  @Field(() => SignalAction, { description: 'What it asks for.' })
  action!: SignalActionText;

  @Field(() => String, { nullable: true, description: 'The symbol as it is written.' })
  symbolRaw!: string | null;

  @Field(() => String, { nullable: true, description: 'The symbol as it is traded.' })
  symbol!: string | null;

  @Field(() => String, { nullable: true, description: 'The timeframe it speaks of.' })
  timeframe!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The price it names.' })
  price!: string | null;

  @Field(() => [UnreadPart], {
    description: 'The words or fields that stopped it, as they can be taught to the source.',
  })
  unread!: UnreadPart[];

  @Field(() => [String], { description: 'How the reading came about, one line per clue.' })
  matchedTokens!: string[];
}

@ObjectType({ description: 'What would become of a message.' })
export class SignalDryRun {
  @Field(() => SignalReading, { description: 'What it says.' })
  reading!: SignalReading;

  @Field(() => String, { description: 'What the signal would be known by.' })
  eventUid!: string;

  @Field(() => Boolean, { description: 'Whether it would be a repeat, which trades nothing.' })
  wouldBeDuplicate!: boolean;

  @Field(() => ReasonCodes, {
    nullable: true,
    description: 'A refusal every account shares (an unreadable or stale signal); null when it would be accepted.',
  })
  reasonCode!: ReasonCode | null;

  @Field(() => String, { nullable: true, description: 'The refusal in a sentence.' })
  reasonMessage!: string | null;

  @Field(() => [DryRunAccount], { description: 'Each bound account.' })
  accounts!: DryRunAccount[];
}
