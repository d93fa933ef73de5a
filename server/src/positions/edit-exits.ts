import type { Context } from '../context.js';
import { editExits as planEdit, type ExitChanges } from '../core/exits/edit-exits.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { Batch } from '../infra/database/database.js';
import { addLiveEvents } from '../infra/database/live-events.js';
import { lockExits } from './exit-settings.store.js';
import { addExitSettings, addTargets } from './position-writes.store.js';

/** Changes the exits of an open position from the next price on. Omitted fields stay as they are. */
export async function editExits(
  ctx: Pick<Context, 'db' | 'live'>,
  ownerUserId: number,
  { positionId, changes }: { positionId: number; changes: ExitChanges },
): Promise<{ ok: true; positionId: number } | Refusal> {
  const result = await ctx.db.transaction(async (tx): Promise<{ ok: true; positionId: number } | Refusal> => {
    const locked = await lockExits(tx, positionId, ownerUserId);
    const edited = locked && planEdit(locked.settings, changes, locked.fired);
    if (!locked || !edited || locked.status !== 'OPEN' || !edited.ok) {
      await tx.rollback();
      if (!locked) return refuse('POSITION_NOT_FOUND');
      return edited?.ok === false ? edited : refuse('POSITION_CLOSED');
    }
    const batch = new Batch();
    addExitSettings(batch, positionId, edited);
    if (changes.targets) addTargets(batch, positionId, { targets: changes.targets, lastOrdinal: locked.lastOrdinal });
    await tx.commit(addLiveEvents(batch, ownerUserId, [{ topic: 'POSITION', entityId: positionId }]));
    return { ok: true, positionId };
  });
  if (result.ok) ctx.live.notify(ownerUserId);
  return result;
}
