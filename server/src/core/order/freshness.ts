import type { OrderSide } from '../domain.js';

/** A signal is fresh for this long. */
const FRESH_FOR_MS = 60_000;
/** Proving that an order never existed takes at most this long. This time does not count as age of the signal. */
const RECOVERY_WITHIN_MS = 20_000;

/**
 * Whether a job created at `createdAt` stays PENDING until a price is known. After a crash of the process that leads a
 * feed, there are no prices until its lease expires and the next process starts; an exchange may be down for minutes. A
 * buy waits as long as its signal is fresh. A sell that needs a price waits without a limit. A source's own age limit
 * can end both waits sooner. Times are ms since 1970.
 */
export const waitsForPrice = (side: OrderSide, { now, createdAt }: { now: number; createdAt: number }): boolean =>
  side === 'SELL' || now - createdAt < FRESH_FOR_MS;

/** An older sell is retried at this interval, so that an exchange that is down for hours is not asked every second. */
const SELL_AGAIN_MS = 10_000;

interface NeverPlaced {
  now: number;
  createdAt: number;
  sentAt: number;
  provenAt: number;
}

/**
 * Whether a job whose order was never placed may make another attempt. Freshness limits only buys: a sell of a minute
 * ago, by a signal or an exit, must still sell.
 */
export const mayRetry = (side: OrderSide, facts: NeverPlaced): boolean => side === 'SELL' || isFreshForRetry(facts);

/** Whether the next attempt is due. */
export const isRetryDue = (side: OrderSide, facts: NeverPlaced): boolean =>
  isFreshForRetry(facts) || (side === 'SELL' && facts.now - facts.provenAt >= SELL_AGAIN_MS);

/**
 * Whether a signal is fresh enough for another order when the one before was never placed. The age excludes the time
 * needed to prove that the order never existed, if that proof came in time. `sentAt`: the attempt was stored;
 * `provenAt`: the absence was known. All in ms since 1970.
 */
export function isFreshForRetry({ now, createdAt, sentAt, provenAt }: NeverPlaced): boolean {
  const tookMs = Math.max(0, provenAt - sentAt);
  const spared = tookMs <= RECOVERY_WITHIN_MS ? tookMs : 0;
  return now - createdAt - spared < FRESH_FOR_MS;
}
