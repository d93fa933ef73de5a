import type { Context } from '../context.js';
import { closeAlert, openAlert, readOpenKeys } from '../alerts/alert-writes.store.js';
import { readDriftOwner } from './ledger-check.store.js';
import { verifyLedgerPart, type Drift } from './verify-ledger.js';

const PREFIX = 'LEDGER_DRIFT:verify:';
const keyOf = ({ subject, id, field }: Drift): string => `${PREFIX}${subject}:${id}:${field}`;

export interface LedgerWatch {
  /** Positions checked in this run, and the id behind which the next run goes on; 0 = from the beginning. */
  positions: number;
  next: number;
  differences: number;
}

/**
 * Verifies the vaults and as many positions as fit into `budgetMs`, from where the last run ended. Each difference is
 * an alert for the owner and the admins, and ends when the numbers agree again.
 */
export async function watchLedger(
  ctx: Pick<Context, 'db' | 'clock' | 'log'>,
  { after, budgetMs, signal }: { after: number; budgetMs: number; signal: AbortSignal },
): Promise<LedgerWatch> {
  const until = performance.now() + budgetMs;
  const mayGoOn = (): boolean => !signal.aborted && performance.now() < until;
  const { drifts, positions, next } = await verifyLedgerPart(ctx, { after, mayGoOn });
  for (const drift of drifts) await report(ctx, drift);
  const present = new Set(drifts.map(keyOf));
  for (const openKey of await readOpenKeys(ctx.db, PREFIX)) {
    if (!present.has(openKey) && wasChecked(openKey, { after, next }))
      await closeAlert(ctx.db, { openKey, now: ctx.clock.now() });
  }
  return { positions, next, differences: drifts.length };
}

/** Vaults are checked in every run, positions only in the part that this run read. */
function wasChecked(openKey: string, { after, next }: { after: number; next: number }): boolean {
  const [subject, id] = openKey.slice(PREFIX.length).split(':');
  if (subject === 'VAULT') return true;
  return Number(id) > after && (next === 0 || Number(id) <= next);
}

async function report(ctx: Pick<Context, 'db' | 'log'>, drift: Drift): Promise<void> {
  const { subject, id, field, stored, rebuilt } = drift;
  ctx.log.error({ drift }, 'a stored number differs from its history');
  await openAlert(ctx.db, {
    ...{ type: 'LEDGER_DRIFT', severity: 'critical', openKey: keyOf(drift) },
    message: `${subject === 'VAULT' ? 'Vault' : 'Position'} ${id}: ${field} is ${stored}, but its history says ${rebuilt}. Somebody or something changed the row. Do not trust it until this is explained.`,
    userId: await readDriftOwner(ctx.db, drift),
    metadata: { ...drift },
  });
}
