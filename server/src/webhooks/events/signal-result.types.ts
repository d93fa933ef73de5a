import { Field, Int, ObjectType } from 'type-graphql';
import type { ReasonCode } from '../../core/reasons.js';
import type { SignalOutcome as SignalOutcomeText } from '../../core/signal/signal-outcome.js';
import { ReasonCodes, SignalOutcome, TimelineStage, type TimelineStageName } from '../../graphql/enums.js';
import { GraphQLDateTime } from '../../graphql/scalars.js';

@ObjectType({ description: 'One stage of a signal.' })
export class TimelineEntry {
  @Field(() => TimelineStage, { description: 'Which stage.' })
  stage!: TimelineStageName;

  @Field(() => GraphQLDateTime, { description: 'When it was reached.' })
  at!: Date;

  @Field(() => Int, { description: 'Milliseconds since the signal was received.' })
  offsetMs!: number;
}

@ObjectType({ description: 'The result of a message over all its accounts.' })
export class SignalResult {
  @Field(() => SignalOutcome, { description: 'The outcome.' })
  outcome!: SignalOutcomeText;

  @Field(() => ReasonCodes, { nullable: true, description: 'The reason that explains it.' })
  reasonCode!: ReasonCode | null;

  @Field(() => String, { nullable: true, description: 'The reason in a sentence.' })
  reasonMessage!: string | null;

  @Field(() => Int, { description: 'How many accounts filled all or part of it.' })
  traded!: number;

  @Field(() => Int, { description: 'How many accounts got a job for it.' })
  jobs!: number;

  @Field(() => Int, { description: 'How many accounts would have traded it, if its source ran dry.' })
  wouldTrade!: number;
}
