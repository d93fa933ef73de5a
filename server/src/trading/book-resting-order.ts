import type { Context } from '../context.js';
import type { ExchangeName } from '../core/domain.js';
import { bookOrder } from './book-order.js';

interface ExecutionRow {
  id: number;
  exchange: ExchangeName;
  is_simulation: number;
}

/**
 * Books what became of an order that rested at an exchange, after word that it changed. Asks the exchange for its
 * state rather than believing the word. Answers false when no execution of ours has that client order id.
 */
export async function bookRestingOrder(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'live'>,
  { accountId, clientOrderId, symbol }: { accountId: number; clientOrderId: string; symbol: string },
): Promise<boolean> {
  const [execution] = await ctx.db.query<ExecutionRow[]>(
    `SELECT e.id, a.exchange, a.is_simulation
       FROM trade_executions e JOIN exchange_accounts a ON a.id = e.exchange_account_id
      WHERE e.exchange_account_id = ? AND e.client_order_id = ?`,
    [accountId, clientOrderId],
  );
  if (!execution) return false;
  const account = { id: accountId, exchange: execution.exchange, isSimulation: Boolean(execution.is_simulation) };
  const found = ctx.exchanges.forAccount(account);
  if ('refusal' in found) return false;
  const order = await found.exchange.findOrder({ clientOrderId, symbol });
  if (!order) return false;
  await bookOrder(ctx, { executionId: execution.id, order });
  return true;
}
