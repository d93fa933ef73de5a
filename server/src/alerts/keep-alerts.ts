import type { Context } from '../context.js';
import type { AlertType } from '../core/operations/alert-types.js';
import { closeAlert, openAlert, type Alert } from './alert-writes.store.js';
import { readOpenTexts, readResolvedByHand } from './kept-alerts.store.js';

/** An alert of a check that runs again and again. */
export interface KeptAlert extends Omit<Alert, 'type' | 'metadata'> {
  /** Names what was found. When a person resolved the alert, it is not opened again for the same evidence. */
  evidence: string;
  metadata?: Record<string, unknown>;
}

/**
 * Makes the open alerts of a type under a prefix equal to what a check found: opens the new ones, updates those whose
 * text changed, and ends those that were not found any more. `isChecked`: which open keys the check covered; default all.
 */
export async function keepAlerts(
  ctx: Pick<Context, 'db' | 'clock'>,
  {
    type,
    prefix,
    found,
    isChecked = () => true,
  }: {
    type: AlertType;
    prefix: string;
    found: readonly KeptAlert[];
    isChecked?: (openKey: string) => boolean;
  },
): Promise<void> {
  const now = ctx.clock.now();
  const open = await readOpenTexts(ctx.db, prefix);
  const byHand = found.length === 0 ? new Set<string>() : await readResolvedByHand(ctx.db, type);
  for (const { evidence, metadata, ...alert } of found) {
    if (open.get(alert.openKey) === alert.message) continue;
    if (!open.has(alert.openKey) && byHand.has(`${alert.openKey} ${evidence}`)) continue;
    await openAlert(ctx.db, { ...alert, type, metadata: { ...metadata, key: alert.openKey, evidence } });
  }
  const present = new Set(found.map(({ openKey }) => openKey));
  for (const openKey of open.keys()) {
    if (!present.has(openKey) && isChecked(openKey)) await closeAlert(ctx.db, { openKey, now });
  }
}
