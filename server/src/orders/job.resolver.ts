import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { ExchangeAccount, toAccount } from '../accounts/account.types.js';
import { loadPriceKey } from '../accounts/price-of.js';
import { d, sum } from '../core/money/money.js';
import { Access } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { mustBe } from '../graphql/owned.js';
import { onlyOf, tradingFilter } from '../graphql/list-filter.js';
import { filterId, PageArgs, readPage, rowId, toConnection, type Connection } from '../graphql/pages.js';
import { GraphQLDecimal } from '../graphql/scalars.js';
import { toVault, Vault } from '../vaults/vault.types.js';
import { readExecutions, readJobs, readLimitOrders } from './job.store.js';
import {
  LimitOrderFilter,
  ReservedQuantity,
  toExecution,
  toJob,
  TradeExecution,
  TradeExecutionConnection,
  TradeExecutionFilter,
  TradeJob,
  TradeJobConnection,
  TradeJobFilter,
} from './job.types.js';

@Resolver(() => TradeJob)
export class TradeJobResolver {
  @Query(() => TradeJobConnection, { description: 'Your jobs, newest first.' })
  @Access('user')
  async tradeJobs(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => TradeJobFilter, { nullable: true, description: 'Filters the jobs.' })
    filter: TradeJobFilter | null,
  ): Promise<Connection<TradeJob>> {
    const page = readPage(args);
    const where = {
      ...tradingFilter(filter),
      ...{ status: filter?.status ?? undefined, side: onlyOf(filter?.side), orderType: onlyOf(filter?.orderType) },
      origin: onlyOf(filter?.origin),
    };
    return toConnection(await readJobs(ctx.app.db, viewerId(ctx), where, page), page, toJob);
  }

  @Query(() => TradeJob, { nullable: true, description: 'One of your jobs.' })
  @Access('user')
  async tradeJob(
    @Ctx() ctx: GraphqlContext,
    @Arg('id', () => ID, { description: 'The job.' }) id: string,
  ): Promise<TradeJob | null> {
    const row = await ctx.loaders.job.load(rowId(id) ?? 0);
    return row && toJob(row);
  }

  @Query(() => TradeJobConnection, {
    description: 'Your LIMIT orders that rest in the book or are being sent, newest first.',
  })
  @Access('user')
  async limitOrders(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => LimitOrderFilter, { nullable: true, description: 'Filters the orders.' })
    filter: LimitOrderFilter | null,
  ): Promise<Connection<TradeJob>> {
    const page = readPage(args);
    const where = { ...tradingFilter(filter), side: onlyOf(filter?.side) };
    return toConnection(await readLimitOrders(ctx.app.db, viewerId(ctx), where, page), page, toJob);
  }

  @FieldResolver(() => GraphQLDecimal, { description: 'The quantity its orders have filled, in the base asset.' })
  async executedQty(@Root() job: TradeJob, @Ctx() ctx: GraphqlContext): Promise<string> {
    const orders = await ctx.loaders.executionsOfJob.load(job.id);
    return sum(orders.map((order) => d(order.executed_qty.toFixed()))).toFixed();
  }

  @FieldResolver(() => GraphQLDecimal, {
    nullable: true,
    description:
      'How far the market price is from its limit price, in percent of the market price; null when either is missing.',
  })
  async distancePct(@Root() job: TradeJob, @Ctx() ctx: GraphqlContext): Promise<string | null> {
    const { side, limitPrice } = job;
    if (limitPrice === null) return null;
    const price = ctx.app.prices.get(await loadPriceKey(ctx, job));
    if (!price) return null;
    const market = d((side === 'BUY' ? price.ask : price.bid) ?? price.last);
    return market.gt(0) ? d(limitPrice).sub(market).div(market).mul('100').toDecimalPlaces(4).toFixed() : null;
  }

  @FieldResolver(() => [ReservedQuantity], { description: 'SELL: the quantity it reserves of each position.' })
  async reservations(@Root() job: TradeJob, @Ctx() ctx: GraphqlContext): Promise<ReservedQuantity[]> {
    const rows = await ctx.loaders.reservationsOfJob.load(job.id);
    return rows.map((row) => ({
      positionId: row.position_id,
      qty: row.qty.toFixed(),
      qtySold: row.qty_sold.toFixed(),
      isLive: row.is_live,
    }));
  }

  @FieldResolver(() => ExchangeAccount, { description: 'The account it trades on.' })
  async account(@Root() job: TradeJob, @Ctx() ctx: GraphqlContext): Promise<ExchangeAccount> {
    return toAccount(mustBe(await ctx.loaders.account.load(job.row.exchange_account_id)));
  }

  @FieldResolver(() => Vault, {
    nullable: true,
    description: 'The vault that provides its capital; null = the account itself.',
  })
  async vault(@Root() job: TradeJob, @Ctx() ctx: GraphqlContext): Promise<Vault | null> {
    const id = job.row.vault_id;
    const row = id === null ? null : await ctx.loaders.vault.load(id);
    return row && toVault(row);
  }

  @FieldResolver(() => [TradeExecution], { description: 'Its orders, oldest first.' })
  async executions(@Root() job: TradeJob, @Ctx() ctx: GraphqlContext): Promise<TradeExecution[]> {
    return (await ctx.loaders.executionsOfJob.load(job.id)).map(toExecution);
  }
}

@Resolver(() => TradeExecution)
export class TradeExecutionResolver {
  @Query(() => TradeExecutionConnection, { description: 'Your orders, newest first.' })
  @Access('user')
  async tradeExecutions(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => TradeExecutionFilter, { nullable: true, description: 'Filters the orders.' })
    filter: TradeExecutionFilter | null,
  ): Promise<Connection<TradeExecution>> {
    const page = readPage(args);
    const where = {
      ...tradingFilter(filter),
      ...{ jobId: filterId(filter?.jobId), status: filter?.status ?? undefined, side: onlyOf(filter?.side) },
    };
    return toConnection(await readExecutions(ctx.app.db, viewerId(ctx), where, page), page, toExecution);
  }

  @FieldResolver(() => ExchangeAccount, { description: 'The account of the order.' })
  async account(@Root() execution: TradeExecution, @Ctx() ctx: GraphqlContext): Promise<ExchangeAccount> {
    return toAccount(mustBe(await ctx.loaders.account.load(execution.accountId)));
  }
}
