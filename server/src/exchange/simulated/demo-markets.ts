import type { Market } from '../../core/domain.js';

/** A market of the simulated exchange, and the base price of its demo walk: the walk starts there and returns to it. */
export interface DemoMarket extends Market {
  basePrice: string;
}

/** The filters of Binance spot's public exchangeInfo: PRICE_FILTER tickSize, LOT_SIZE stepSize and minQty, NOTIONAL. */
const usdtMarket = (base: string, tickSize: string, stepSize: string, basePrice: string): DemoMarket => ({
  symbol: `${base}/USDT`,
  base,
  quote: 'USDT',
  tickSize,
  stepSize,
  // On all of these, the smallest quantity is one step. In practice, the minimum notional is the limit.
  minQty: stepSize,
  minNotional: '5',
  basePrice,
});

/** The markets that the simulated exchange always trades. */
export const DEMO_MARKETS: readonly DemoMarket[] = [
  usdtMarket('BTC', '0.01', '0.00001', '98450.50'),
  usdtMarket('ETH', '0.01', '0.0001', '3850.25'),
  usdtMarket('SOL', '0.01', '0.001', '83.09'),
  usdtMarket('BNB', '0.01', '0.001', '702.40'),
  usdtMarket('XRP', '0.0001', '0.1', '2.3150'),
  usdtMarket('ADA', '0.0001', '0.1', '0.8320'),
  usdtMarket('DOGE', '0.00001', '1', '0.38150'),
  usdtMarket('LINK', '0.01', '0.01', '18.45'),
];

const BY_SYMBOL = new Map(DEMO_MARKETS.map((market) => [market.symbol, market]));

/** undefined when the simulated exchange does not trade the symbol. */
export const demoMarket = (symbol: string): DemoMarket | undefined => BY_SYMBOL.get(symbol);

/** DEMO_MARKETS and the markets added since. */
export const openDemoMarkets = (): DemoMarket[] => [...BY_SYMBOL.values()];

/** Adds symbols to the simulated exchange of this process. An existing market keeps its filters. */
export function addDemoMarkets(markets: Iterable<DemoMarket>): void {
  for (const market of markets) if (!BY_SYMBOL.has(market.symbol)) BY_SYMBOL.set(market.symbol, market);
}
