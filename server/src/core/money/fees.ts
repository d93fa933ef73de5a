import { type D, roundMoney, ZERO } from './money.js';

/** A fee and the prices its worth is reckoned at. */
export interface FeeContext {
  base: string;
  quote: string;
  /** Price of the fill itself: what a fee in the base asset is worth. */
  fillPrice: D;
  /** Current price in the quote asset of a third asset, such as BNB; undefined when none is known. */
  priceOf(asset: string): D | undefined;
}

export interface FeeEffect {
  /** Base asset the exchange kept: reduces the quantity of a buy. */
  baseQty: D;
  /** Quote asset the exchange kept: reduces what a sell brings, adds to what a buy costs. */
  quoteQty: D;
  /** What the fee is worth in the quote asset, whatever it was paid in. */
  worth: D;
  /** False when a third asset has no known price; its worth then counts as zero. */
  priced: boolean;
}

/** What a fee of `amount` `asset` takes and what it is worth. */
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
 * Splits `total` over shares in proportion to `parts`, to the 18th place and without losing a digit: the share
 * that completes `whole` takes what is left.
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
