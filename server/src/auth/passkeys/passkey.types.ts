import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { Rules } from '../../graphql/rules.js';
import { GraphQLDateTime } from '../../graphql/scalars.js';
import { visibleText } from '../../graphql/visible-text.js';
import { User } from '../../users/user.types.js';
import { PASSWORD_AGAIN } from '../require-password.js';
import type { PasskeyRow } from './passkey.store.js';

/** An answer has some kilobytes at most. */
const ANSWER_MAX = 20_000;
export const proofRules = z.object({
  state: z.string().max(ANSWER_MAX, `state has at most ${ANSWER_MAX} characters.`),
  response: z.string().max(ANSWER_MAX, `response has at most ${ANSWER_MAX} characters.`),
});
const name = visibleText('name', 80);
const STATE = 'The `state` of the beginning, unchanged.';
const RESPONSE = 'What the device answered, as JSON: `JSON.stringify(credential.toJSON())`.';

@ObjectType({ description: 'A key of a device (fingerprint, face, PIN or a security key) that signs you in.' })
export class Passkey {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => String, { description: 'Your name for it.' })
  name!: string;

  @Field(() => Boolean, { description: 'Whether the device keeps a copy elsewhere, such as in a cloud account.' })
  isBackedUp!: boolean;

  @Field(() => GraphQLDateTime, { description: 'When it was added.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was last used; null = never.' })
  lastUsedAt!: Date | null;
}

export const toPasskey = ({ id, name: own, isBackedUp, createdAt, lastUsedAt }: PasskeyRow): Passkey => ({
  ...{ id, name: own, isBackedUp, createdAt, lastUsedAt },
});

@InputType({ description: 'The answer of a passkey.' })
@Rules(proofRules)
export class PasskeyProofInput {
  @Field(() => String, { description: STATE })
  state!: string;

  @Field(() => String, { description: RESPONSE })
  response!: string;
}

/** The common answer of the mutations that begin something. */
@ObjectType()
abstract class PasskeyChallengePayload {
  @Field(() => String, {
    description:
      'JSON for the browser: `PublicKeyCredential.parseCreationOptionsFromJSON` or `parseRequestOptionsFromJSON`. It counts for five minutes.',
  })
  options!: string;

  @Field(() => String, { description: 'Send it back unchanged with the answer.' })
  state!: string;
}

@ObjectType({ description: 'What the browser needs to make a passkey.' })
export class BeginPasskeyRegistrationPayload extends PasskeyChallengePayload {}

@ObjectType({ description: 'What the browser needs to ask for a passkey.' })
export class PasskeyOptions extends PasskeyChallengePayload {}

@InputType({ description: 'Your password.' })
export class BeginPasskeyRegistrationInput {
  @Field(() => String, { nullable: true, description: PASSWORD_AGAIN })
  password?: string | null;
}

@InputType({ description: 'A new passkey.' })
@Rules(proofRules.extend({ name }))
export class RegisterPasskeyInput {
  @Field(() => String, { description: 'Your name for it, 1 to 80 characters.' })
  name!: string;

  @Field(() => String, { description: STATE })
  state!: string;

  @Field(() => String, { description: RESPONSE })
  response!: string;
}

@InputType({ description: 'A new name of a passkey.' })
@Rules(z.object({ name }))
export class RenamePasskeyInput {
  @Field(() => ID, { description: 'The passkey.' })
  passkeyId!: string;

  @Field(() => String, { description: 'Its new name, 1 to 80 characters.' })
  name!: string;
}

@InputType({ description: 'A passkey to remove.' })
export class RemovePasskeyInput {
  @Field(() => ID, { description: 'The passkey.' })
  passkeyId!: string;

  @Field(() => String, { nullable: true, description: PASSWORD_AGAIN })
  password?: string | null;
}

/** The common answer of the mutations that change your passkeys. */
@ObjectType()
abstract class PasskeysPayload {
  @Field(() => [Passkey], { description: 'Your passkeys, oldest first.' })
  passkeys!: Passkey[];
}

@ObjectType({ description: 'The passkey was added; all other sessions, tokens and links ended.' })
export class RegisterPasskeyPayload extends PasskeysPayload {}

@ObjectType({ description: 'The passkey has a new name.' })
export class RenamePasskeyPayload extends PasskeysPayload {}

@ObjectType({ description: 'The passkey was removed; all other sessions, tokens and links ended.' })
export class RemovePasskeyPayload extends PasskeysPayload {}

@ObjectType({ description: 'A session was opened. The response sets its cookie.' })
export class SignInWithPasskeyPayload {
  @Field(() => User, { description: 'The user who signed in.' })
  user!: User;
}
