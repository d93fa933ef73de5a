import { Field, ObjectType } from 'type-graphql';
import type { OrderSide as OrderSideText, OrderType as OrderTypeText, TraceEntry as Trace } from '../../core/domain.js';
import type { ReasonCode } from '../../core/reasons.js';
import type { DryRunStatus as DryRunStatusText } from '../../core/signal/dry-run.js';
import { DryRunStatus, OrderSide, OrderType, ReasonCodes } from '../../graphql/enums.js';
import { GraphQLDateTime, GraphQLDecimal } from '../../graphql/scalars.js';
import { fromJson } from '../../infra/database/database.js';
import { TraceEntry } from '../../orders/job.types.js';
import type { DryRunRow } from './dry-run.store.js';

@ObjectType({
  description: 'What one account would have done with a signal, planned when it came. Nothing was traded.',
})
export class DryRun {
  @Field(() => DryRunStatus, { description: 'Whether an order would have been sent.' })
  status!: DryRunStatusText;

  @Field(() => String, { description: "The symbol as the account's market names it." })
  symbol!: string;

  @Field(() => OrderSide, { description: 'Direction of the order.' })
  side!: OrderSideText;

  @Field(() => OrderType, { nullable: true, description: 'The type of the order; null without one.' })
  orderType!: OrderTypeText | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Its planned cost or proceeds, in the quote asset.' })
  quoteAmount!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Its quantity, in the base asset.' })
  baseQuantity!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Its limit price.' })
  limitPrice!: string | null;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description: 'The price of the market when it was planned, for an order of this side; null when none was known.',
  })
  price!: string | null;

  @Field(() => ReasonCodes, { nullable: true, description: 'Why nothing would have been traded.' })
  reasonCode!: ReasonCode | null;

  @Field(() => String, { nullable: true, description: 'The reason in a sentence.' })
  reasonMessage!: string | null;

  @Field(() => [TraceEntry], { description: 'Where each number came from.' })
  trace!: TraceEntry[];

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was decided.' })
  decidedAt!: Date | null;
}

export const toDryRun = (row: DryRunRow): DryRun => ({
  ...{ status: row.status as DryRunStatusText, symbol: row.symbol, side: row.side as OrderSideText },
  orderType: row.order_type as OrderTypeText | null,
  quoteAmount: row.quote_amount?.toFixed() ?? null,
  baseQuantity: row.base_quantity?.toFixed() ?? null,
  limitPrice: row.limit_price?.toFixed() ?? null,
  price: row.price?.toFixed() ?? null,
  ...{ reasonCode: row.reason_code as ReasonCode | null, reasonMessage: row.reason_message },
  ...{ trace: fromJson<Trace[]>(row.trace_json) ?? [], decidedAt: row.decided_at },
});
