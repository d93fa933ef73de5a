import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ExchangeAccount, toAccount } from '../accounts/account.types.js';
import type { ExitChanges } from '../core/exits/edit-exits.js';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { notFound, orThrow } from '../graphql/errors.js';
import { mustBe } from '../graphql/owned.js';
import { filterId, readPage, rowId, toConnection, type Connection } from '../graphql/pages.js';
import { toPosition } from '../positions/position.types.js';
import { adoptHolding } from './holdings/adopt-holding.js';
import { readSyncedAccount } from './account-sync.store.js';
import { closeAsReconciled } from './holdings/close-as-reconciled.js';
import { dismissForeignOrders } from './external-orders/dismiss-foreign-orders.js';
import { readForeignOrder, readForeignOrders } from './external-orders/foreign-order-view.store.js';
import {
  AccountComparison,
  AccountHolding,
  AdoptHoldingInput,
  ForeignOrder,
  ForeignOrderConnection,
  ForeignOrderFilter,
  ForeignOrderPayload,
  ReconciledPositionPayload,
  toForeignOrder,
  toHolding,
} from './reconciliation.types.js';
import { weighAccount } from './holdings/weigh-account.js';

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

/** What was done at the exchange outside of this program, and what its owner does about it. */
@Resolver(() => ForeignOrder)
export class ForeignOrderResolver {
  @Query(() => ForeignOrderConnection, {
    description: 'Orders at your exchanges that this program did not make, newest first.',
  })
  @Access('user')
  async foreignOrders(
    @Ctx() ctx: GraphqlContext,
    @Arg('filter', () => ForeignOrderFilter, { nullable: true, description: 'Which of them.' })
    filter: ForeignOrderFilter | null,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: 'How many, at most 100.' })
    first: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The endCursor of the page before.' })
    after: string | null,
  ): Promise<Connection<ForeignOrder>> {
    const page = readPage({ first, after });
    const wanted = {
      accountId: filterId(filter?.accountId),
      tradeMode: filter?.tradeMode ?? undefined,
      withDismissed: filter?.withDismissed ?? false,
    };
    return toConnection(await readForeignOrders(ctx.app.db, viewerId(ctx), wanted, page), page, toForeignOrder);
  }

  @Query(() => [AccountHolding], {
    description: 'What an account has at its exchange now, set against your positions. The exchange is asked.',
  })
  @Access('user')
  async accountHoldings(
    @Ctx() ctx: GraphqlContext,
    @Arg('accountId', () => ID, { description: 'The account.' }) accountId: string,
  ): Promise<AccountHolding[]> {
    const account = await readSyncedAccount(ctx.app.db, rowId(accountId) ?? 0);
    if (account?.userId !== viewerId(ctx)) throw notFound('exchange account');
    const weighed = await weighAccount(ctx.app, account);
    return (Array.isArray(weighed) ? weighed : orThrow(weighed)).map(toHolding);
  }

  @Mutation(() => ReconciledPositionPayload, {
    description:
      'Makes a position of coins that were bought outside of this program: never more than are free and in no position. Nothing is sent.',
  })
  @Access('user')
  @Audit('position')
  async adoptHolding(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => AdoptHoldingInput, { description: 'What, and what it cost.' }) input: AdoptHoldingInput,
  ): Promise<ReconciledPositionPayload> {
    const { symbol, quantity, priceOpen, foreignOrderId, idempotencyKey } = input;
    const { positionId } = orThrow(
      await adoptHolding(ctx.app, viewerId(ctx), {
        ...{ accountId: rowId(input.accountId) ?? 0, symbol, idempotencyKey, exits: exitsOf(input) },
        ...(quantity != null && { quantity }),
        ...(priceOpen != null && { priceOpen }),
        ...(foreignOrderId != null && { foreignOrderId: rowId(foreignOrderId) ?? 0 }),
      }),
    );
    return loadPosition(ctx, positionId);
  }

  @Mutation(() => ReconciledPositionPayload, {
    description:
      'Closes a position whose coins are gone from the account, with reason RECONCILIATION. Nothing is sent; refused while the coins are there.',
  })
  @Access('user')
  @Audit('position')
  async closeAsReconciled(
    @Ctx() ctx: GraphqlContext,
    @Arg('positionId', () => ID, { description: 'The position.' }) positionId: string,
  ): Promise<ReconciledPositionPayload> {
    const id = rowId(positionId) ?? 0;
    orThrow(await closeAsReconciled(ctx.app, viewerId(ctx), { positionId: id }));
    return loadPosition(ctx, id);
  }

  @Mutation(() => ForeignOrderPayload, {
    description: 'Takes an order of others off the list. It comes back when it trades again.',
  })
  @Access('user')
  @Audit('foreign_order')
  async dismissForeignOrder(
    @Ctx() ctx: GraphqlContext,
    @Arg('foreignOrderId', () => ID, { description: 'The order.' }) foreignOrderId: string,
  ): Promise<ForeignOrderPayload> {
    const id = rowId(foreignOrderId) ?? 0;
    const isDone = (await dismissForeignOrders(ctx.app, viewerId(ctx), [id])) > 0;
    if (!isDone) throw notFound('order of others');
    return { foreignOrder: toForeignOrder(mustBe(await readForeignOrder(ctx.app.db, viewerId(ctx), id))) };
  }

  @FieldResolver(() => ExchangeAccount, { description: 'The account it was made on.' })
  async account(@Root() order: ForeignOrder, @Ctx() ctx: GraphqlContext): Promise<ExchangeAccount> {
    return toAccount(mustBe(await ctx.loaders.account.load(order.accountId)));
  }
}

@Resolver(() => ExchangeAccount)
export class AccountComparisonResolver {
  @FieldResolver(() => AccountComparison, {
    nullable: true,
    description: 'How it compares with its exchange; null for a simulation account.',
  })
  async comparison(@Root() account: ExchangeAccount, @Ctx() ctx: GraphqlContext): Promise<AccountComparison | null> {
    if (account.isSimulation) return null;
    const row = await ctx.loaders.sync.load(account.id);
    return {
      ...{ comparedAt: row?.reconciled_at ?? null, failingSince: row?.failing_since ?? null },
      error: row?.error_message ?? null,
    };
  }
}
