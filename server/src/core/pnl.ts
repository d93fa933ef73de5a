import { d, type D, roundMoney } from './money.js';

/** Profit of selling `qty` at `price` what was bought at `priceOpen`, before fees. In the quote asset, 18 places. */
export const grossProfit = (priceOpen: D, price: D, qty: D): D => roundMoney(price.sub(priceOpen).mul(qty));

/** (price - priceOpen) / priceOpen x 100, as the trading rules define pnl%. Not rounded. */
export const profitPct = (priceOpen: D, price: D): D => price.sub(priceOpen).div(priceOpen).mul(d('100'));

/** Average price of `qty` that cost `quote` in all, 18 places; zero when there is no quantity. */
export const averagePrice = (quote: D, qty: D): D => (qty.gt(0) ? roundMoney(quote.div(qty)) : d('0'));
