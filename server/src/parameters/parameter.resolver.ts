import { Arg, Args, Ctx, FieldResolver, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ExchangeAccount, toAccount } from '../accounts/account.types.js';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { notFound, orThrow } from '../graphql/errors.js';
import { datesOf, scopesOf } from '../graphql/list-filter.js';
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
  CopyTradeParametersInput,
  CopyTradeParametersPayload,
  SetTradeParametersInput,
  SetTradeParametersPayload,
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
  type TradeParameterSettingsInput,
  type TradeParameterPayload,
} from './parameter.types.js';
import { createParameter } from './create-parameter.js';
import { deleteParameter } from './delete-parameter.js';
import { copyParameters, setParameters } from './set-parameters.js';
import { updateParameter } from './update-parameter.js';

const settingsOf = <Settings extends TradeParameterSettingsInput>({ vaultId, ...settings }: Settings) => ({
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
      ...{ ...scopesOf(filter ?? {}), tradeMode: filter?.tradeMode ?? undefined },
      ...{ side: filter?.side ?? undefined, vaultId: filterId(filter?.vaultId) },
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

  @Mutation(() => SetTradeParametersPayload, {
    description: 'Gives many symbols of an account the same settings: one parameter for each symbol.',
  })
  @Access('user')
  @Audit('trade_parameter')
  async setTradeParameters(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => SetTradeParametersInput, { description: 'The symbols and the settings.' })
    { accountId, symbols, settings, existing }: SetTradeParametersInput,
  ): Promise<SetTradeParametersPayload> {
    const wanted = { accountId: rowId(accountId) ?? 0, symbols, settings: settingsOf(settings), existing };
    return { results: orThrow(await setParameters(ctx.app, viewerId(ctx), wanted)).results };
  }

  @Mutation(() => CopyTradeParametersPayload, {
    description: 'Copies parameters of one account to others. Those of the first account stay.',
  })
  @Access('user')
  @Audit('trade_parameter')
  async copyTradeParameters(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => CopyTradeParametersInput, { description: 'From where, to where.' })
    { fromAccountId, toAccountIds, symbols, vaultId, existing }: CopyTradeParametersInput,
  ): Promise<CopyTradeParametersPayload> {
    const wanted = {
      ...{ fromAccountId: rowId(fromAccountId) ?? 0, toAccountIds: toAccountIds.map((id) => rowId(id) ?? 0) },
      ...{ symbols: symbols ?? undefined, vaultId: filterId(vaultId), existing },
    };
    return { results: orThrow(await copyParameters(ctx.app, viewerId(ctx), wanted)).results };
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
