import type { Context } from '../context.js';
import type { JobStatus, Market } from '../core/domain.js';
import type { LiveWaker } from '../infra/live-events.js';
import { bookOrders, type BookOrderInput } from './book-orders.js';
import type { BookingRecords } from './booking.store.js';

/**
 * Books what an exchange says of an order: fills, position, vault, promises, job and live events in one
 * transaction. Serves the answer to `place`, the recovery lookup, the resting order and the cancel alike; an answer
 * that is booked already changes nothing. Throws when there is no such execution or the order is another one.
 */
export async function bookOrder(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'balances'> & { live: LiveWaker },
  input: BookOrderInput,
): Promise<{ status: JobStatus }> {
  let market: Market | null | undefined = input.market;
  for (;;) {
    const [result] = await bookOrders(ctx, [{ ...input, market }]);
    if (!result) throw new Error(`the booking of execution ${input.executionId} got no answer`);
    if ('status' in result) return result;
    // Asked outside the transaction: no row stays locked while an exchange thinks.
    market = await marketOf(ctx, result.marketOf);
  }
}

/** null when the exchange cannot say: dust then stays open, which is better than a fill that is not booked. */
async function marketOf(
  ctx: Pick<Context, 'exchanges' | 'log'>,
  { account, job }: BookingRecords,
): Promise<Market | null> {
  const found = ctx.exchanges.forAccount(account);
  if ('refusal' in found) return null;
  try {
    return (await found.exchange.market(job.symbol)) ?? null;
  } catch (error) {
    ctx.log.warn({ err: error, jobId: job.id }, 'the market could not be read; dust stays open');
    return null;
  }
}
