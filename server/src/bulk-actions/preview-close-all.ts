import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { Batch, type WriteResult } from '../infra/database/database.js';
import { addBulkActionItems, readOpenPositions, type OpenPositionFilter } from './bulk-action.store.js';
import { valuePositions } from './value-positions.js';

/** How long a plan may be executed: what it says it is worth should still be about true. */
export const PLAN_VALID_MS = 5 * 60_000;
const POSITIONS_MAX = 5_000;

/**
 * Step one of closing many positions: writes down which ones, and what they are worth now. Sells nothing.
 * Refusals: NO_ELIGIBLE_POSITIONS, PLAN_TOO_LARGE.
 */
export async function previewCloseAll(
  ctx: Pick<Context, 'db' | 'clock' | 'prices' | 'env'>,
  ownerUserId: number,
  filter: OpenPositionFilter,
): Promise<{ bulkActionId: number } | Refusal> {
  const positions = await readOpenPositions(ctx.db, ownerUserId, filter, POSITIONS_MAX + 1);
  if (positions.length === 0) return refuse('NO_ELIGIBLE_POSITIONS', 'No open position matches.');
  if (positions.length > POSITIONS_MAX) return refuse('PLAN_TOO_LARGE');
  const now = ctx.clock.now();
  return ctx.db.transaction(async (tx) => {
    const batch = new Batch()
      .add(
        `INSERT INTO bulk_actions (user_id, kind, closes_positions, filter_json, expires_at, created_at)
         VALUES (?, 'CLOSE_ALL', TRUE, ?, ?, ?)`,
        [ownerUserId, JSON.stringify(filter), new Date(now + PLAN_VALID_MS), new Date(now)],
      )
      .add('SET @plan := LAST_INSERT_ID()');
    addBulkActionItems(batch, { sql: '@plan' }, valuePositions(ctx, positions));
    const [inserted] = (await tx.commit(batch)) as WriteResult[];
    return { bulkActionId: inserted?.insertId ?? 0 };
  });
}
