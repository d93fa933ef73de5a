import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { Batch } from '../infra/database/database.js';
import { finishPlan, lockPlan } from './owner-plan.store.js';
import { runPlanItems } from './run-plan-items.js';

/**
 * Step two: sells exactly the positions of the plan, each once and with a result of its own. Begun in time it may be
 * asked again at any time: what has a result keeps it, the rest goes on. Refusals: PLAN_NOT_FOUND, PLAN_EXPIRED.
 */
export async function executeCloseAll(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'live' | 'trades'>,
  ownerUserId: number,
  { planId }: { planId: number },
): Promise<{ planId: number } | Refusal> {
  const begun = await ctx.db.transaction(async (tx): Promise<'begun' | 'done' | Refusal> => {
    const plan = await lockPlan(tx, { userId: ownerUserId, planId, kind: 'CLOSE_ALL' });
    const now = ctx.clock.now();
    const isLate = plan && !plan.started_at && plan.expires_at !== null && plan.expires_at.getTime() <= now;
    if (!plan || isLate || plan.finished_at) {
      await tx.rollback();
      if (!plan) return refuse('PLAN_NOT_FOUND');
      return isLate ? refuse('PLAN_EXPIRED') : 'done';
    }
    const started = 'UPDATE owner_plans SET started_at = COALESCE(started_at, ?) WHERE id = ?';
    await tx.commit(new Batch().add(started, [new Date(now), planId]));
    return 'begun';
  });
  if (typeof begun === 'object') return begun;
  if (begun === 'begun') {
    await runPlanItems(ctx, ownerUserId, { planId });
    await finishPlan(ctx.db, planId, ctx.clock.now());
  }
  return { planId };
}
