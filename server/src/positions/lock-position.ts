import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { Batch } from '../infra/database/database.js';
import { addLiveEvents } from '../infra/database/live-events.js';
import { lockExits } from './exit-settings.store.js';

/** Locks an open position against webhook sells, or unlocks it. Triggers and the owner's own sells ignore the lock. */
export async function lockPosition(
  ctx: Pick<Context, 'db' | 'live'>,
  ownerUserId: number,
  { positionId, isLocked }: { positionId: number; isLocked: boolean },
): Promise<{ positionId: number } | Refusal> {
  const result = await ctx.db.transaction(async (tx): Promise<{ positionId: number } | Refusal> => {
    const row = await lockExits(tx, positionId, ownerUserId);
    if (row?.status !== 'OPEN') {
      await tx.rollback();
      return refuse(row ? 'POSITION_CLOSED' : 'POSITION_NOT_FOUND');
    }
    const batch = new Batch().add('UPDATE trade_positions SET lock_sell_by_webhook = ? WHERE id = ?', [
      isLocked,
      positionId,
    ]);
    await tx.commit(addLiveEvents(batch, ownerUserId, [{ topic: 'POSITION', entityId: positionId }]));
    return { positionId };
  });
  if ('positionId' in result) ctx.live.notify(ownerUserId);
  return result;
}
