import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ExchangeAccount, toAccount } from '../accounts/account.types.js';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { notFound, orThrow } from '../graphql/errors.js';
import { datesOf, symbolsOf } from '../graphql/list-filter.js';
import {
  filterId,
  PageArgs,
  readPage,
  rowId,
  toConnection,
  withTotalCount,
  type CountedConnection,
} from '../graphql/pages.js';
import { mustBe } from '../graphql/owned.js';
import { toVault, Vault } from '../vaults/vault.types.js';
import { countParameters, readParameter, readParameters } from './parameter.store.js';
import {
  CreateTradeParameterInput,
  CreateTradeParameterPayload,
  DeleteTradeParameterInput,
  DeleteTradeParameterPayload,
  toParameter,
  TradeParameter,
  TradeParameterConnection,
  TradeParameterFilter,
  UpdateTradeParameterInput,
  UpdateTradeParameterPayload,
  type TradeParameterInput,
  type TradeParameterPayload,
} from './parameter.types.js';
import { createParameter } from './create-parameter.js';
import { deleteParameter } from './delete-parameter.js';
import { updateParameter } from './update-parameter.js';

const settingsOf = ({ vaultId, ...settings }: TradeParameterInput) => ({
  ...settings,
  vaultId: filterId(vaultId) ?? null,
});

async function payload(ctx: GraphqlContext, parameterId: number): Promise<TradeParameterPayload> {
  const row = await readParameter(ctx.app.db, viewerId(ctx), parameterId);
  if (!row) throw notFound('trade parameter');
  return { parameter: toParameter(row) };
}

@Resolver(() => TradeParameter)
export class ParameterResolver {
  @Query(() => TradeParameterConnection, { description: 'Your trade parameters, oldest first.' })
  @Access('user')
  async tradeParameters(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => TradeParameterFilter, { nullable: true, description: 'Filters the parameters.' })
    filter: TradeParameterFilter | null,
  ): Promise<CountedConnection<TradeParameter>> {
    const page = readPage(args, { sort: 'OLDEST' });
    const where = {
      ...{ accountId: filterId(filter?.accountId), tradeMode: filter?.tradeMode ?? undefined },
      ...{ symbols: symbolsOf(filter?.symbol), side: filter?.side ?? undefined, vaultId: filterId(filter?.vaultId) },
      ...datesOf(filter ?? {}),
    };
    const found = toConnection(await readParameters(ctx.app.db, viewerId(ctx), where, page), page, toParameter);
    return withTotalCount(found, () => countParameters(ctx.app.db, viewerId(ctx), where));
  }

  @Mutation(() => CreateTradeParameterPayload, { description: 'Creates a parameter for an account, symbol and side.' })
  @Access('user')
  @Audit('trade_parameter')
  async createTradeParameter(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => CreateTradeParameterInput, { description: 'The parameter.' }) input: CreateTradeParameterInput,
  ): Promise<CreateTradeParameterPayload> {
    const parameter = { accountId: rowId(input.accountId) ?? 0, settings: settingsOf(input.parameter) };
    const { parameterId } = orThrow(await createParameter(ctx.app, viewerId(ctx), parameter));
    return payload(ctx, parameterId);
  }

  @Mutation(() => UpdateTradeParameterPayload, {
    description: 'Replaces all settings of a parameter. Open positions keep theirs.',
  })
  @Access('user')
  @Audit('trade_parameter')
  async updateTradeParameter(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => UpdateTradeParameterInput, { description: 'The settings.' }) input: UpdateTradeParameterInput,
  ): Promise<UpdateTradeParameterPayload> {
    const parameter = { parameterId: rowId(input.id) ?? 0, settings: settingsOf(input.parameter) };
    const { parameterId } = orThrow(await updateParameter(ctx.app, viewerId(ctx), parameter));
    return payload(ctx, parameterId);
  }

  @Mutation(() => DeleteTradeParameterPayload, {
    description: 'Deletes a parameter; signals for its symbol are skipped from then on.',
  })
  @Access('user')
  @Audit('trade_parameter')
  async deleteTradeParameter(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => DeleteTradeParameterInput, { description: 'Which parameter.' })
    { id }: DeleteTradeParameterInput,
  ): Promise<DeleteTradeParameterPayload> {
    const deleted = await deleteParameter(ctx.app, viewerId(ctx), { parameterId: rowId(id) ?? 0 });
    return { id: orThrow(deleted).parameterId };
  }

  @FieldResolver(() => ExchangeAccount, { description: 'The account it is for.' })
  async account(@Root() parameter: TradeParameter, @Ctx() ctx: GraphqlContext): Promise<ExchangeAccount> {
    return toAccount(mustBe(await ctx.loaders.account.load(parameter.accountId)));
  }

  @FieldResolver(() => Vault, {
    nullable: true,
    description: 'Where the capital comes from; null = the account itself.',
  })
  async vault(@Root() parameter: TradeParameter, @Ctx() ctx: GraphqlContext): Promise<Vault | null> {
    const row = parameter.vaultId === null ? null : await ctx.loaders.vault.load(parameter.vaultId);
    return row && toVault(row);
  }
}
