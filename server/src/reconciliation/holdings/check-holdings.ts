import { d } from '../../core/money/money.js';
import { withTimeout } from '../../infra/with-timeout.js';
import { closeAlert, openAlert, readOpenKeys } from '../../alerts/alert-writes.store.js';
import type { SyncedAccount } from '../account-sync.store.js';
import { readAllocations, compareAll, type ComparedAsset } from './holdings.store.js';
import type { RemoteExchange } from '../../exchange/exchange.js';
import { reconcileOrders, type ReconcileContext } from '../reconcile-orders.js';

const TIMEOUT_MS = 10_000;

/**
 * Raises an alert for each asset of which the account has less than its open positions record, and ends alerts of
 * assets that add up again. A fill that is not booked yet looks the same for a moment, so a shortage is compared a
 * second time. Returns the assets that are short.
 */
export async function checkHoldings(
  ctx: ReconcileContext,
  account: SyncedAccount,
  exchange: RemoteExchange,
): Promise<string[]> {
  let short = await findShort(ctx, account, exchange);
  if (short.length > 0) {
    await reconcileOrders(ctx, account, exchange);
    const seen = new Map(short.map((one) => [one.asset, one]));
    // A shortage that changed in between is checked again next time.
    short = (await findShort(ctx, account, exchange)).filter(({ asset, shortage }) =>
      seen.get(asset)?.shortage.eq(shortage),
    );
  }
  for (const asset of short) await alertShort(ctx, account, asset);
  await endOthers(ctx, account, new Set(short.map(({ asset }) => shortAlertKey(account.id, asset))));
  return short.map(({ asset }) => asset);
}

async function findShort(
  ctx: ReconcileContext,
  account: SyncedAccount,
  exchange: RemoteExchange,
): Promise<ComparedAsset[]> {
  const claims = await readAllocations(ctx.db, account.id);
  if (![...claims.values()].some(({ inPositions }) => inPositions.gt(0))) return [];
  const balances = await withTimeout(exchange.balances(), TIMEOUT_MS);
  return compareAll(balances, claims).filter((one) => one.shortage.gt(0) && !one.claims.isInFlight);
}

const shortAlertKey = (accountId: number, asset: string): string =>
  `POSITION_INVALID_QTY:account:${accountId}:${asset}`;

function alertShort(ctx: ReconcileContext, account: SyncedAccount, one: ComparedAsset): Promise<void> {
  const { asset, free, locked, claims, shortage } = one;
  const message =
    `${account.label} has ${d(free).add(d(locked)).toFixed()} ${asset} at the exchange, but its open positions say ` +
    `${claims.inPositions.toFixed()}: ${shortage.toFixed()} ${asset} are missing. They were sold, moved or paid as ` +
    'fees outside of this program. Bring them back, or close the position as reconciled. An exit sells what is there.';
  const openKey = shortAlertKey(account.id, asset);
  return openAlert(ctx.db, {
    ...{ type: 'POSITION_INVALID_QTY', severity: 'critical', message, openKey, userId: account.userId },
  });
}

async function endOthers(ctx: ReconcileContext, { id }: SyncedAccount, stillShort: ReadonlySet<string>): Promise<void> {
  for (const openKey of await readOpenKeys(ctx.db, shortAlertKey(id, ''))) {
    if (!stillShort.has(openKey)) await closeAlert(ctx.db, { openKey, now: ctx.clock.now() });
  }
}
