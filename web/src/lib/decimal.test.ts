import { describe, expect, it } from 'vitest';
import {
  costPerCoin,
  formatDecimal,
  MINUS,
  priceDigits,
  shiftPct,
  signOf,
  sum,
  unrealizedPnlPct,
  unrealizedPnl,
} from './decimal';

describe('formatDecimal', () => {
  it.each([
    ['1234567.5', 'en', {}, '1,234,567.5'],
    ['1234567.5', 'pt-BR', {}, '1.234.567,5'],
    ['-1234.567', 'en', { maxFraction: 2 }, `${MINUS}1,234.57`],
    ['12', 'en', { minFraction: 2, maxFraction: 2 }, '12.00'],
    ['0.000000000000000001', 'en', {}, '0.000000000000000001'],
    ['1e-18', 'en', {}, '0.000000000000000001'],
    ['999999999999999999.123456789012345678', 'en', {}, '999,999,999,999,999,999.123456789012345678'],
    ['2.5', 'en', { sign: true }, '+2.5'],
    ['0', 'en', { sign: true }, '0'],
    ['-0.001', 'en', { maxFraction: 2, minFraction: 2, sign: true }, '−0.001'],
    ['0.125', 'en', { maxFraction: 2 }, '0.12'],
    ['0.135', 'en', { maxFraction: 2 }, '0.14'],
    ['not a number', 'en', {}, 'not a number'],
  ])('%s in %s with %o is %s', (value, locale, format, expected) => {
    expect(formatDecimal(value, locale, format)).toBe(expected);
  });
});

describe('priceDigits', () => {
  it.each([
    ['97412.3', 2],
    ['12.5', 4],
    ['0.4081', 4],
    ['0.00001234', 8],
    ['0', 2],
  ])('%s shows %i digits, so that small prices stay readable', (price, digits) => {
    expect(priceDigits(price)).toBe(digits);
  });
});

it('the sign of a decimal is read from its digits', () => {
  expect(['-0.00', '0', '-0.01', '3', '1e-9'].map(signOf)).toEqual([0, 0, -1, 1, 1]);
});

it('an unrealized result is exact where floats are not', () => {
  expect(unrealizedPnl({ costQuote: '0.3', qtyRemaining: '3' }, '0.3')).toBe('0.6');
  expect(costPerCoin({ costQuote: '301.5', qtyRemaining: '3', entryPrice: '100' })).toBe('100.5');
});

it('an unrealized result has the same sign in percent as in the quote asset', () => {
  // Bought for 99.9 with a fee of 0.1; the price rose by 0.06 %, which is less than the fee.
  const position = { costQuote: '100', qtyRemaining: '0.999' };
  expect(unrealizedPnl(position, '100.06')).toBe('-0.04006');
  expect(unrealizedPnlPct(position, '100.06')).toBe('-0.04006');
  expect(unrealizedPnlPct({ costQuote: '0', qtyRemaining: '1' }, '5')).toBe('0');
});

it('three thousand tenths are three hundred', () => {
  expect(sum(Array.from({ length: 3000 }, () => '0.1'))).toBe('300');
});

it('a stop 2.5 % below 200 is 195', () => {
  expect(shiftPct('200', '-2.5')).toBe('195');
});
