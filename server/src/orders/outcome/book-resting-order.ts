import type { Context } from '../../context.js';
import { ACCOUNT_REF_COLUMNS, toAccountRef } from '../../exchange/account-ref.store.js';
import type { LiveNotifier } from '../../ports.js';
import { bookOrder } from './book-order.js';

/**
 * Books what became of an order that rested at an exchange, after word that it changed. Asks the exchange for its
 * state rather than believing the word. Answers false when no execution of ours has that client order id.
 */
export async function bookRestingOrder(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges'> & { live: LiveNotifier },
  { accountId, clientOrderId, symbol }: { accountId: number; clientOrderId: string; symbol: string },
): Promise<boolean> {
  const [execution] = await ctx.db.query<{ id: number; created_at: Date }[]>(
    `SELECT e.id, e.created_at, ${ACCOUNT_REF_COLUMNS}
       FROM trade_executions e JOIN exchange_accounts a ON a.id = e.exchange_account_id
      WHERE e.exchange_account_id = ? AND e.client_order_id = ?`,
    [accountId, clientOrderId],
  );
  if (!execution) return false;
  const found = ctx.exchanges.forReading(toAccountRef(execution));
  if ('refusal' in found) return false;
  const order = await found.exchange.findOrder({ clientOrderId, symbol, sentAt: execution.created_at.getTime() });
  if (!order) return false;
  await bookOrder(ctx, { executionId: execution.id, order });
  return true;
}
