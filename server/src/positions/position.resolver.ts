import { Arg, Args, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import { ExchangeAccount, toAccount } from '../accounts/account.types.js';
import { loadPriceKey } from '../accounts/price-of.js';
import { d } from '../core/money/money.js';
import { averagePrice, profitPct, unrealizedPnl } from '../core/position/pnl.js';
import { Access } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { mustBe } from '../graphql/owned.js';
import { onlyOf, tradingFilter } from '../graphql/list-filter.js';
import { PageArgs, readPage, rowId, toConnection, type Connection } from '../graphql/pages.js';
import { GraphQLDecimal } from '../graphql/scalars.js';
import type { VenuePrice } from '../core/price/venue-price.js';
import { Price, toPrice } from '../prices/price.types.js';
import { toJob, TradeJob } from '../orders/job.types.js';
import { toVault, Vault } from '../vaults/vault.types.js';
import { readFills, readPositions } from './position.store.js';
import {
  Position,
  PositionConnection,
  PositionFill,
  PositionFillConnection,
  PositionFillFilter,
  PositionFilter,
  toFill,
  toPosition,
} from './position.types.js';

const POSITIONS_MAX = 500;
const PCT_PLACES = 4;

const loadPrice = async (ctx: GraphqlContext, position: Position): Promise<VenuePrice | undefined> =>
  ctx.app.prices.get(await loadPriceKey(ctx, position));

@Resolver(() => Position)
export class PositionResolver {
  @Query(() => PositionConnection, {
    description:
      'Your positions, newest first. `first` may be up to 500 here, so that one page can hold all open positions.',
  })
  @Access('user')
  async positions(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => PositionFilter, { nullable: true, description: 'Filters the positions.' })
    filter: PositionFilter | null,
  ): Promise<Connection<Position>> {
    const page = readPage(args, { max: POSITIONS_MAX });
    const where = { ...tradingFilter(filter), status: onlyOf(filter?.status) };
    return toConnection(await readPositions(ctx.app.db, viewerId(ctx), where, page), page, toPosition);
  }

  @Query(() => PositionFillConnection, { description: 'The fills of your positions, newest first.' })
  @Access('user')
  async positionFills(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => PositionFillFilter, { nullable: true, description: 'Filters the fills.' })
    filter: PositionFillFilter | null,
  ): Promise<Connection<PositionFill>> {
    const page = readPage(args);
    const where = { ...tradingFilter(filter), side: onlyOf(filter?.side) };
    return toConnection(await readFills(ctx.app.db, viewerId(ctx), where, page), page, toFill);
  }

  @Query(() => Position, { nullable: true, description: 'One of your positions.' })
  @Access('user')
  async position(
    @Ctx() ctx: GraphqlContext,
    @Arg('id', () => ID, { description: 'The position.' }) id: string,
  ): Promise<Position | null> {
    const row = await ctx.loaders.position.load(rowId(id) ?? 0);
    return row && toPosition(row);
  }

  @FieldResolver(() => ExchangeAccount, { description: 'The account that holds it.' })
  async account(@Root() position: Position, @Ctx() ctx: GraphqlContext): Promise<ExchangeAccount> {
    return toAccount(mustBe(await ctx.loaders.account.load(position.row.exchange_account_id)));
  }

  @FieldResolver(() => String, {
    description:
      'The key of its price in `prices`, `priceHistory` and `pricesChanged`. It uses the venue of its account.',
  })
  priceKey(@Root() position: Position, @Ctx() ctx: GraphqlContext): string | Promise<string> {
    return loadPriceKey(ctx, position);
  }

  @FieldResolver(() => Price, {
    nullable: true,
    description: 'Latest price of the symbol at the venue of its account; null when unknown.',
  })
  async price(@Root() position: Position, @Ctx() ctx: GraphqlContext): Promise<Price | null> {
    const price = await loadPrice(ctx, position);
    return price ? toPrice(price, ctx.app.clock.now()) : null;
  }

  @FieldResolver(() => GraphQLDecimal, {
    nullable: true,
    description: 'price x qtyRemaining - costQuote in the quote asset; null without a price.',
  })
  async unrealizedPnl(@Root() position: Position, @Ctx() ctx: GraphqlContext): Promise<string | null> {
    const price = await loadPrice(ctx, position);
    return price ? unrealizedPnl(d(position.costQuote), d(price.last), d(position.qtyRemaining)).toFixed() : null;
  }

  @FieldResolver(() => GraphQLDecimal, {
    nullable: true,
    description:
      'The distance of the price from the opening price, in percent with four decimals, without fees. The exits use it. Null without a price and for closed positions.',
  })
  async unrealizedPnlPct(@Root() position: Position, @Ctx() ctx: GraphqlContext): Promise<string | null> {
    const price = await loadPrice(ctx, position);
    const entryPrice = d(position.entryPrice);
    if (!price || position.status === 'CLOSED' || entryPrice.isZero()) return null;
    return profitPct(entryPrice, d(price.last)).toDecimalPlaces(PCT_PLACES).toFixed();
  }

  @FieldResolver(() => TradeJob, { description: 'The job that opened it.' })
  async openJob(@Root() position: Position, @Ctx() ctx: GraphqlContext): Promise<TradeJob> {
    return toJob(mustBe(await ctx.loaders.job.load(position.row.trade_job_id_open)));
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Label of the webhook source whose signal opened it; null when it was opened by hand.',
  })
  async sourceLabel(@Root() position: Position, @Ctx() ctx: GraphqlContext): Promise<string | null> {
    return (await ctx.loaders.sourceLabelOfJob.load(position.row.trade_job_id_open))?.label ?? null;
  }

  @FieldResolver(() => ID, {
    nullable: true,
    description: 'The webhook source whose signal opened it; null when it was opened by hand.',
  })
  sourceId(@Root() position: Position): number | null {
    return position.row.webhook_source_id;
  }

  @FieldResolver(() => Vault, {
    nullable: true,
    description: 'The vault that its capital came from; null = the account itself.',
  })
  async vault(@Root() position: Position, @Ctx() ctx: GraphqlContext): Promise<Vault | null> {
    const id = position.row.vault_id;
    const row = id === null ? null : await ctx.loaders.vault.load(id);
    return row && toVault(row);
  }

  @FieldResolver(() => GraphQLDecimal, {
    nullable: true,
    description: 'Average price of its sells; null before the first.',
  })
  async exitPrice(@Root() position: Position, @Ctx() ctx: GraphqlContext): Promise<string | null> {
    const fills = await ctx.loaders.fillsOfPosition.load(position.id);
    const sells = fills.filter(({ side }) => side === 'SELL').map(toFill);
    if (sells.length === 0) return null;
    const qty = sells.reduce((total, fill) => total.add(d(fill.qty)), d('0'));
    const quote = sells.reduce((total, fill) => total.add(d(fill.price).mul(d(fill.qty))), d('0'));
    return averagePrice(quote, qty).toFixed();
  }

  @FieldResolver(() => [PositionFill], { description: 'Its trades, oldest first.' })
  async fills(@Root() position: Position, @Ctx() ctx: GraphqlContext): Promise<PositionFill[]> {
    return (await ctx.loaders.fillsOfPosition.load(position.id)).map(toFill);
  }
}

@Resolver(() => PositionFill)
export class PositionFillResolver {
  @FieldResolver(() => Position, { description: 'The position it belongs to.' })
  async position(@Root() fill: PositionFill, @Ctx() ctx: GraphqlContext): Promise<Position> {
    return toPosition(mustBe(await ctx.loaders.position.load(fill.positionId)));
  }
}
