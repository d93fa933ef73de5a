import type { Context } from '../context.js';
import { keepAlerts } from '../alerts/keep-alerts.js';
import { readCountedAccounts, readTotalsDrifts, type TotalsDrift } from './trading-totals.store.js';

const PREFIX = 'LEDGER_DRIFT:totals:';
const PAGE = 100;

export interface TotalsVerified {
  /** Accounts checked in this run, and the id behind which the next run goes on; 0 = from the beginning. */
  accounts: number;
  next: number;
  differences: number;
}

/**
 * Adds up the positions and fills of as many accounts as fit into `budgetMs` (at least one) and compares the sums with
 * the totals that are kept, from where the last run ended. A difference is an alert for the owner of the account, one
 * for a symbol, and ends when the numbers agree again.
 */
export async function verifyTotals(
  ctx: Pick<Context, 'db' | 'clock' | 'log'>,
  { after, budgetMs, signal }: { after: number; budgetMs: number; signal: AbortSignal },
): Promise<TotalsVerified> {
  const until = performance.now() + budgetMs;
  const mayGoOn = (): boolean => !signal.aborted && performance.now() < until;
  const { drifts, accounts, next } = await readAllTotalsDrifts(ctx, { after, mayGoOn });
  for (const drift of drifts) ctx.log.error({ drift }, 'a kept total differs from its positions and fills');
  await keepAlerts(ctx, {
    type: 'LEDGER_DRIFT',
    prefix: PREFIX,
    found: bySymbol(drifts).map(({ first, count }) => ({
      ...{ openKey: `${PREFIX}${first.accountId}:${first.symbol}`, severity: 'high', userId: first.userId },
      ...{ message: describe(first, count), evidence: JSON.stringify([first.period, first.difference]) },
    })),
    isChecked(openKey) {
      const id = Number(openKey.slice(PREFIX.length).split(':')[0]);
      return id > after && (next === 0 || id <= next);
    },
  });
  return { accounts, next, differences: drifts.length };
}

/** The differences of the accounts behind `after`, as long as `mayGoOn`. `next` is as in TotalsVerified. */
export async function readAllTotalsDrifts(
  ctx: Pick<Context, 'db'>,
  { after: from, mayGoOn }: { after: number; mayGoOn: () => boolean },
): Promise<{ drifts: TotalsDrift[]; accounts: number; next: number }> {
  const drifts: TotalsDrift[] = [];
  let [accounts, after] = [0, from];
  for (;;) {
    const page = await readCountedAccounts(ctx.db, { after, limit: PAGE });
    for (const account of page) {
      if (accounts > 0 && !mayGoOn()) return { drifts, accounts, next: after };
      drifts.push(...(await readTotalsDrifts(ctx.db, account)));
      accounts++;
      after = account.id;
    }
    if (page.length < PAGE) return { drifts, accounts, next: 0 };
  }
}

function bySymbol(drifts: readonly TotalsDrift[]): { first: TotalsDrift; count: number }[] {
  const found = new Map<string, { first: TotalsDrift; count: number }>();
  for (const drift of drifts) {
    const key = `${drift.accountId} ${drift.symbol}`;
    const known = found.get(key);
    if (known) known.count++;
    else found.set(key, { first: drift, count: 1 });
  }
  return [...found.values()];
}

/** Also for the command. */
export function describe({ accountId, symbol, period, difference }: TotalsDrift, count = 1): string {
  const when = period === null ? '' : ` of ${period.toISOString()}`;
  const what = Object.entries(difference).map(([column, amount]) => `${column} by ${amount}`);
  const more = count > 1 ? ` ${count} totals of this symbol differ.` : '';
  return `The kept totals${when} of ${symbol} in account ${accountId} are more than its positions and fills: ${what.join(', ')}. The dashboard is wrong; positions and vaults are not concerned.${more}`;
}
