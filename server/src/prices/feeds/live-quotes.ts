import type { Price } from '../../core/domain.js';
import { d } from '../../core/money/money.js';
import type { CcxtTicker } from './ccxt-exchange.js';

/** What is known of one symbol, and since when, in ms of a clock that nobody sets. */
interface Quote {
  last: string;
  lastAt: number;
  bid?: string;
  ask?: string;
  bookAt: number;
}

/** Every moment is of a clock that nobody sets, performance.now(); a price's `at` is for the caller to stamp. */
export interface LiveQuotes {
  /** A ticker with a last price; the price it makes, or nothing when it has none. */
  ticker(symbol: string, ticker: CcxtTicker, now: number): Price | undefined;
  /** A bid and an ask of the order book; nothing while no last price is fresh. */
  book(symbol: string, ticker: CcxtTicker, now: number): Price | undefined;
  /** When the last price of a symbol was heard; -Infinity when never. */
  heardAt(symbol: string): number;
}

/**
 * Brings what comes by different ways together: last prices with tickers, bids and asks with tickers and from the book.
 * The book's are the newer ones while it talks. A bid never makes an old last price look fresh: when the last was not
 * heard for `freshMs`, the book's news wait for the next one.
 */
export function createLiveQuotes({ source, freshMs }: { source: string; freshMs: number }): LiveQuotes {
  const quotes = new Map<string, Quote>();
  const toPrice = (symbol: string, { last, bid, ask }: Quote, at: number): Price => ({
    symbol,
    last,
    ...(bid && { bid }),
    ...(ask && { ask }),
    at,
    source,
  });
  return {
    ticker(symbol, ticker, now) {
      const last = positive(ticker.last);
      if (last === undefined) return undefined;
      const before = quotes.get(symbol);
      const hasBook = before !== undefined && now - before.bookAt <= freshMs;
      const sides = hasBook ? sidesOf(before) : sidesOf(ticker);
      const quote = { last, lastAt: now, ...sides, bookAt: before?.bookAt ?? Number.NEGATIVE_INFINITY };
      quotes.set(symbol, quote);
      return toPrice(symbol, quote, now);
    },
    book(symbol, ticker, now) {
      const before = quotes.get(symbol);
      const sides = sidesOf(ticker);
      if (!before || now - before.lastAt > freshMs || (!sides.bid && !sides.ask)) return undefined;
      const isSame = before.bid === sides.bid && before.ask === sides.ask;
      const quote = { last: before.last, lastAt: before.lastAt, ...sides, bookAt: now };
      quotes.set(symbol, quote);
      // Most of what a book says is about quantities.
      return isSame ? undefined : toPrice(symbol, quote, now);
    },
    heardAt: (symbol) => quotes.get(symbol)?.lastAt ?? Number.NEGATIVE_INFINITY,
  };
}

function sidesOf(ticker: Pick<CcxtTicker, 'bid' | 'ask'>): { bid?: string; ask?: string } {
  const bid = positive(ticker.bid);
  const ask = positive(ticker.ask);
  return { ...(bid && { bid }), ...(ask && { ask }) };
}

function positive(text: string | undefined): string | undefined {
  if (text === undefined || !/^\d+(\.\d+)?(e-?\d+)?$/i.test(text)) return undefined;
  const value = d(text).toDecimalPlaces(18);
  return value.gt(0) ? value.toFixed() : undefined;
}
