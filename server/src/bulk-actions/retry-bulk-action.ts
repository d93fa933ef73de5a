import type { Context } from '../context.js';
import { d } from '../core/money/money.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { Batch, isDuplicateKey, type WriteResult } from '../infra/database/database.js';
import {
  addBulkActionItems,
  finishPlan,
  readOpenPositions,
  readBulkActionByKey,
  readRestingOrders,
  retryKey,
  type NewItem,
  type BulkActionRow,
  type RestingOrder,
} from './bulk-action.store.js';
import { runBulkActionItems } from './run-bulk-action-items.js';
import { valuePositions } from './value-positions.js';

type RetryContext = Pick<Context, 'db' | 'clock' | 'log' | 'env' | 'prices' | 'exchanges' | 'live' | 'trades'>;

export interface RetryPlanRequest {
  bulkAction: BulkActionRow;
  /** 1 to 80 characters; the same key goes on with the same new plan. */
  idempotencyKey: string;
  /** What of the plan has ended and is still open. */
  positionIds: readonly number[];
  orderIds: readonly number[];
}

/**
 * Tries what a plan has left open once more, as a new plan of the same kind that is run at once. Refusals:
 * NO_ELIGIBLE_POSITIONS when nothing of it is open any more.
 */
export async function retryBulkAction(
  ctx: RetryContext,
  ownerUserId: number,
  request: RetryPlanRequest,
): Promise<{ bulkActionId: number } | Refusal> {
  const key = retryKey(ownerUserId, request.idempotencyKey);
  const earlier = await readBulkActionByKey(ctx.db, ownerUserId, [key]);
  const bulkAction = earlier ?? (await beginRetry(ctx, ownerUserId, { ...request, key }));
  if ('code' in bulkAction) return bulkAction;
  if (!bulkAction.finished_at) {
    await runBulkActionItems(ctx, ownerUserId, { bulkActionId: bulkAction.id });
    await finishPlan(ctx.db, bulkAction.id, ctx.clock.now());
  }
  return { bulkActionId: bulkAction.id };
}

async function beginRetry(
  ctx: RetryContext,
  ownerUserId: number,
  { bulkAction, key, positionIds, orderIds }: RetryPlanRequest & { key: string },
): Promise<{ id: number; finished_at: Date | null } | Refusal> {
  const orders = (await readRestingOrders(ctx.db, ownerUserId)).filter(({ id }) => orderIds.includes(id));
  const positions =
    positionIds.length === 0
      ? []
      : await readOpenPositions(ctx.db, ownerUserId, { ids: positionIds }, positionIds.length);
  const items = [...orders.map(toCancelItem), ...valuePositions(ctx, positions)];
  if (items.length === 0) return refuse('NO_ELIGIBLE_POSITIONS', 'Nothing of the plan is open any more.');
  const now = new Date(ctx.clock.now());
  try {
    return await ctx.db.transaction(async (tx) => {
      const batch = new Batch()
        .add(
          `INSERT INTO bulk_actions (user_id, kind, dedupe_key, closes_positions, started_at, created_at)
           VALUES (?, ?, ?, ?, ?, ?)`,
          [ownerUserId, bulkAction.kind, key, bulkAction.closes_positions, now, now],
        )
        .add('SET @plan := LAST_INSERT_ID()');
      addBulkActionItems(batch, { sql: '@plan' }, items);
      const [inserted] = (await tx.commit(batch)) as WriteResult[];
      return { id: inserted?.insertId ?? 0, finished_at: null };
    });
  } catch (error) {
    // The same request came twice at once: the other one's plan is the answer.
    const other = isDuplicateKey(error) ? await readBulkActionByKey(ctx.db, ownerUserId, [key]) : undefined;
    if (other) return other;
    throw error;
  }
}

/** The cancel of an order as an item of a plan. */
export const toCancelItem = ({ id, account_id, symbol, base_quantity, limit_price }: RestingOrder): NewItem => ({
  ...{ accountId: account_id, action: 'CANCEL_ORDER', entityId: id, symbol },
  qty: base_quantity === null ? null : d(base_quantity),
  price: limit_price === null ? null : d(limit_price),
  valueQuote: null,
  profitQuote: null,
});
