import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { readPhone } from '../core/phone.js';
import { UserRole, type UserRoleName } from '../graphql/enums.js';
import { DatesFilter } from '../graphql/list-filter.js';
import { connectionType } from '../graphql/pages.js';
import { Rules } from '../graphql/rules.js';
import { GraphQLDateTime } from '../graphql/scalars.js';
import { visibleText } from '../graphql/visible-text.js';
import type { LoginRow, UserRow } from './user.store.js';

@ObjectType({ description: 'A person who may sign in.' })
export class User {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => String, { description: 'E-mail address used to sign in.' })
  email!: string;

  @Field(() => String, { nullable: true, description: 'The display name.' })
  fullName!: string | null;

  @Field(() => String, { nullable: true, description: 'The phone number, with its country code: `+5511987654321`.' })
  phone!: string | null;

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
  phone: row.profile?.phone ?? null,
  roles: row.roles.map(({ role }) => (role === 'admin' ? 'ADMIN' : 'USER')),
  mustChangePassword: row.must_change_password,
  entriesPausedAt: row.entries_paused_at,
  createdAt: row.created_at,
});

const phoneNumber = z
  .string()
  .refine(
    (text) => readPhone(text) !== undefined,
    'phone must be + and 7 to 15 digits, the country code first: +55 11 98765-4321.',
  );

@InputType({ description: 'What you say about yourself. Fields that are left out keep their value, null removes it.' })
@Rules(z.object({ fullName: visibleText('fullName', 190).nullish(), phone: phoneNumber.nullish() }))
export class UpdateProfileInput {
  @Field(() => String, { nullable: true, description: 'The display name, at most 190 characters.' })
  fullName?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The phone number with its country code, as `+55 11 98765-4321`. Nothing is sent to it.',
  })
  phone?: string | null;
}

@ObjectType({ description: 'The changed user.' })
export class UpdateProfilePayload {
  @Field(() => User, { description: 'You, after the change.' })
  user!: User;
}

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
