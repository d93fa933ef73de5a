import { Arg, Args, ArgsType, Ctx, Field, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { PriceVenue as PriceVenueText } from '../core/price/price-key.js';
import { Access } from '../graphql/access.js';
import type { GraphqlContext } from '../graphql/context.js';
import { PriceVenue } from '../graphql/enums.js';
import { badInput } from '../graphql/errors.js';
import type { VenuePrice } from '../core/price/venue-price.js';
import { namedKeys } from './named-keys.js';
import { priceStream } from './price-stream.js';
import { Market, Price, PricePoint, toPrice } from './price.types.js';

const SYMBOLS_MAX = 200;

@ArgsType()
class PricesArgs {
  @Field(() => [String], {
    nullable: true,
    description:
      'Only these symbols, at most 200. Without it, all. A key such as BINANCE_SPOT:SOL/USDT selects one price.',
  })
  symbols?: string[] | null;

  @Field(() => [PriceVenue], {
    nullable: true,
    defaultValue: ['SIMULATION'],
    description: 'The venues of the prices.',
  })
  venues?: PriceVenueText[] | null;
}

function chosen({ symbols, venues }: PricesArgs): (price: VenuePrice) => boolean {
  const places = venues ?? ['SIMULATION'];
  if (!symbols) return ({ venue }) => places.includes(venue);
  if (symbols.length > SYMBOLS_MAX)
    throw badInput({ path: 'symbols', message: `Give at most ${SYMBOLS_MAX} symbols.` });
  const keys = new Set(symbols.flatMap((symbol) => namedKeys(symbol, places)));
  return ({ key }) => keys.has(key);
}

@Resolver()
export class PriceResolver {
  @Query(() => [Price], { description: 'The latest prices. The default is those of the simulation.' })
  @Access('user')
  prices(@Ctx() { app }: GraphqlContext, @Args(() => PricesArgs) args: PricesArgs): Price[] {
    const prices = app.prices.all().filter(chosen(args));
    return prices.map((price) => toPrice(price, app.clock.now()));
  }

  @Query(() => [PricePoint], { description: 'One point a second for the last hour, oldest first.' })
  @Access('user')
  async priceHistory(
    @Ctx() { app }: GraphqlContext,
    @Arg('symbol', () => String, { description: 'The symbol in the simulation, or the key of a price.' })
    symbol: string,
  ): Promise<PricePoint[]> {
    const [key] = namedKeys(symbol, ['SIMULATION']);
    const points = key ? await app.prices.history(key) : [];
    return points.map(({ at, price }) => ({ at: new Date(at), price }));
  }

  @Query(() => [Market], { description: 'The markets simulation accounts can trade.' })
  @Access('user')
  async markets(@Ctx() { app }: GraphqlContext): Promise<Market[]> {
    // The markets are the same for every simulation account, so an id that belongs to no account is used to read them.
    const found = app.exchanges.forAccount({ id: 0, exchange: 'BINANCE_SPOT', isSimulation: true, testnet: false });
    return found.ok ? found.exchange.markets() : [];
  }

  @Subscription(() => [Price], {
    description:
      'Latest prices, at most 5 messages a second, each with the symbols that changed. There is no cursor: only the newest price matters.',
    subscribe: ({ args, context }) => priceStream((context as GraphqlContext).app.prices, chosen(args as PricesArgs)),
  })
  @Access('user')
  pricesChanged(
    @Root() changed: VenuePrice[],
    @Ctx() { app }: GraphqlContext,
    @Args(() => PricesArgs) _args: PricesArgs,
  ): Price[] {
    return changed.map((price) => toPrice(price, app.clock.now()));
  }
}
