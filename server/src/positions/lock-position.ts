import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { Batch } from '../infra/database/database.js';
import { addLiveEvents } from '../infra/database/live-events.js';
import { lockExits } from './exit-settings.store.js';
import { addSellLock } from './position-writes.store.js';

/**
 * Locks an open position against sells by webhook, or unlocks it. Triggers and the owner's own sells ignore the lock.
 */
export async function lockPosition(
  ctx: Pick<Context, 'db' | 'live'>,
  ownerUserId: number,
  { positionId, isLocked }: { positionId: number; isLocked: boolean },
): Promise<{ ok: true; positionId: number } | Refusal> {
  const result = await ctx.db.transaction(async (tx): Promise<{ ok: true; positionId: number } | Refusal> => {
    const row = await lockExits(tx, positionId, ownerUserId);
    if (row?.status !== 'OPEN') {
      await tx.rollback();
      return refuse(row ? 'POSITION_CLOSED' : 'POSITION_NOT_FOUND');
    }
    const batch = addSellLock(new Batch(), positionId, isLocked);
    await tx.commit(addLiveEvents(batch, ownerUserId, [{ topic: 'POSITION', entityId: positionId }]));
    return { ok: true, positionId };
  });
  if (result.ok) ctx.live.notify(ownerUserId);
  return result;
}
