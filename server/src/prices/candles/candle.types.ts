import { Field, ObjectType } from 'type-graphql';
import type { Candle as KeptCandle, CandleInterval as CandleIntervalName } from '../../core/price/candles.js';
import { enumOf } from '../../graphql/enums.js';
import { GraphQLDateTime, GraphQLDecimal } from '../../graphql/scalars.js';

export const CandleInterval = enumOf<CandleIntervalName>('CandleInterval', 'The span of a candle.', {
  S1: 'One second; kept for 2 days by default.',
  S5: '5 seconds.',
  S15: '15 seconds.',
  M1: 'One minute; kept for 30 days by default.',
  M5: '5 minutes.',
  M15: '15 minutes.',
  H1: 'One hour; kept for 2 years by default.',
  H4: '4 hours, counted from midnight UTC.',
  D1: 'One day of UTC.',
});

@ObjectType({ description: 'The prices of a span of time.' })
export class Candle {
  @Field(() => GraphQLDateTime, { description: 'When the span begins.' })
  at!: Date;

  @Field(() => GraphQLDecimal, { description: 'The first price.' })
  open!: string;

  @Field(() => GraphQLDecimal, { description: 'The highest price.' })
  high!: string;

  @Field(() => GraphQLDecimal, { description: 'The lowest price.' })
  low!: string;

  @Field(() => GraphQLDecimal, { description: 'The last price; of the span of now, the last one so far.' })
  close!: string;
}

export const toCandle = ({ at, ...prices }: KeptCandle): Candle => ({ at: new Date(at), ...prices });
