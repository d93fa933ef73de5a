import Big from 'big.js';

/** A decimal number as a string, the only form in which amounts and prices travel. */
export type DecimalText = string;

export interface DecimalFormat {
  /** Digits always shown after the point. */
  minFraction?: number;
  /** Digits after the point before rounding (half even); unset keeps every digit. */
  maxFraction?: number;
  /** Puts a plus before a number above zero. */
  sign?: boolean;
}

// Never scientific notation, whatever the size (ui.md 30).
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

/** What is not zero never looks like zero: where rounding would leave nothing, two digits that mean something stay. */
const rounded = (number: Big, digits: number): string => {
  const text = number.toFixed(digits);
  return number.eq(0) || /[1-9]/.test(text) ? text : number.toFixed(1 - number.e);
};

/** Formats a decimal string for a locale from its digits; no float is ever made of it. Text that is no decimal comes back as it is. */
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

/** How many digits a price needs when its market is unknown: small prices keep four that mean something. */
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

/** -1, 0 or 1, and 0 for text that is no decimal. */
export const signOf = (value: DecimalText): -1 | 0 | 1 => {
  if (!/[1-9]/.test(value.replace(/e.*/i, ''))) return 0;
  return value.trim().startsWith('-') ? -1 : 1;
};

export const sum = (values: readonly DecimalText[]): DecimalText =>
  values.reduce((total, value) => total.plus(value), new Big(0)).toFixed();
export const multiply = (a: DecimalText, b: DecimalText): DecimalText => new Big(a).times(b).toFixed();
export const compareDecimals = (a: DecimalText, b: DecimalText): number => new Big(a).cmp(b);

/** Unrealized result of a long position in the quote asset: price x quantity less what it cost with its fees. */
export const unrealizedPnl = (
  { costQuote, qtyRemaining }: { costQuote: DecimalText; qtyRemaining: DecimalText },
  price: DecimalText,
): DecimalText => new Big(price).times(qtyRemaining).minus(costQuote).toFixed();

/**
 * The unrealized result in percent of what the coins cost with the fees of their buys: the same thing as the amount, so
 * that both have one sign. Exits go by the price alone, which leaves fees out.
 */
export const unrealizedPnlPct = (
  position: { costQuote: DecimalText; qtyRemaining: DecimalText },
  price: DecimalText,
): DecimalText => percentOf(unrealizedPnl(position, price), position.costQuote);

/** What one remaining coin cost with its fees; the opening price where nothing remains. */
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

/** A quantity brought down to a market's step; without one it stays as it is. */
export const floorToStep = (value: DecimalText, step: DecimalText | undefined): DecimalText => {
  if (!step || signOf(step) <= 0) return value;
  return new Big(value).div(step).round(0, Big.roundDown).times(step).toFixed();
};
