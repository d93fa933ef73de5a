import { type D, roundMoney, ZERO } from './money.js';

/** The prices that give the value of a fee. */
export interface FeeContext {
  base: string;
  quote: string;
  /** The price of the fill: it values a fee in the base asset. */
  fillPrice: D;
  /** The current price of a third asset such as BNB, in the quote asset; undefined when unknown. */
  priceOf(asset: string): D | undefined;
}

export interface FeeEffect {
  /** Base asset that the exchange kept: it reduces the quantity of a buy. */
  baseQty: D;
  /** Quote asset that the exchange kept: it reduces the proceeds of a sell and adds to the cost of a buy. */
  quoteQty: D;
  /** The value of the fee in the quote asset, whichever asset it was paid in. */
  worth: D;
  /** False when a third asset has no known price. Its value then counts as zero. */
  priced: boolean;
}

/** The effect of a fee of `amount` `asset` on quantity and cost, and its value. */
export function feeEffect(amount: D, asset: string, context: FeeContext): FeeEffect {
  if (asset === context.base) {
    return { baseQty: amount, quoteQty: ZERO, worth: roundMoney(amount.mul(context.fillPrice)), priced: true };
  }
  if (asset === context.quote) return { baseQty: ZERO, quoteQty: amount, worth: amount, priced: true };
  if (amount.isZero()) return { baseQty: ZERO, quoteQty: ZERO, worth: ZERO, priced: true };
  const price = context.priceOf(asset);
  return {
    baseQty: ZERO,
    quoteQty: ZERO,
    worth: price ? roundMoney(amount.mul(price)) : ZERO,
    priced: price !== undefined,
  };
}

/**
 * Splits `total` over shares in proportion to `parts`, to 18 decimal places and without losing a digit: the share that
 * completes `whole` gets the remainder.
 */
export function splitExactly(total: D, parts: readonly D[], whole: D): D[] {
  let used = ZERO;
  let seen = ZERO;
  return parts.map((part) => {
    seen = seen.add(part);
    const share = seen.eq(whole) ? total.sub(used) : roundMoney(total.mul(part).div(whole));
    used = used.add(share);
    return share;
  });
}
