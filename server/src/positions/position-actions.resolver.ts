import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import type { ExitChanges } from '../core/exits/edit-exits.js';
import { Access, Audit } from '../graphql/access.js';
import { viewerId, type GraphqlContext } from '../graphql/context.js';
import { notFound } from '../graphql/errors.js';
import { oncePerKey } from '../graphql/once-per-key.js';
import { rowId } from '../graphql/pages.js';
import { toRefused, type Refused } from '../graphql/refused.types.js';
import { toPosition, type Position } from './position.types.js';
import { cancelOrder } from '../orders/cancel/cancel-order.js';
import { closePosition } from './close-position.js';
import { editExits } from './edit-exits.js';
import { toJob, type TradeJob } from '../orders/job.types.js';
import { lockPosition } from './lock-position.js';
import type { ManualSell } from './manual-sell.js';
import { placeLimitSell } from './place-limit-sell.js';
import {
  Canceled,
  CancelOrderInput,
  CancelOrderResult,
  ClosePositionInput,
  ClosePositionResult,
  Placed,
  PlaceLimitSellInput,
  PlaceLimitSellResult,
  PositionChanged,
  SetSellLockInput,
  SetSellLockResult,
  UpdatePositionExitsInput,
  UpdatePositionExitsResult,
} from './position-actions.types.js';

async function loadPosition(ctx: GraphqlContext, id: number): Promise<Position> {
  const row = await ctx.loaders.position.load(id);
  if (!row) throw notFound('position');
  return toPosition(row);
}

async function placed(ctx: GraphqlContext, positionId: number, sell: ManualSell): Promise<Placed | Refused> {
  if (!sell.ok) return toRefused(sell);
  const [position, job] = [await loadPosition(ctx, positionId), sell.jobId && (await loadJob(ctx, sell.jobId))];
  return Object.assign(new Placed(), { position, job: job || null });
}

const changed = (position: Position): PositionChanged => Object.assign(new PositionChanged(), { position });

async function loadJob(ctx: GraphqlContext, id: number): Promise<TradeJob> {
  const row = await ctx.loaders.job.load(id);
  if (!row) throw notFound('job');
  return toJob(row);
}

/** Keeps the given fields. null stays for numbers, because it clears them; for other fields null means no change. */
function changesOf(input: UpdatePositionExitsInput): ExitChanges {
  const { slEnabled, tpEnabled, trailingEnabled, breakEvenAfterFirst, targets } = input;
  const { slPct, tpPct, trailingDistancePct, trailingArmingPct, minProfitPct, timeStopHours } = input;
  const numbers = { slPct, tpPct, trailingDistancePct, trailingArmingPct, minProfitPct, timeStopHours };
  const switches = { slEnabled, tpEnabled, trailingEnabled, breakEvenAfterFirst };
  return {
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)),
    ...Object.fromEntries(Object.entries(switches).filter(([, value]) => value != null)),
    ...(targets && { targets: targets.map(({ pct, sharePct }) => ({ pct, sharePct })) }),
  };
}

/** Actions of an owner on one position or one order. */
@Resolver()
export class PositionActionsResolver {
  @Mutation(() => ClosePositionResult, {
    description:
      'Sells a position at the market now, all or part of it, even when it is locked or below its minimum profit. Selling all of it cancels its resting sells first.',
  })
  @Access('user')
  @Audit('position')
  async closePosition(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => ClosePositionInput, { description: 'The position and the quantity.' })
    input: ClosePositionInput,
  ): Promise<Placed | Refused> {
    const { idempotencyKey, amount, percent } = input;
    const [userId, positionId] = [viewerId(ctx), rowId(input.positionId) ?? 0];
    const order = { positionId, ...(amount != null && { amount }), ...(percent != null && { percent }) };
    const request = { userId, scope: 'SELL', operation: 'closePosition', key: idempotencyKey, input: order } as const;
    const sell = () => closePosition(ctx.app, userId, { ...order, idempotencyKey });
    return placed(ctx, positionId, await oncePerKey(ctx.app, request, sell));
  }

  @Mutation(() => PlaceLimitSellResult, {
    description: 'Places a limit sell of a position. It rests in the book until it is filled or expires.',
  })
  @Access('user')
  @Audit('position')
  async placeLimitSell(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => PlaceLimitSellInput, { description: 'The order.' }) input: PlaceLimitSellInput,
  ): Promise<Placed | Refused> {
    const { price, quantity, hours, idempotencyKey } = input;
    const [userId, positionId] = [viewerId(ctx), rowId(input.positionId) ?? 0];
    const order = { positionId, price, quantity, hours };
    const request = { userId, scope: 'SELL', operation: 'placeLimitSell', key: idempotencyKey, input: order } as const;
    const sell = () => placeLimitSell(ctx.app, userId, { ...order, idempotencyKey });
    return placed(ctx, positionId, await oncePerKey(ctx.app, request, sell));
  }

  @Mutation(() => UpdatePositionExitsResult, {
    description: 'Changes the exits of an open position. They apply from the next price on.',
  })
  @Access('user')
  @Audit('position')
  async updatePositionExits(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => UpdatePositionExitsInput, { description: 'The changes.' }) input: UpdatePositionExitsInput,
  ): Promise<PositionChanged | Refused> {
    const positionId = rowId(input.positionId) ?? 0;
    const edited = await editExits(ctx.app, viewerId(ctx), { positionId, changes: changesOf(input) });
    return edited.ok ? changed(await loadPosition(ctx, positionId)) : toRefused(edited);
  }

  @Mutation(() => SetSellLockResult, {
    description:
      'Locks a position against sells by signals, or unlocks it. Its exits and your own sells ignore the lock.',
  })
  @Access('user')
  @Audit('position')
  async setSellLock(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => SetSellLockInput, { description: 'The position and the lock.' }) input: SetSellLockInput,
  ): Promise<PositionChanged | Refused> {
    const positionId = rowId(input.positionId) ?? 0;
    const locked = await lockPosition(ctx.app, viewerId(ctx), { positionId, isLocked: input.isLocked });
    return locked.ok ? changed(await loadPosition(ctx, positionId)) : toRefused(locked);
  }

  @Mutation(() => CancelOrderResult, {
    description: 'Cancels the unfilled rest of an order, first at the exchange. Fills are kept.',
  })
  @Access('user')
  @Audit('trade_job')
  async cancelOrder(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => CancelOrderInput, { description: 'The order.' }) { jobId }: CancelOrderInput,
  ): Promise<Canceled | Refused> {
    const id = rowId(jobId) ?? 0;
    const canceled = await cancelOrder(ctx.app, viewerId(ctx), { jobId: id });
    return canceled.ok ? Object.assign(new Canceled(), { job: await loadJob(ctx, id) }) : toRefused(canceled);
  }
}
