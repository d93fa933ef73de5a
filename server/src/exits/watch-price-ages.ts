import type { Context } from '../context.js';
import { priceAge } from '../core/price/price-age.js';
import { STALE_PRICES, stalePriceAlert } from '../core/price/stale-price-alert.js';
import type { PriceKey } from '../core/price/price-key.js';
import { closeAlert, openAlert } from '../alerts/alert-writes.store.js';

const LOOK_MS = 5_000;

/**
 * Raises STALE_PRICES for watched price keys whose price is too old to fire anything (or that had no price for the same
 * time), and ends it when a fresh price arrives.
 */
export function watchPriceAges(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'env' | 'prices'>,
  watched: () => readonly PriceKey[],
  { lookMs = LOOK_MS }: { lookMs?: number } = {},
): { stop(): Promise<void> } {
  const startedAt = performance.now();
  const limitMs = ctx.env.STALE_PRICE_MS;
  /** The alerts known to be open; undefined at first, when an earlier process may have left some. */
  const stale = new Map<PriceKey, boolean>();
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    const now = ctx.clock.now();
    const keys = watched();
    for (const key of new Set([...keys, ...stale.keys()])) {
      const at = ctx.prices.get(key)?.at;
      const ageMs = at === undefined ? performance.now() - startedAt : priceAge(at, now);
      const isStale = keys.includes(key) && ageMs > limitMs;
      if (stale.get(key) === isStale) continue;
      if (isStale) {
        await openAlert(ctx.db, stalePriceAlert(key, at));
        ctx.log.error({ key, at }, 'prices are stale; no trigger of this key fires');
      } else await closeAlert(ctx.db, { openKey: `${STALE_PRICES}${key}`, now });
      if (keys.includes(key)) stale.set(key, isStale);
      else stale.delete(key);
    }
  };
  const timer = setInterval(() => {
    looking ??= look()
      .catch((err: unknown) => ctx.log.warn({ err }, 'the alerts about stale prices could not be updated'))
      .finally(() => {
        looking = undefined;
      });
  }, lookMs);
  return {
    async stop() {
      clearInterval(timer);
      await looking;
    },
  };
}
