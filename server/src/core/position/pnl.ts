import { d, type D, roundMoney } from '../money/money.js';

/**
 * The profit of selling `qty` at `price`: the proceeds less the cost, which includes its fees. In the quote asset, 18
 * places.
 */
export const unrealizedPnl = (cost: D, price: D, qty: D): D => roundMoney(price.mul(qty).sub(cost));

/** (price - priceOpen) / priceOpen × 100, the pnl% of the trading rules. Not rounded. */
export const profitPct = (entryPrice: D, price: D): D => price.sub(entryPrice).div(entryPrice).mul(d('100'));

/** Average price of `qty` with the total cost `quote`, 18 places; zero when the quantity is zero. */
export const averagePrice = (quote: D, qty: D): D => (qty.gt(0) ? roundMoney(quote.div(qty)) : d('0'));
