/** A signal is acted on within this. */
const FRESH_FOR_MS = 60_000;
/** Finding out that an order never existed takes at most this, as promised; so much of it does not age the signal. */
const RECOVERY_WITHIN_MS = 20_000;

/**
 * Whether a job whose order was never placed may have another. Its age counts from the signal, without the time it took to
 * prove that the order never existed, when that came within the time promised for it. `sentAt`: the attempt was written;
 * `provenAt`: it was known not to exist. All in ms since 1970.
 */
export function isFreshForRetry({
  now,
  createdAt,
  sentAt,
  provenAt,
}: {
  now: number;
  createdAt: number;
  sentAt: number;
  provenAt: number;
}): boolean {
  const tookMs = Math.max(0, provenAt - sentAt);
  const spared = tookMs <= RECOVERY_WITHIN_MS ? tookMs : 0;
  return now - createdAt - spared < FRESH_FOR_MS;
}
