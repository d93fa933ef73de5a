import { describe, expect, it } from 'vitest';
import { createLiveQuotes } from './live-quotes.js';

const BTC = 'BTC/USDT';
const rest = { symbol: BTC, source: 'ccxt:test' };
const start = () => createLiveQuotes({ source: 'ccxt:test', freshMs: 5_000 });

describe('Quotes merged from tickers and the order book', () => {
  it('are the last price with the newest bid and ask', () => {
    const quotes = start();
    expect(quotes.ticker(BTC, { last: '100', bid: '99', ask: '101' }, 0)).toEqual({
      ...rest,
      ...{ last: '100', bid: '99', ask: '101', at: 0 },
    });
    expect(quotes.book(BTC, { bid: '99.5', ask: '100.5' }, 10)).toEqual({
      ...rest,
      ...{ last: '100', bid: '99.5', ask: '100.5', at: 10 },
    });
  });

  it("use the book's bid and ask while it sends, and the ticker's when it is silent", () => {
    const quotes = start();
    quotes.ticker(BTC, { last: '100', bid: '99', ask: '101' }, 0);
    quotes.book(BTC, { bid: '99.5', ask: '100.5' }, 10);
    expect(quotes.ticker(BTC, { last: '101', bid: '99', ask: '101' }, 5_010)).toMatchObject({
      last: '101',
      bid: '99.5',
    });
    expect(quotes.ticker(BTC, { last: '102', bid: '99', ask: '101' }, 5_011)).toMatchObject({ last: '102', bid: '99' });
  });

  it('never make an old last price look fresh by a new bid', () => {
    const quotes = start();
    expect(quotes.book(BTC, { bid: '99.5', ask: '100.5' }, 0)).toBeUndefined();
    quotes.ticker(BTC, { last: '100' }, 0);
    expect(quotes.book(BTC, { bid: '98', ask: '99' }, 5_000)).toMatchObject({ last: '100', bid: '98' });
    expect(quotes.book(BTC, { bid: '97', ask: '98' }, 5_001)).toBeUndefined();
    expect(quotes.receivedAt(BTC)).toBe(0);
    expect(quotes.ticker(BTC, { last: '97.5' }, 6_000)).toMatchObject({ last: '97.5', at: 6_000 });
  });

  it('ignore invalid bids, asks and prices', () => {
    const quotes = start();
    expect(quotes.ticker(BTC, { last: '1e-7', bid: '0', ask: 'n/a' }, 0)).toEqual({
      ...rest,
      last: '0.0000001',
      at: 0,
    });
    for (const last of ['0.00', '-1', '', 'NaN']) expect(quotes.ticker(BTC, { last }, 1)).toBeUndefined();
    expect(quotes.book(BTC, { bid: '0', ask: '0' }, 2)).toBeUndefined();
  });
});
