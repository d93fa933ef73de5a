import { Arg, Ctx, Field, ID, InputType, Int, ObjectType, Query, Resolver } from 'type-graphql';
import { priceOf } from '../accounts/price-of.js';
import type { TradeMode as TradeModeText } from '../core/domain.js';
import { dayStart, isTimeZone } from '../core/time/day-start.js';
import { summarize } from '../core/dashboard.js';
import { Access } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { TradeMode } from '../graphql/enums.js';
import { badInput } from '../graphql/errors.js';
import { FILTER_VALUES_MAX, scopesOf } from '../graphql/list-filter.js';
import { GraphQLDecimal } from '../graphql/scalars.js';
import { readDashboardSums } from './dashboard.store.js';

const ONLY = (things: string): string => `Only ${things}, at most ${FILTER_VALUES_MAX}; an empty list matches nothing.`;

@InputType({ description: 'What the totals are about. Without a list: everything of the mode.' })
export class DashboardFilter {
  @Field(() => [ID], { nullable: true, description: ONLY('these accounts') })
  accountIds?: string[] | null;

  @Field(() => [ID], { nullable: true, description: ONLY('what signals of these sources led to') })
  sourceIds?: string[] | null;

  @Field(() => [String], { nullable: true, description: ONLY('these symbols, in any spelling') })
  symbols?: string[] | null;
}

@ObjectType({ description: 'Your totals over all accounts of a mode, or over what a filter allows.' })
export class Dashboard {
  @Field(() => TradeMode, { description: 'The mode.' })
  tradeMode!: TradeModeText;

  @Field(() => GraphQLDecimal, {
    nullable: true,
    description:
      "Sum of the accounts' equity in USDT; null when a price is missing. Equity belongs to accounts: sources and symbols of a filter do not narrow it.",
  })
  equityUsd!: string | null;

  @Field(() => GraphQLDecimal, {
    description: 'Profit of the open positions at the latest prices, in USDT; unpriced ones count as 0.',
  })
  unrealizedPnl!: string;

  @Field(() => GraphQLDecimal, { description: 'Profit realized since the start of the day, in USDT.' })
  realizedToday!: string;

  @Field(() => GraphQLDecimal, { description: 'All profit realized so far, in USDT.' })
  realizedTotal!: string;

  @Field(() => String, { description: 'The IANA time zone that defines the start of the day.' })
  timeZone!: string;

  @Field(() => Int, { description: 'How many positions are open.' })
  openPositions!: number;

  @Field(() => GraphQLDecimal, { description: 'The value of the open positions at the latest prices, in USDT.' })
  openValue!: string;

  @Field(() => GraphQLDecimal, {
    description:
      'Capital that open orders reserve in the vaults, in USDT. With a filter: only what the orders that match it reserve.',
  })
  reservedUsd!: string;

  @Field(() => Int, { description: 'Closed positions with a profit.' })
  wins!: number;

  @Field(() => Int, { description: 'Closed positions with a loss.' })
  losses!: number;
}

@Resolver()
export class DashboardResolver {
  @Query(() => Dashboard, { description: 'Your totals, calculated exactly.' })
  @Access('user')
  async dashboard(
    @Ctx() ctx: GraphqlContext,
    @Arg('tradeMode', () => TradeMode, { description: 'The mode.' }) tradeMode: TradeModeText,
    @Arg('timeZone', () => String, {
      nullable: true,
      defaultValue: 'UTC',
      description: 'The IANA time zone that defines the start of your day.',
    })
    wanted: string | null,
    @Arg('filter', () => DashboardFilter, { nullable: true, description: 'Narrows every figure.' })
    filter: DashboardFilter | null,
  ): Promise<Dashboard> {
    const timeZone = wanted ?? 'UTC';
    if (timeZone.length > 64 || !isTimeZone(timeZone)) {
      throw badInput({ path: 'timeZone', message: 'timeZone must be an IANA time zone such as America/Sao_Paulo.' });
    }
    const start = new Date(dayStart(ctx.app.clock.now(), timeZone));
    const scope = { userId: viewerId(ctx), tradeMode, dayStart: start, ...scopesOf(filter ?? {}) };
    const sums = await readDashboardSums(ctx.app.db, scope);
    return { tradeMode, timeZone, ...summarize(sums, (venue) => priceOf(ctx, venue)) };
  }
}
