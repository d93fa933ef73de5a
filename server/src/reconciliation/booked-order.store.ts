import type { ExecutionStatus } from '../core/domain.js';
import type { BookedFill } from '../core/order/booked-fill.js';
import { fromJson, type Database } from '../infra/database/database.js';

/** What is booked for an order of ours; undefined when the account has no order with this id. */
export async function readBookedOrder(
  db: Pick<Database, 'query'>,
  { accountId, clientOrderId }: { accountId: number; clientOrderId: string },
): Promise<{ id: number; status: ExecutionStatus; fills: BookedFill[] } | undefined> {
  const [row] = await db.query<{ id: number; status_exchange: ExecutionStatus; fills_json: string | null }[]>(
    'SELECT id, status_exchange, fills_json FROM trade_executions WHERE exchange_account_id = ? AND client_order_id = ?',
    [accountId, clientOrderId],
  );
  return row && { id: row.id, status: row.status_exchange, fills: fromJson<BookedFill[]>(row.fills_json) ?? [] };
}
