import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { z } from 'zod';
import type {
  OrderSide as OrderSideText,
  OrderType as OrderTypeText,
  TradeMode as TradeModeText,
} from '../core/domain.js';
import { d, sum } from '../core/money/money.js';
import { averagePrice } from '../core/position/pnl.js';
import { OrderSide, OrderType, TradeMode } from '../graphql/enums.js';
import { DatesFilter, SEVERAL } from '../graphql/list-filter.js';
import { connectionType } from '../graphql/pages.js';
import { idempotencyKey, KEY_DESCRIPTION } from '../graphql/idempotency-key.js';
import { Rules } from '../graphql/rules.js';
import { GraphQLDateTime, GraphQLDecimal } from '../graphql/scalars.js';
import { Position } from '../positions/position.types.js';
import type { ExternalOrderRow } from './external-orders/external-order-view.store.js';
import type { ComparedAsset } from './holdings/holdings.store.js';

@ObjectType({
  description:
    'An order at your exchange that this program did not place. It is only reported: it becomes a position when you adopt it.',
})
export class ExternalOrder {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  accountId!: number;

  @Field(() => String, { description: 'The symbol, such as SOL/USDT.' })
  symbol!: string;

  @Field(() => String, { description: 'Its id at the exchange.' })
  exchangeOrderId!: string;

  @Field(() => OrderSide, { description: 'BUY or SELL.' })
  side!: OrderSideText;

  @Field(() => OrderType, { nullable: true, description: 'The order type; null when only its trades are known.' })
  orderType!: OrderTypeText | null;

  @Field(() => String, {
    description:
      'The status as the exchange reports it. GONE: the order left the book. TRADED: only its trades are known.',
  })
  status!: string;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The ordered quantity, in the base asset; null when only its trades are known.',
  })
  quantity!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The limit price; null for other orders.' })
  limitPrice!: string | null;

  @Field(() => GraphQLDecimal, { description: 'The traded quantity, in the base asset.' })
  executedQty!: string;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Average price of its known trades; null without any.' })
  avgPrice!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it was placed, as far as known.' })
  placedAt!: Date;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When you removed it from the list; null = it is on the list.',
  })
  dismissedAt!: Date | null;

  @Field(() => ID, { nullable: true, description: 'The position you opened from it.' })
  positionId!: number | null;
}

export const toExternalOrder = (row: ExternalOrderRow): ExternalOrder => {
  const bought = sum(row.trades.map(({ qty }) => d(qty.toFixed())));
  const cost = sum(row.trades.map(({ qty, price }) => d(qty.toFixed()).mul(d(price.toFixed()))));
  return {
    ...{ id: row.id, accountId: row.exchange_account_id, symbol: row.symbol, exchangeOrderId: row.exchange_order_id },
    side: row.side as OrderSideText,
    orderType: row.order_type as OrderTypeText | null,
    status: row.status,
    quantity: row.quantity?.toFixed() ?? null,
    limitPrice: row.limit_price?.toFixed() ?? null,
    executedQty: row.executed_qty.toFixed(),
    avgPrice: bought.gt(0) ? averagePrice(cost, bought).toFixed() : null,
    ...{ placedAt: row.placed_at, dismissedAt: row.dismissed_at, positionId: row.position_id },
  };
};
export const ExternalOrderConnection = connectionType('ExternalOrder', ExternalOrder);

@InputType({ description: 'Which external orders. Without a filter, those you have not removed from the list.' })
export class ExternalOrderFilter extends DatesFilter {
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

  @Field(() => OrderSide, { nullable: true, description: 'Only buys or only sells.' })
  side?: OrderSideText | null;

  @Field(() => Boolean, { nullable: true, description: 'Also those you removed from the list.' })
  includeDismissed?: boolean | null;
}

@ObjectType({ description: 'What an account holds of one asset at its exchange now, compared with your positions.' })
export class AccountHolding {
  @Field(() => String, { description: 'The asset, such as BTC.' })
  asset!: string;

  @Field(() => GraphQLDecimal, { description: 'Free at the exchange.' })
  free!: string;

  @Field(() => GraphQLDecimal, { description: 'Locked by resting orders, including external orders.' })
  locked!: string;

  @Field(() => GraphQLDecimal, { description: 'The quantity that belongs to your open positions.' })
  inPositions!: string;

  @Field(() => GraphQLDecimal, { description: 'Free and not part of a position. adoptHolding can use this amount.' })
  adoptable!: string;

  @Field(() => GraphQLDecimal, { description: 'The quantity that is missing to cover the open positions.' })
  shortage!: string;
}

export const toHolding = ({ asset, free, locked, claims, adoptable, shortage }: ComparedAsset): AccountHolding => ({
  ...{ asset, free: d(free).toFixed(), locked: d(locked).toFixed(), inPositions: claims.inPositions.toFixed() },
  ...{ adoptable: adoptable.toFixed(), shortage: shortage.toFixed() },
});

@ObjectType({ description: "The state of an account's reconciliation with its exchange." })
export class AccountReconciliation {
  @Field(() => GraphQLDateTime, {
    nullable: true,
    description: 'When orders, trades and holdings were last compared with the exchange.',
  })
  reconciledAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'Since when reconciliation fails; null = it works.' })
  failingSince!: Date | null;

  @Field(() => String, { nullable: true, description: 'Why reconciliation fails; null = it works.' })
  error!: string | null;
}

@InputType({ description: 'Coins that were bought outside of this program and shall become a position.' })
@Rules(z.object({ idempotencyKey }))
export class AdoptHoldingInput {
  @Field(() => ID, { description: 'The account that holds the coins.' })
  accountId!: string;

  @Field(() => String, { description: 'The symbol of the position, such as SOL/USDT.' })
  symbol!: string;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The quantity, in the base asset. Omit it with externalOrderId.',
  })
  quantity?: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The price of one coin. Omit it with externalOrderId.' })
  entryPrice?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'An external buy order. Its trades give the quantity and the price.',
  })
  externalOrderId?: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Stop loss, in percent below the opening price.' })
  slPct?: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Take profit, in percent above the opening price.' })
  tpPct?: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Trailing stop, in percent below the highest price.' })
  trailingDistancePct?: string | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The minimum profit for sell signals and take profit, in percent.',
  })
  minProfitPct?: string | null;

  @Field(() => String, { description: KEY_DESCRIPTION })
  idempotencyKey!: string;
}

/** Shared fields of several payloads. Each mutation has its own payload, so that one can grow without the others. */
@ObjectType()
export abstract class ReconciledPositionPayload {
  @Field(() => Position, { description: 'The position.' })
  position!: Position;
}

@ObjectType({ description: 'The position that was opened or closed.' })
export class AdoptHoldingPayload extends ReconciledPositionPayload {}

@ObjectType({ description: 'The position that was opened or closed.' })
export class CloseAsReconciledPayload extends ReconciledPositionPayload {}

@ObjectType({ description: 'The order after the change.' })
export class DismissExternalOrderPayload {
  @Field(() => ExternalOrder, { description: 'The order.' })
  externalOrder!: ExternalOrder;
}

@InputType({ description: 'A position whose coins are gone.' })
export class CloseAsReconciledInput {
  @Field(() => ID, { description: 'The position.' })
  positionId!: string;
}

@InputType({ description: 'The external order to remove from the list.' })
export class DismissExternalOrderInput {
  @Field(() => ID, { description: 'The order.' })
  externalOrderId!: string;
}
