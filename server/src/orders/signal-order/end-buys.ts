import type { Context } from '../../context.js';
import { withTimeout } from '../../infra/with-timeout.js';
import { cancelOrder } from '../cancel/cancel-order.js';
import { supersedeBuy } from './supersede-buy.js';

/** A close waits at most this long for an exchange that does not answer; then it looks again. */
const CANCEL_TIMEOUT_MS = 5_000;

type EndContext = Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'live'>;

/**
 * Ends the buys before a close: unsent ones are skipped, resting ones are canceled at the exchange, and their fills so
 * far are booked. Never rejects: the next claim of the close sees what is left.
 */
export async function endBuys(
  ctx: EndContext,
  {
    closeJobId,
    userId,
    supersede,
    cancel,
  }: { closeJobId: number; userId: number; supersede: number[]; cancel: number[] },
): Promise<void> {
  const ends = [
    ...supersede.map((jobId) => supersedeBuy(ctx, { jobId, closeJobId })),
    ...cancel.map((jobId) =>
      withTimeout(cancelOrder(ctx, userId, { jobId, stopReason: 'SUPERSEDED_BY_CLOSE' }), CANCEL_TIMEOUT_MS),
    ),
  ];
  for (const ended of await Promise.allSettled(ends)) {
    if (ended.status === 'rejected') {
      ctx.log.warn({ err: ended.reason as unknown, closeJobId }, 'a buy before a close could not be ended yet');
    }
  }
}
