import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { insertPlan, readOpenPositions, readOwnedFilter, type OpenPositionFilter } from './bulk-action.store.js';
import { valuePositions } from './value-positions.js';

/** How long a plan may be executed: its values should still be about right. */
export const PLAN_VALID_MS = 5 * 60_000;
const POSITIONS_MAX = 5_000;

/**
 * Step one of closing many positions: saves the positions and their current value. Sells nothing.
 * Refusals: ACCOUNT_NOT_FOUND, SOURCE_NOT_FOUND, NO_ELIGIBLE_POSITIONS, PLAN_TOO_LARGE.
 */
export async function previewCloseAll(
  ctx: Pick<Context, 'db' | 'clock' | 'prices' | 'env'>,
  ownerUserId: number,
  filter: OpenPositionFilter,
): Promise<{ ok: true; bulkActionId: number } | Refusal> {
  const owned = await readOwnedFilter(ctx.db, ownerUserId, filter);
  if (!owned.account) return refuse('ACCOUNT_NOT_FOUND');
  if (!owned.source) return refuse('SOURCE_NOT_FOUND', 'There is no such webhook source.');
  const positions = await readOpenPositions(ctx.db, ownerUserId, filter, POSITIONS_MAX + 1);
  if (positions.length === 0) return refuse('NO_ELIGIBLE_POSITIONS', 'No open position matches.');
  if (positions.length > POSITIONS_MAX) return refuse('PLAN_TOO_LARGE');
  const now = ctx.clock.now();
  const bulkActionId = await insertPlan(
    ctx.db,
    { userId: ownerUserId, kind: 'CLOSE_ALL', closesPositions: true, filter, expiresAt: now + PLAN_VALID_MS, now },
    { items: valuePositions(ctx, positions) },
  );
  return { ok: true, bulkActionId };
}
