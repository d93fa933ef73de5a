import Big from 'big.js';
import { describe, expect, it } from 'vitest';
import { negated, pctOfPrice, priceOfPct, priceOfResult, resultOfPrice, type Held } from './exit-values';

const held: Held = { entryPrice: '100', qtyRemaining: '2', costQuote: '200.4' };

it('a price, a percentage and a result are three ways to say the same', () => {
  expect(pctOfPrice(held, '97.5')).toBe('-2.5');
  expect(priceOfPct(held, '-2.5')).toBe('97.5');
  expect(resultOfPrice(held, '97.5')).toBe('-5.4');
  expect(priceOfResult(held, '-5.4')).toBe('97.5');
});

it('a stop above the opening price keeps a profit', () => {
  expect(pctOfPrice(held, '103')).toBe('3');
  expect(resultOfPrice(held, priceOfPct(held, '3'))).toBe('5.6');
});

describe('for any numbers', () => {
  const entries = ['0.00001234', '0.4', '1.0003', '97.31', '104000.55'];
  const factors = ['0.000001', '0.5', '0.97777', '0.99999', '1', '1.00001', '1.0333', '9.87654'];
  const cases = entries.flatMap((entryPrice) => factors.map((factor) => ({ entryPrice, factor })));

  it.each(cases)('a price of $factor × $entryPrice becomes a percentage whose price is not lower', (one) => {
    const { entryPrice, factor } = one;
    const subject = { entryPrice, qtyRemaining: '3', costQuote: new Big(entryPrice).times(3).toFixed() };
    const asked = new Big(entryPrice).times(factor);
    const pct = pctOfPrice(subject, asked.toFixed());
    expect(pct).toMatch(/^-?\d+(\.\d{1,2})?$/);
    const price = new Big(priceOfPct(subject, pct) ?? 'none');
    expect(price.gte(asked)).toBe(true);
    // By less than one step of what is stored.
    expect(price.minus(asked).lt(new Big(entryPrice).times('0.0001'))).toBe(true);
    // A stored percentage is not moved again.
    expect(pctOfPrice(subject, price.toFixed())).toBe(pct);
  });

  it.each(cases)('a result at $factor × $entryPrice leads back to its price', ({ entryPrice, factor }) => {
    const subject = { entryPrice, qtyRemaining: '4', costQuote: new Big(entryPrice).times('4.001').toFixed() };
    const price = new Big(entryPrice).times(factor).toFixed();
    expect(new Big(priceOfResult(subject, resultOfPrice(subject, price)) ?? 'none').eq(price)).toBe(true);
  });
});

it('what is not a number has no price', () => {
  for (const text of [null, '', 'x', '1e5']) {
    expect([pctOfPrice(held, text), priceOfPct(held, text), resultOfPrice(held, text)]).toEqual([null, null, null]);
    expect(priceOfResult(held, text)).toBeNull();
  }
  expect(pctOfPrice({ ...held, entryPrice: '0' }, '5')).toBeNull();
  // More cannot be lost than it cost.
  expect(priceOfResult(held, '-200.4')).toBeNull();
  expect([negated('-2'), negated('2'), negated(''), negated(null)]).toEqual(['2', '-2', '', null]);
});
