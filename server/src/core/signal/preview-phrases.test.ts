import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIGNAL_ACTIONS } from '../domain.js';
import { isChanged, previewPhrase, withPhrase, type ComparedReading, type TradedReading } from './preview-phrases.js';
import type { SignalPhrase } from './text/signal-phrases.js';

const unread: TradedReading = { action: 'UNKNOWN', symbol: 'BTC/USDT', price: null };
const buy: TradedReading = { action: 'BUY_SIGNAL', symbol: 'BTC/USDT', price: null };
const sell: TradedReading = { action: 'SELL_SIGNAL', symbol: 'BTC/USDT', price: null };
const messages = (...pairs: [TradedReading, TradedReading][]) =>
  pairs.map(([before, after], index) => ({ name: index, before, after }));

describe('a message is changed', () => {
  it.each([
    ['when its direction is another', unread, buy, true],
    ['when its symbol is another', buy, { ...buy, symbol: 'ETH/USDT' }, true],
    ['when its price is another', sell, { ...sell, price: '10' }, true],
    ['not when it is still not traded', unread, { ...unread, price: '10' }, false],
    ['not when it is read as before', buy, buy, false],
  ])('%s', (_title, before, after, expected) => {
    expect(isChanged({ before, after })).toBe(expected);
  });
});

describe('the preview of a phrase', () => {
  it('counts the changes, the most frequent first, and lists new buys before the rest', () => {
    const found = previewPhrase(
      messages([sell, unread], [unread, unread], [unread, buy], [sell, unread], [sell, buy], [buy, buy]),
      3,
    );
    expect(found).toMatchObject({ read: 6, changed: 4, newBuys: 2, lostSells: 3 });
    expect(found.changes).toEqual([
      { from: 'SELL_SIGNAL', to: 'UNKNOWN', count: 2 },
      { from: 'UNKNOWN', to: 'BUY_SIGNAL', count: 1 },
      { from: 'SELL_SIGNAL', to: 'BUY_SIGNAL', count: 1 },
    ]);
    expect(found.examples.map(({ name }) => name)).toEqual([2, 4, 0]);
  });

  it('adds up: every changed message is in exactly one count, and no unchanged one in any', () => {
    const reading = fc.record<TradedReading>({
      action: fc.constantFrom(...SIGNAL_ACTIONS),
      symbol: fc.constantFrom('BTC/USDT', 'ETH/USDT', null),
      price: fc.constantFrom('1', null),
    });
    const compared: fc.Arbitrary<ComparedReading> = fc.record({ before: reading, after: reading });
    fc.assert(
      fc.property(fc.array(compared), fc.nat(10), (list, most) => {
        const found = previewPhrase(list, most);
        expect(found.changes.reduce((sum, { count }) => sum + count, 0)).toBe(found.changed);
        expect(found.changed).toBe(list.filter(isChanged).length);
        expect(found.newBuys).toBeLessThanOrEqual(found.changed);
        expect(found.examples.length).toBe(Math.min(most, found.changed));
        expect(found.examples.every(isChanged)).toBe(true);
      }),
    );
  });
});

describe('the phrases after a change', () => {
  const known: SignalPhrase[] = [
    { phrase: 'entrou', meaning: 'BUY' },
    { phrase: 'saiu', meaning: 'SELL' },
  ];
  it('contain the phrase once, with its new meaning', () => {
    expect(withPhrase(known, { phrase: 'entrou', meaning: 'NEUTRAL' })).toEqual([
      { phrase: 'saiu', meaning: 'SELL' },
      { phrase: 'entrou', meaning: 'NEUTRAL' },
    ]);
  });
  it('do not contain a removed phrase', () => {
    expect(withPhrase(known, { phrase: 'saiu', meaning: null })).toEqual([known[0]]);
  });
});
