import type { Context } from '../../context.js';
import { withTimeout } from '../../infra/with-timeout.js';
import { cancelOrder } from '../cancel/cancel-order.js';
import { supersedeBuy } from './supersede-buy.js';

/** A close does not stand longer than this behind an exchange that does not answer; it looks again. */
const CANCEL_TIMEOUT_MS = 5_000;

type EndContext = Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'live'>;

/**
 * Ends the buys that came before a close: those that were not sent are skipped, those that rest are canceled at the
 * exchange, and what they have filled until then is booked. Never rejects: whoever claims the close next sees what is left.
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
