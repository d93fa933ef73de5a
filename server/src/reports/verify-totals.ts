import type { Context } from '../context.js';
import { keepAlerts } from '../alerts/keep-alerts.js';
import { d, type D } from '../core/money/money.js';
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
  const whole = `The kept totals of ${symbol} in account ${accountId} do not follow from its positions and fills.`;
  const part = `The kept totals of ${symbol} in account ${accountId} from ${period?.toISOString() ?? ''} on, for a quarter of an hour, do not follow from its positions and fills.`;
  const sentences = [period === null ? whole : part];
  for (const [column, amount] of Object.entries(difference)) sentences.push(describeFigure(column, d(amount)));
  if (count > 1) sentences.push(`${count} totals of this symbol differ.`);
  sentences.push(
    'Somebody or something changed them in the database. The sums of the dashboard are wrong until they are put right; positions, vaults and exits are not concerned.',
    'Trust the list of positions, and tell the administrator.',
  );
  return sentences.join(' ');
}

/** The columns of the totals in words. */
const FIGURES: Readonly<Record<string, string>> = {
  open_positions: 'The number of open positions',
  open_qty: 'The open quantity',
  open_cost: 'The cost of the open positions',
  realized_quote: 'The realized result',
  wins: 'The number of gains',
  losses: 'The number of losses',
};

function describeFigure(column: string, difference: D): string {
  const figure = FIGURES[column] ?? column;
  const amount = difference.abs().toFixed();
  return difference.gt(0) ? `${figure} is too high by ${amount}.` : `${figure} is too low by ${amount}.`;
}
