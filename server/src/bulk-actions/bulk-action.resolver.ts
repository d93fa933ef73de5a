import { Arg, Args, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ExchangeAccount, toAccount } from '../accounts/account.types.js';
import { countBulkActionItems, soldTotals } from '../core/bulk-actions/bulk-action-item-state.js';
import { totalsOf } from '../core/bulk-actions/bulk-action-totals.js';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import type { BulkActionItemKindName, BulkActionKindName, BulkActionStateName } from '../graphql/enums.js';
import { notFound, orThrow } from '../graphql/errors.js';
import { oncePerKey } from '../graphql/once-per-key.js';
import { mustBe } from '../graphql/owned.js';
import { datesOf } from '../graphql/list-filter.js';
import { filterId, PageArgs, readPage, rowId, toConnection, type Connection } from '../graphql/pages.js';
import { Position, toPosition } from '../positions/position.types.js';
import { confirmCloseAll } from './confirm-close-all.js';
import { TradeJob, toJob } from '../orders/job.types.js';
import {
  countBuysUnderWay,
  killKey,
  readBulkActionByKey,
  readBulkActions,
  retryKey,
  type BulkActionRow,
} from './bulk-action.store.js';
import {
  ConfirmCloseAllInput,
  PreviewCloseAllInput,
  BulkAction,
  BulkActionConnection,
  BulkActionFilter,
  BulkActionItem,
  ConfirmCloseAllPayload,
  PreviewCloseAllPayload,
  RetryBulkActionPayload,
  BulkActionAccountResult,
  BulkActionSold,
  BulkActionTotal,
  RetryBulkActionInput,
  toBulkActionItem,
} from './bulk-action.types.js';
import { previewCloseAll } from './preview-close-all.js';
import { jobOfItem, loadItemProgress, type ItemProgress } from './bulk-action-progress.js';
import { retryBulkAction } from './retry-bulk-action.js';

function stateOf(row: BulkActionRow, now: number): BulkActionStateName {
  if (row.finished_at) return 'DONE';
  if (row.started_at) return 'RUNNING';
  return row.expires_at && row.expires_at.getTime() <= now ? 'EXPIRED' : 'READY';
}

/** One of the viewer's plans; null when it does not exist. */
export async function loadBulkAction(ctx: GraphqlContext, id: number): Promise<BulkAction | null> {
  const row = await ctx.loaders.bulkAction.load(id);
  return row && toBulkAction(row, ctx.app.clock.now());
}

const toBulkAction = (row: BulkActionRow, now: number): BulkAction => ({
  id: row.id,
  kind: row.kind as BulkActionKindName,
  state: stateOf(row, now),
  closesPositions: row.closes_positions,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
  finishedAt: row.finished_at,
  row,
});

export async function mustLoadBulkAction(ctx: GraphqlContext, id: number): Promise<BulkAction> {
  const bulkAction = await loadBulkAction(ctx, id);
  if (!bulkAction) throw notFound('plan');
  return bulkAction;
}

@Resolver(() => BulkAction)
export class BulkActionResolver {
  @Query(() => BulkActionConnection, { description: 'Your bulk actions, newest first.' })
  @Access('user')
  async bulkActions(
    @Ctx() ctx: GraphqlContext,
    @Args(() => PageArgs) args: PageArgs,
    @Arg('filter', () => BulkActionFilter, { nullable: true, description: 'Filters the bulk actions.' })
    filter: BulkActionFilter | null,
  ): Promise<Connection<BulkAction>> {
    const page = readPage(args);
    const where = { kind: filter?.kind ?? undefined, ...datesOf(filter ?? {}) };
    const found = await readBulkActions(ctx.app.db, viewerId(ctx), where, page);
    return toConnection(found, page, (row) => toBulkAction(row, ctx.app.clock.now()));
  }

  @Query(() => BulkAction, {
    nullable: true,
    description: 'One of your bulk actions.',
  })
  @Access('user')
  bulkAction(
    @Ctx() ctx: GraphqlContext,
    @Arg('id', () => ID, { description: 'The bulk action.' }) id: string,
  ): Promise<BulkAction | null> {
    return loadBulkAction(ctx, rowId(id) ?? 0);
  }

  @Query(() => BulkAction, {
    nullable: true,
    description:
      'The bulk action that killSwitch or retryBulkAction created for an idempotency key; null when the key never arrived. Use it when a call got no answer.',
  })
  @Access('user')
  async bulkActionOfKey(
    @Ctx() ctx: GraphqlContext,
    @Arg('idempotencyKey', () => String, { description: 'The key that was sent.' }) idempotencyKey: string,
  ): Promise<BulkAction | null> {
    const [userId, key] = [viewerId(ctx), idempotencyKey];
    const found = await readBulkActionByKey(ctx.app.db, userId, [killKey(userId, key), retryKey(userId, key)]);
    return found ? loadBulkAction(ctx, found.id) : null;
  }

  @Mutation(() => PreviewCloseAllPayload, {
    description:
      'First step of closing many positions: stores which ones and their values. Sells nothing. The plan can be executed for five minutes.',
  })
  @Access('user')
  @Audit('bulk_action')
  async previewCloseAll(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => PreviewCloseAllInput, { description: 'The positions.' }) { filter }: PreviewCloseAllInput,
  ): Promise<PreviewCloseAllPayload> {
    const [accountId, sourceId] = [filterId(filter?.accountId), filterId(filter?.sourceId)];
    const { symbol, tradeMode } = filter ?? {};
    const conditions = { accountId, sourceId, symbol: symbol ?? undefined, tradeMode: tradeMode ?? undefined };
    const { bulkActionId } = orThrow(await previewCloseAll(ctx.app, viewerId(ctx), conditions));
    return { bulkAction: await mustLoadBulkAction(ctx, bulkActionId) };
  }

  @Mutation(() => ConfirmCloseAllPayload, {
    description:
      'Second step: sells exactly the positions of the plan, each once. A repeated call continues where it stopped and returns the results.',
  })
  @Access('user')
  @Audit('bulk_action')
  async confirmCloseAll(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => ConfirmCloseAllInput, { description: 'Which bulk action.' })
    { bulkActionId }: ConfirmCloseAllInput,
  ): Promise<ConfirmCloseAllPayload> {
    const id = rowId(bulkActionId) ?? 0;
    orThrow(await confirmCloseAll(ctx.app, viewerId(ctx), { bulkActionId: id }));
    return { bulkAction: await mustLoadBulkAction(ctx, id) };
  }

  @Mutation(() => RetryBulkActionPayload, {
    description:
      'Retries what a bulk action left open: positions that were not completely sold and orders that still rest in the book. It creates a new bulk action and executes it at once.',
  })
  @Access('user')
  @Audit('bulk_action')
  async retryBulkAction(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => RetryBulkActionInput, { description: 'Which bulk action.' })
    { bulkActionId, idempotencyKey }: RetryBulkActionInput,
  ): Promise<RetryBulkActionPayload> {
    const bulkAction = await mustLoadBulkAction(ctx, rowId(bulkActionId) ?? 0);
    const progress = await loadItemProgress(ctx.loaders, bulkAction.id);
    const [userId, input] = [viewerId(ctx), { bulkActionId: bulkAction.id }];
    const request = { userId, scope: 'RETRY', operation: 'retryBulkAction', key: idempotencyKey, input } as const;
    const retry = () => retryBulkAction(ctx.app, userId, { bulkAction: bulkAction.row, progress, idempotencyKey });
    const made = orThrow(await oncePerKey(ctx.app, request, retry));
    return { bulkAction: await mustLoadBulkAction(ctx, made.bulkActionId) };
  }

  @FieldResolver(() => [BulkActionItem], { description: 'Its items, each with its result.' })
  async items(@Root() bulkAction: BulkAction, @Ctx() ctx: GraphqlContext): Promise<BulkActionItem[]> {
    return (await loadItemProgress(ctx.loaders, bulkAction.id)).map(toBulkActionItem);
  }

  @FieldResolver(() => Boolean, {
    description: 'Whether all items were requested and have ended. Then the results are final.',
  })
  async isTerminal(@Root() bulkAction: BulkAction, @Ctx() ctx: GraphqlContext): Promise<boolean> {
    if (bulkAction.finishedAt === null) return false;
    return (await loadItemProgress(ctx.loaders, bulkAction.id)).every(({ state }) => state.isTerminal);
  }

  @FieldResolver(() => [BulkActionSold], {
    description: 'The proceeds of its fills. Sells that are only accepted do not count.',
  })
  async sold(@Root() bulkAction: BulkAction, @Ctx() ctx: GraphqlContext): Promise<BulkActionSold[]> {
    return soldOf(await loadItemProgress(ctx.loaders, bulkAction.id));
  }

  @FieldResolver(() => Int, {
    description:
      'How many buys were in progress when entries were paused and have no known outcome yet. Positions that they open are not part of this bulk action.',
  })
  async buysUnderWay(@Root() _plan: BulkAction, @Ctx() ctx: GraphqlContext): Promise<number> {
    return countBuysUnderWay(ctx.app.db, viewerId(ctx));
  }

  @FieldResolver(() => [BulkActionTotal], { description: 'The value of its positions when it was created.' })
  async totals(@Root() bulkAction: BulkAction, @Ctx() ctx: GraphqlContext): Promise<BulkActionTotal[]> {
    const rows = (await ctx.loaders.itemsOfBulkAction.load(bulkAction.id)).filter(
      ({ action }) => action === 'CLOSE_POSITION',
    );
    return totalsOf(
      rows.map((row) => ({ symbol: row.symbol, value: textOf(row.value_quote), profit: textOf(row.profit_quote) })),
    );
  }

  @FieldResolver(() => [BulkActionAccountResult], { description: 'Its results, one for each account.' })
  async accounts(@Root() bulkAction: BulkAction, @Ctx() ctx: GraphqlContext): Promise<BulkActionAccountResult[]> {
    const byAccount = new Map<number, ItemProgress[]>();
    for (const item of await loadItemProgress(ctx.loaders, bulkAction.id)) {
      const { exchange_account_id: id } = item.row;
      byAccount.set(id, [...(byAccount.get(id) ?? []), item]);
    }
    return Promise.all(
      [...byAccount].map(async ([accountId, items]) => ({
        account: toAccount(mustBe(await ctx.loaders.account.load(accountId))),
        ...countBulkActionItems(
          items.map(({ row, state }) => ({ ...state, action: row.action as BulkActionItemKindName })),
        ),
        sold: soldOf(items),
      })),
    );
  }
}

const soldOf = (items: readonly ItemProgress[]): BulkActionSold[] =>
  soldTotals(items.map(({ row, state }) => ({ symbol: row.symbol, soldQuote: state.soldQuote })));

const textOf = (value: { toFixed(): string } | null): string | null => value?.toFixed() ?? null;

@Resolver(() => BulkActionItem)
export class BulkActionItemResolver {
  @FieldResolver(() => ExchangeAccount, { description: 'The account.' })
  async account(@Root() { progress: { row } }: BulkActionItem, @Ctx() ctx: GraphqlContext): Promise<ExchangeAccount> {
    return toAccount(mustBe(await ctx.loaders.account.load(row.exchange_account_id)));
  }

  @FieldResolver(() => Position, { nullable: true, description: 'The position it closes.' })
  async position(@Root() { progress: { row } }: BulkActionItem, @Ctx() ctx: GraphqlContext): Promise<Position | null> {
    const found = row.action === 'CLOSE_POSITION' ? await ctx.loaders.position.load(row.entity_id) : null;
    return found && toPosition(found);
  }

  @FieldResolver(() => TradeJob, {
    nullable: true,
    description: 'The job of the order it cancels, or of the sell it requested.',
  })
  async job(@Root() { progress: { row } }: BulkActionItem, @Ctx() ctx: GraphqlContext): Promise<TradeJob | null> {
    const id = jobOfItem(row);
    const found = id === null ? null : await ctx.loaders.job.load(id);
    return found && toJob(found);
  }
}
