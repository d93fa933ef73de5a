import { closeAlert, openAlert } from '../alerts/alert-writes.store.js';
import { writeSync, type SyncedAccount } from './account-sync.store.js';
import { lookOnce } from '../orders/recover/look-once.js';
import { checkHoldings } from './holdings/check-holdings.js';
import { isRemote } from '../exchange/exchange.js';
import { reconcileOrders, type OrdersReconciled, type ReconcileContext } from './reconcile-orders.js';
import { reconcileTrades } from './reconcile-trades.js';

export interface AccountReconciled extends OrdersReconciled {
  /** Orders whose late trades were booked now. */
  late: number;
  /** Assets of which the account has less than its positions record. */
  short: string[];
}

/** An account that cannot be compared raises an alert after this time. */
const ALERT_AFTER_MS = 120_000;
const LOOK_TIMEOUT_MS = 20_000;

/**
 * Compares an account with its exchange: its open and unresolved orders, the trades since the last comparison (also of
 * recently closed and of external orders), and its holdings with its positions. The result is saved for its owner.
 * undefined: the exchange of the account cannot be asked, now or at all.
 */
export async function reconcileAccount(
  ctx: ReconcileContext,
  account: SyncedAccount,
): Promise<AccountReconciled | undefined> {
  const found = ctx.exchanges.forReading(account);
  if (!found.ok || !isRemote(found.exchange)) return undefined;
  const { exchange } = found;
  try {
    const orders = await reconcileOrders(ctx, account, exchange);
    await lookOnce(ctx, { accountId: account.id, timeoutMs: LOOK_TIMEOUT_MS, waits: false });
    const { late, external } = await reconcileTrades(ctx, account, exchange);
    const short = await checkHoldings(ctx, account, exchange);
    await writeSync(ctx.db, account.id, { now: ctx.clock.now(), error: undefined });
    await closeAlert(ctx.db, { openKey: failedAlertKey(account.id), now: ctx.clock.now() });
    return { ...orders, external: orders.external + external, late, short };
  } catch (err) {
    ctx.log.warn({ err, accountId: account.id }, 'an account could not be compared with its exchange');
    await noteFailure(ctx, account, err);
    return undefined;
  }
}

async function noteFailure(ctx: ReconcileContext, account: SyncedAccount, err: unknown): Promise<void> {
  const now = ctx.clock.now();
  const error = err instanceof Error ? err.message : String(err);
  const since = await writeSync(ctx.db, account.id, { now, error });
  if (since === undefined || now - since < ALERT_AFTER_MS) return;
  const minutes = Math.floor((now - since) / 60_000);
  const message = `${account.label} could not be compared with its exchange for ${minutes} minutes. The comparison is retried. Until it succeeds, changes at the exchange are not visible here. Last reason: ${error}`;
  const openKey = failedAlertKey(account.id);
  await openAlert(ctx.db, { type: 'RECONCILE_FAILED', severity: 'high', message, openKey, userId: account.userId });
}

const failedAlertKey = (accountId: number): string => `RECONCILE_FAILED:account:${accountId}`;
