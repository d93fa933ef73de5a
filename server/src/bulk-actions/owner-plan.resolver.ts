import { Arg, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { ExchangeAccount, toAccount } from '../accounts/account.types.js';
import { countPlanItems, soldTotals } from '../core/bulk-actions/plan-item-state.js';
import { totalsOf } from '../core/bulk-actions/plan-totals.js';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import type { OwnerPlanActionName, OwnerPlanStateName } from '../graphql/enums.js';
import { notFound, orThrow } from '../graphql/errors.js';
import { mustBe } from '../graphql/owned.js';
import { filterId, rowId } from '../graphql/pages.js';
import { Position, toPosition } from '../positions/position.types.js';
import { executeCloseAll } from './execute-close-all.js';
import { TradeJob, toJob } from '../orders/job.types.js';
import { countBuysUnderWay, killKey, readPlanByKey, retryKey, type PlanRow } from './owner-plan.store.js';
import {
  CloseAllFilter,
  OwnerPlan,
  OwnerPlanItem,
  OwnerPlanPayload,
  PlanAccountResult,
  PlanSold,
  PlanTotal,
  RetryPlanInput,
  toPlanItem,
} from './owner-plan.types.js';
import { planCloseAll } from './plan-close-all.js';
import { jobOfItem, loadPlanProgress, type ItemProgress } from './plan-progress.js';
import { retryPlan } from './retry-plan.js';

function stateOf(row: PlanRow, now: number): OwnerPlanStateName {
  if (row.finished_at) return 'DONE';
  if (row.started_at) return 'RUNNING';
  return row.expires_at && row.expires_at.getTime() <= now ? 'EXPIRED' : 'READY';
}

/** One of the viewer's plans; null when there is none. */
export async function loadPlan(ctx: GraphqlContext, id: number): Promise<OwnerPlan | null> {
  const row = await ctx.loaders.plan.load(id);
  return (
    row && {
      id: row.id,
      state: stateOf(row, ctx.app.clock.now()),
      closesPositions: row.closes_positions,
      createdAt: row.created_at,
      expiresAt: row.expires_at,
      finishedAt: row.finished_at,
      row,
    }
  );
}

export async function mustLoadPlan(ctx: GraphqlContext, id: number): Promise<OwnerPlan> {
  const plan = await loadPlan(ctx, id);
  if (!plan) throw notFound('plan');
  return plan;
}

@Resolver(() => OwnerPlan)
export class OwnerPlanResolver {
  @Query(() => OwnerPlan, {
    nullable: true,
    description: 'One of your plans: of closing all, or a use of the kill switch.',
  })
  @Access('user')
  ownerPlan(
    @Ctx() ctx: GraphqlContext,
    @Arg('id', () => ID, { description: 'The plan.' }) id: string,
  ): Promise<OwnerPlan | null> {
    return loadPlan(ctx, rowId(id) ?? 0);
  }

  @Query(() => OwnerPlan, {
    nullable: true,
    description:
      'The plan that the kill switch, or a retry, has made for an idempotency key; null when that key never arrived. For whoever got no answer.',
  })
  @Access('user')
  async ownerPlanOfKey(
    @Ctx() ctx: GraphqlContext,
    @Arg('idempotencyKey', () => String, { description: 'The key that was sent.' }) idempotencyKey: string,
  ): Promise<OwnerPlan | null> {
    const [userId, key] = [viewerId(ctx), idempotencyKey];
    const found = await readPlanByKey(ctx.app.db, userId, [killKey(userId, key), retryKey(userId, key)]);
    return found ? loadPlan(ctx, found.id) : null;
  }

  @Mutation(() => OwnerPlanPayload, {
    description:
      'First step of closing many positions: writes down which ones and what they are worth. Sells nothing. The plan may be executed for five minutes.',
  })
  @Access('user')
  @Audit('owner_plan')
  async planCloseAll(
    @Ctx() ctx: GraphqlContext,
    @Arg('filter', () => CloseAllFilter, { nullable: true, description: 'Which ones; all without it.' })
    filter: CloseAllFilter | null,
  ): Promise<OwnerPlanPayload> {
    const [accountId, sourceId] = [filterId(filter?.accountId), filterId(filter?.sourceId)];
    if (accountId !== undefined && !(await ctx.loaders.account.load(accountId))) throw notFound('exchange account');
    if (sourceId !== undefined && !(await ctx.loaders.source.load(sourceId))) throw notFound('webhook source');
    const { symbol, tradeMode } = filter ?? {};
    const conditions = { accountId, sourceId, symbol: symbol ?? undefined, tradeMode: tradeMode ?? undefined };
    const { planId } = orThrow(await planCloseAll(ctx.app, viewerId(ctx), conditions));
    return { plan: await mustLoadPlan(ctx, planId) };
  }

  @Mutation(() => OwnerPlanPayload, {
    description:
      'Second step: sells exactly the positions of the plan, each once. Asking again answers the results, or goes on where it stopped.',
  })
  @Access('user')
  @Audit('owner_plan')
  async executeClosePlan(
    @Ctx() ctx: GraphqlContext,
    @Arg('planId', () => ID, { description: 'The plan of step one.' }) planId: string,
  ): Promise<OwnerPlanPayload> {
    const id = rowId(planId) ?? 0;
    orThrow(await executeCloseAll(ctx.app, viewerId(ctx), { planId: id }));
    return { plan: await mustLoadPlan(ctx, id) };
  }

  @Mutation(() => OwnerPlanPayload, {
    description:
      'Tries once more what a plan has left open: positions that were not sold whole, orders that still stand. A new plan, run at once.',
  })
  @Access('user')
  @Audit('owner_plan')
  async retryOwnerPlan(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => RetryPlanInput, { description: 'Which plan.' }) { planId, idempotencyKey }: RetryPlanInput,
  ): Promise<OwnerPlanPayload> {
    const plan = await mustLoadPlan(ctx, rowId(planId) ?? 0);
    const left = (await loadPlanProgress(ctx.loaders, plan.id)).filter(
      ({ state }) => state.isOver && state.isStillOpen,
    );
    const idsOf = (action: string) => left.flatMap(({ row }) => (row.action === action ? row.entity_id : []));
    const request = { plan: plan.row, idempotencyKey };
    const open = { positionIds: idsOf('CLOSE_POSITION'), orderIds: idsOf('CANCEL_ORDER') };
    const made = orThrow(await retryPlan(ctx.app, viewerId(ctx), { ...request, ...open }));
    return { plan: await mustLoadPlan(ctx, made.planId) };
  }

  @FieldResolver(() => [OwnerPlanItem], { description: 'What it does, one by one, and what has become of each.' })
  async items(@Root() plan: OwnerPlan, @Ctx() ctx: GraphqlContext): Promise<OwnerPlanItem[]> {
    return (await loadPlanProgress(ctx.loaders, plan.id)).map(toPlanItem);
  }

  @FieldResolver(() => Boolean, {
    description: 'Whether everything of it was asked for and every item has ended: what it says now is final.',
  })
  async isOver(@Root() plan: OwnerPlan, @Ctx() ctx: GraphqlContext): Promise<boolean> {
    if (plan.finishedAt === null) return false;
    return (await loadPlanProgress(ctx.loaders, plan.id)).every(({ state }) => state.isOver);
  }

  @FieldResolver(() => [PlanSold], { description: 'What its fills have brought. Accepted sells count nothing here.' })
  async sold(@Root() plan: OwnerPlan, @Ctx() ctx: GraphqlContext): Promise<PlanSold[]> {
    return soldOf(await loadPlanProgress(ctx.loaders, plan.id));
  }

  @FieldResolver(() => Int, {
    description:
      'Buys of yours that were under way before entries were paused and whose outcome is not known yet: what they open is not part of the plan.',
  })
  async buysUnderWay(@Root() _plan: OwnerPlan, @Ctx() ctx: GraphqlContext): Promise<number> {
    return countBuysUnderWay(ctx.app.db, viewerId(ctx));
  }

  @FieldResolver(() => [PlanTotal], { description: 'What its positions were worth when it was made.' })
  async totals(@Root() plan: OwnerPlan, @Ctx() ctx: GraphqlContext): Promise<PlanTotal[]> {
    const rows = (await ctx.loaders.itemsOfPlan.load(plan.id)).filter(({ action }) => action === 'CLOSE_POSITION');
    return totalsOf(
      rows.map((row) => ({ symbol: row.symbol, value: textOf(row.value_quote), profit: textOf(row.profit_quote) })),
    );
  }

  @FieldResolver(() => [PlanAccountResult], { description: 'What it has done, one result for each account.' })
  async accounts(@Root() plan: OwnerPlan, @Ctx() ctx: GraphqlContext): Promise<PlanAccountResult[]> {
    const byAccount = new Map<number, ItemProgress[]>();
    for (const item of await loadPlanProgress(ctx.loaders, plan.id)) {
      const { exchange_account_id: id } = item.row;
      byAccount.set(id, [...(byAccount.get(id) ?? []), item]);
    }
    return Promise.all(
      [...byAccount].map(async ([accountId, items]) => ({
        account: toAccount(mustBe(await ctx.loaders.account.load(accountId))),
        ...countPlanItems(items.map(({ row, state }) => ({ ...state, action: row.action as OwnerPlanActionName }))),
        sold: soldOf(items),
      })),
    );
  }
}

const soldOf = (items: readonly ItemProgress[]): PlanSold[] =>
  soldTotals(items.map(({ row, state }) => ({ symbol: row.symbol, soldQuote: state.soldQuote })));

const textOf = (value: { toFixed(): string } | null): string | null => value?.toFixed() ?? null;

@Resolver(() => OwnerPlanItem)
export class OwnerPlanItemResolver {
  @FieldResolver(() => ExchangeAccount, { description: 'The account.' })
  async account(@Root() { progress: { row } }: OwnerPlanItem, @Ctx() ctx: GraphqlContext): Promise<ExchangeAccount> {
    return toAccount(mustBe(await ctx.loaders.account.load(row.exchange_account_id)));
  }

  @FieldResolver(() => Position, { nullable: true, description: 'The position it closes.' })
  async position(@Root() { progress: { row } }: OwnerPlanItem, @Ctx() ctx: GraphqlContext): Promise<Position | null> {
    const found = row.action === 'CLOSE_POSITION' ? await ctx.loaders.position.load(row.entity_id) : null;
    return found && toPosition(found);
  }

  @FieldResolver(() => TradeJob, { nullable: true, description: 'The order it cancels, or the sell it asked for.' })
  async job(@Root() { progress: { row } }: OwnerPlanItem, @Ctx() ctx: GraphqlContext): Promise<TradeJob | null> {
    const id = jobOfItem(row);
    const found = id === null ? null : await ctx.loaders.job.load(id);
    return found && toJob(found);
  }
}
