import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type * as domain from '../core/domain.js';
import { d } from '../core/money/money.js';
import type { ReasonCode } from '../core/reasons.js';
import { CloseReason, OrderSide, PositionStatus, ReasonCodes, TradeMode } from '../graphql/enums.js';
import { TradingListFilter } from '../graphql/list-filter.js';
import { connectionType } from '../graphql/pages.js';
import { GraphQLDateTime, GraphQLDecimal } from '../graphql/scalars.js';
import type { FillRow, PositionRow } from './position.store.js';

type Status = 'OPEN' | 'CLOSED';

@ObjectType({ description: 'One (partial) trade of a position.' })
export class PositionFill {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => ID, { description: 'The position it belongs to.' })
  positionId!: number;

  @Field(() => OrderSide, { description: 'Bought or sold.' })
  side!: domain.OrderSide;

  @Field(() => GraphQLDecimal, { description: 'Quantity, in the base asset.' })
  qty!: string;

  @Field(() => GraphQLDecimal, { description: 'Price.' })
  price!: string;

  @Field(() => GraphQLDecimal, { description: 'The fee that the exchange charged.' })
  feeAmount!: string;

  @Field(() => String, { nullable: true, description: 'Asset of the fee.' })
  feeAsset!: string | null;

  @Field(() => GraphQLDecimal, {
    description:
      'Profit it realized, in the quote asset, net of fees; zero for a buy, whose fees are part of its cost.',
  })
  realizedQuote!: string;

  @Field(() => GraphQLDateTime, { description: 'When the exchange filled it.' })
  filledAt!: Date;
}

export const toFill = (row: FillRow): PositionFill => ({
  id: row.id,
  positionId: row.position_id,
  side: row.side as domain.OrderSide,
  qty: row.qty.toFixed(),
  price: row.price.toFixed(),
  feeAmount: row.fee_amount.toFixed(),
  feeAsset: row.fee_asset,
  realizedQuote: row.realized_quote.toFixed(),
  filledAt: row.filled_at,
});

@ObjectType({ description: 'A position that a BUY opened.' })
export class Position {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => TradeMode, { description: 'REAL or SIMULATION.' })
  tradeMode!: domain.TradeMode;

  @Field(() => String, { description: 'The symbol, such as SOL/USDT.' })
  symbol!: string;

  @Field(() => String, { description: 'Always LONG on spot markets.' })
  side!: string;

  @Field(() => PositionStatus, { description: 'Open or closed.' })
  status!: Status;

  @Field(() => GraphQLDecimal, { description: 'Quantity bought, minus fees in the base asset.' })
  qtyTotal!: string;

  @Field(() => GraphQLDecimal, { description: 'Quantity not sold yet.' })
  qtyRemaining!: string;

  @Field(() => GraphQLDecimal, { description: 'Average price of its buys.' })
  entryPrice!: string;

  @Field(() => GraphQLDecimal, {
    description:
      'The cost of qtyRemaining with the fees of its buys, in the quote asset. Realized profit is calculated from it.',
  })
  costQuote!: string;

  @Field(() => GraphQLDecimal, {
    description:
      'Realized profit, in the quote asset: proceeds minus cost and all fees. Coins that were not sold (dustQty, shortfallQty) count at their value at that time.',
  })
  realizedPnl!: string;

  @Field(() => GraphQLDecimal, { description: 'Fees paid so far, in the quote asset.' })
  feesQuote!: string;

  @Field(() => Boolean, { description: 'Whether its stop loss is on.' })
  slEnabled!: boolean;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Stop loss, in percent below the opening price.' })
  slPct!: string | null;

  @Field(() => Boolean, { description: 'Whether its take profit is on.' })
  tpEnabled!: boolean;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Take profit, in percent above the opening price.' })
  tpPct!: string | null;

  @Field(() => Boolean, { description: 'Whether its trailing stop is on.' })
  trailingEnabled!: boolean;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Trailing stop, in percent below the highest price.' })
  trailingDistancePct!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Highest price since the trailing stop was armed.' })
  trailingMaxPrice!: string | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The profit that arms the trailing stop, in percent; null = it is armed from the start.',
  })
  trailingArmingPct!: string | null;

  @Field(() => Int, { nullable: true, description: 'The age at which it is sold, in hours; null = never.' })
  timeStopHours!: number | null;

  @Field(() => Boolean, { description: 'Whether its stop moves to the opening price after its first target.' })
  breakEvenAfterFirst!: boolean;

  @Field(() => Boolean, { description: 'Whether its stop loss has fired.' })
  slTriggered!: boolean;

  @Field(() => Boolean, { description: 'Whether its take profit has fired.' })
  tpTriggered!: boolean;

  @Field(() => Boolean, { description: 'Whether its trailing stop has fired.' })
  trailingTriggered!: boolean;

  @Field(() => Boolean, { description: 'Whether one of its targets has fired.' })
  partialTpTriggered!: boolean;

  @Field(() => GraphQLDecimal, { description: 'The part of qtyRemaining that live sells reserve.' })
  qtyReserved!: string;

  @Field(() => GraphQLDecimal, {
    description: 'The quantity that was too small to sell when it closed, in the base asset.',
  })
  dustQty!: string;

  @Field(() => GraphQLDecimal, { description: 'The value of that quantity at that time, in the quote asset.' })
  dustValueQuote!: string;

  @Field(() => GraphQLDecimal, {
    description: 'The quantity that was missing in the wallet when it was sold, in the base asset.',
  })
  shortfallQty!: string;

  @Field(() => GraphQLDecimal, { description: 'The value of that quantity at that time, in the quote asset.' })
  shortfallValueQuote!: string;

  @Field(() => ReasonCodes, {
    nullable: true,
    description: 'Why an exit that was due could not sell, so that the position stays open. Null = no exit is blocked.',
  })
  unsellableReason!: ReasonCode | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Since when unsellableReason applies.' })
  unsellableAt!: Date | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'Minimum profit for sell signals and take profit, in percent.',
  })
  minProfitPct!: string | null;

  @Field(() => Boolean, { description: 'Whether it is locked against sells by signals.' })
  lockSellByWebhook!: boolean;

  @Field(() => CloseReason, { nullable: true, description: 'Why it was closed.' })
  closeReason!: domain.CloseReason | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was closed.' })
  closedAt!: Date | null;

  @Field(() => GraphQLDateTime, { description: 'When it was opened.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When the position last changed.' })
  updatedAt!: Date;

  row!: PositionRow;
}

export const toPosition = (row: PositionRow): Position => ({
  id: row.id,
  tradeMode: row.trade_mode as domain.TradeMode,
  symbol: row.symbol,
  side: row.side,
  status: row.status as Status,
  qtyTotal: row.qty_total,
  qtyRemaining: row.qty_remaining,
  entryPrice: row.price_open,
  costQuote: row.cost_quote ?? d(row.price_open).mul(d(row.qty_remaining)).toFixed(),
  realizedPnl: row.realized_profit_usd,
  feesQuote: row.fees_quote,
  slEnabled: row.sl_enabled === 1,
  slPct: row.sl_pct,
  tpEnabled: row.tp_enabled === 1,
  tpPct: row.tp_pct,
  trailingEnabled: row.trailing_enabled === 1,
  trailingDistancePct: row.trailing_distance_pct,
  trailingMaxPrice: row.trailing_max_price,
  trailingArmingPct: row.trailing_arming_pct,
  timeStopHours: row.time_stop_hours,
  breakEvenAfterFirst: row.break_even_after_first === 1,
  slTriggered: row.sl_triggered === 1,
  tpTriggered: row.tp_triggered === 1,
  trailingTriggered: row.trailing_triggered === 1,
  partialTpTriggered: row.partial_tp_triggered === 1,
  qtyReserved: row.qty_reserved,
  dustQty: row.dust_qty,
  dustValueQuote: row.dust_value_quote,
  shortfallQty: row.shortfall_qty,
  shortfallValueQuote: row.shortfall_value_quote,
  unsellableReason: row.unsellable_reason as ReasonCode | null,
  unsellableAt: row.unsellable_at,
  minProfitPct: row.min_profit_pct,
  lockSellByWebhook: row.lock_sell_by_webhook === 1,
  closeReason: row.close_reason as domain.CloseReason | null,
  closedAt: row.closed_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  row,
});
export const PositionConnection = connectionType('Position', Position);

export const PositionFillConnection = connectionType('PositionFill', PositionFill);

@InputType({ description: 'Filters positions.' })
export class PositionFilter extends TradingListFilter {
  @Field(() => PositionStatus, { nullable: true, description: 'Only open or only closed ones.' })
  status?: Status | null;
}

@InputType({ description: 'Filters fills. Their source is that of the signal that opened their position.' })
export class PositionFillFilter extends TradingListFilter {
  @Field(() => OrderSide, { nullable: true, description: 'Only buys or only sells.' })
  side?: domain.OrderSide | null;
}
