import { d, ZERO } from '../money/money.js';

export interface PlannedValue {
  /** ccxt form */
  symbol: string;
  /** Decimal texts in the quote asset; null without a price. */
  value: string | null;
  profit: string | null;
}

export interface QuoteTotal {
  asset: string;
  positions: number;
  unpricedPositions: number;
  value: string;
  profit: string;
}

/** Adds up the values of positions, separately for each quote asset. Amounts of different assets are never added. */
export function totalsOf(items: readonly PlannedValue[]): QuoteTotal[] {
  const assets = [...new Set(items.map(quoteOf))].sort();
  return assets.map((asset) => {
    const own = items.filter((item) => quoteOf(item) === asset);
    const add = (name: 'value' | 'profit'): string =>
      own.reduce((total, item) => total.add(d(item[name] ?? '0')), ZERO).toFixed();
    return {
      asset,
      positions: own.length,
      unpricedPositions: own.filter(({ value }) => value === null).length,
      value: add('value'),
      profit: add('profit'),
    };
  });
}

const quoteOf = ({ symbol }: PlannedValue): string => symbol.split('/')[1] ?? symbol;
