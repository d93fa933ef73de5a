import { d, roundMoney, ZERO, type D } from './money.js';
import { totalInUsdt, valueInUsdt, type PriceOf } from './valuation.js';

/** Sums as the database made them; decimals as text. */
export interface Sums {
  holdings: readonly { asset: string; amount: string }[];
  reserved: readonly { asset: string; amount: string }[];
  open: readonly { symbol: string; positions: number; qty: string; cost: string }[];
  realized: readonly { quote: string; total: string; wins: number; losses: number }[];
  realizedToday: readonly { quote: string; total: string }[];
}

/** The figures of the dashboard in USDT. Only equity is null without a price; parts of other sums then count as 0. */
export function summarize(sums: Sums, priceOf: PriceOf) {
  const usdt = (asset: string, amount: D): D => valueInUsdt(asset, amount, priceOf) ?? ZERO;
  const profit = (rows: readonly { quote: string; total: string }[]): string =>
    rows.reduce((total, row) => total.add(usdt(row.quote, d(row.total))), ZERO).toFixed();
  let [unrealized, openValue, openPositions] = [ZERO, ZERO, 0];
  for (const { symbol, positions, qty, cost } of sums.open) {
    openPositions += positions;
    const price = priceOf(symbol);
    if (!price) continue;
    const quote = symbol.split('/')[1] ?? '';
    const value = price.mul(d(qty));
    openValue = openValue.add(usdt(quote, roundMoney(value)));
    unrealized = unrealized.add(usdt(quote, roundMoney(value.sub(d(cost)))));
  }
  const holdings = sums.holdings.map(({ asset, amount }) => ({ asset, amount: d(amount) }));
  return {
    equityUsd: totalInUsdt(holdings, priceOf)?.toFixed() ?? null,
    unrealizedProfit: unrealized.toFixed(),
    realizedToday: profit(sums.realizedToday),
    realizedTotal: profit(sums.realized),
    openPositions,
    openValue: openValue.toFixed(),
    reservedUsd: sums.reserved.reduce((total, { asset, amount }) => total.add(usdt(asset, d(amount))), ZERO).toFixed(),
    wins: sums.realized.reduce((count, { wins }) => count + Number(wins), 0),
    losses: sums.realized.reduce((count, { losses }) => count + Number(losses), 0),
  };
}
