import type { Context } from '../context.js';
import { priceAge } from '../core/price/price-age.js';
import type { PriceKey } from '../core/price/price-key.js';
import { closeAlert, openAlert } from '../alerts/alert-writes.store.js';

const LOOK_MS = 5_000;
const subjectOf = (key: PriceKey): string => `STALE_PRICES:${key}`;

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
      const openKey = subjectOf(key);
      if (isStale) {
        const message = `${key}: ${at === undefined ? 'no price has come' : `the last price is from ${new Date(at).toISOString()}`}. Exits of its positions wait until prices come again.`;
        await openAlert(ctx.db, { type: 'STALE_PRICES', severity: 'critical', message, openKey, userId: null });
        ctx.log.error({ key, at }, 'prices are stale; no trigger of this key fires');
      } else await closeAlert(ctx.db, { openKey, now });
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
