import { describe, expect, it } from 'vitest';
import { amountFault, countFault, isAddress, percentFault } from './field-rules';

const keyOf = (fault: ReturnType<typeof amountFault>) => fault?.[0];

describe('rules of fields', () => {
  it.each([
    ['1250.5', undefined],
    ['0.000000000000000001', undefined],
    ['', 'required'],
    [null, 'notANumber'],
    ['0', 'aboveZero'],
    ['-1', 'aboveZero'],
    ['0.0000000000000000001', 'tooManyDigits'],
  ])('reads the amount %s as %s', (value, key) => {
    expect(keyOf(amountFault(value))).toBe(key);
  });

  it('keeps a percentage to two digits and to its limit, as the database does', () => {
    expect(percentFault('2.25', true)).toBeUndefined();
    expect(keyOf(percentFault('2.125', true))).toBe('twoDigits');
    expect(keyOf(percentFault('100.01', true))).toBe('atMost');
    expect(percentFault('', false)).toBeUndefined();
  });

  it('keeps counts whole and within their limits', () => {
    const limits = { least: 1, most: 60 };
    expect(countFault('60', limits)).toBeUndefined();
    expect(countFault('', limits)).toBeUndefined();
    expect(keyOf(countFault('61', limits))).toBe('between');
    expect(keyOf(countFault('1.5', limits))).toBe('wholeNumber');
  });

  it.each(['52.89.214.238', '10.0.0.0/8', '2001:db8::1', '::1', '2001:db8::/32'])('takes the address %s', (entry) => {
    expect(isAddress(entry)).toBe(true);
  });

  it.each(['52.89.214', '256.1.1.1', '10.0.0.0/33', 'example.org', '1.2.3.4/8/9', '2001:db8::/129', '1.2.3.4.'])(
    'refuses %s',
    (entry) => {
      expect(isAddress(entry)).toBe(false);
    },
  );
});
