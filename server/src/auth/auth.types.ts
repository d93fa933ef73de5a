import { Field, InputType, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { Rules } from '../graphql/rules.js';
import { User } from '../users/user.types.js';
import { PASSWORD_MAX, PASSWORD_MIN } from './password.js';

// No hint on the shape of an address or a password here: a wrong one is simply a wrong sign-in.
@InputType({ description: 'Who signs in.' })
@Rules(
  z.object({
    email: z.string().max(190, 'email has at most 190 characters.'),
    password: z.string().max(PASSWORD_MAX, `password has at most ${PASSWORD_MAX} characters.`),
  }),
)
export class SignInInput {
  @Field(() => String, { description: 'Your address.' })
  email!: string;

  @Field(() => String, { description: 'Your password.' })
  password!: string;
}

@InputType({ description: 'A change of password.' })
@Rules(
  z.object({
    currentPassword: z.string().max(PASSWORD_MAX, `currentPassword has at most ${PASSWORD_MAX} characters.`),
    newPassword: z
      .string()
      .min(PASSWORD_MIN, `newPassword must have at least ${PASSWORD_MIN} characters.`)
      .max(PASSWORD_MAX, `newPassword must have at most ${PASSWORD_MAX} characters.`),
  }),
)
export class ChangePasswordInput {
  @Field(() => String, { description: 'The password you have now.' })
  currentPassword!: string;

  @Field(() => String, { description: `The one you want, ${PASSWORD_MIN} to ${PASSWORD_MAX} characters.` })
  newPassword!: string;
}

@ObjectType({ description: 'A session was opened; the cookie of the answer carries it.' })
export class SignInPayload {
  @Field(() => User, { description: 'Who signed in.' })
  user!: User;
}

@ObjectType({ description: 'Nobody is signed in any more.' })
export class SignOutPayload {
  @Field(() => Boolean, { description: 'Whether there was a session to end.' })
  hadSession!: boolean;
}

@ObjectType({ description: 'The new password counts; all other sessions are over.' })
export class ChangePasswordPayload {
  @Field(() => User, { description: 'You.' })
  user!: User;
}
