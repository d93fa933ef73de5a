import type { Context } from '../../context.js';
import type { JobStatus } from '../../core/domain.js';
import { isOrderTerminal } from '../../core/order/order.js';
import { refuse, type ReasonCode, type Refusal } from '../../core/reasons.js';
import { ACCOUNT_REF_COLUMNS, toAccountRef } from '../../exchange/account-ref.store.js';
import { bookOrder } from '../outcome/book-order.js';
import { cancelPendingJob } from './cancel-pending-job.js';

type CancelContext = Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'live'>;

interface OrderRow {
  status: JobStatus;
  symbol: string;
  execution_id: number | null;
  client_order_id: string | null;
  sent_at: Date | null;
}

/**
 * Cancels what is left of an order of this owner: at the exchange first, then here, so that a fill that came in between
 * is kept. What was reserved and not sold returns to its positions. Canceling what is over already is a refusal.
 */
export async function cancelOrder(
  ctx: CancelContext,
  ownerUserId: number,
  { jobId, stopReason = 'CANCELED_BY_OWNER' }: { jobId: number; stopReason?: ReasonCode },
): Promise<{ status: JobStatus } | Refusal> {
  const [order] = await ctx.db.query<OrderRow[]>(
    `SELECT j.status, j.symbol, x.id AS execution_id, x.client_order_id,
            x.created_at AS sent_at, ${ACCOUNT_REF_COLUMNS}
       FROM trade_jobs j JOIN exchange_accounts a ON a.id = j.exchange_account_id
       LEFT JOIN trade_executions x ON x.trade_job_id = j.id
      WHERE j.id = ? AND a.user_id = ? ORDER BY x.attempt DESC LIMIT 1`,
    [jobId, ownerUserId],
  );
  if (!order) return refuse('ORDER_NOT_FOUND');
  if (order.status === 'PENDING') return cancelPendingJob(ctx, { jobId, ownerUserId, stopReason });
  if (order.status === 'EXECUTING') return refuse('ORDER_BUSY');
  const { execution_id: executionId, client_order_id: clientOrderId, symbol } = order;
  const isLive = order.status === 'PENDING_LIMIT' || order.status === 'PARTIALLY_FILLED';
  if (!isLive || executionId === null || clientOrderId === null) return refuse('ORDER_CLOSED');
  const found = ctx.exchanges.forAccount(toAccountRef(order));
  if ('refusal' in found) return found.refusal;
  try {
    const sentAt = order.sent_at?.getTime();
    const snapshot = await found.exchange.cancel({ clientOrderId, symbol, sentAt });
    if (!snapshot) return refuse('ORDER_NOT_FOUND', 'The exchange does not know the order.');
    return await bookOrder(ctx, { executionId, order: snapshot, ...(isOrderTerminal(snapshot.status) && { stopReason }) });
  } catch (err) {
    ctx.log.warn({ err, jobId }, 'an order could not be canceled');
    return refuse('EXCHANGE_UNREACHABLE');
  }
}
