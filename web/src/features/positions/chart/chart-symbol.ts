/** The key of a symbol's price at a venue, as `priceKey` of a position is. */
export const priceKeyAt = (venue: string, symbol: string): string =>
  venue === 'SIMULATION' ? symbol : `${venue}:${symbol}`;

/** What was typed as the name of a market: a known one in any spelling ("btcusdt"), else as it was typed. */
export function symbolAmong(typed: string, known: readonly string[]): string {
  const bare = (text: string) => text.toUpperCase().replace(/[^A-Z0-9]/g, '');
  const text = typed.trim().toUpperCase();
  if (known.includes(text)) return text;
  const [found, ...others] = known.filter((symbol) => bare(symbol) === bare(text));
  return found !== undefined && others.length === 0 ? found : text.replace(/^([A-Z0-9]+)[-_]([A-Z0-9]+)$/, '$1/$2');
}
