import type { Context } from '../context.js';
import type { Refusal } from '../core/reasons.js';
import type { ViewSettings } from '../core/views/view-settings.js';
import { deleteView, readViews, writeView, type ViewRow } from './view-settings.store.js';
import { withinQuota } from './within-quota.js';

/**
 * Keeps the settings of one view of a user; `settings` null forgets them. Refusal: QUOTA_REACHED, when it is one view
 * too many.
 */
export async function saveViewSettings(
  ctx: Pick<Context, 'db' | 'clock'>,
  userId: number,
  { name, settings }: { name: string; settings: ViewSettings | null },
): Promise<{ ok: true; view: ViewRow | null } | Refusal> {
  if (settings === null) {
    await deleteView(ctx.db, userId, name);
    return { ok: true, view: null };
  }
  const view = { name, settings, updatedAt: new Date(ctx.clock.now()) };
  const write = async (): Promise<{ ok: true; view: ViewRow }> => {
    await writeView(ctx.db, userId, view);
    return { ok: true, view };
  };
  const [known] = await readViews(ctx.db, userId, [name]);
  return known ? write() : withinQuota(ctx, { userId, what: 'views' }, write);
}
