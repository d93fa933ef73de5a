import { describe, expect, it } from 'vitest';
import { formatDecimal } from './decimal';
import { readDecimal } from './read-decimal';

describe('readDecimal', () => {
  it.each([
    ['1234.5', 'en', '1234.5'],
    ['1234,5', 'en', '1234.5'],
    ['1,234.5', 'en', '1234.5'],
    ['1.234,5', 'en', '1234.5'],
    ['1 234,5', 'pt-BR', '1234.5'],
    ['1,234', 'en', '1234'],
    ['1,234', 'pt-BR', '1.234'],
    ['1.234', 'pt-BR', '1234'],
    ['1.234', 'en', '1.234'],
    ['0.123', 'pt-BR', '0.123'],
    ['0,123', 'en', '0.123'],
    ['1.234.567', 'en', '1234567'],
    ['1,234,567.000000000000000001', 'en', '1234567.000000000000000001'],
    ['.5', 'en', '0.5'],
    ['5.', 'en', '5'],
    ['-2', 'en', '-2'],
    ['007', 'en', '7'],
  ])('%s typed in %s is %s', (typed, locale, expected) => {
    expect(readDecimal(typed, locale)).toBe(expected);
  });

  it.each(['', 'abc', '1e5', '1.2.3', '1,23,4', '1.234,5,6', '--1', '12..3', '.'])('%s is refused', (typed) => {
    expect(readDecimal(typed, 'en')).toBeNull();
  });

  it.each(['0.000000000000000001', '1234567.891', '12', '0.5', '1234.5678'])(
    'what is shown for %s reads back as the same number in both languages',
    (value) => {
      for (const locale of ['en', 'pt-BR']) expect(readDecimal(formatDecimal(value, locale), locale)).toBe(value);
    },
  );
});
