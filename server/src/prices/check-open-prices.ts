import type { Context } from '../context.js';
import { isFreshPrice } from '../core/price/price-age.js';
import { STALE_PRICES, stalePriceAlert } from '../core/price/stale-price-alert.js';
import { closeAlert, openAlert, readOpenKeys } from '../alerts/alert-writes.store.js';
import { readDecidingKeys } from './open-keys.store.js';

/**
 * Checks that the exits of every open position have a fresh price to look at, whichever process makes it. The watchers
 * of triggers do the same for the keys they watch; this also sees a key that no process watches. The alert is the same.
 */
export async function checkOpenPrices(
  ctx: Pick<Context, 'db' | 'clock' | 'env' | 'log' | 'prices'>,
): Promise<{ keys: number; stale: string[] }> {
  const { db, clock, env, prices } = ctx;
  const keys = await readDecidingKeys(db);
  const now = clock.now();
  const isFresh = (key: (typeof keys)[number]): boolean => {
    const price = prices.get(key);
    return price !== undefined && isFreshPrice(price, now, env.STALE_PRICE_MS);
  };
  const stale = keys.filter((key) => !isFresh(key));
  const open = await readOpenKeys(db, STALE_PRICES);
  for (const openKey of open) {
    const key = openKey.slice(STALE_PRICES.length) as (typeof keys)[number];
    if (!stale.includes(key)) await closeAlert(db, { openKey, now });
  }
  // A process that just started has not received the prices of the others yet.
  if (process.uptime() * 1_000 < env.STALE_PRICE_MS) return { keys: keys.length, stale };
  for (const key of stale) {
    if (open.includes(`${STALE_PRICES}${key}`)) continue;
    const at = prices.get(key)?.at;
    ctx.log.error({ key, at }, 'prices are stale; no trigger of this key fires');
    await openAlert(db, stalePriceAlert(key, at));
  }
  return { keys: keys.length, stale };
}
