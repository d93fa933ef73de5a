import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { OrderSide as OrderSideText, TradeMode as TradeModeText } from '../core/domain.js';
import { ExchangeAccount } from '../accounts/account.types.js';
import { OrderSide, TradeMode, enumOf } from '../graphql/enums.js';
import { SEVERAL } from '../graphql/list-filter.js';
import { GraphQLDateTime, GraphQLDecimal } from '../graphql/scalars.js';
import { Vault } from '../vaults/vault.types.js';
import type { ZonedScope } from './report-scope.js';

@InputType({ description: 'What a report is about. Without filters: everything of the mode.' })
export class ReportInput {
  @Field(() => TradeMode, { description: 'The mode.' })
  tradeMode!: TradeModeText;

  @Field(() => ID, { nullable: true, description: 'One account.' })
  accountId?: string | null;

  @Field(() => ID, { nullable: true, description: 'What signals of one source led to.' })
  sourceId?: string | null;

  @Field(() => String, { nullable: true, description: 'One symbol, in any spelling.' })
  symbol?: string | null;

  @Field(() => [ID], { nullable: true, description: SEVERAL('accounts', 'accountId') })
  accountIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: SEVERAL('sources', 'sourceId') })
  sourceIds?: string[] | null;

  @Field(() => [String], { nullable: true, description: SEVERAL('symbols', 'symbol') })
  symbols?: string[] | null;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'The start of the period; omitted = from the beginning.',
  })
  from?: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'The end of the period, exclusive; omitted = now.' })
  to?: Date | null;

  @Field(() => String, { defaultValue: 'UTC', description: 'The IANA time zone whose days count.' })
  timeZone!: string;
}

/** Figures of closed positions, in one quote asset. */
@ObjectType()
export abstract class ClosedFigures {
  @Field(() => String, {
    description: 'The quote asset of all amounts here. Amounts of different assets are not added.',
  })
  quote!: string;

  @Field(() => Int, { description: 'Positions that were closed in the period.' })
  trades!: number;

  @Field(() => Int, { description: 'Those with a profit.' })
  wins!: number;

  @Field(() => Int, { description: 'Those with a loss.' })
  losses!: number;

  @Field(() => Int, { description: 'Those with neither.' })
  breakEven!: number;

  @Field(() => GraphQLDecimal, { description: 'Their result, all fees included.' })
  net!: string;

  @Field(() => GraphQLDecimal, { description: 'The sum of the profits.' })
  grossProfit!: string;

  @Field(() => GraphQLDecimal, { description: 'The sum of the losses, as a positive number.' })
  grossLoss!: string;

  @Field(() => GraphQLDecimal, { description: 'Their fees at the value they had; `net` includes them.' })
  fees!: string;

  @Field(() => GraphQLDecimal, { description: 'What was bought, at the entry prices.' })
  invested!: string;

  @Field(() => GraphQLDecimal, { nullable: true, description: '`net` in percent of `invested`; null without a trade.' })
  returnPct!: string | null;

  @Field(() => Int, { nullable: true, description: 'Average time from opening to closing, s; null without a trade.' })
  averageHoldingSec!: number | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Wins of all trades, in percent; null without a trade.' })
  winRatePct!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Gross profit / gross loss; null without a loss.' })
  profitFactor!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The average result of a trade; null without a trade.' })
  expectancy!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The average profit; null without a win.' })
  averageWin!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The average loss, positive; null without a loss.' })
  averageLoss!: string | null;
}

@ObjectType({ description: 'All trades of one quote asset.' })
export class ReportSummary extends ClosedFigures {
  @Field(() => GraphQLDecimal, {
    description: 'What fills and write-offs of the period realized, also of positions that are still open.',
  })
  realized!: string;

  @Field(() => GraphQLDecimal, {
    description: 'The largest fall of the realized total from its highest value before, at the ends of days.',
  })
  maxDrawdown!: string;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description:
      'Sharpe ratio of the daily results, yearly (* sqrt(365), risk-free rate 0), from the first day with a result on; null when nothing varies.',
  })
  sharpe!: string | null;
}

@ObjectType({ description: 'The trades of one symbol.' })
export class SymbolReport extends ClosedFigures {
  @Field(() => String, { description: 'The symbol.' })
  symbol!: string;
}

@ObjectType({ description: 'The trades whose results lie within two bounds, in one quote asset.' })
export class ResultReport extends ClosedFigures {
  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The lower bound in percent of what was bought, which belongs to it; null = none.',
  })
  fromPct!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The upper bound, which does not; null = none.' })
  toPct!: string | null;
}

@ObjectType({ description: 'The trades of one account, in one quote asset.' })
export class AccountReport extends ClosedFigures {
  @Field(() => ExchangeAccount, { description: 'The account.' })
  account!: ExchangeAccount;
}

@ObjectType({ description: 'The trades that signals of one source opened, in one quote asset.' })
export class SourceReport extends ClosedFigures {
  @Field(() => ID, { nullable: true, description: 'The source; null = opened by hand or adopted.' })
  sourceId!: number | null;

  @Field(() => String, { nullable: true, description: 'Its label.' })
  label!: string | null;
}

@ObjectType({ description: 'One day in the zone of the report, in one quote asset.' })
export class DayReport extends ClosedFigures {
  @Field(() => String, { description: 'The date, YYYY-MM-DD.' })
  day!: string;

  @Field(() => GraphQLDecimal, { description: 'What fills and write-offs of the day realized.' })
  realized!: string;
}

@ObjectType({ description: 'A point of the equity curve: the end of a day with a result.' })
export class EquityPoint {
  @Field(() => String, { description: 'The quote asset.' })
  quote!: string;

  @Field(() => String, { description: 'The date, YYYY-MM-DD.' })
  day!: string;

  @Field(() => GraphQLDecimal, { description: 'What the day realized.' })
  realized!: string;

  @Field(() => GraphQLDecimal, { description: 'Realized since the start of the period.' })
  total!: string;

  @Field(() => GraphQLDecimal, { description: 'How far the total is below its highest value so far.' })
  drawdown!: string;
}

/** What a comparison sets side by side. */
export const ComparisonGroup = enumOf<'SOURCE' | 'ACCOUNT'>('ComparisonGroup', 'What a comparison sets side by side.', {
  SOURCE: 'The webhook sources.',
  ACCOUNT: 'The exchange accounts.',
});

@ObjectType({ description: 'The result of one source or account, in one quote asset.' })
export class ComparedResult extends ClosedFigures {
  @Field(() => GraphQLDecimal, {
    description: 'What fills and write-offs of the period realized, also of positions that are still open.',
  })
  realized!: string;

  @Field(() => GraphQLDecimal, {
    description: 'The largest fall of the realized total from its highest value before, at the ends of days.',
  })
  maxDrawdown!: string;

  @Field(() => [EquityPoint], { description: 'The realized total at the end of each day with a result.' })
  curve!: EquityPoint[];
}

@ObjectType({ description: 'The signals that reached a source or an account in the period, of all quote assets.' })
export class ComparedSignals {
  @Field(() => Int, { description: 'Messages that a source received, or signals that reached the account.' })
  received!: number;

  @Field(() => Int, { description: 'Of these, without a clear instruction.' })
  unread!: number;

  @Field(() => Int, { description: 'Jobs of these signals, for accounts of the filter.' })
  jobs!: number;

  @Field(() => Int, { description: 'Of these jobs, filled.' })
  filled!: number;

  @Field(() => Int, { description: 'Of these jobs, skipped by a rule.' })
  skipped!: number;

  @Field(() => Int, { description: 'Of these jobs, failed.' })
  failed!: number;
}

@ObjectType({ description: 'One source or account of a comparison.' })
export class ComparedGroup {
  @Field(() => ID, {
    nullable: true,
    description: 'The id of the source or account; null = opened by hand or adopted.',
  })
  id!: number | null;

  @Field(() => String, { nullable: true, description: 'Its label.' })
  label!: string | null;

  @Field(() => ComparedSignals, { nullable: true, description: 'Its signals; null when there is no source.' })
  signals!: ComparedSignals | null;

  @Field(() => [ComparedResult], { description: 'Its results, one for each quote asset.' })
  results!: ComparedResult[];
}

@ObjectType({ description: 'What is open in one account and symbol now, whatever the period.' })
export class OpenExposure {
  @Field(() => ExchangeAccount, { description: 'The account.' })
  account!: ExchangeAccount;

  @Field(() => String, { description: 'The symbol.' })
  symbol!: string;

  @Field(() => String, { description: 'The quote asset.' })
  quote!: string;

  @Field(() => Int, { description: 'How many positions.' })
  positions!: number;

  @Field(() => GraphQLDecimal, { description: 'The quantity, in the base asset.' })
  quantity!: string;

  @Field(() => GraphQLDecimal, { description: 'What it cost, with fees.' })
  cost!: string;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The latest price; null when not known.' })
  price!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Its value at that price.' })
  value!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Value less cost.' })
  unrealized!: string | null;
}

@ObjectType({ description: 'What moved in one asset of a vault in the period. Only mode and period filter it.' })
export class VaultReport {
  @Field(() => Vault, { description: 'The vault.' })
  vault!: Vault;

  @Field(() => String, { description: 'The asset.' })
  asset!: string;

  @Field(() => GraphQLDecimal, { description: 'Deposited.' })
  deposits!: string;

  @Field(() => GraphQLDecimal, { description: 'Withdrawn.' })
  withdrawals!: string;

  @Field(() => GraphQLDecimal, { description: 'Spent by buys.' })
  spent!: string;

  @Field(() => GraphQLDecimal, { description: 'Returned by sells.' })
  returned!: string;

  @Field(() => GraphQLDecimal, { description: 'In the vault now.' })
  balance!: string;

  @Field(() => GraphQLDecimal, { description: 'Of that, reserved for open buys.' })
  reserved!: string;
}

@ObjectType({ description: 'What one source received in the period, and what became of the jobs of its signals.' })
export class WebhookReport {
  @Field(() => ID, { description: 'The source.' })
  sourceId!: number;

  @Field(() => String, { description: 'Its label.' })
  label!: string;

  @Field(() => Int, { description: 'Messages that were received.' })
  received!: number;

  @Field(() => Int, { description: 'Of these, stored as signals.' })
  accepted!: number;

  @Field(() => Int, { description: 'Of these, refused.' })
  refused!: number;

  @Field(() => Int, { description: 'Of these, without a clear instruction.' })
  unread!: number;

  @Field(() => Int, { description: 'How often a signal came again.' })
  repeats!: number;

  @Field(() => Int, { description: 'Jobs for accounts of the filter.' })
  jobs!: number;

  @Field(() => Int, { description: 'Of these, filled.' })
  filled!: number;

  @Field(() => Int, { description: 'Of these, skipped by a rule.' })
  skipped!: number;

  @Field(() => Int, { description: 'Of these, failed.' })
  failed!: number;
}

@ObjectType({ description: 'The fees of the fills of the period, in the asset that they were paid in.' })
export class FeeReport {
  @Field(() => String, { description: 'The asset.' })
  asset!: string;

  @Field(() => OrderSide, { description: 'Of buys or of sells.' })
  side!: OrderSideText;

  @Field(() => GraphQLDecimal, { description: 'The sum of the fees.' })
  amount!: string;

  @Field(() => Int, { description: 'How many fills.' })
  fills!: number;
}

@ObjectType({ description: 'Your results. Each part is read only when it is selected; all sums are exact.' })
export class Report {
  @Field(() => TradeMode, { description: 'The mode.' })
  tradeMode!: TradeModeText;

  @Field(() => String, { description: 'The zone whose days count.' })
  timeZone!: string;

  scope!: ZonedScope;
}
