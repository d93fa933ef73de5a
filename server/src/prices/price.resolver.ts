import { Arg, Args, ArgsType, Ctx, Field, Query, Resolver, Root, Subscription } from 'type-graphql';
import type { Price as CorePrice } from '../core/domain.js';
import { readSymbol } from '../core/symbols.js';
import { Access } from '../graphql/access.js';
import type { GraphqlContext } from '../graphql/context.js';
import { badInput } from '../graphql/errors.js';
import { priceStream } from './price-stream.js';
import { Market, Price, PricePoint, toPrice } from './price.types.js';

const SYMBOLS_MAX = 200;

@ArgsType()
class SymbolsArgs {
  @Field(() => [String], { nullable: true, description: 'Only these symbols, at most 200; all without.' })
  symbols?: string[] | null;
}

/** Symbols as the board knows them; a name that is none matches nothing. */
function chosen(symbols: string[] | null | undefined): string[] | undefined {
  if (!symbols) return undefined;
  if (symbols.length > SYMBOLS_MAX)
    throw badInput({ path: 'symbols', message: `Name at most ${SYMBOLS_MAX} symbols.` });
  return symbols.map((symbol) => readSymbol(symbol)?.symbol ?? symbol);
}

@Resolver()
export class PriceResolver {
  @Query(() => [Price], { description: 'The latest prices.' })
  @Access('user')
  prices(@Ctx() { app }: GraphqlContext, @Args(() => SymbolsArgs) { symbols }: SymbolsArgs): Price[] {
    const wanted = chosen(symbols);
    const prices = wanted ? wanted.flatMap((symbol) => app.prices.get(symbol) ?? []) : app.prices.all();
    return prices.map((price) => toPrice(price, app.clock.now()));
  }

  @Query(() => [PricePoint], { description: 'One point a second for the last hour, oldest first.' })
  @Access('user')
  async priceHistory(
    @Ctx() { app }: GraphqlContext,
    @Arg('symbol', () => String, { description: 'The symbol.' }) symbol: string,
  ): Promise<PricePoint[]> {
    const points = await app.prices.history(readSymbol(symbol)?.symbol ?? symbol);
    return points.map(({ at, price }) => ({ at: new Date(at), price }));
  }

  @Query(() => [Market], { description: 'The markets simulation accounts can trade.' })
  @Access('user')
  async markets(@Ctx() { app }: GraphqlContext): Promise<Market[]> {
    // The markets are the same for every simulation account, so an id that is nobody's asks for them.
    const found = app.exchanges.forAccount({ id: 0, exchange: 'BINANCE_SPOT', isSimulation: true, testnet: false });
    return 'exchange' in found ? found.exchange.markets() : [];
  }

  @Subscription(() => [Price], {
    description:
      'Latest prices, at most 5 messages a second, each with the symbols that changed. No cursor: only the newest matters.',
    subscribe: ({ args, context }) =>
      priceStream((context as GraphqlContext).app.prices, chosen((args as SymbolsArgs).symbols)),
    name: 'prices',
  })
  @Access('user')
  priceChanges(
    @Root() changed: CorePrice[],
    @Ctx() { app }: GraphqlContext,
    @Args(() => SymbolsArgs) _args: SymbolsArgs,
  ): Price[] {
    return changed.map((price) => toPrice(price, app.clock.now()));
  }
}
