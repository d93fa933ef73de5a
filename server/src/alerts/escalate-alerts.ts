import type { Context } from '../context.js';
import { escalate } from '../core/operations/alert-escalation.js';
import { readUnanswered } from './alert-escalation.store.js';
import { changeEscalation } from './alert-writes.store.js';

/**
 * Raises open alerts again that nobody acknowledged, more urgently after some time (core/operations/alert-escalation.ts).
 * Those who see the alert get it as a live event. Returns how many were raised.
 */
export async function escalateAlerts(
  ctx: Pick<Context, 'db' | 'clock' | 'live'>,
): Promise<{ open: number; raised: number }> {
  const open = await readUnanswered(ctx.db);
  let raised = 0;
  for (const alert of open) {
    const now = ctx.clock.now();
    const next = escalate(alert, now);
    const told = next && (await changeEscalation(ctx.db, alert, { ...next, now }));
    if (!told) continue;
    raised++;
    for (const userId of told) ctx.live.notify(userId);
  }
  return { open: open.length, raised };
}
