import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { UserRole, type UserRoleName } from '../../graphql/enums.js';
import { connectionType } from '../../graphql/pages.js';
import { Rules } from '../../graphql/rules.js';
import { GraphQLDateTime } from '../../graphql/scalars.js';
import { visibleText } from '../../graphql/visible-text.js';
import type { PersonRow } from '../../users/user-admin.store.js';
import { PASSWORD_MAX, PASSWORD_MIN } from '../password.js';
import { PASSWORD_AGAIN } from '../require-password.js';

@ObjectType({ description: 'A user as administrators see them: nothing of their trading, and no secret.' })
export class Person {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => String, { description: 'E-mail address used to sign in.' })
  email!: string;

  @Field(() => String, { nullable: true, description: 'The display name.' })
  fullName!: string | null;

  @Field(() => [UserRole], { description: 'What the user may do.' })
  roles!: UserRoleName[];

  @Field(() => Boolean, { description: 'Whether the user may sign in.' })
  isActive!: boolean;

  @Field(() => Boolean, { description: 'Whether the password must be changed before anything else.' })
  mustChangePassword!: boolean;

  @Field(() => Boolean, { description: 'Whether signing in asks for a code of an authenticator app.' })
  hasTwoFactor!: boolean;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When the user last signed in; null = never.' })
  lastSignInAt!: Date | null;

  @Field(() => GraphQLDateTime, { description: 'When the user was created.' })
  createdAt!: Date;
}

export const toPerson = (row: PersonRow): Person => ({
  ...{ id: row.id, email: row.email, fullName: row.profile?.full_name ?? null },
  roles: row.roles.map(({ role }) => (role === 'admin' ? 'ADMIN' : 'USER')),
  ...{ isActive: row.is_active, mustChangePassword: row.must_change_password },
  hasTwoFactor: row.profile?.twofa_enabled ?? false,
  ...{ lastSignInAt: row.login_history[0]?.created_at ?? null, createdAt: row.created_at },
});

export const PersonConnection = connectionType('Person', Person);

const person = {
  email: z.email('email must be an e-mail address.').max(190, 'email has at most 190 characters.'),
  fullName: visibleText('fullName', 190, 0).nullish(),
  roles: z.array(z.string()).min(1, 'roles must name at least one role.'),
};
export const newPassword = (name: string) =>
  z
    .string()
    .min(PASSWORD_MIN, `${name} must have at least ${PASSWORD_MIN} characters.`)
    .max(PASSWORD_MAX, `${name} must have at most ${PASSWORD_MAX} characters.`);

@InputType({ description: 'A person to invite.' })
@Rules(z.object(person))
export class InviteUserInput {
  @Field(() => String, { description: 'The e-mail address with which that person will sign in.' })
  email!: string;

  @Field(() => String, { nullable: true, description: 'The display name.' })
  fullName?: string | null;

  @Field(() => [UserRole], { description: 'What that person may do.' })
  roles!: UserRoleName[];

  @Field(() => String, { nullable: true, description: PASSWORD_AGAIN })
  password?: string | null;
}

@InputType({ description: 'A new user with a first password.' })
@Rules(z.object({ ...person, initialPassword: newPassword('initialPassword') }))
export class CreateUserInput extends InviteUserInput {
  @Field(() => String, { description: `The first password, ${PASSWORD_MIN} to ${PASSWORD_MAX} characters.` })
  initialPassword!: string;
}

@InputType({ description: 'Which user.' })
export class UserIdInput {
  @Field(() => ID, { description: 'The user.' })
  userId!: string;
}

@InputType({ description: 'Which user, and your password.' })
export class ProvenUserIdInput extends UserIdInput {
  @Field(() => String, { nullable: true, description: PASSWORD_AGAIN })
  password?: string | null;
}

@InputType({ description: 'New roles of a user.' })
@Rules(z.object({ roles: person.roles }))
export class SetUserRolesInput extends ProvenUserIdInput {
  @Field(() => [UserRole], { description: 'What the user may do from now on.' })
  roles!: UserRoleName[];
}

@InputType({ description: 'A new password, set with a one-time link.' })
@Rules(
  z.object({
    token: z.string().max(200, 'token has at most 200 characters.'),
    newPassword: newPassword('newPassword'),
  }),
)
export class SetPasswordWithLinkInput {
  @Field(() => String, { description: 'The part of the link after the #.' })
  token!: string;

  @Field(() => String, { description: `The new password, ${PASSWORD_MIN} to ${PASSWORD_MAX} characters.` })
  newPassword!: string;
}

const payload = (name: string, description: string) => {
  @ObjectType(name, { description })
  class Payload {
    @Field(() => Person, { description: 'The user.' })
    user!: Person;
  }
  return Payload;
};
export interface PersonPayload {
  user: Person;
}
export const CreateUserPayload = payload('CreateUserPayload', 'The user was created.');
export const DeactivateUserPayload = payload('DeactivateUserPayload', 'The user was switched off.');
export const ActivateUserPayload = payload('ActivateUserPayload', 'The user was switched on.');
export const SetUserRolesPayload = payload('SetUserRolesPayload', 'The roles were replaced.');
export const ResetUserTwoFactorPayload = payload('ResetUserTwoFactorPayload', 'The second factor of the user is off.');
export const RequirePasswordChangePayload = payload(
  'RequirePasswordChangePayload',
  'The user must change the password before anything else.',
);

@ObjectType({ description: 'A one-time link was created.' })
export class UserLinkPayload {
  @Field(() => Person, { description: 'The user.' })
  user!: Person;

  @Field(() => String, {
    description:
      'The address with which that person sets a password, once. It is shown only here: hand it over yourself.',
  })
  link!: string;

  @Field(() => GraphQLDateTime, { description: 'When the link ends.' })
  expiresAt!: Date;
}

@ObjectType({ description: 'The user was invited.' })
export class InviteUserPayload extends UserLinkPayload {}

@ObjectType({ description: 'A link for a new password was created. The old password works until it is used.' })
export class CreatePasswordResetLinkPayload extends UserLinkPayload {}

@ObjectType({ description: 'All access of the user was ended.' })
export class RevokeUserAccessPayload {
  @Field(() => Person, { description: 'The user.' })
  user!: Person;

  @Field(() => Int, { description: 'How many sessions were ended. Their sockets are closed within 5 s.' })
  sessions!: number;

  @Field(() => Int, { description: 'How many API tokens were revoked.' })
  tokens!: number;
}

@ObjectType({ description: 'The password was set. Sign in with it.' })
export class SetPasswordWithLinkPayload {
  @Field(() => String, { description: 'The e-mail address to sign in with.' })
  email!: string;
}
