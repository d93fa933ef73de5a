import type { BookedFill } from '../core/order/booked-fill.js';
import { d, sum } from '../core/money/money.js';
import { isOrderTerminal } from '../core/order/order.js';
import type { Exchange, ListedOrder, OrderSnapshot } from '../exchange/exchange.js';
import { orGiveUp } from '../infra/with-timeout.js';
import { bookOutcome } from '../orders/outcome/book-outcome.js';
import type { SyncedAccount } from './account-sync.store.js';
import { noteExternalOrders } from './external-orders/note-external-orders.js';
import { readBookedOrder } from './booked-order.store.js';
import type { ReconcileContext } from './reconcile-orders.js';

const TIMEOUT_MS = 5_000;

/**
 * Books what a user stream says of an order. A stream may leave trades out or skip an update, so an update that does not
 * explain all that was executed has the order looked up. An order that is not ours is noted. `incomplete`: the exchange
 * itself does not tell all trades yet, so somebody must look again.
 */
export async function bookOrderUpdate(
  ctx: ReconcileContext,
  account: SyncedAccount,
  { exchange, order }: { exchange: Exchange; order: ListedOrder },
): Promise<'booked' | 'external' | 'incomplete'> {
  const row = await readBookedOrder(ctx.db, { accountId: account.id, clientOrderId: order.clientOrderId });
  if (!row) {
    await noteExternalOrders(ctx, account, { orders: [order], trades: [] });
    return 'external';
  }
  const booked = row.fills;
  if (isExplained(order, booked)) {
    const isKnown = isOrderTerminal(row.status) && order.status === row.status;
    if (!isKnown) await bookOutcome(ctx, { executionId: row.id, answer: { kind: 'reported', order } });
    return 'booked';
  }
  const name = { clientOrderId: order.clientOrderId, symbol: order.symbol, sentAt: order.createdAt };
  const asked = await orGiveUp((signal) => exchange.findOrder(name, { signal, priority: 'follow' }), TIMEOUT_MS);
  await bookOutcome(ctx, { executionId: row.id, answer: { kind: 'reported', order: asked ?? order } });
  return asked && isExplained(asked, booked) ? 'booked' : 'incomplete';
}

/** The trades we know of make up all that was executed. */
function isExplained(order: OrderSnapshot, booked: readonly BookedFill[]): boolean {
  const trades = new Map([...booked, ...order.fills].map((fill) => [fill.tradeId, fill]));
  return sum([...trades.values()].map(({ qty }) => d(qty))).gte(d(order.executedQty));
}
