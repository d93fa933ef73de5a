import { Field, Int, ObjectType } from 'type-graphql';
import { priceAge } from '../core/price/price-age.js';
import type { PriceVenue as PriceVenueText } from '../core/price/price-key.js';
import { PriceVenue } from '../graphql/enums.js';
import { GraphQLDateTime, GraphQLDecimal } from '../graphql/scalars.js';
import type { VenuePrice } from '../core/price/venue-price.js';

@ObjectType({ description: 'The latest price of a symbol at a venue.' })
export class Price {
  @Field(() => String, {
    description:
      'Its key: in the simulation the symbol; elsewhere venue and symbol, such as BINANCE_SPOT:SOL/USDT. See Position.priceKey.',
  })
  key!: string;

  @Field(() => PriceVenue, { description: 'The venue it comes from.' })
  venue!: PriceVenueText;

  @Field(() => String, { description: 'The symbol, such as SOL/USDT.' })
  symbol!: string;

  @Field(() => GraphQLDecimal, { description: 'The price of the last trade.' })
  last!: string;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The best bid.' })
  bid!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The best ask.' })
  ask!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When the feed received it.' })
  at!: Date;

  @Field(() => Int, { description: 'Its age when the answer was made, in milliseconds.' })
  ageMs!: number;

  @Field(() => String, { description: 'demo, or the exchange it came from.' })
  source!: string;
}

const AGE_MAX_MS = 2_147_483_647; // The maximum of a GraphQL Int, about 24 days; larger ages are cut to it.

export const toPrice = (price: VenuePrice, nowMs: number): Price => ({
  key: price.key,
  venue: price.venue,
  symbol: price.symbol,
  last: price.last,
  bid: price.bid ?? null,
  ask: price.ask ?? null,
  at: new Date(price.at),
  ageMs: Math.min(priceAge(price.at, nowMs), AGE_MAX_MS),
  source: price.source,
});

@ObjectType({ description: 'A price at a moment.' })
export class PricePoint {
  @Field(() => GraphQLDateTime, { description: 'The moment.' })
  at!: Date;

  @Field(() => GraphQLDecimal, { description: 'The price.' })
  price!: string;
}

@ObjectType({ description: 'The trading rules of a market.' })
export class Market {
  @Field(() => String, { description: 'The symbol, such as SOL/USDT.' })
  symbol!: string;

  @Field(() => String, { description: 'The base asset, which is traded.' })
  base!: string;

  @Field(() => String, { description: 'The quote asset, in which prices are given.' })
  quote!: string;

  @Field(() => GraphQLDecimal, { description: 'Prices are multiples of this.' })
  tickSize!: string;

  @Field(() => GraphQLDecimal, { description: 'Quantities are multiples of this.' })
  stepSize!: string;

  @Field(() => GraphQLDecimal, { description: 'The smallest quantity.' })
  minQty!: string;

  @Field(() => GraphQLDecimal, { description: 'The smallest value of an order, in the quote asset.' })
  minNotional!: string;
}
