import type { ListedTrade } from '../exchange/exchange.js';
import { orGiveUp } from '../infra/with-timeout.js';
import { bookRestingOrder } from '../orders/outcome/book-resting-order.js';
import type { SyncedAccount } from './account-sync.store.js';
import { readOwnOrders } from './external-orders/external-order.store.js';
import { noteExternalOrders } from './external-orders/note-external-orders.js';
import type { RemoteExchange } from '../exchange/exchange.js';
import type { ReconcileContext } from './reconcile-orders.js';
import {
  hasUnresolved,
  readTradedOrders,
  readTradedSymbols,
  writeCursor,
  type SymbolCursor,
} from './trade-cursor.store.js';

/** The most symbols per run, least recently read first: each is a call that counts against the account's rate limit. */
const SYMBOLS_AT_ONCE = 20;
/** A trade may be reported this much later than it happened. */
const OVERLAP_MS = 300_000;
/** How far back to read for an account that is new here. */
const FIRST_LOOK_MS = 86_400_000;
/** The smallest page size of the exchanges: fewer trades than this are all there are. */
const FULL_PAGE = 100;
const PAGES_MAX = 20;
/** A history read has the lowest priority in the rate budget. */
const TIMEOUT_MS = 30_000;

/**
 * Reads the trades at the exchange since the last time, symbol by symbol. An unbooked trade of our order, even a
 * recently closed one, has the order looked up and booked. A trade of no order of ours is recorded as external. While
 * an order of ours is being sent, an unassigned trade may belong to it: the symbol then waits for the next run.
 */
export async function reconcileTrades(
  ctx: ReconcileContext,
  account: SyncedAccount,
  exchange: RemoteExchange,
): Promise<{ late: number; external: number }> {
  const done = { late: 0, external: 0 };
  for (const cursor of await readTradedSymbols(ctx.db, account.id, SYMBOLS_AT_ONCE)) {
    if (!(await exchange.market(cursor.symbol))) continue;
    const { late, external } = await lookThrough(ctx, account, exchange, cursor);
    done.late += late;
    done.external += external;
  }
  return done;
}

async function lookThrough(
  ctx: ReconcileContext,
  account: SyncedAccount,
  exchange: RemoteExchange,
  { symbol, syncedUntil }: SymbolCursor,
): Promise<{ late: number; external: number }> {
  const askedAt = ctx.clock.now();
  const done = { late: 0, external: 0 };
  let since =
    syncedUntil === undefined ? Math.max(account.createdAt, askedAt - FIRST_LOOK_MS) : syncedUntil - OVERLAP_MS;
  let until = askedAt;
  for (let page = 1; ; page++) {
    const from = since;
    const trades = await orGiveUp(
      (signal) => exchange.remote.tradesSince(symbol, from, { signal, priority: 'history' }),
      TIMEOUT_MS,
    );
    const settled = await settle(ctx, account, exchange, { symbol, trades, since });
    done.late += settled.late;
    done.external += settled.external;
    if (!settled.isClear) return done;
    const last = trades.at(-1);
    if (!last || trades.length < FULL_PAGE) break;
    // Otherwise a full page with one timestamp would repeat forever.
    since = Math.max(last.at, since + 1);
    if (page < PAGES_MAX) continue;
    // The next run continues from here, without an overlap that would fill its pages with known trades.
    until = since + OVERLAP_MS;
    break;
  }
  await writeCursor(ctx.db, { accountId: account.id, symbol, syncedUntil: until });
  return done;
}

/** `isClear` = the order of every trade in the page is known. */
async function settle(
  ctx: ReconcileContext,
  account: SyncedAccount,
  { remote }: RemoteExchange,
  { symbol, trades, since }: { symbol: string; trades: readonly ListedTrade[]; since: number },
): Promise<{ late: number; external: number; isClear: boolean }> {
  const accountId = account.id;
  const exchangeOrderIds = [...new Set(trades.map(({ exchangeOrderId }) => exchangeOrderId))];
  // Read after the trades: an order that traded has its row at that time, and its exchange id once it is booked.
  const isSomethingOnItsWay = await hasUnresolved(ctx.db, { accountId, symbol });
  const ours = await readTradedOrders(ctx.db, { accountId, symbol, exchangeOrderIds });
  const late = new Set<string>();
  for (const { exchangeOrderId, tradeId } of trades) {
    const order = ours.get(exchangeOrderId);
    if (order && !order.tradeIds.has(tradeId)) late.add(order.clientOrderId);
  }
  for (const clientOrderId of late) await bookRestingOrder(ctx, { accountId, clientOrderId, symbol });
  const nameless = trades.filter(({ exchangeOrderId }) => !ours.has(exchangeOrderId));
  if (nameless.length === 0) return { late: late.size, external: 0, isClear: true };
  if (isSomethingOnItsWay) return { late: late.size, external: 0, isClear: false };
  const listed = await orGiveUp(
    (signal) => remote.ordersSince(symbol, since, { signal, priority: 'history' }),
    TIMEOUT_MS,
  );
  const own = await readOwnOrders(ctx.db, { accountId, clientOrderIds: listed.map((one) => one.clientOrderId) });
  const traded = listed.filter((one) =>
    nameless.some(({ exchangeOrderId }) => exchangeOrderId === one.exchangeOrderId),
  );
  const ownTraded = traded.filter(({ clientOrderId }) => own.has(clientOrderId));
  for (const { clientOrderId } of ownTraded) await bookRestingOrder(ctx, { accountId, clientOrderId, symbol });
  const ownIds = new Set(ownTraded.map(({ exchangeOrderId }) => exchangeOrderId));
  const external = await noteExternalOrders(ctx, account, {
    orders: traded.filter(({ exchangeOrderId }) => !ownIds.has(exchangeOrderId)),
    trades: nameless.filter(({ exchangeOrderId }) => !ownIds.has(exchangeOrderId)),
  });
  return { late: late.size + ownTraded.length, external, isClear: true };
}
