import { refuse, type Refusal } from '../reasons.js';

/** How an exchange names one of its spot markets. */
export interface NamedMarket {
  /** ccxt's form: 'BTC/USD'. */
  symbol: string;
  base: string;
  quote: string;
  /** The exchange's own names of the pair: 'XXBTZUSD', 'XBTUSD', 'XBT/USD', 'BTC-USD'. */
  names: readonly string[];
}

/** The symbols that a ticker without a separator may mean at one exchange: 'DOTUSD' → ['DOT/USD']. */
export type MarketTickers = ReadonlyMap<string, readonly string[]>;

const TICKER_MAX = 40;
const bare = (name: string): string => name.toUpperCase().replace(/[^A-Z0-9]/g, '');

/** Indexes the spot markets of an exchange by every form without a separator that a sender may write. */
export function indexTickers(markets: Iterable<NamedMarket>): MarketTickers {
  const index = new Map<string, string[]>();
  for (const { symbol, base, quote, names } of markets) {
    for (const ticker of new Set([`${base}${quote}`, ...names].map(bare))) {
      if (ticker === '' || ticker.length > TICKER_MAX) continue;
      const symbols = index.get(ticker);
      if (!symbols) index.set(ticker, [symbol]);
      else if (!symbols.includes(symbol)) symbols.push(symbol);
    }
  }
  return index;
}

export type SymbolResolution = { symbol: string } | { refusal: Refusal };

/**
 * The market that a signal means at one exchange.
 *
 * A pair with a separator ('DOT/USD') is taken as written if the exchange has it. A ticker without one is split by the
 * markets that exist: 'DOTUSD' is DOT/USD where that is traded and never DO/TUSD; 'XBTUSD' is BTC/USD at Kraken. If two
 * markets fit, the ticker is ambiguous and refused (SYMBOL_AMBIGUOUS). If none fits, it keeps its most likely split,
 * and the executor then reports that the exchange does not trade it.
 *
 * `candidates` are all splits of the written text, the most likely first. `markets` is undefined while they were never
 * read: then only a message with one possible split is understood.
 */
export function resolveSymbol(
  { raw, candidates }: { raw: string; candidates: readonly string[] },
  markets: MarketTickers | undefined,
): SymbolResolution {
  const [likeliest = ''] = candidates;
  if (!markets) {
    if (candidates.length <= 1) return { symbol: likeliest };
    return { refusal: refuse('SYMBOL_AMBIGUOUS', ambiguous(raw, candidates)) };
  }
  const found = markets.get(bare(likeliest)) ?? [];
  if (isSeparated(raw, likeliest) && found.includes(likeliest)) return { symbol: likeliest };
  const [only] = found;
  if (only === undefined) return { symbol: likeliest };
  if (found.length === 1) return { symbol: only };
  return { refusal: refuse('SYMBOL_AMBIGUOUS', ambiguous(raw, found)) };
}

const ambiguous = (raw: string, symbols: readonly string[]): string =>
  `"${raw}" could be ${symbols.slice(0, 4).join(' or ')} at this account's exchange: write the symbol with a slash.`;

/** Whether the text separates base and quote: 'DOT/USD', 'dot-usd', 'KRAKEN:DOT_USD'. */
function isSeparated(raw: string, symbol: string): boolean {
  const [base = '', quote = ''] = symbol.split('/');
  const upper = raw.toUpperCase();
  return ['/', '-', '_'].some((separator) => upper.includes(`${base}${separator}${quote}`));
}
