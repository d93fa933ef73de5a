import { d, type D, roundMoney, ZERO } from '../money/money.js';

/** Latest price of a symbol at one venue, undefined when none is known there. */
export type PriceOf = (symbol: string) => D | undefined;

const UNIT = 'USDT';

/** What an amount of an asset is worth in USDT; undefined without a price. Nothing is worth nothing, priced or not. */
export function valueInUsdt(asset: string, amount: D, priceOf: PriceOf): D | undefined {
  if (asset === UNIT) return amount;
  if (amount.isZero()) return ZERO;
  const price = priceOf(`${asset}/${UNIT}`);
  return price && roundMoney(amount.mul(price));
}

/** The sum in USDT; undefined as soon as one price is missing, because a sum without a part would look like a loss. */
export function totalInUsdt(holdings: Iterable<{ asset: string; amount: D }>, priceOf: PriceOf): D | undefined {
  let total = d('0');
  for (const { asset, amount } of holdings) {
    const value = valueInUsdt(asset, amount, priceOf);
    if (!value) return undefined;
    total = total.add(value);
  }
  return total;
}
