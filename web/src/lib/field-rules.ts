import { compareDecimals, signOf } from './decimal';

/** The highest profit that the server accepts, in percent. */
export const PROFIT_MAX = '999.99';
const DIGITS = /^-?\d{1,18}(?:\.\d{1,18})?$/;

/** A fault of a field: a key of the `common.rules` messages and its numbers. */
export type Fault = [key: string, values?: Record<string, string | number>] | undefined;

/** Checks an amount: above zero, at most 18 digits on each side. Null means that the text is not a number. */
export const amountFault = (value: string | null, required = true): Fault => {
  if (value === null) return ['notANumber'];
  if (value === '') return required ? ['required'] : undefined;
  if (!DIGITS.test(value)) return ['tooManyDigits'];
  return signOf(value) > 0 ? undefined : ['aboveZero'];
};

/** Checks a percentage: above zero, at most `most`, at most two digits after the point (the database keeps two). */
export const percentFault = (value: string | null, required: boolean, most = '100'): Fault => {
  const fault = amountFault(value, required);
  if (fault || !value) return fault;
  if (!/^\d+(?:\.\d{1,2})?$/.test(value)) return ['twoDigits'];
  return compareDecimals(value, most) > 0 ? ['atMost', { most }] : undefined;
};

/** Checks a profit, which may also be zero or empty. */
export const profitFault = (value: string | null): Fault =>
  value !== null && /^0+(?:\.0+)?$/.test(value) ? undefined : percentFault(value, false, PROFIT_MAX);

/** Checks a whole number within limits; '' is allowed unless required. */
export const countFault = (
  text: string,
  { least, most, required }: { least: number; most: number; required?: boolean },
): Fault => {
  const trimmed = text.trim();
  if (trimmed === '') return required ? ['required'] : undefined;
  if (!/^\d{1,9}$/.test(trimmed)) return ['wholeNumber'];
  const count = Number(trimmed);
  return count < least || count > most ? ['between', { least, most }] : undefined;
};

/** '' means no value. */
export const countOrNull = (text: string): number | null => (text.trim() === '' ? null : Number(text.trim()));
export const textOrNull = (text: string | null): string | null =>
  text === null || text.trim() === '' ? null : text.trim();

/** Whether the text is an IPv4 or IPv6 address, or a CIDR range. The server checks again. */
export const isAddress = (text: string): boolean => {
  const [address = '', length, ...rest] = text.split('/');
  if (rest.length > 0) return false;
  const v4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(address);
  const v6 = !v4 && /^[0-9a-f:.]{2,45}$/i.test(address) && address.split(':').length > 2;
  if (!v4 && !v6) return false;
  return length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= (v4 ? 32 : 128));
};
