import type { Context } from '../../context.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import { endExternalAlert } from './end-foreign-alert.js';
import { dismissExternal, readOwnedExternal } from './external-order.store.js';

/**
 * Removes these external orders from the owner's list until they change. Returns how many were removed. Refusal:
 * EXTERNAL_ORDER_NOT_FOUND when none of them is the owner's.
 */
export async function dismissExternalOrders(
  ctx: Pick<Context, 'db' | 'clock' | 'live'>,
  ownerUserId: number,
  ids: readonly number[],
): Promise<{ ok: true; dismissed: number } | Refusal> {
  const owned = await readOwnedExternal(ctx.db, ownerUserId, ids);
  if (owned.length === 0) return refuse('EXTERNAL_ORDER_NOT_FOUND');
  await dismissExternal(
    ctx.db,
    owned.map(({ id }) => id),
    new Date(ctx.clock.now()),
  );
  for (const accountId of new Set(owned.map((one) => one.accountId))) await endExternalAlert(ctx, accountId);
  ctx.live.notify(ownerUserId);
  return { ok: true, dismissed: owned.length };
}
