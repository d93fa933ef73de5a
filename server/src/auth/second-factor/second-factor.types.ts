import { Field, InputType, Int, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { Rules } from '../../graphql/rules.js';
import { PASSWORD_AGAIN } from '../require-password.js';

export const CODE_TEXT = 'A code of the authenticator app, or a recovery code. Each works once.';
const CODE_MAX = 100;
export const codeRule = z.string().max(CODE_MAX, `code has at most ${CODE_MAX} characters.`);

@ObjectType({ description: 'Your second factor.' })
export class TwoFactor {
  @Field(() => Boolean, { description: 'Whether signing in asks for a code.' })
  isOn!: boolean;

  @Field(() => Int, { description: 'How many recovery codes are left.' })
  recoveryCodesLeft!: number;
}

@InputType({ description: 'Your password.' })
export class BeginTwoFactorInput {
  @Field(() => String, { nullable: true, description: PASSWORD_AGAIN })
  password?: string | null;
}

@InputType({ description: 'A first code of the app.' })
@Rules(z.object({ code: codeRule }))
export class EnableTwoFactorInput {
  @Field(() => String, { description: 'The six digits that the app shows.' })
  code!: string;
}

@InputType({ description: 'Two proofs that it is you.' })
@Rules(z.object({ code: codeRule }))
export class TwoProofsInput {
  @Field(() => String, { nullable: true, description: PASSWORD_AGAIN })
  password?: string | null;

  @Field(() => String, { description: CODE_TEXT })
  code!: string;
}

@ObjectType({ description: 'A secret for an authenticator app. It counts only after enableTwoFactor.' })
export class BeginTwoFactorPayload {
  @Field(() => String, { description: 'The secret, for apps without a camera (base 32).' })
  secret!: string;

  @Field(() => String, { description: 'The otpauth:// address of the QR code.' })
  uri!: string;

  @Field(() => String, { description: 'The QR code as a data URL (SVG).' })
  qrCode!: string;
}

@ObjectType({ description: 'The recovery codes. They are shown only here.' })
export class RecoveryCodesPayload {
  @Field(() => [String], { description: 'Ten codes. Each replaces the app once.' })
  recoveryCodes!: string[];
}

@ObjectType({ description: 'The second factor is on. All other sessions and all tokens were ended.' })
export class EnableTwoFactorPayload extends RecoveryCodesPayload {}

@ObjectType({ description: 'New recovery codes replace the old ones. All other sessions and all tokens were ended.' })
export class ReplaceRecoveryCodesPayload extends RecoveryCodesPayload {}

@ObjectType({ description: 'The second factor is off. All other sessions and all tokens were ended.' })
export class DisableTwoFactorPayload {
  @Field(() => TwoFactor, { description: 'The second factor.' })
  twoFactor!: TwoFactor;
}
