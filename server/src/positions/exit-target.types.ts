import { Field, InputType, ObjectType } from 'type-graphql';
import { GraphQLDecimal } from '../graphql/scalars.js';

@ObjectType({ description: 'A step of the partial take profit of new positions.' })
export class ExitTarget {
  @Field(() => GraphQLDecimal, { description: 'The profit at which it fires, in percent.' })
  pct!: string;

  @Field(() => GraphQLDecimal, { description: 'The share of the whole position that it sells, in percent.' })
  sharePct!: string;
}

@InputType({ description: 'A target of a partial take profit.' })
export class ExitTargetInput {
  @Field(() => GraphQLDecimal, { description: 'The profit at which it fires, in percent.' })
  pct!: string;

  @Field(() => GraphQLDecimal, { description: 'The share of qtyTotal that it sells, in percent.' })
  sharePct!: string;
}
