import { d, toText, type D } from '../money/money.js';
import { grownLength } from './threshold-heap.js';

const DIGITS_MAX = 18;

/**
 * A column of exact decimals in 9 bytes each: the digits as one whole number, and the position of the decimal point.
 * The few values with more than 18 digits are stored separately, unchanged.
 */
export class ExactColumn {
  private digits = new BigInt64Array(0);
  private scales = new Int8Array(0);
  private readonly long = new Map<number, D>();

  set(slot: number, value: D): void {
    if (slot >= this.digits.length) {
      const [digits, scales] = [new BigInt64Array(grownLength(slot + 1)), new Int8Array(grownLength(slot + 1))];
      digits.set(this.digits);
      scales.set(this.scales);
      [this.digits, this.scales] = [digits, scales];
    }
    this.long.delete(slot);
    const text = toText(value);
    const point = text.indexOf('.');
    if (text.length > DIGITS_MAX) {
      this.long.set(slot, value);
      return;
    }
    this.digits[slot] = BigInt(text.replace('.', ''));
    this.scales[slot] = point < 0 ? 0 : text.length - point - 1;
  }

  get(slot: number): D {
    const long = this.long.get(slot);
    if (long) return long;
    return d(`${this.digits[slot]}e-${this.scales[slot]}`);
  }

  delete(slot: number): void {
    this.long.delete(slot);
  }
}
