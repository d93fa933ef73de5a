import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import type { CandleInterval as CandleIntervalName } from '../../core/price/candles.js';
import { Access } from '../../graphql/access.js';
import type { GraphqlContext } from '../../graphql/context.js';
import { badInput } from '../../graphql/errors.js';
import { GraphQLDateTime } from '../../graphql/scalars.js';
import { namedKeys } from '../named-keys.js';
import { Candle, CandleInterval, toCandle } from './candle.types.js';
import { readChart } from './read-chart.js';

const FIRST_MAX = 500;

@Resolver()
export class CandleResolver {
  @Query(() => [Candle], {
    description:
      'The price history of a symbol as candles, oldest first; spans without a price are left out. Continue with `pricesChanged`.',
  })
  @Access('user')
  async candles(
    @Ctx() { app }: GraphqlContext,
    @Arg('symbol', () => String, { description: 'The symbol in the simulation, or the key of a price.' })
    symbol: string,
    @Arg('interval', () => CandleInterval, { description: 'The span of each candle.' })
    interval: CandleIntervalName,
    @Arg('first', () => Int, { defaultValue: 300, description: 'How many, 1 to 500: the newest ones.' })
    first: number,
    @Arg('before', () => GraphQLDateTime, {
      nullable: true,
      description: 'Only candles that begin before this moment, to read further back.',
    })
    before?: Date | null,
  ): Promise<Candle[]> {
    if (first < 1 || first > FIRST_MAX)
      throw badInput({ path: 'first', message: `Ask for 1 to ${FIRST_MAX} candles.` });
    const [key] = namedKeys(symbol, ['SIMULATION']);
    if (!key) return [];
    const candles = await readChart(app, { key, interval, first, before: before?.getTime() });
    return candles.map(toCandle);
  }
}
