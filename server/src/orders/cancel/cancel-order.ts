import type { Context } from '../../context.js';
import type { JobStatus } from '../../core/domain.js';
import { isOrderTerminal } from '../../core/order/order.js';
import { refuse, type ReasonCode, type Refusal } from '../../core/reasons.js';
import { bookOutcome } from '../outcome/book-outcome.js';
import { readOrderOfJob } from '../recover/open-order.store.js';
import { cancelPendingJob } from './cancel-pending-job.js';

type CancelContext = Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'live'>;

/**
 * Cancels the rest of an order of this owner: first at the exchange, then in the database, so that a fill in between is
 * kept. Reserved quantity that was not sold returns to its positions. Refuses when the order has already ended.
 */
export async function cancelOrder(
  ctx: CancelContext,
  ownerUserId: number,
  { jobId, stopReason = 'CANCELED_BY_OWNER' }: { jobId: number; stopReason?: ReasonCode },
): Promise<{ ok: true; status: JobStatus } | Refusal> {
  const job = await readOrderOfJob(ctx.db, { jobId, ownerUserId });
  if (!job) return refuse('ORDER_NOT_FOUND');
  const { status, symbol, account, order } = job;
  if (status === 'PENDING') return cancelPendingJob(ctx, { jobId, ownerUserId, stopReason });
  if (status === 'EXECUTING') return refuse('ORDER_BUSY');
  const isLive = status === 'PENDING_LIMIT' || status === 'PARTIALLY_FILLED';
  if (!isLive || !order) return refuse('ORDER_CLOSED');
  const found = ctx.exchanges.forAccount(account);
  if (!found.ok) return found;
  const { executionId, clientOrderId, createdAt: sentAt } = order;
  try {
    const snapshot = await found.exchange.cancel({ clientOrderId, symbol, sentAt });
    if (!snapshot) return refuse('ORDER_NOT_FOUND', 'The exchange does not know the order.');
    const reason = isOrderTerminal(snapshot.status) ? stopReason : undefined;
    const answer = { kind: 'reported', order: snapshot, stopReason: reason } as const;
    const booked = await bookOutcome(ctx, { executionId, answer });
    return { ok: true, status: booked.status };
  } catch (err) {
    ctx.log.warn({ err, jobId }, 'an order could not be canceled');
    return refuse('EXCHANGE_UNREACHABLE');
  }
}
