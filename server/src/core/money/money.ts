import { Decimal } from 'decimal.js';

/**
 * The decimal type of the whole server. 80 significant digits hold any product of two DECIMAL(36,18) values exactly. No
 * value is ever printed in scientific notation.
 */
export const D = Decimal.clone({ precision: 80, rounding: Decimal.ROUND_DOWN, toExpNeg: -9e15, toExpPos: 9e15 });
export type D = Decimal;

/** The types a decimal can be read from exactly. Never a number, because 0.1 is not exactly one tenth. */
export type DecimalInput = string | Decimal;

export const ZERO = new D(0);
export const d = (value: DecimalInput): D => new D(value);

/** The 18 decimal places of DECIMAL(36,18). Every stored amount is rounded to them once. */
export const MONEY_SCALE = 18;
export const roundMoney = (value: D): D => value.toDecimalPlaces(MONEY_SCALE, Decimal.ROUND_DOWN);

/** As a SQL parameter or a JSON value: plain digits, at most 18 decimal places. More places are a bug of the caller. */
export const toText = (value: D): string => {
  if (value.decimalPlaces() > MONEY_SCALE) throw new RangeError(`${value.toString()} has more than 18 decimal places`);
  return value.toFixed();
};

/** Rounds down to a multiple of `step` (a lot step or tick size, > 0). The result is never more than `value`. */
export const floorToStep = (value: D, step: D): D => value.div(step).floor().mul(step);

export const min = (a: D, b: D): D => (a.lt(b) ? a : b);
export const max = (a: D, b: D): D => (a.gt(b) ? a : b);
export const sum = (values: Iterable<D>): D => {
  let total: D = ZERO;
  for (const value of values) total = total.add(value);
  return total;
};
