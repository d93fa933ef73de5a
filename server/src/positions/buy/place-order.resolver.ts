import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { OpeningDefaults } from '../../core/position/position.js';
import { Access, Audit } from '../../graphql/access.js';
import { oncePerKey } from '../../graphql/once-per-key.js';
import { viewerId, type GraphqlContext } from '../../graphql/context.js';
import { rowId } from '../../graphql/pages.js';
import { mustBe } from '../../graphql/owned.js';
import { toRefused, type Refused } from '../../graphql/refused.types.js';
import { toJob } from '../../orders/job.types.js';
import { toPosition } from '../position.types.js';
import { Placed } from '../position-actions.types.js';
import { placeOrder } from './place-order.js';
import {
  OrderInput,
  OrderPreview,
  PlaceOrderInput,
  PlaceOrderResult,
  PreviewOrderResult,
  type OrderExitsInput,
} from './place-order.types.js';
import type { OrderInput as Order } from './plan-order.js';
import { previewOrder } from './preview-order.js';

const id = (text: string | null | undefined): number | null => (text == null ? null : (rowId(text) ?? 0));

const exitsOf = (exits: OrderExitsInput): OpeningDefaults => ({
  slEnabled: exits.slPct != null,
  slPct: exits.slPct ?? null,
  tpEnabled: exits.tpPct != null,
  tpPct: exits.tpPct ?? null,
  trailingEnabled: exits.trailingDistancePct != null,
  trailingDistancePct: exits.trailingDistancePct ?? null,
  trailingArmingPct: exits.trailingArmingPct ?? null,
  minProfitPct: exits.minProfitPct ?? null,
  timeStopHours: exits.timeStopHours ?? null,
  breakEvenAfterFirst: exits.breakEvenAfterFirst,
  targets: exits.targets.map(({ pct, sharePct }) => ({ pct, sharePct })),
});

const orderOf = (input: OrderInput): Order => ({
  ...{ accountId: id(input.accountId) ?? 0, symbol: input.symbol, orderType: input.orderType },
  ...{ quoteAmount: input.quoteAmount ?? null, quantity: input.quantity ?? null },
  ...{ limitPrice: input.limitPrice ?? null, hours: input.hours ?? null, slippageBps: input.slippageBps ?? null },
  ...{ vaultId: id(input.vaultId), positionId: id(input.positionId), expected: null },
  exits: input.exits ? exitsOf(input.exits) : null,
});

/** Buys by hand. */
@Resolver()
export class PlaceOrderResolver {
  @Query(() => PreviewOrderResult, {
    description:
      'What placeOrder with the same input would do now, decided like every order. Pass its price and quantity on as `expected`: the order is then exactly this, or it is refused.',
  })
  @Access('user')
  async previewOrder(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => OrderInput, { description: 'The order.' }) input: OrderInput,
  ): Promise<OrderPreview | Refused> {
    const result = await previewOrder(ctx.app, viewerId(ctx), orderOf(input));
    if (!result.ok) return toRefused(result);
    const { quantity, price, cost, costMax, limitPrice, reserve, available, stopPrice, ...same } = result.preview;
    const text = { quantity, price, cost, costMax, available };
    return Object.assign(new OrderPreview(), {
      ...same,
      ...Object.fromEntries(Object.entries(text).map(([name, value]) => [name, value.toFixed()])),
      limitPrice: limitPrice?.toFixed() ?? null,
      reserve: reserve?.toFixed() ?? null,
      stopPrice: stopPrice?.toFixed() ?? null,
    });
  }

  @Mutation(() => PlaceOrderResult, {
    description:
      'Buys by hand, with the same rules as a signal. The order goes to an executor at once; if prices or balances changed by then, it is skipped with the reason. `jobChanged` reports it.',
  })
  @Access('user')
  @Audit('trade_job')
  async placeOrder(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => PlaceOrderInput, { description: 'The order.' }) input: PlaceOrderInput,
  ): Promise<Placed | Refused> {
    const { idempotencyKey, expected } = input;
    const userId = viewerId(ctx);
    const asked = { ...orderOf(input), expected: expected ? { ...expected } : null };
    const request = { userId, scope: 'BUY', operation: 'placeOrder', key: idempotencyKey, input: asked } as const;
    const buy = () => placeOrder(ctx.app, userId, { ...asked, idempotencyKey });
    const placed = await oncePerKey(ctx.app, request, buy);
    if (!placed.ok) return toRefused(placed);
    const position = asked.positionId === null ? null : await ctx.loaders.position.load(asked.positionId);
    const job = toJob(mustBe(await ctx.loaders.job.load(placed.jobId)));
    // The audit entry is about the job, also when a position is part of the answer.
    return Object.assign(new Placed(), { id: job.id, position: position && toPosition(position), job });
  }
}
