import { d } from '../core/money/money.js';
import type { TradeMode } from '../core/domain.js';
import { priceKey, priceKeyOf, type PriceKey, type PriceVenue } from '../core/price/price-key.js';
import type { PriceOf } from '../core/position/valuation.js';
import type { GraphqlContext } from '../graphql/context.js';
import { mustBe } from '../graphql/owned.js';
import { toAccount } from './account.types.js';

/** The latest prices of a venue, regardless of their age. */
export const priceOf =
  ({ app }: Pick<GraphqlContext, 'app'>, venue: PriceVenue): PriceOf =>
  (symbol) => {
    const price = app.prices.get(priceKey(venue, symbol));
    return price && d(price.last);
  };

/**
 * The key of the price that applies to a position or a job of the viewer. In the simulation it does not need the
 * account.
 */
export function loadPriceKey(
  { loaders }: Pick<GraphqlContext, 'loaders'>,
  { tradeMode, symbol, row }: { tradeMode: TradeMode; symbol: string; row: { exchange_account_id: number } },
): PriceKey | Promise<PriceKey> {
  if (tradeMode === 'SIMULATION') return priceKey('SIMULATION', symbol);
  return loaders.account
    .load(row.exchange_account_id)
    .then((account) => priceKeyOf(toAccount(mustBe(account)), symbol));
}
