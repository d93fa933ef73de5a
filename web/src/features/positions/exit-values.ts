import Big from 'big.js';

/** What converts percentages of an open position into prices and results. */
export interface Held {
  /** The opening price, which percentages count from. */
  entryPrice: string;
  qtyRemaining: string;
  /** What the remaining quantity cost, with the fees of its buys. */
  costQuote: string;
}

/** Percentages have two digits in the database. */
const PCT_DIGITS = 2;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;

const isDecimal = (text: string | null): text is string => text !== null && DECIMAL.test(text);
const isAbove = (text: string): boolean => Number(text) > 0;

/**
 * The percentage above the opening price (below 0: under it) at which a price lies, rounded to what is stored: `up` never
 * lies below the price that was asked for, so a stop risks no more and a target brings no less. Null without a number.
 */
export const pctOfPrice = ({ entryPrice }: Held, price: string | null): string | null => {
  if (!isDecimal(price) || !isAbove(entryPrice)) return null;
  return new Big(price)
    .minus(entryPrice)
    .div(entryPrice)
    .times(100)
    .round(PCT_DIGITS, ceiling(price, entryPrice))
    .toFixed();
};

// big.js rounds toward zero or away from it; upward is one of them, by the sign.
const ceiling = (price: string, entryPrice: string) => (new Big(price).gte(entryPrice) ? Big.roundUp : Big.roundDown);

/** The price at a percentage above the opening price (below 0: under it). */
export const priceOfPct = ({ entryPrice }: Held, pct: string | null): string | null =>
  isDecimal(pct) && isAbove(entryPrice) ? new Big(pct).div(100).plus(1).times(entryPrice).toFixed() : null;

/** What selling all of it at a price brings, less its cost with fees; the fee of the sell is not known yet. */
export const resultOfPrice = ({ qtyRemaining, costQuote }: Held, price: string | null): string | null =>
  isDecimal(price) ? new Big(price).times(qtyRemaining).minus(costQuote).toFixed() : null;

/** The price at which selling all of it has this result. Null when there is none above zero. */
export const priceOfResult = ({ qtyRemaining, costQuote }: Held, result: string | null): string | null => {
  if (!isDecimal(result) || !isAbove(qtyRemaining)) return null;
  const price = new Big(costQuote).plus(result).div(qtyRemaining);
  return price.gt(0) ? price.toFixed() : null;
};

/** The same number with the other sign; null and '' stay what they are. */
export const negated = (text: string | null): string | null =>
  isDecimal(text) ? new Big(text).times(-1).toFixed() : text;
