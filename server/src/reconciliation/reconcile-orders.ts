import { compareOrders } from '../core/order/compare-orders.js';
import type { ListedOrder, RemoteExchange } from '../exchange/exchange.js';
import { inParallel } from '../infra/in-parallel.js';
import { orGiveUp } from '../infra/with-timeout.js';
import { bookRestingOrder } from '../orders/outcome/book-resting-order.js';
import { readOpenOf } from '../orders/recover/open-order.store.js';
import { recoverOrder, type RecoveryContext } from '../orders/recover/recover-order.js';
import type { SyncedAccount } from './account-sync.store.js';
import { readOwnOrders, readRestingExternal, setExternalStatus } from './external-orders/external-order.store.js';
import { noteExternalOrders } from './external-orders/note-external-orders.js';

export type ReconcileContext = RecoveryContext;

export interface OrdersReconciled {
  /** Orders that were open in the database. */
  compared: number;
  /** The ones among them that differed at the exchange and were looked up. */
  differed: number;
  /** External orders that rest there. */
  external: number;
}

const AT_ONCE = 8;
const TIMEOUT_MS = 10_000;

/**
 * Compares every order of an account that is open in the database with those that rest at the exchange: one call for
 * all, then a lookup and a booking for each that differs. Resting external orders are recorded. Rejects when the
 * exchange cannot be asked; what was booked before stays booked.
 */
export async function reconcileOrders(
  ctx: ReconcileContext,
  account: SyncedAccount,
  exchange: RemoteExchange,
): Promise<OrdersReconciled> {
  const listed = await orGiveUp((signal) => exchange.remote.openOrders({ signal }), TIMEOUT_MS);
  // Read after the list: an order placed in between causes a needless lookup, but is not taken for an external one.
  const known = await readOpenOf(ctx.db, account.id);
  const { differing, unmatched } = compareOrders({ known, listed, now: ctx.clock.now() });
  await inParallel(differing, AT_ONCE, async (order) => {
    await recoverOrder(ctx, exchange, order);
  });
  const strangers = await settleOwn(ctx, account, unmatched);
  await noteExternalOrders(ctx, account, { orders: strangers, trades: [] });
  await followExternal(ctx, account, exchange, listed);
  return { compared: known.length, differed: differing.length, external: strangers.length };
}

/**
 * Handles orders of ours that have ended here but rest there: booking reports the contradiction. Returns the external
 * ones.
 */
async function settleOwn(
  ctx: ReconcileContext,
  { id: accountId }: SyncedAccount,
  orders: readonly ListedOrder[],
): Promise<ListedOrder[]> {
  const own = await readOwnOrders(ctx.db, {
    accountId,
    clientOrderIds: orders.map(({ clientOrderId }) => clientOrderId),
  });
  for (const { clientOrderId, symbol } of orders) {
    if (own.has(clientOrderId)) await bookRestingOrder(ctx, { accountId, clientOrderId, symbol });
  }
  return orders.filter(({ clientOrderId }) => !own.has(clientOrderId));
}

/** Follows external orders that rested at the last comparison and do not any more. */
async function followExternal(
  ctx: ReconcileContext,
  account: SyncedAccount,
  exchange: RemoteExchange,
  listed: readonly ListedOrder[],
): Promise<void> {
  const there = new Set(listed.map(({ symbol, exchangeOrderId }) => `${symbol} ${exchangeOrderId}`));
  const resting = await readRestingExternal(ctx.db, account.id);
  const gone = resting.filter(({ symbol, exchangeOrderId }) => !there.has(`${symbol} ${exchangeOrderId}`));
  for (const symbol of new Set(gone.map((one) => one.symbol))) {
    const some = gone.filter((one) => one.symbol === symbol);
    const since = Math.min(...some.map(({ placedAt }) => placedAt));
    const isTraded = (await exchange.market(symbol)) !== undefined;
    const told = isTraded
      ? await orGiveUp(
          (signal) => exchange.remote.ordersSince(symbol, since, { signal, priority: 'history' }),
          TIMEOUT_MS,
        )
      : [];
    const ends = told.filter((one) => some.some(({ exchangeOrderId }) => exchangeOrderId === one.exchangeOrderId));
    await noteExternalOrders(ctx, account, { orders: ends, trades: [] });
    const ended = new Set(ends.map(({ exchangeOrderId }) => exchangeOrderId));
    const untold = some.filter(({ exchangeOrderId }) => !ended.has(exchangeOrderId));
    for (const { id } of untold) await setExternalStatus(ctx.db, { id, status: 'GONE' });
  }
}
