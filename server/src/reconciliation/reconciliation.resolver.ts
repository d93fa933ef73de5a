import { Arg, Args, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ExchangeAccount, toAccount } from '../accounts/account.types.js';
import type { ExitChanges } from '../core/exits/edit-exits.js';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { isRemote } from '../exchange/exchange.js';
import { notFound, orThrow } from '../graphql/errors.js';
import { mustBe } from '../graphql/owned.js';
import { datesOf, onlyOf, scopesOf } from '../graphql/list-filter.js';
import { PageArgs, readPage, rowId, toConnection, type Connection } from '../graphql/pages.js';
import { toPosition } from '../positions/position.types.js';
import { oncePerKey } from '../graphql/once-per-key.js';
import { adoptHolding } from './holdings/adopt-holding.js';
import { closeAsReconciled } from './holdings/close-as-reconciled.js';
import { dismissExternalOrders } from './external-orders/dismiss-external-orders.js';
import { readExternalOrder, readExternalOrders } from './external-orders/external-order-view.store.js';
import {
  AccountReconciliation,
  AccountHolding,
  AdoptHoldingInput,
  ExternalOrder,
  ExternalOrderConnection,
  ExternalOrderFilter,
  DismissExternalOrderPayload,
  AdoptHoldingPayload,
  CloseAsReconciledPayload,
  type ReconciledPositionPayload,
  toExternalOrder,
  toHolding,
  CloseAsReconciledInput,
  DismissExternalOrderInput,
} from './reconciliation.types.js';
import { compareHoldings } from './holdings/compare-holdings.js';

async function loadPosition(ctx: GraphqlContext, id: number): Promise<ReconciledPositionPayload> {
  const row = await ctx.loaders.position.load(id);
  if (!row) throw notFound('position');
  return { position: toPosition(row) };
}

function exitsOf({ slPct, tpPct, trailingDistancePct, minProfitPct }: AdoptHoldingInput): ExitChanges {
  return {
    ...(slPct != null && { slEnabled: true, slPct }),
    ...(tpPct != null && { tpEnabled: true, tpPct }),
    ...(trailingDistancePct != null && { trailingEnabled: true, trailingDistancePct }),
    ...(minProfitPct != null && { minProfitPct }),
  };
}

/** Activity at the exchange outside of this program, and what its owner can do about it. */
@Resolver(() => ExternalOrder)
export class ExternalOrderResolver {
  @Query(() => ExternalOrderConnection, {
    description: 'External orders: those at your exchanges that this program did not place, newest first.',
  })
  @Access('user')
  async externalOrders(
    @Ctx() ctx: GraphqlContext,
    @Arg('filter', () => ExternalOrderFilter, { nullable: true, description: 'Filters the orders.' })
    filter: ExternalOrderFilter | null,
    @Args(() => PageArgs) args: PageArgs,
  ): Promise<Connection<ExternalOrder>> {
    const page = readPage(args);
    const wanted = {
      ...{ ...scopesOf(filter ?? {}), tradeMode: filter?.tradeMode ?? undefined },
      ...{ side: onlyOf(filter?.side), ...datesOf(filter ?? {}) },
      includeDismissed: filter?.includeDismissed ?? false,
    };
    return toConnection(await readExternalOrders(ctx.app.db, viewerId(ctx), wanted, page), page, toExternalOrder);
  }

  @Query(() => [AccountHolding], {
    description:
      'What an account holds at its exchange now, compared with your positions. The data is read from the exchange.',
  })
  @Access('user')
  async accountHoldings(
    @Ctx() ctx: GraphqlContext,
    @Arg('accountId', () => ID, { description: 'The account.' }) accountId: string,
  ): Promise<AccountHolding[]> {
    return orThrow(await compareHoldings(ctx.app, viewerId(ctx), rowId(accountId) ?? 0)).assets.map(toHolding);
  }

  @Mutation(() => AdoptHoldingPayload, {
    description:
      'Opens a position for coins that were bought outside of this program, at most as many as are free and in no position. No order is sent.',
  })
  @Access('user')
  @Audit('position')
  async adoptHolding(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => AdoptHoldingInput, { description: 'The coins and their cost.' }) input: AdoptHoldingInput,
  ): Promise<AdoptHoldingPayload> {
    const { symbol, quantity, entryPrice, externalOrderId, idempotencyKey } = input;
    const holding = {
      ...{ accountId: rowId(input.accountId) ?? 0, symbol, exits: exitsOf(input) },
      ...(quantity != null && { quantity }),
      ...(entryPrice != null && { entryPrice }),
      ...(externalOrderId != null && { externalOrderId: rowId(externalOrderId) ?? 0 }),
    };
    const [userId, key] = [viewerId(ctx), idempotencyKey];
    const request = { userId, scope: 'ADOPT', operation: 'adoptHolding', key, input: holding } as const;
    const adopt = () => adoptHolding(ctx.app, userId, { ...holding, idempotencyKey });
    const { positionId } = orThrow(await oncePerKey(ctx.app, request, adopt));
    return loadPosition(ctx, positionId);
  }

  @Mutation(() => CloseAsReconciledPayload, {
    description:
      'Closes a position whose coins are gone from the account, with reason RECONCILIATION. No order is sent. It is refused while the coins are still there.',
  })
  @Access('user')
  @Audit('position')
  async closeAsReconciled(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => CloseAsReconciledInput, { description: 'The position.' })
    { positionId }: CloseAsReconciledInput,
  ): Promise<CloseAsReconciledPayload> {
    const id = rowId(positionId) ?? 0;
    orThrow(await closeAsReconciled(ctx.app, viewerId(ctx), { positionId: id }));
    return loadPosition(ctx, id);
  }

  @Mutation(() => DismissExternalOrderPayload, {
    description: 'Removes an external order from the list. It comes back when it trades again.',
  })
  @Access('user')
  @Audit('external_order')
  async dismissExternalOrder(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => DismissExternalOrderInput, { description: 'The order.' })
    { externalOrderId }: DismissExternalOrderInput,
  ): Promise<DismissExternalOrderPayload> {
    const id = rowId(externalOrderId) ?? 0;
    orThrow(await dismissExternalOrders(ctx.app, viewerId(ctx), [id]));
    return { externalOrder: toExternalOrder(mustBe(await readExternalOrder(ctx.app.db, viewerId(ctx), id))) };
  }

  @FieldResolver(() => ExchangeAccount, { description: 'The account it was placed on.' })
  async account(@Root() order: ExternalOrder, @Ctx() ctx: GraphqlContext): Promise<ExchangeAccount> {
    return toAccount(mustBe(await ctx.loaders.account.load(order.accountId)));
  }
}

@Resolver(() => ExchangeAccount)
export class AccountReconciliationResolver {
  @FieldResolver(() => AccountReconciliation, {
    nullable: true,
    description: 'The state of its reconciliation with the exchange; null for a simulation account.',
  })
  async comparison(
    @Root() account: ExchangeAccount,
    @Ctx() ctx: GraphqlContext,
  ): Promise<AccountReconciliation | null> {
    // Only accounts at real exchanges are compared, because only there balances can change outside of this program.
    const found = ctx.app.exchanges.forReading(account);
    if (found.ok && !isRemote(found.exchange)) return null;
    const row = await ctx.loaders.sync.load(account.id);
    return {
      ...{ reconciledAt: row?.reconciled_at ?? null, failingSince: row?.failing_since ?? null },
      error: row?.error_message ?? null,
    };
  }
}
