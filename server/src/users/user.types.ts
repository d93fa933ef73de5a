import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { UserRole, type UserRoleName } from '../graphql/enums.js';
import { DatesFilter } from '../graphql/list-filter.js';
import { connectionType } from '../graphql/pages.js';
import { GraphQLDateTime } from '../graphql/scalars.js';
import type { LoginRow, UserRow } from './user.store.js';

@ObjectType({ description: 'A person who may sign in.' })
export class User {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => String, { description: 'E-mail address used to sign in.' })
  email!: string;

  @Field(() => String, { nullable: true, description: 'The display name.' })
  fullName!: string | null;

  @Field(() => [UserRole], { description: 'What the user may do.' })
  roles!: UserRoleName[];

  @Field(() => Boolean, { description: 'Whether the password must be changed before anything else.' })
  mustChangePassword!: boolean;

  @Field(() => GraphQLDateTime, {
    nullable: true,
    description:
      'When the user paused entries on all accounts; null = not paused. While paused, no new position is opened.',
  })
  entriesPausedAt!: Date | null;

  @Field(() => GraphQLDateTime, { description: 'When the user was created.' })
  createdAt!: Date;
}

export const toUser = (row: UserRow): User => ({
  id: row.id,
  email: row.email,
  fullName: row.profile?.full_name ?? null,
  roles: row.roles.map(({ role }) => (role === 'admin' ? 'ADMIN' : 'USER')),
  mustChangePassword: row.must_change_password,
  entriesPausedAt: row.entries_paused_at,
  createdAt: row.created_at,
});

@ObjectType({ description: 'One attempt to sign in to your account.' })
export class LoginAttempt {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => String, { nullable: true, description: 'Address it came from.' })
  ip!: string | null;

  @Field(() => String, { nullable: true, description: 'The user agent that the browser or program sent.' })
  userAgent!: string | null;

  @Field(() => Boolean, { description: 'Whether the sign-in succeeded.' })
  success!: boolean;

  @Field(() => GraphQLDateTime, { description: 'When it was created.' })
  createdAt!: Date;
}

export const LoginAttemptConnection = connectionType('LoginAttempt', LoginAttempt);

export const toLoginAttempt = (row: LoginRow): LoginAttempt => ({
  id: row.id,
  ip: row.ip,
  userAgent: row.user_agent,
  success: row.success,
  createdAt: row.created_at,
});

@InputType({ description: 'Which attempts to sign in.' })
export class LoginAttemptFilter extends DatesFilter {
  @Field(() => Boolean, { nullable: true, description: 'Only successful or only failed ones.' })
  success?: boolean | null;
}
