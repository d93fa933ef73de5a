import type { Context } from '../../context.js';
import type { Market } from '../../core/domain.js';
import { d, type D } from '../../core/money/money.js';
import { withTimeout } from '../../infra/with-timeout.js';
import type { LiveNotifier } from '../../ports.js';
import { bookOutcomes, type OutcomeInput, type OutcomeResult } from './book-outcomes.js';
import type { BookingRecords } from './booking.store.js';

/**
 * Books an answer for one order: fills, position, vault, reservations, job, alerts and live events in one transaction.
 * First it asks the exchange for what booking the fills also needs: the market's minimums, the price of a fee asset.
 * Throws when the execution does not exist or the answer is for another order.
 */
export async function bookOutcome(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'prices' | 'exchanges' | 'balances'> & { live: LiveNotifier },
  input: OutcomeInput,
): Promise<OutcomeResult> {
  let { market, feePrices } = input;
  for (;;) {
    const [result] = await bookOutcomes(ctx, [{ ...input, market, ...(feePrices && { feePrices }) }]);
    if (!result) throw new Error(`the outcome of execution ${input.executionId} was not booked`);
    if (result.kind === 'booked') return result;
    // Asked outside the transaction, so that no row stays locked while the exchange answers.
    if (result.kind === 'needs fee prices') feePrices = await feePricesOf(ctx, result.records, result.assets);
    else market = await marketOf(ctx, result.records);
  }
}

type AskContext = Pick<Context, 'exchanges' | 'log'>;

/** The exchange's own prices of the fee assets; an asset without a price is left out and counts as zero. */
async function feePricesOf(
  ctx: AskContext,
  { account, quote }: BookingRecords,
  assets: readonly string[],
): Promise<Map<string, D>> {
  const prices = new Map<string, D>();
  const found = ctx.exchanges.forReading(account);
  if (!found.ok) return prices;
  for (const asset of assets) {
    try {
      const direct = await withTimeout(found.exchange.price(`${asset}/${quote}`), TIMEOUT_MS);
      const inverse = direct ? undefined : await withTimeout(found.exchange.price(`${quote}/${asset}`), TIMEOUT_MS);
      if (direct) prices.set(asset, d(direct.last));
      else if (inverse) prices.set(asset, d('1').div(d(inverse.last)));
    } catch (err) {
      ctx.log.warn({ err, asset, quote }, 'the price of a fee asset could not be read');
    }
  }
  return prices;
}

const TIMEOUT_MS = 3_000;

/** null when the exchange does not answer: dust then stays open, which is better than a fill that is not booked. */
async function marketOf(ctx: AskContext, { account, job }: BookingRecords): Promise<Market | null> {
  const found = ctx.exchanges.forAccount(account);
  if (!found.ok) return null;
  try {
    return (await found.exchange.market(job.symbol)) ?? null;
  } catch (error) {
    ctx.log.warn({ err: error, jobId: job.id }, 'the market could not be read; dust stays open');
    return null;
  }
}
