import type { Price } from '../../core/domain.js';
import { d } from '../../core/money/money.js';
import type { CcxtTicker } from './ccxt-exchange.js';

/** The known quote of one symbol and its age, in ms of a monotonic clock. */
interface Quote {
  last: string;
  lastAt: number;
  bid?: string;
  ask?: string;
  bookAt: number;
}

/** All times are of a monotonic clock, performance.now(). The caller sets the `at` of a price. */
export interface LiveQuotes {
  /** Takes a ticker with a last price. Returns the resulting price, or nothing when the ticker has no last price. */
  ticker(symbol: string, ticker: CcxtTicker, now: number): Price | undefined;
  /** Takes a bid and an ask of the order book. Returns nothing while no last price is fresh. */
  book(symbol: string, ticker: CcxtTicker, now: number): Price | undefined;
  /** When the last price of a symbol was received; -Infinity when never. */
  receivedAt(symbol: string): number;
}

/**
 * Merges prices from different sources: last prices from tickers, bids and asks from tickers and from the book. While
 * the book sends, its values are the newer ones. A bid never makes an old last price look fresh: when no last price was
 * received for `freshMs`, updates of the book wait for the next one.
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
      // Most updates of a book change only quantities.
      return isSame ? undefined : toPrice(symbol, quote, now);
    },
    receivedAt: (symbol) => quotes.get(symbol)?.lastAt ?? Number.NEGATIVE_INFINITY,
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
