import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { loadPriceKey } from '../accounts/price-of.js';
import { exitView } from '../core/exits/exit-view.js';
import { d } from '../core/money/money.js';
import type { WatchedPosition } from '../core/exits/triggers.js';
import type { GraphqlContext } from '../graphql/context.js';
import type { ExitReasonName } from '../graphql/enums.js';
import { mustBe } from '../graphql/owned.js';
import { fromJson } from '../infra/database/database.js';
import { toJob, TradeJob } from '../orders/job.types.js';
import { decisionOfEdit } from './decision-of-edit.js';
import type { PositionRow, TargetRow } from './position.store.js';
import { ExitLevels, PositionDecision, PositionTarget } from './position-exits.types.js';
import { Position } from './position.types.js';

const HOUR_MS = 3_600_000;
const bps = (pct: string | null): number | null => (pct === null ? null : Number(d(pct).mul('100').toFixed()));

const toWatched = (row: PositionRow, targets: readonly TargetRow[]): WatchedPosition => ({
  id: row.id,
  accountId: row.exchange_account_id,
  entryPrice: d(row.price_open),
  stopLossBps: row.sl_enabled === 1 ? bps(row.sl_pct) : null,
  takeProfitBps: row.tp_enabled === 1 ? bps(row.tp_pct) : null,
  minProfitBps: bps(row.min_profit_pct),
  trailingBps: row.trailing_enabled === 1 ? bps(row.trailing_distance_pct) : null,
  armingBps: bps(row.trailing_arming_pct),
  trailingMax: row.trailing_max_price === null ? null : d(row.trailing_max_price),
  trailingVersion: row.trailing_version,
  timeStopAt: row.time_stop_hours === null ? null : row.created_at.getTime() + row.time_stop_hours * HOUR_MS,
  targets: targets.map(({ ordinal, pct }) => ({ ordinal, bps: bps(pct) ?? 0 })),
  breakEven: row.break_even_after_first === 1,
  hasTakenPart: row.partial_tp_triggered === 1,
});

/** Whether the target has not fired, or its job ended without a sale. The triggers use the same rule. */
const isWaiting = ({ triggered_at, job_status, has_sold }: TargetRow): boolean =>
  triggered_at === null || (['FAILED', 'CANCELED'].includes(job_status ?? '') && has_sold === 0);

/** The exits of a position, its current sells, and its decisions. */
@Resolver(() => Position)
export class PositionExitsResolver {
  @FieldResolver(() => ExitLevels, {
    nullable: true,
    description: 'The prices at which it is sold and their distances; null once it is closed.',
  })
  async exitLevels(@Root() position: Position, @Ctx() ctx: GraphqlContext): Promise<ExitLevels | null> {
    const { row } = position;
    if (row.status === 'CLOSED') return null;
    const targets = await ctx.loaders.targetsOfPosition.load(row.id);
    const waiting = targets.filter(isWaiting);
    const price = ctx.app.prices.get(await loadPriceKey(ctx, position));
    const view = exitView(toWatched(row, waiting), price && d(price.bid ?? price.last));
    return {
      stopPrice: view.stopPrice?.toFixed() ?? null,
      trailingStopPrice: view.trailingStopPrice?.toFixed() ?? null,
      trailingArmingPrice: view.trailingArmingPrice?.toFixed() ?? null,
      takeProfitPrice: view.takeProfitPrice?.toFixed() ?? null,
      nextTargetPrice: view.nextTargetPrice?.toFixed() ?? null,
      timeStopAt: view.timeStopAt === null ? null : new Date(view.timeStopAt),
      distanceToStopPct: view.distanceToStopPct?.toFixed() ?? null,
      distanceToTargetPct: view.distanceToTargetPct?.toFixed() ?? null,
    };
  }

  @FieldResolver(() => [PositionTarget], { description: 'The targets of its partial take profit, lowest first.' })
  async targets(@Root() { row }: Position, @Ctx() ctx: GraphqlContext): Promise<PositionTarget[]> {
    const targets = await ctx.loaders.targetsOfPosition.load(row.id);
    const { targets: prices } = exitView(toWatched(row, targets), undefined);
    return targets.map((target, index) => ({
      id: target.id,
      ordinal: target.ordinal,
      pct: target.pct,
      sharePct: target.share_pct,
      price: prices[index]?.price.toFixed() ?? '0',
      triggeredAt: target.triggered_at,
      jobId: target.trade_job_id,
    }));
  }

  @FieldResolver(() => [TradeJob], { description: 'The sells that reserve a part of it now, oldest first.' })
  async openOrders(@Root() position: Position, @Ctx() ctx: GraphqlContext): Promise<TradeJob[]> {
    const sells = await ctx.loaders.sellsOfPosition.load(position.id);
    return sells.filter(({ is_live }) => is_live).map(({ trade_job }) => toJob(trade_job));
  }

  @FieldResolver(() => [TradeJob], { description: 'The openOrders that its exits created.' })
  async liveExits(@Root() position: Position, @Ctx() ctx: GraphqlContext): Promise<TradeJob[]> {
    return (await this.openOrders(position, ctx)).filter(({ origin }) => origin === 'TRIGGER');
  }

  @FieldResolver(() => [PositionDecision], {
    description: 'The decisions that opened, changed and sold it, oldest first, as they were stored.',
  })
  async decisions(@Root() { row }: Position, @Ctx() ctx: GraphqlContext): Promise<PositionDecision[]> {
    const [openRow, sells, edits] = await Promise.all([
      ctx.loaders.job.load(row.trade_job_id_open),
      ctx.loaders.sellsOfPosition.load(row.id),
      ctx.loaders.editsOfPosition.load(row.id),
    ]);
    const opening = toJob(mustBe(openRow));
    const sold = sells.map(({ trade_job }) => {
      const job = toJob(trade_job);
      const exitReason = trade_job.exit_reason as ExitReasonName | null;
      return { kind: 'SOLD', at: job.decidedAt ?? job.createdAt, exitReason, job, trace: job.trace };
    });
    const trace = [...opening.trace, ...(fromJson<PositionDecision['trace']>(row.trace_json) ?? [])];
    const opened = { kind: 'OPENED', at: row.created_at, exitReason: null, job: opening, trace };
    const later = [...sold, ...edits.map(decisionOfEdit)];
    return [opened, ...later.sort((a, b) => a.at.getTime() - b.at.getTime())];
  }
}
