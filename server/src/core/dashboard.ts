import { d, roundMoney, ZERO, type D } from './money/money.js';
import type { PriceVenue } from './price/price-key.js';
import { totalInUsdt, valueInUsdt, type PriceOf } from './position/valuation.js';

/** Sums from the database, decimals as text. Each belongs to one venue and is valued with that venue's prices. */
export interface Sums {
  holdings: readonly { venue: PriceVenue; asset: string; amount: string }[];
  open: readonly { venue: PriceVenue; symbol: string; positions: number; qty: string; cost: string }[];
  realized: readonly { venue: PriceVenue; quote: string; total: string; wins: number; losses: number }[];
  realizedToday: readonly { venue: PriceVenue; quote: string; total: string }[];
  /** Vaults belong to no exchange: the owner's first venue that has a price values them. */
  reserved: readonly { asset: string; amount: string }[];
  /** The venues of the owner's accounts in this mode, the oldest account first. */
  venues: readonly { venue: PriceVenue }[];
}

/**
 * The figures of the dashboard in USDT. Without a price only equity is null; in other sums the missing part counts as
 * 0.
 */
export function summarize(sums: Sums, pricesOf: (venue: PriceVenue) => PriceOf) {
  const usdt = (asset: string, amount: D, priceOf: PriceOf): D => valueInUsdt(asset, amount, priceOf) ?? ZERO;
  const anywhere: PriceOf = (symbol) => {
    for (const { venue } of sums.venues) {
      const price = pricesOf(venue)(symbol);
      if (price) return price;
    }
    return undefined;
  };
  const profit = (rows: Sums['realizedToday']): string =>
    rows
      .reduce((total, { venue, quote, total: part }) => total.add(usdt(quote, d(part), pricesOf(venue))), ZERO)
      .toFixed();
  let [unrealized, openValue, openPositions] = [ZERO, ZERO, 0];
  for (const { venue, symbol, positions, qty, cost } of sums.open) {
    openPositions += positions;
    const priceOf = pricesOf(venue);
    const price = priceOf(symbol);
    if (!price) continue;
    const quote = symbol.split('/')[1] ?? '';
    const value = price.mul(d(qty));
    openValue = openValue.add(usdt(quote, roundMoney(value), priceOf));
    unrealized = unrealized.add(usdt(quote, roundMoney(value.sub(d(cost))), priceOf));
  }
  return {
    equityUsd: equity(sums, pricesOf)?.toFixed() ?? null,
    unrealizedPnl: unrealized.toFixed(),
    realizedToday: profit(sums.realizedToday),
    realizedTotal: profit(sums.realized),
    openPositions,
    openValue: openValue.toFixed(),
    reservedUsd: sums.reserved
      .reduce((total, { asset, amount }) => total.add(usdt(asset, d(amount), anywhere)), ZERO)
      .toFixed(),
    wins: sums.realized.reduce((count, { wins }) => count + Number(wins), 0),
    losses: sums.realized.reduce((count, { losses }) => count + Number(losses), 0),
  };
}

function equity({ holdings }: Pick<Sums, 'holdings'>, pricesOf: (venue: PriceVenue) => PriceOf): D | undefined {
  let total = ZERO;
  for (const { venue, asset, amount } of holdings) {
    const value = totalInUsdt([{ asset, amount: d(amount) }], pricesOf(venue));
    if (!value) return undefined;
    total = total.add(value);
  }
  return total;
}
