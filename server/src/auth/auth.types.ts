import { Field, InputType, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { Rules } from '../graphql/rules.js';
import { GraphQLDateTime } from '../graphql/scalars.js';
import { User } from '../users/user.types.js';
import { PASSWORD_MAX, PASSWORD_MIN } from './password.js';
import { PasskeyProofInput, proofRules } from './passkeys/passkey.types.js';
import { CODE_TEXT, codeRule } from './second-factor/second-factor.types.js';

// The form of an address or a password is not checked here: a wrong one is simply a failed sign-in.
@InputType({ description: 'The e-mail address and the password.' })
@Rules(
  z.object({
    email: z.string().max(190, 'email has at most 190 characters.'),
    password: z.string().max(PASSWORD_MAX, `password must have at most ${PASSWORD_MAX} characters.`),
    code: codeRule.nullish(),
    passkey: proofRules.nullish(),
  }),
)
export class SignInInput {
  @Field(() => String, { description: 'Your e-mail address.' })
  email!: string;

  @Field(() => String, { description: 'Your password.' })
  password!: string;

  @Field(() => String, {
    nullable: true,
    description: `When the second factor is on, after SECOND_FACTOR_REQUIRED: ${CODE_TEXT}`,
  })
  code?: string | null;

  @Field(() => PasskeyProofInput, {
    nullable: true,
    description: 'Instead of the code: the answer of one of your passkeys to passkeySignInOptions.',
  })
  passkey?: PasskeyProofInput | null;
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
  @Field(() => String, { description: 'Your current password.' })
  currentPassword!: string;

  @Field(() => String, { description: `The new password, ${PASSWORD_MIN} to ${PASSWORD_MAX} characters.` })
  newPassword!: string;
}

@InputType({ description: 'A proof that it is you.' })
@Rules(
  z.object({
    password: z.string().max(PASSWORD_MAX, `password must have at most ${PASSWORD_MAX} characters.`).nullish(),
    code: codeRule.nullish(),
    passkey: proofRules.nullish(),
  }),
)
export class StepUpInput {
  @Field(() => String, { nullable: true, description: 'Your password. Wrong ones count as failed sign-ins.' })
  password?: string | null;

  @Field(() => String, { nullable: true, description: `Instead of the password: ${CODE_TEXT}` })
  code?: string | null;

  @Field(() => PasskeyProofInput, {
    nullable: true,
    description: 'Instead of both: the answer of one of your passkeys to passkeyProofOptions.',
  })
  passkey?: PasskeyProofInput | null;
}

@ObjectType({ description: 'The proof was accepted.' })
export class StepUpPayload {
  @Field(() => GraphQLDateTime, { description: 'How long this session needs no further proof.' })
  validUntil!: Date;
}

@ObjectType({ description: 'A session was opened. The response sets its cookie.' })
export class SignInPayload {
  @Field(() => User, { description: 'The user who signed in.' })
  user!: User;
}

@ObjectType({ description: 'The session has ended.' })
export class SignOutPayload {
  @Field(() => Boolean, { description: 'Whether there was a session to end.' })
  hadSession!: boolean;
}

@ObjectType({ description: 'The password was changed; all other sessions were ended.' })
export class ChangePasswordPayload {
  @Field(() => User, { description: 'The signed-in user.' })
  user!: User;
}
