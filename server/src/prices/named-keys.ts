import { priceKey, readPriceKey, type PriceKey, type PriceVenue } from '../core/price/price-key.js';
import { readSymbol } from '../core/signal/symbols.js';

/**
 * The keys that a name selects: a key selects itself, a symbol selects its price at each venue. An unknown name selects
 * nothing.
 */
export function namedKeys(name: string, venues: readonly PriceVenue[]): PriceKey[] {
  const named = readPriceKey(name);
  if (named && name.includes(':')) return [priceKey(named.venue, named.symbol)];
  const symbol = readSymbol(name)?.symbol ?? name;
  return venues.map((venue) => priceKey(venue, symbol));
}
