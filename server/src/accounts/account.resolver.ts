import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { d } from '../core/money/money.js';
import { priceVenueOf } from '../core/price/price-key.js';
import { totalInUsdt, valueInUsdt, type PriceOf } from '../core/position/valuation.js';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { badInput, notFound, orThrow } from '../graphql/errors.js';
import { datesOf } from '../graphql/list-filter.js';
import { PageArgs, readPage, rowId, toConnection, withTotalCount, type CountedConnection } from '../graphql/pages.js';
import { requirePassword } from '../auth/require-password.js';
import { GraphQLDecimal } from '../graphql/scalars.js';
import { countAccounts, readAccounts, type BalanceRow } from './account.store.js';
import {
  Balance,
  CreateExchangeAccountInput,
  DeleteExchangeAccountInput,
  DeleteExchangeAccountPayload,
  ExchangeAccount,
  ExchangeAccountConnection,
  ExchangeAccountFilter,
  CreateExchangeAccountPayload,
  UpdateExchangeAccountPayload,
  toAccount,
  UpdateExchangeAccountInput,
} from './account.types.js';
import { toRemoval } from '../graphql/removal.types.js';
import { removeAccount } from './account-writes.store.js';
import { createAccount } from './create-account.js';
import { createRealAccount } from './create-real-account.js';
import { priceOf } from './price-of.js';
import { updateAccount } from './update-account.js';

const totalOf = (row: BalanceRow) => d(row.free.toFixed()).add(d(row.locked.toFixed()));

const toBalance = (row: BalanceRow, priceOfSymbol: PriceOf): Balance => {
  const total = totalOf(row);
  return {
    asset: row.asset,
    free: row.free.toFixed(),
    locked: row.locked.toFixed(),
    total: total.toFixed(),
    valueUsd: valueInUsdt(row.asset, total, priceOfSymbol)?.toFixed() ?? null,
    lastSyncAt: row.last_sync_at,
  };
};

/** The account of an id argument; null when the viewer has no such account. */
export async function loadAccount(ctx: GraphqlContext, id: string): Promise<ExchangeAccount | null> {
  const key = rowId(id);
  const row = key === null ? null : await ctx.loaders.account.load(key);
  return row && toAccount(row);
}

export async function mustLoadAccount(ctx: GraphqlContext, id: string | number): Promise<ExchangeAccount> {
  const account = await loadAccount(ctx, String(id));
  if (!account) throw notFound('exchange account');
  return account;
}

@Resolver(() => ExchangeAccount)
export class AccountResolver {
  @Query(() => ExchangeAccountConnection, { description: 'Your exchange accounts, oldest first.' })
  @Access('user')
  async exchangeAccounts(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => ExchangeAccountFilter, { nullable: true, description: 'Filters the accounts.' })
    filter: ExchangeAccountFilter | null,
  ): Promise<CountedConnection<ExchangeAccount>> {
    const page = readPage(args, { sort: 'OLDEST' });
    const { tradeMode, exchange, isActive } = filter ?? {};
    const where = {
      ...{ tradeMode: tradeMode ?? undefined, exchange: exchange ?? undefined, isActive: isActive ?? undefined },
      ...datesOf(filter ?? {}),
    };
    const found = toConnection(await readAccounts(ctx.app.db, viewerId(ctx), where, page), page, toAccount);
    return withTotalCount(found, () => countAccounts(ctx.app.db, viewerId(ctx), where));
  }

  @Query(() => ExchangeAccount, { nullable: true, description: 'One of your accounts.' })
  @Access('user')
  exchangeAccount(
    @Ctx() ctx: GraphqlContext,
    @Arg('id', () => ID, { description: 'The account.' }) id: string,
  ): Promise<ExchangeAccount | null> {
    return loadAccount(ctx, id);
  }

  @Query(() => [Balance], { description: 'The balances of one of your accounts.' })
  @Access('user')
  async balances(
    @Ctx() ctx: GraphqlContext,
    @Arg('accountId', () => ID, { description: 'The account.' }) accountId: string,
  ): Promise<Balance[]> {
    const account = await mustLoadAccount(ctx, accountId);
    return this.balancesOfAccount(account, ctx);
  }

  @Mutation(() => CreateExchangeAccountPayload, {
    description:
      'Creates an account. A real one needs its API keys and your password again. Keys that may withdraw are refused unless you accept it. It can be created, tested and viewed while real trading is switched off.',
  })
  @Access('user')
  @Audit('exchange_account')
  async createExchangeAccount(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => CreateExchangeAccountInput, { description: 'The account.' }) input: CreateExchangeAccountInput,
  ): Promise<CreateExchangeAccountPayload> {
    const { label, exchange, real } = input;
    const created = input.isSimulation
      ? await createAccount(ctx.app, viewerId(ctx), { label, exchange, initialBalances: input.initialBalances ?? [] })
      : await this.createReal(ctx, { label, exchange, real });
    const { accountId } = orThrow(created);
    return { account: await mustLoadAccount(ctx, accountId) };
  }

  private async createReal(
    ctx: GraphqlContext,
    {
      label,
      exchange,
      real,
    }: Pick<CreateExchangeAccountInput, 'label' | 'exchange'> & {
      real: CreateExchangeAccountInput['real'] | undefined;
    },
  ) {
    if (!real) throw badInput({ path: 'real', message: 'real must have the keys of the account.' });
    const { keys, proxyUrl, testnet, acceptWithdrawPermission } = real;
    const acceptsWithdraw = acceptWithdrawPermission ?? false;
    const account = { label, exchange, ...keys, proxyUrl, testnet: testnet ?? false, acceptsWithdraw };
    return createRealAccount(ctx.app, viewerId(ctx), account, () =>
      requirePassword(ctx, real.password, 'createExchangeAccount'),
    );
  }

  @Mutation(() => UpdateExchangeAccountPayload, {
    description: 'Renames an account, switches it on or off, or changes the proxy of a real one.',
  })
  @Access('user')
  @Audit('exchange_account')
  async updateExchangeAccount(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => UpdateExchangeAccountInput, { description: 'The changes.' }) input: UpdateExchangeAccountInput,
  ): Promise<UpdateExchangeAccountPayload> {
    const { password, acceptWithdrawPermission, ...rest } = input;
    const changes = { ...rest, acceptsWithdraw: acceptWithdrawPermission ?? undefined };
    const { accountId } = orThrow(
      await updateAccount(ctx.app, viewerId(ctx), { ...changes, accountId: rowId(input.id) ?? 0 }, () =>
        requirePassword(ctx, password, 'updateExchangeAccount'),
      ),
    );
    ctx.loaders.account.clear(accountId);
    return { account: await mustLoadAccount(ctx, input.id) };
  }

  @Mutation(() => DeleteExchangeAccountPayload, {
    description:
      'Deletes an account that never traded, with its parameters and bindings. One with jobs, positions, signals or external orders is switched off instead; its open positions are then no longer managed. A real account needs your password.',
  })
  @Access('user')
  @Audit('exchange_account')
  async deleteExchangeAccount(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => DeleteExchangeAccountInput, { description: 'Which one.' })
    { id, password }: DeleteExchangeAccountInput,
  ): Promise<DeleteExchangeAccountPayload> {
    const row = rowId(id) ?? 0;
    const account = await ctx.loaders.account.load(row);
    if (account && !account.is_simulation) await requirePassword(ctx, password, 'deleteExchangeAccount');
    const outcome = await removeAccount(ctx.app.db, viewerId(ctx), row);
    if (!outcome) throw notFound('exchange account');
    return toRemoval(row, outcome);
  }

  @FieldResolver(() => [Balance], { name: 'balances', description: 'Its balances.' })
  async balancesOfAccount(@Root() account: ExchangeAccount, @Ctx() ctx: GraphqlContext): Promise<Balance[]> {
    const prices = priceOf(ctx, priceVenueOf(account));
    return (await ctx.loaders.balances.load(account.id)).map((row) => toBalance(row, prices));
  }

  @FieldResolver(() => GraphQLDecimal, {
    nullable: true,
    description: 'Free and locked balances at the latest prices, in USDT. Null when a price is missing.',
  })
  async equityUsd(@Root() account: ExchangeAccount, @Ctx() ctx: GraphqlContext): Promise<string | null> {
    const rows = await ctx.loaders.balances.load(account.id);
    const holdings = rows.map((row) => ({ asset: row.asset, amount: totalOf(row) }));
    return totalInUsdt(holdings, priceOf(ctx, priceVenueOf(account)))?.toFixed() ?? null;
  }
}
