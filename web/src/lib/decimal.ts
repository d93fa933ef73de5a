import Big from 'big.js';

/** A decimal number as a string: the only form of amounts and prices in the API. */
export type DecimalText = string;

export interface DecimalFormat {
  /** Minimum digits after the point. */
  minFraction?: number;
  /** Maximum digits after the point (rounded half even); without it, every digit is kept. */
  maxFraction?: number;
  /** Adds a plus sign to a number above zero. */
  sign?: boolean;
}

// Never use scientific notation.
Big.NE = -40;
Big.PE = 60;
Big.DP = 24;
Big.RM = Big.roundHalfEven;

export const MINUS = '−';

const separators = new Map<string, { group: string; point: string }>();

/** The thousands separator and the decimal point of a locale. */
export const separatorsOf = (locale: string): { group: string; point: string } => {
  const known = separators.get(locale);
  if (known) return known;
  const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(1234567.8);
  const find = (type: string, otherwise: string) => parts.find((part) => part.type === type)?.value ?? otherwise;
  const found = { group: find('group', ','), point: find('decimal', '.') };
  separators.set(locale, found);
  return found;
};

const trimZeros = (fraction: string, keep: number) => {
  let end = fraction.length;
  while (end > keep && fraction[end - 1] === '0') end -= 1;
  return fraction.slice(0, end);
};

/** A number other than zero is never shown as zero: if rounding would do that, two significant digits are kept. */
const rounded = (number: Big, digits: number): string => {
  const text = number.toFixed(digits);
  return number.eq(0) || /[1-9]/.test(text) ? text : number.toFixed(1 - number.e);
};

/** Formats a decimal string for a locale, without floats. Text that is not a decimal is returned unchanged. */
export const formatDecimal = (value: DecimalText, locale: string, format: DecimalFormat = {}): string => {
  let plain: string;
  try {
    const number = new Big(value);
    plain = format.maxFraction === undefined ? number.toFixed() : rounded(number, format.maxFraction);
  } catch {
    return value;
  }
  const negative = plain.startsWith('-') && /[1-9]/.test(plain);
  const [whole = '0', digits = ''] = plain.replace('-', '').split('.');
  const { group, point } = separatorsOf(locale);
  const minFraction = format.minFraction ?? 0;
  const fraction = trimZeros(digits, minFraction).padEnd(minFraction, '0');
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, group);
  const positive = format.sign && !negative && /[1-9]/.test(plain);
  return `${negative ? MINUS : positive ? '+' : ''}${grouped}${fraction ? point + fraction : ''}`;
};

/** Digits after the point of a tick or step size such as "0.01" or "0.00000100". */
export const fractionDigits = (step: DecimalText): number => {
  const [, fraction = ''] = step.split('.');
  return trimZeros(fraction, 0).length;
};

/** The digits of a price when its market is unknown: small prices keep four significant digits. */
export const priceDigits = (price: DecimalText): number => {
  let size: Big;
  try {
    size = new Big(price).abs();
  } catch {
    return 2;
  }
  if (size.eq(0) || size.gte(100)) return 2;
  if (size.gte(1)) return 4;
  return Math.min(18, 3 - size.e);
};

/** -1, 0 or 1; 0 for text that is not a decimal. */
export const signOf = (value: DecimalText): -1 | 0 | 1 => {
  if (!/[1-9]/.test(value.replace(/e.*/i, ''))) return 0;
  return value.trim().startsWith('-') ? -1 : 1;
};

export const sum = (values: readonly DecimalText[]): DecimalText =>
  values.reduce((total, value) => total.plus(value), new Big(0)).toFixed();
export const multiply = (a: DecimalText, b: DecimalText): DecimalText => new Big(a).times(b).toFixed();
export const compareDecimals = (a: DecimalText, b: DecimalText): number => new Big(a).cmp(b);

/** Unrealized result of a long position in the quote asset: price x quantity minus the cost with fees. */
export const unrealizedPnl = (
  { costQuote, qtyRemaining }: { costQuote: DecimalText; qtyRemaining: DecimalText },
  price: DecimalText,
): DecimalText => new Big(price).times(qtyRemaining).minus(costQuote).toFixed();

/**
 * The unrealized result in percent of the cost with the fees of the buys. It uses the same cost as the amount, so that
 * both have the same sign. Exits use the price alone, without fees.
 */
export const unrealizedPnlPct = (
  position: { costQuote: DecimalText; qtyRemaining: DecimalText },
  price: DecimalText,
): DecimalText => percentOf(unrealizedPnl(position, price), position.costQuote);

/** The cost of one remaining coin with fees; the opening price when nothing remains. */
export const costPerCoin = (position: {
  costQuote: DecimalText;
  qtyRemaining: DecimalText;
  entryPrice: DecimalText;
}): DecimalText =>
  signOf(position.qtyRemaining) === 0
    ? position.entryPrice
    : new Big(position.costQuote).div(position.qtyRemaining).toFixed();

/** A price moved by percent: `shiftPct('200', '-2.5')` is 195. */
export const shiftPct = (price: DecimalText, pct: DecimalText): DecimalText =>
  new Big(price).times(new Big(pct).div(100).plus(1)).toFixed();

/** a as percent of b, "0" when b is zero. */
export const percentOf = (a: DecimalText, b: DecimalText): DecimalText =>
  signOf(b) === 0 ? '0' : new Big(a).div(b).times(100).toFixed();

/** A quantity rounded down to the step of a market; unchanged without a step. */
export const floorToStep = (value: DecimalText, step: DecimalText | undefined): DecimalText => {
  if (!step || signOf(step) <= 0) return value;
  return new Big(value).div(step).round(0, Big.roundDown).times(step).toFixed();
};
