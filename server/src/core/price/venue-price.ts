import type { Price } from '../domain.js';
import { priceKey, type PriceKey, type PriceVenue } from './price-key.js';

/** A price and its venue. */
export interface VenuePrice extends Price {
  key: PriceKey;
  venue: PriceVenue;
}

export const atVenue = (venue: PriceVenue, price: Price): VenuePrice => ({
  ...price,
  venue,
  key: priceKey(venue, price.symbol),
});
