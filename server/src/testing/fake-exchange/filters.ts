import type { FakeMarket, PlaceInput, RefusalKind } from './engine-types.js';

/**
 * Eighteen decimal places as whole numbers. This arithmetic is separate, so that it checks the Decimal class of the
 * program.
 */
const SCALE = 10n ** 18n;

/** A plain decimal as a whole number of 1e-18; undefined when it is not one. */
export function units(text: string): bigint | undefined {
  const parts = /^(-?)(\d+)(?:\.(\d{0,18}))?$/.exec(text);
  if (!parts) return undefined;
  const [, sign, whole = '0', places = ''] = parts;
  const value = BigInt(whole) * SCALE + BigInt(places.padEnd(18, '0'));
  return sign === '-' ? -value : value;
}
const known = (text: string): bigint => units(text) ?? 0n;

/**
 * Checks an order against the filters of its market, as Binance describes them: LOT_SIZE, PRICE_FILTER, NOTIONAL. A
 * MARKET order is valued at `price`, the exchange's own.
 * https://developers.binance.com/docs/binance-spot-api-docs/filters
 */
export function checkFilters(
  market: FakeMarket,
  { type, quantity, quoteQuantity, price: limit }: Pick<PlaceInput, 'type' | 'quantity' | 'quoteQuantity' | 'price'>,
  price: string,
): RefusalKind | undefined {
  if (quoteQuantity !== undefined) {
    const budget = units(quoteQuantity);
    if (budget === undefined || budget <= 0n) return 'BAD_QUANTITY';
    return budget < known(market.minNotional) ? 'NOTIONAL' : undefined;
  }
  const qty = units(quantity ?? '');
  if (qty === undefined || qty <= 0n) return 'BAD_QUANTITY';
  if (type === 'LIMIT') {
    const at = units(limit ?? '');
    if (at === undefined || at <= 0n) return 'BAD_PRICE';
    if (at < known(market.minPrice) || at > known(market.maxPrice) || at % known(market.tickSize) !== 0n) {
      return 'PRICE_FILTER';
    }
  }
  if (qty < known(market.minQty) || qty > known(market.maxQty) || qty % known(market.stepSize) !== 0n) {
    return 'LOT_SIZE';
  }
  const comparedAssets = type === 'LIMIT' ? known(limit ?? '') : known(price);
  return qty * comparedAssets < known(market.minNotional) * SCALE ? 'NOTIONAL' : undefined;
}
