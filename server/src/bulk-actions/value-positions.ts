import type { Context } from '../context.js';
import { d, roundMoney } from '../core/money/money.js';
import { unrealizedPnl } from '../core/position/pnl.js';
import { isFreshPrice } from '../core/price/price-age.js';
import { priceKey } from '../core/price/price-key.js';
import type { NewItem, OpenPosition } from './bulk-action.store.js';

/** Makes the close of each position an item of a plan, with its value at the current price of a sell there. */
export function valuePositions(
  { prices, clock, env }: Pick<Context, 'prices' | 'clock' | 'env'>,
  positions: readonly OpenPosition[],
): NewItem[] {
  return positions.map(({ id, account_id, venue, symbol, qty_remaining, cost }) => {
    const known = prices.get(priceKey(venue, symbol));
    const isFresh = known && isFreshPrice(known, clock.now(), env.STALE_PRICE_MS);
    const price = isFresh ? d(known.bid ?? known.last) : null;
    const qty = d(qty_remaining);
    return {
      ...{ accountId: account_id, action: 'CLOSE_POSITION', entityId: id, symbol, qty, price },
      valueQuote: price && roundMoney(qty.mul(price)),
      profitQuote: price && unrealizedPnl(d(cost), price, qty),
    };
  });
}
