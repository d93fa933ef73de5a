import { d, toText, type D } from '../money/money.js';

/**
 * A price as its exact text and as a double. The double decides where it safely can. Only prices closer together than
 * its precision are compared as decimals.
 */
export interface ExactPrice {
  readonly text: string;
  readonly number: number;
}

/**
 * Far larger than the rounding error of a double and of the few products computed from it, and far smaller than any
 * tick.
 */
export const SAFETY = 1e-12;

export const exactPrice = (text: string): ExactPrice => ({ text, number: Number(text) });
export const exactPriceOf = (value: D): ExactPrice => exactPrice(toText(value));

/** Negative when a < b, zero when they are equal, positive when a > b. */
export function comparePrices(a: ExactPrice, b: ExactPrice): number {
  const difference = a.number - b.number;
  if (Math.abs(difference) > SAFETY * Math.max(a.number, b.number)) return difference;
  return a.text === b.text ? 0 : d(a.text).comparedTo(d(b.text));
}
