import type { ExchangeName } from '../domain.js';

/** The coin in which an exchange takes its fees when the account uses the discount. */
const FEE_COINS: Partial<Record<ExchangeName, string>> = {
  BINANCE_SPOT: 'BNB',
  KUCOIN_SPOT: 'KCS',
  GATE_SPOT: 'GT',
  BITGET_SPOT: 'BGB',
  MEXC_SPOT: 'MX',
  HTX_SPOT: 'HT',
};
const UNIT = 'USDT';

/**
 * The symbols whose prices are needed at an exchange, the most important first: what is traded or held as a position,
 * then what values it (its quote asset in USDT, fees in the exchange's own coin), then what values the balances of the
 * accounts.
 */
export function followedSymbols(
  exchange: ExchangeName,
  { traded, held }: { traded: Iterable<string>; held: Iterable<string> },
): string[] {
  const symbols = new Set(traded);
  const quotes = [...new Set([...symbols].map((symbol) => symbol.split('/')[1] ?? UNIT))];
  const coin = FEE_COINS[exchange];
  if (coin) for (const quote of quotes) if (quote !== coin) symbols.add(`${coin}/${quote}`);
  for (const asset of [...quotes, ...held]) if (asset !== UNIT) symbols.add(`${asset}/${UNIT}`);
  return [...symbols];
}
