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
 * Books an order update of a user stream. A stream may omit trades or skip an update, so the order is looked up when
 * the update does not explain the whole executed quantity. An external order is recorded. `incomplete`: the exchange
 * does not report all trades yet, so the order must be looked up again.
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

/** Whether the known trades add up to the executed quantity. */
function isExplained(order: OrderSnapshot, booked: readonly BookedFill[]): boolean {
  const trades = new Map([...booked, ...order.fills].map((fill) => [fill.tradeId, fill]));
  return sum([...trades.values()].map(({ qty }) => d(qty))).gte(d(order.executedQty));
}
