import type { BookedFill } from './book-order.js';
import { feeEffect, type FeeContext } from './fees.js';
import { d, min, roundMoney, ZERO, type D } from './money.js';
import { averagePrice } from './pnl.js';
import { applyBuy, emptyPosition, type PositionState } from './position.js';

/** The trade id of a fill that records what an owner said of coins whose trades nobody has. */
export const WORD_OF_OWNER = 'adopted';

export const fillOfWord = ({ quantity, price, at }: { quantity: D; price: D; at: number }): BookedFill => ({
  ...{ tradeId: WORD_OF_OWNER, qty: quantity.toFixed(), price: price.toFixed(), feeAmount: '0', feeAsset: '', at },
});

/**
 * The position that these buys make, as if an order of ours had bought it: fees in the coin make it smaller, others cost
 * profit. `realized` is what each fill adds to the profit.
 */
export function positionOfFills(
  fills: readonly BookedFill[],
  context: Omit<FeeContext, 'fillPrice'>,
): { state: PositionState; realized: D[] } {
  let state = emptyPosition(0, null);
  let [bought, paid] = [ZERO, ZERO];
  const realized: D[] = [];
  for (const fill of fills) {
    const [qty, price] = [roundMoney(d(fill.qty)), roundMoney(d(fill.price))];
    const fee = feeEffect(roundMoney(d(fill.feeAmount)), fill.feeAsset, { ...context, fillPrice: price });
    const cost = fee.baseQty.gt(0) ? ZERO : fee.worth;
    state = applyBuy(state, { qty: qty.sub(min(fee.baseQty, qty)), cost, fee: fee.worth });
    realized.push(cost.neg());
    bought = bought.add(qty);
    paid = paid.add(roundMoney(qty.mul(price)));
  }
  return { state: { ...state, priceOpen: averagePrice(paid, bought) }, realized };
}
