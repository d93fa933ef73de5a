import type { Context } from '../context.js';
import { d } from '../core/money/money.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { isDuplicateKey } from '../infra/database/database.js';
import {
  finishPlan,
  insertPlan,
  readOpenPositions,
  readBulkActionByKey,
  readRestingOrders,
  retryKey,
  type NewItem,
  type NewPlan,
  type BulkActionRow,
  type RestingOrder,
} from './bulk-action.store.js';
import type { ItemProgress } from './bulk-action-progress.js';
import { runBulkActionItems } from './run-bulk-action-items.js';
import { valuePositions } from './value-positions.js';

type RetryContext = Pick<Context, 'db' | 'clock' | 'log' | 'env' | 'prices' | 'exchanges' | 'live' | 'trades'>;

export interface RetryPlanRequest {
  bulkAction: BulkActionRow;
  /** The current state of its items. */
  progress: readonly ItemProgress[];
  /** 1 to 80 characters; the same key continues the same new plan. */
  idempotencyKey: string;
}

/**
 * Retries what a plan left open, as a new plan of the same kind that runs at once. Refusals: NO_ELIGIBLE_POSITIONS when
 * nothing of it is still open.
 */
export async function retryBulkAction(
  ctx: RetryContext,
  ownerUserId: number,
  request: RetryPlanRequest,
): Promise<{ ok: true; bulkActionId: number } | Refusal> {
  const key = retryKey(ownerUserId, request.idempotencyKey);
  const earlier = await readBulkActionByKey(ctx.db, ownerUserId, [key]);
  const bulkAction = earlier
    ? { ok: true as const, ...earlier }
    : await beginRetry(ctx, ownerUserId, { ...request, key });
  if (!bulkAction.ok) return bulkAction;
  if (!bulkAction.finished_at) {
    await runBulkActionItems(ctx, ownerUserId, { bulkActionId: bulkAction.id });
    await finishPlan(ctx.db, bulkAction.id, ctx.clock.now());
  }
  return { ok: true, bulkActionId: bulkAction.id };
}

async function beginRetry(
  ctx: RetryContext,
  ownerUserId: number,
  { bulkAction, key, progress }: RetryPlanRequest & { key: string },
): Promise<{ ok: true; id: number; finished_at: Date | null } | Refusal> {
  // Items that ended but are still open: positions that were not fully sold, orders that are still open.
  const left = progress.filter(({ state }) => state.isTerminal && state.isStillOpen);
  const idsOf = (action: string) => left.flatMap(({ row }) => (row.action === action ? row.entity_id : []));
  const [positionIds, orderIds] = [idsOf('CLOSE_POSITION'), idsOf('CANCEL_ORDER')];
  const orders = (await readRestingOrders(ctx.db, ownerUserId)).filter(({ id }) => orderIds.includes(id));
  const positions =
    positionIds.length === 0
      ? []
      : await readOpenPositions(ctx.db, ownerUserId, { ids: positionIds }, positionIds.length);
  const items = [...orders.map(toCancelItem), ...valuePositions(ctx, positions)];
  if (items.length === 0)
    return refuse('NO_ELIGIBLE_POSITIONS', 'Everything in the plan is already closed or canceled.');
  const now = ctx.clock.now();
  try {
    const kind = bulkAction.kind as NewPlan['kind'];
    const head: NewPlan = {
      userId: ownerUserId,
      kind,
      dedupeKey: key,
      closesPositions: bulkAction.closes_positions,
      now,
    };
    return { ok: true, id: await insertPlan(ctx.db, head, { items }), finished_at: null };
  } catch (error) {
    // The same request came twice at once: return the other one's plan.
    const other = isDuplicateKey(error) ? await readBulkActionByKey(ctx.db, ownerUserId, [key]) : undefined;
    if (other) return { ok: true, ...other };
    throw error;
  }
}

/** Makes the cancel of an order an item of a plan. */
export const toCancelItem = ({ id, account_id, symbol, base_quantity, limit_price }: RestingOrder): NewItem => ({
  ...{ accountId: account_id, action: 'CANCEL_ORDER', entityId: id, symbol },
  qty: base_quantity === null ? null : d(base_quantity),
  price: limit_price === null ? null : d(limit_price),
  valueQuote: null,
  profitQuote: null,
});
