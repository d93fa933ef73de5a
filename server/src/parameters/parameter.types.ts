import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { OrderType as OrderTypeText, TradeMode as TradeModeText } from '../core/domain.js';
import type { ReasonCode } from '../core/reasons.js';
import {
  ExistingParameter,
  OrderType,
  ParameterOutcome,
  ParameterSide,
  ReasonCodes,
  TradeMode,
  type ExistingParameterName,
  type ParameterOutcomeName,
  type ParameterSideName,
} from '../graphql/enums.js';
import { DatesFilter, SEVERAL } from '../graphql/list-filter.js';
import { countedConnectionType } from '../graphql/pages.js';
import { Rules } from '../graphql/rules.js';
import { GraphQLDateTime, GraphQLDecimal } from '../graphql/scalars.js';
import { ExitTarget, ExitTargetInput } from '../positions/exit-target.types.js';
import { bulkRules, copyRules, parameterRules, wrapped } from './parameter-rules.js';
import type { ParameterRow } from './parameter.store.js';

@ObjectType({ description: 'How signals for one symbol are traded on one account. BUY takes precedence over BOTH.' })
export class TradeParameter {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => String, { description: 'The symbol, such as BTC/USDT.' })
  symbol!: string;

  @Field(() => ParameterSide, { description: 'Which signals it covers.' })
  side!: ParameterSideName;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'A buy spends this much of the quote asset.' })
  quoteAmountFixed!: string | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'A buy spends this percentage of the free quote balance, or of what is available in the vault.',
  })
  quoteAmountPctBalance!: string | null;

  @Field(() => Int, { nullable: true, description: 'Maximum number of orders in an hour; null = no limit.' })
  maxOrdersPerHour!: number | null;

  @Field(() => Int, { nullable: true, description: 'Minimum number of seconds between two orders.' })
  minIntervalSec!: number | null;

  @Field(() => OrderType, { description: 'How orders are priced; LIMIT uses the price of the signal.' })
  orderTypeDefault!: OrderTypeText;

  @Field(() => Int, {
    description: 'Maximum slippage against the price of the signal, in hundredths of a percent; 0 = no check.',
  })
  slippageBps!: number;

  @Field(() => GraphQLDecimal, {
    description:
      'The largest distance from the market at which the price of a signal becomes a limit order, in percent.',
  })
  limitPriceBandPct!: string;

  @Field(() => Boolean, { description: 'Whether new positions get a stop loss.' })
  defaultSlEnabled!: boolean;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The stop loss, in percent below the opening price.' })
  defaultSlPct!: string | null;

  @Field(() => Boolean, { description: 'Whether new positions get a take profit.' })
  defaultTpEnabled!: boolean;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The take profit, in percent above the opening price.' })
  defaultTpPct!: string | null;

  @Field(() => Boolean, { description: 'Whether new positions get a trailing stop.' })
  trailingStopEnabled!: boolean;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The trailing stop, in percent below the highest price.',
  })
  trailingDistancePct!: string | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The profit that arms it, in percent; null = it is armed from the start.',
  })
  trailingArmingPct!: string | null;

  @Field(() => Int, { nullable: true, description: 'New positions are sold when they are this many hours old.' })
  defaultTimeStopHours!: number | null;

  @Field(() => [ExitTarget], { description: 'The partial take profit of new positions, lowest step first.' })
  defaultTargets!: ExitTarget[];

  @Field(() => Boolean, { description: 'Whether their stop moves to the opening price after the first step.' })
  defaultBreakEven!: boolean;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'Minimum profit for sell signals and take profit, in percent.',
  })
  minProfitPct!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it was created.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it was last changed.' })
  updatedAt!: Date;

  accountId!: number;
  vaultId!: number | null;
}

export const toParameter = (row: ParameterRow): TradeParameter => ({
  id: row.id,
  symbol: row.symbol,
  side: row.side as ParameterSideName,
  quoteAmountFixed: row.quote_amount_fixed?.toFixed() ?? null,
  quoteAmountPctBalance: row.quote_amount_pct_balance?.toFixed() ?? null,
  maxOrdersPerHour: row.max_orders_per_hour,
  minIntervalSec: row.min_interval_sec,
  orderTypeDefault: row.order_type_default as OrderTypeText,
  slippageBps: row.slippage_bps,
  limitPriceBandPct: row.limit_price_band_pct.toFixed(),
  defaultSlEnabled: row.default_sl_enabled,
  defaultSlPct: row.default_sl_pct?.toFixed() ?? null,
  defaultTpEnabled: row.default_tp_enabled,
  defaultTpPct: row.default_tp_pct?.toFixed() ?? null,
  trailingStopEnabled: row.trailing_stop_enabled,
  trailingDistancePct: row.trailing_distance_pct?.toFixed() ?? null,
  trailingArmingPct: row.trailing_arming_pct?.toFixed() ?? null,
  defaultTimeStopHours: row.default_time_stop_hours,
  defaultTargets: (row.default_targets_json ?? []) as unknown as ExitTarget[],
  defaultBreakEven: row.default_break_even,
  minProfitPct: row.min_profit_pct?.toFixed() ?? null,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  accountId: row.exchange_account_id,
  vaultId: row.vault_id,
});

@InputType({ description: 'How signals are traded, for any symbol. Omitted settings become empty.' })
export class TradeParameterSettingsInput {
  @Field(() => ParameterSide, { description: 'Which signals it covers.' })
  side!: ParameterSideName;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'Spend this much of the quote asset. Set this or quoteAmountPctBalance.',
  })
  quoteAmountFixed?: string | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'Spend this percentage of what is free, above 0 and at most 100. Set this or quoteAmountFixed.',
  })
  quoteAmountPctBalance?: string | null;

  @Field(() => Int, { nullable: true, description: 'Maximum number of orders in an hour, 1 to 10000.' })
  maxOrdersPerHour?: number | null;

  @Field(() => Int, { nullable: true, description: 'Minimum number of seconds between two orders, 1 to 86400.' })
  minIntervalSec?: number | null;

  @Field(() => OrderType, { defaultValue: 'MARKET', description: 'How orders are priced.' })
  orderTypeDefault!: OrderTypeText;

  @Field(() => Int, {
    defaultValue: 0,
    description: 'Maximum slippage against the price of the signal, 0 to 10000 bps; 0 = no check.',
  })
  slippageBps!: number;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description:
      'The largest distance from the market at which the price of a signal becomes a limit order, above 0 and at most 100 percent. The default is 10.',
  })
  limitPriceBandPct?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Give new positions a stop loss.' })
  defaultSlEnabled!: boolean;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Its distance in percent, above 0 and at most 100.' })
  defaultSlPct?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Give new positions a take profit.' })
  defaultTpEnabled!: boolean;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Its distance in percent, from 0.01 to 999.99.' })
  defaultTpPct?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'Give new positions a trailing stop.' })
  trailingStopEnabled!: boolean;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Its distance in percent, from 0.01 to 99.99.' })
  trailingDistancePct?: string | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The profit that arms it, from 0 to 999.99 percent; null = it is armed from the start.',
  })
  trailingArmingPct?: string | null;

  @Field(() => Int, { nullable: true, description: 'Sell new positions when they are this many hours old, 1 to 8760.' })
  defaultTimeStopHours?: number | null;

  @Field(() => [ExitTargetInput], {
    defaultValue: [],
    description: 'Their partial take profit, lowest step first, at most 6 steps and 100 percent in total.',
  })
  defaultTargets!: ExitTargetInput[];

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Move their stop to the opening price after the first step.',
  })
  defaultBreakEven!: boolean;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'Minimum profit for sell signals and take profit, from 0 to 999.99 percent.',
  })
  minProfitPct?: string | null;

  @Field(() => ID, { nullable: true, description: 'Take the capital from this vault of the same mode.' })
  vaultId?: string | null;
}

@InputType({
  description: 'How signals for one symbol are traded. All settings are replaced; omitted ones become empty.',
})
@Rules(parameterRules)
export class TradeParameterInput extends TradeParameterSettingsInput {
  @Field(() => String, { description: 'The symbol; BTCUSDT, BTC-USDT and BTC/USDT are the same.' })
  symbol!: string;
}

@InputType({ description: 'The same settings for many symbols of an account.' })
@Rules(bulkRules)
export class SetTradeParametersInput {
  @Field(() => ID, { description: 'The account.' })
  accountId!: string;

  @Field(() => [String], { description: 'The symbols, in any spelling, 1 to 100.' })
  symbols!: string[];

  @Field(() => TradeParameterSettingsInput, { description: 'The settings of each parameter.' })
  settings!: TradeParameterSettingsInput;

  @Field(() => ExistingParameter, {
    defaultValue: 'KEEP',
    description: 'What happens to a parameter that the account already has for the symbol and side.',
  })
  existing!: ExistingParameterName;
}

@InputType({ description: 'Parameters to copy from one account to others.' })
@Rules(copyRules)
export class CopyTradeParametersInput {
  @Field(() => ID, { description: 'The account that has them.' })
  fromAccountId!: string;

  @Field(() => [ID], { description: 'The accounts that get them, 1 to 20.' })
  toAccountIds!: string[];

  @Field(() => [String], { nullable: true, description: 'Only those of these symbols, 1 to 100. Without it, all.' })
  symbols?: string[] | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The vault that the copies take their capital from. Without it, that of the original.',
  })
  vaultId?: string | null;

  @Field(() => ExistingParameter, {
    defaultValue: 'KEEP',
    description: 'What happens to a parameter that an account already has for the symbol and side.',
  })
  existing!: ExistingParameterName;
}

@ObjectType({ description: 'What became of one parameter of a call for many.' })
export class TradeParameterResult {
  @Field(() => ID, { description: 'The account.' })
  accountId!: number;

  @Field(() => String, { description: 'The symbol.' })
  symbol!: string;

  @Field(() => ParameterSide, { description: 'The side.' })
  side!: ParameterSideName;

  @Field(() => ParameterOutcome, { description: 'What was done.' })
  outcome!: ParameterOutcomeName;

  @Field(() => ReasonCodes, { nullable: true, description: 'Why it was refused.' })
  reasonCode!: ReasonCode | null;

  @Field(() => String, { nullable: true, description: 'The reason in a sentence.' })
  reasonMessage!: string | null;

  @Field(() => ID, { nullable: true, description: 'The parameter as it is now; null when it was refused.' })
  parameterId!: number | null;
}

@ObjectType({ description: 'One result for each account, symbol and side.' })
export class SetTradeParametersPayload {
  @Field(() => [TradeParameterResult], { description: 'The results, in the order of the symbols.' })
  results!: TradeParameterResult[];
}

@ObjectType({ description: 'One result for each account, symbol and side.' })
export class CopyTradeParametersPayload {
  @Field(() => [TradeParameterResult], { description: 'The results, account by account.' })
  results!: TradeParameterResult[];
}

@InputType({ description: 'A new trade parameter.' })
@Rules(wrapped)
export class CreateTradeParameterInput {
  @Field(() => ID, { description: 'The account it is for.' })
  accountId!: string;

  @Field(() => TradeParameterInput, { description: 'Its settings.' })
  parameter!: TradeParameterInput;
}

@InputType({ description: 'New settings of a trade parameter.' })
@Rules(wrapped)
export class UpdateTradeParameterInput {
  @Field(() => ID, { description: 'The parameter.' })
  id!: string;

  @Field(() => TradeParameterInput, { description: 'Its settings, all of them.' })
  parameter!: TradeParameterInput;
}

/**
 * The common answer of several mutations. Each has its own payload type, so that one can be extended without the
 * others.
 */
@ObjectType()
export abstract class TradeParameterPayload {
  @Field(() => TradeParameter, { description: 'The parameter.' })
  parameter!: TradeParameter;
}

@ObjectType({ description: 'The parameter after the change.' })
export class CreateTradeParameterPayload extends TradeParameterPayload {}

@ObjectType({ description: 'The parameter after the change.' })
export class UpdateTradeParameterPayload extends TradeParameterPayload {}

@ObjectType({ description: 'The deleted parameter.' })
export class DeleteTradeParameterPayload {
  @Field(() => ID, { description: 'Its former id.' })
  id!: number;
}

@InputType({ description: 'A trade parameter to delete.' })
export class DeleteTradeParameterInput {
  @Field(() => ID, { description: 'The parameter.' })
  id!: string;
}

export const TradeParameterConnection = countedConnectionType('TradeParameter', TradeParameter);

@InputType({ description: 'Which parameters.' })
export class TradeParameterFilter extends DatesFilter {
  @Field(() => ID, { nullable: true, description: 'Only those of this account.' })
  accountId?: string | null;

  @Field(() => [ID], { nullable: true, description: SEVERAL('accounts', 'accountId') })
  accountIds?: string[] | null;

  @Field(() => TradeMode, { nullable: true, description: 'Only those of accounts of this mode.' })
  tradeMode?: TradeModeText | null;

  @Field(() => String, { nullable: true, description: 'Only those of this symbol, in any spelling.' })
  symbol?: string | null;

  @Field(() => [String], { nullable: true, description: SEVERAL('symbols', 'symbol') })
  symbols?: string[] | null;

  @Field(() => ParameterSide, { nullable: true, description: 'Only those of this side.' })
  side?: ParameterSideName | null;

  @Field(() => ID, { nullable: true, description: 'Only those that take capital from this vault.' })
  vaultId?: string | null;
}
