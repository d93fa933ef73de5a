import type { Context } from '../../context.js';
import type { JobStatus, Market } from '../../core/domain.js';
import type { LiveNotifier } from '../../ports.js';
import { d, type D } from '../../core/money/money.js';
import { withTimeout } from '../../infra/with-timeout.js';
import { bookOrders, type BookOrderInput } from './book-orders.js';
import type { BookingRecords } from './booking.store.js';

/**
 * Books what an exchange says of an order: fills, position, vault, reservations, job and live events in one
 * transaction. Serves the answer to `place`, the recovery lookup, the resting order and the cancel alike; an answer
 * that is booked already changes nothing. Throws when there is no such execution or the order is another one.
 */
export async function bookOrder(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'balances'> & { live: LiveNotifier },
  input: BookOrderInput,
): Promise<{ status: JobStatus }> {
  let { market, feePrices } = input;
  for (;;) {
    const [result] = await bookOrders(ctx, [{ ...input, market, ...(feePrices && { feePrices }) }]);
    if (!result) throw new Error(`the booking of execution ${input.executionId} got no answer`);
    if ('status' in result) return result;
    // Asked outside the transaction: no row stays locked while an exchange thinks.
    if ('feesOf' in result) feePrices = await feePricesOf(ctx, result.feesOf, result.assets);
    else market = await marketOf(ctx, result.marketOf);
  }
}

/** The exchange's own price of what fees were paid in; what it does not tell is left out and counts as nothing. */
async function feePricesOf(
  ctx: Pick<Context, 'exchanges' | 'log'>,
  { account, quote }: BookingRecords,
  assets: readonly string[],
): Promise<Map<string, D>> {
  const prices = new Map<string, D>();
  const found = ctx.exchanges.forReading(account);
  if ('refusal' in found) return prices;
  for (const asset of assets) {
    try {
      const direct = await withTimeout(found.exchange.price(`${asset}/${quote}`), TIMEOUT_MS);
      const inverse = direct ? undefined : await withTimeout(found.exchange.price(`${quote}/${asset}`), TIMEOUT_MS);
      if (direct) prices.set(asset, d(direct.last));
      else if (inverse) prices.set(asset, d('1').div(d(inverse.last)));
    } catch (err) {
      ctx.log.warn({ err, asset, quote }, 'the price of an asset that fees were paid in could not be read');
    }
  }
  return prices;
}

const TIMEOUT_MS = 3_000;

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
