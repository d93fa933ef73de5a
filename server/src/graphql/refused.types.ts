import { createUnionType, Field, ObjectType, type ClassType } from 'type-graphql';
import type { ReasonCode, Refusal } from '../core/reasons.js';
import { ReasonCodes } from './enums.js';
import { GraphQLDecimal } from './scalars.js';

@ObjectType({ description: 'One number of a refusal.' })
export class RefusedNumber {
  @Field(() => String, { description: 'What it is: wanted, free, minimum, price and so on.' })
  name!: string;

  @Field(() => GraphQLDecimal, { description: 'The number.' })
  value!: string;
}

@ObjectType({ description: 'A trading rule refused the request. Nothing was changed, and no order was placed.' })
export class Refused {
  @Field(() => ReasonCodes, { description: 'Which rule.' })
  reason!: ReasonCode;

  @Field(() => String, { description: 'What happened, in a sentence with the numbers of this case.' })
  message!: string;

  @Field(() => String, { nullable: true, description: 'The argument that is not valid, if it is one argument.' })
  field!: string | null;

  @Field(() => [RefusedNumber], { description: 'The numbers of this case; empty when the reason says it all.' })
  numbers!: RefusedNumber[];
}

/** A refusal of a use case, as a member of the result union of its operation. */
export function toRefused({ code, message, field, numbers = {} }: Refusal): Refused {
  const named = Object.entries(numbers).map(([name, value]) => ({ name, value }));
  return Object.assign(new Refused(), { reason: code, message, field: field ?? null, numbers: named });
}

/** The result of an operation that trading rules can refuse: its own answer, or a refusal as data (decision 038). */
export const refusable = <T extends object>(name: string, description: string, answer: ClassType<T>) =>
  createUnionType({
    name,
    description,
    types: () => [answer, Refused] as const,
    resolveType: (value: object) => (value instanceof Refused ? Refused : answer),
  });
