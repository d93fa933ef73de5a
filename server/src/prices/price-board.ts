import type { Price } from '../core/domain.js';
import { priceKey, type PriceKey, type PriceVenue } from '../core/price-key.js';

/** A price and where it was made. */
export interface VenuePrice extends Price {
  key: PriceKey;
  venue: PriceVenue;
}

export const atVenue = (venue: PriceVenue, price: Price): VenuePrice => ({
  ...price,
  venue,
  key: priceKey(venue, price.symbol),
});

/** The latest price of each symbol at each venue as this process knows it. */
export interface PriceBoard {
  /** undefined when no price was ever seen; the caller judges its age by `at`. */
  get(key: PriceKey): VenuePrice | undefined;
  /** Of every venue. */
  all(): VenuePrice[];
  /** Called with every batch of newer prices, of whatever venue; answers the way to stop. */
  subscribe(listener: (changed: readonly VenuePrice[]) => void): () => void;
  /** One point a second for the last hour, oldest first. Empty when Redis is away. */
  history(key: PriceKey): Promise<{ at: number; price: string }[]>;
}
