import type { Context } from '../../context.js';
import { closeAlert } from '../../alerts/alert-writes.store.js';
import { countUndismissed } from './external-order.store.js';
import { externalAlertKey } from './foreign-alert-key.js';

/** Ends the alert of an account when no external order waits for its owner any more. */
export async function endExternalAlert(ctx: Pick<Context, 'db' | 'clock'>, accountId: number): Promise<void> {
  const [count] = await ctx.db.query<{ waiting: number }[]>(...countUndismissed(accountId));
  if (Number(count?.waiting ?? 0) > 0) return;
  await closeAlert(ctx.db, { openKey: externalAlertKey(accountId), now: ctx.clock.now() });
}
