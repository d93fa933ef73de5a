import { Field, ID, ObjectType } from 'type-graphql';
import { refuse, type ReasonCode } from '../core/reasons.js';
import { ReasonCodes, RemovalOutcome, type RemovalOutcomeName } from './enums.js';

/** The answer of a deletion: what was done, and why it was not more. */
@ObjectType()
export abstract class RemovalPayload {
  @Field(() => ID, { description: 'The row it was asked for.' })
  id!: number;

  @Field(() => RemovalOutcome, { description: 'Whether it was deleted or switched off.' })
  outcome!: RemovalOutcomeName;

  @Field(() => ReasonCodes, { nullable: true, description: 'Why it was only switched off.' })
  reasonCode!: ReasonCode | null;

  @Field(() => String, { nullable: true, description: 'The reason in a sentence.' })
  reasonMessage!: string | null;
}

export function toRemoval(id: number, outcome: RemovalOutcomeName): RemovalPayload {
  const reason = outcome === 'DELETED' ? undefined : refuse('HAS_HISTORY');
  return { id, outcome, reasonCode: reason?.code ?? null, reasonMessage: reason?.message ?? null };
}
