import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { Batch } from '../infra/database/database.js';
import { addPlanStart, finishPlan, lockPlan } from './bulk-action.store.js';
import { runBulkActionItems } from './run-bulk-action-items.js';

/**
 * Step two: sells exactly the positions of the plan, each once and with its own result. A plan that was started in time
 * may be requested again at any time: results stay, the other items continue. Refusals: PLAN_NOT_FOUND, PLAN_EXPIRED.
 */
export async function confirmCloseAll(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'live' | 'trades'>,
  ownerUserId: number,
  { bulkActionId }: { bulkActionId: number },
): Promise<{ ok: true; bulkActionId: number } | Refusal> {
  const begun = await ctx.db.transaction(async (tx): Promise<'begun' | 'done' | Refusal> => {
    const bulkAction = await lockPlan(tx, { userId: ownerUserId, bulkActionId, kind: 'CLOSE_ALL' });
    const now = ctx.clock.now();
    const isLate =
      bulkAction && !bulkAction.started_at && bulkAction.expires_at !== null && bulkAction.expires_at.getTime() <= now;
    if (!bulkAction || isLate || bulkAction.finished_at) {
      await tx.rollback();
      if (!bulkAction) return refuse('PLAN_NOT_FOUND');
      return isLate ? refuse('PLAN_EXPIRED') : 'done';
    }
    await tx.commit(addPlanStart(new Batch(), bulkActionId, now));
    return 'begun';
  });
  if (typeof begun === 'object') return begun;
  if (begun === 'begun') {
    await runBulkActionItems(ctx, ownerUserId, { bulkActionId });
    await finishPlan(ctx.db, bulkActionId, ctx.clock.now());
  }
  return { ok: true, bulkActionId };
}
