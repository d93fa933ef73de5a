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

/** The columns of a position in words. */
const FIGURES: Readonly<Record<string, string>> = {
  qty_total: 'bought quantity',
  qty_remaining: 'remaining quantity',
  qty_reserved: 'reserved quantity',
  price_open: 'average entry price',
  realized_profit_usd: 'realized result',
};

function describe({ subject, id, field, stored, rebuilt }: Drift): string {
  const figure = FIGURES[field] ?? field;
  const what =
    subject === 'VAULT'
      ? `The ${figure} of vault ${id} is ${stored}, but its history says ${rebuilt}.`
      : `The ${figure} of position ${id} is ${stored}, but its history says ${rebuilt}.`;
  return `${what} Somebody or something changed it in the database. Do not trust it until this is explained: compare it with the exchange, and tell the administrator.`;
}

async function report(ctx: Pick<Context, 'db' | 'log'>, drift: Drift): Promise<void> {
  ctx.log.error({ drift }, 'a stored number differs from its history');
  await openAlert(ctx.db, {
    ...{ type: 'LEDGER_DRIFT', severity: 'critical', openKey: keyOf(drift) },
    message: describe(drift),
    userId: await readDriftOwner(ctx.db, drift),
    metadata: { ...drift },
  });
}
