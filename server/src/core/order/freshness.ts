import type { OrderSide } from '../domain.js';

/** A signal is acted on within this. */
const FRESH_FOR_MS = 60_000;
/** Finding out that an order never existed takes at most this, as promised; so much of it does not age the signal. */
const RECOVERY_WITHIN_MS = 20_000;

/**
 * Whether a job that was made then waits on, PENDING, for a price. The one process that leads a feed may be killed: nobody has
 * prices until its lease is over and the next has started, and an exchange may be away for minutes. A buy waits as long as its
 * signal is fresh. A sell that cannot be decided without a price waits however long that takes. A source's own limit on a
 * signal's age ends either sooner. ms since 1970.
 */
export const waitsForPrice = (side: OrderSide, { now, createdAt }: { now: number; createdAt: number }): boolean =>
  side === 'SELL' || now - createdAt < FRESH_FOR_MS;

/** A sell that is older than that is tried again so often: an exchange that is away for hours is not asked every second. */
const SELL_AGAIN_MS = 10_000;

interface NeverPlaced {
  now: number;
  createdAt: number;
  sentAt: number;
  provenAt: number;
}

/**
 * Whether a job whose order was never placed may have another, some time. Freshness is about buys: what was to be sold a
 * minute ago, by a signal or an exit, is still to be sold.
 */
export const mayRetry = (side: OrderSide, facts: NeverPlaced): boolean => side === 'SELL' || isFreshForRetry(facts);

/** Whether its turn has come. */
export const isRetryDue = (side: OrderSide, facts: NeverPlaced): boolean =>
  isFreshForRetry(facts) || (side === 'SELL' && facts.now - facts.provenAt >= SELL_AGAIN_MS);

/**
 * Whether a signal is fresh enough for another order when the one before was never placed. Its age counts from the signal, without the time it took to
 * prove that the order never existed, when that came within the time promised for it. `sentAt`: the attempt was written;
 * `provenAt`: it was known not to exist. All in ms since 1970.
 */
export function isFreshForRetry({ now, createdAt, sentAt, provenAt }: NeverPlaced): boolean {
  const tookMs = Math.max(0, provenAt - sentAt);
  const spared = tookMs <= RECOVERY_WITHIN_MS ? tookMs : 0;
  return now - createdAt - spared < FRESH_FOR_MS;
}
