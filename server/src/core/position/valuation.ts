import { d, type D, roundMoney, ZERO } from '../money/money.js';

/** The latest price of a symbol at one venue; undefined when not known there. */
export type PriceOf = (symbol: string) => D | undefined;

const UNIT = 'USDT';

/**
 * The value of an amount in USDT; undefined without a price. An amount of zero is worth zero, with or without a price.
 */
export function valueInUsdt(asset: string, amount: D, priceOf: PriceOf): D | undefined {
  if (asset === UNIT) return amount;
  if (amount.isZero()) return ZERO;
  const price = priceOf(`${asset}/${UNIT}`);
  return price && roundMoney(amount.mul(price));
}

/** The sum in USDT; undefined when any price is missing, because an incomplete sum would look like a loss. */
export function totalInUsdt(holdings: Iterable<{ asset: string; amount: D }>, priceOf: PriceOf): D | undefined {
  let total = d('0');
  for (const { asset, amount } of holdings) {
    const value = valueInUsdt(asset, amount, priceOf);
    if (!value) return undefined;
    total = total.add(value);
  }
  return total;
}
