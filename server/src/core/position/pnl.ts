import { d, type D, roundMoney } from '../money/money.js';

/** What selling `qty` at `price` would bring beyond what it cost with its fees. In the quote asset, 18 places. */
export const unrealizedPnl = (cost: D, price: D, qty: D): D => roundMoney(price.mul(qty).sub(cost));

/** (price - priceOpen) / priceOpen x 100, as the trading rules define pnl%. Not rounded. */
export const profitPct = (entryPrice: D, price: D): D => price.sub(entryPrice).div(entryPrice).mul(d('100'));

/** Average price of `qty` that cost `quote` in all, 18 places; zero when there is no quantity. */
export const averagePrice = (quote: D, qty: D): D => (qty.gt(0) ? roundMoney(quote.div(qty)) : d('0'));
