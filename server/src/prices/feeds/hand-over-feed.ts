import { setTimeout as sleep } from 'node:timers/promises';
import type { PriceLease } from './price-lease.js';

/** Longer than another process needs to connect to an exchange and to receive its first prices. */
const WAIT_MAX_MS = 5_000;
const LOOK_EVERY_MS = 50;

/**
 * Offers the lease of a feed to another process, and waits until that one's prices arrive, or until none takes it. Until then
 * this process goes on with its own prices and triggers, so that no price of an exchange is missed between the two. While
 * both lead, a trigger that both fire is one exit (see `holdPriceLease`).
 */
export async function handOverFeed(
  lease: Pick<PriceLease, 'offer'>,
  { isFollowed, waitMaxMs = WAIT_MAX_MS }: { isFollowed: () => boolean; waitMaxMs?: number },
): Promise<void> {
  if (!(await lease.offer())) return;
  const until = performance.now() + waitMaxMs;
  while (performance.now() < until && !isFollowed()) await sleep(LOOK_EVERY_MS);
}
