import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { GraphQLDateTime } from '../../graphql/scalars.js';
import type { SessionListRow } from '../session.store.js';

@ObjectType({ description: 'A browser or program in which you are signed in.' })
export class Session {
  @Field(() => ID, { description: 'Names the session; it does not open it.' })
  id!: number;

  @Field(() => Boolean, { description: 'Whether this request came from it.' })
  isCurrent!: boolean;

  @Field(() => String, { nullable: true, description: 'The address it was opened from.' })
  ip!: string | null;

  @Field(() => String, { nullable: true, description: 'The user agent that the browser or program sent.' })
  userAgent!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it was opened.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { description: 'When it ends, unless it is used before.' })
  expiresAt!: Date;
}

export const toSession = (row: SessionListRow, currentHash: string): Session => ({
  ...{ id: row.public_id, isCurrent: row.id === currentHash, ip: row.ip, userAgent: row.user_agent },
  ...{ createdAt: row.created_at, expiresAt: row.expires_at },
});

@InputType({ description: 'Which session.' })
export class EndSessionInput {
  @Field(() => ID, { description: 'The session.' })
  sessionId!: string;
}

@ObjectType({ description: 'The session was ended. Its sockets are closed within 5 s.' })
export class EndSessionPayload {
  @Field(() => [Session], { description: 'The sessions that are left.' })
  sessions!: Session[];
}

@ObjectType({ description: 'All other sessions were ended. Their sockets are closed within 5 s.' })
export class EndOtherSessionsPayload {
  @Field(() => Int, { description: 'How many there were.' })
  ended!: number;
}
