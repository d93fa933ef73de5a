import type { PriceKey } from './price-key.js';

export const STALE_PRICES = 'STALE_PRICES:';

/** The alert about a key without a fresh price: one is open for each key, whoever finds it. `at`: its last price. */
export const stalePriceAlert = (key: PriceKey, at: number | undefined) => ({
  ...{ type: 'STALE_PRICES' as const, severity: 'critical' as const, openKey: `${STALE_PRICES}${key}`, userId: null },
  message: `${at === undefined ? `No price of ${key} has come.` : `The last price of ${key} is from ${new Date(at).toISOString()}.`} Exits of its positions wait until prices come again.`,
});
