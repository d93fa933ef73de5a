import { compareDecimals, floorToStep, multiply, percentOf, signOf, sum } from '../../lib/decimal';
import { amountFault, countFault, type Fault } from '../../lib/field-rules';

/** A percentage of the position, or an amount that is entered. */
export type Share = `${number}` | 'amount';

/** The form values. Null means that the text is not a number. */
export interface SellForm {
  orderType: 'MARKET' | 'LIMIT';
  share: Share;
  amount: string | null;
  price: string | null;
  hours: string;
}

export interface Sellable {
  qtyRemaining: string;
  /** The part that other orders already hold. */
  qtyReserved: string;
  stepSize: string | undefined;
}

/** The quantity that can be sold. Only selling everything at the market cancels resting orders and includes their part. */
export const freeQuantity = (form: SellForm, { qtyRemaining, qtyReserved }: Sellable): string =>
  form.orderType === 'MARKET' && form.share === '100' ? qtyRemaining : sum([qtyRemaining, `-${qtyReserved}`]);

/** The quantity that the form sells, in the base asset, rounded down to the market's step; null while unknown. */
export const quantityOf = (form: SellForm, sellable: Sellable): string | null => {
  const { stepSize } = sellable;
  const free = freeQuantity(form, sellable);
  if (form.share === 'amount') return form.amount === null || form.amount === '' ? null : form.amount;
  // Selling everything ignores the step: the server closes a rest that is too small to sell.
  if (form.share === '100') return form.orderType === 'MARKET' ? free : floorToStep(free, stepSize);
  const share = multiply(multiply(sellable.qtyRemaining, form.share), '0.01');
  return floorToStep(compareDecimals(share, free) > 0 ? free : share, stepSize);
};

export interface SellFaults {
  amount?: Fault;
  price?: Fault;
  hours?: Fault;
}

const HOURS = { least: 1, most: 720, required: true };

/** The faults of the form; empty when it can be sent. */
export const sellFaults = (form: SellForm, sellable: Sellable): SellFaults => {
  const free = freeQuantity(form, sellable);
  const isTooMuch = (value: string | null) => value !== null && value !== '' && compareDecimals(value, free) > 0;
  const quantity = quantityOf(form, sellable);
  const amount: Fault =
    form.share === 'amount'
      ? (amountFault(form.amount) ?? (isTooMuch(form.amount) ? ['atMost', { most: free }] : undefined))
      : quantity !== null && signOf(quantity) <= 0
        ? ['aboveZero']
        : undefined;
  if (form.orderType === 'MARKET') return amount ? { amount } : {};
  const price = amountFault(form.price);
  const hours = countFault(form.hours, HOURS);
  return { ...(amount ? { amount } : {}), ...(price ? { price } : {}), ...(hours ? { hours } : {}) };
};

/** The proceeds of the sale at a price, and the result; both before fees. */
export const estimateOf = (
  quantity: string,
  price: string,
  entryPrice: string,
): { value: string; result: string; resultPct: string } => {
  const gain = sum([price, `-${entryPrice}`]);
  return {
    value: multiply(quantity, price),
    result: multiply(quantity, gain),
    resultPct: percentOf(gain, entryPrice),
  };
};
