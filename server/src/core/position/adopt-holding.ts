import { boughtBy, type BookedFill } from '../order/booked-fill.js';
import { feeEffect, type FeeContext } from '../money/fees.js';
import { d, roundMoney, ZERO, type D } from '../money/money.js';
import { averagePrice } from './pnl.js';
import { applyBuy, emptyPosition, type PositionState } from './position.js';

/** The trade id of a fill that the owner declared, for coins whose trades are not known. */
export const DECLARED_BY_OWNER = 'adopted';

export const declaredFill = ({ quantity, price, at }: { quantity: D; price: D; at: number }): BookedFill => ({
  ...{ tradeId: DECLARED_BY_OWNER, qty: quantity.toFixed(), price: price.toFixed(), feeAmount: '0', feeAsset: '', at },
});

/**
 * The position that results from these buys, as if one of our orders had made them: fees in the coin reduce its
 * quantity, other fees add to its cost.
 */
export function positionOfFills(fills: readonly BookedFill[], context: Omit<FeeContext, 'fillPrice'>): PositionState {
  let state = emptyPosition(0, null);
  let [bought, paid] = [ZERO, ZERO];
  for (const fill of fills) {
    const [qty, price] = [roundMoney(d(fill.qty)), roundMoney(d(fill.price))];
    const fee = feeEffect(roundMoney(d(fill.feeAmount)), fill.feeAsset, { ...context, fillPrice: price });
    const quote = roundMoney(qty.mul(price));
    state = applyBuy(state, boughtBy({ qty, quote, fee }));
    bought = bought.add(qty);
    paid = paid.add(quote);
  }
  return { ...state, entryPrice: averagePrice(paid, bought) };
}
