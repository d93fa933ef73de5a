import { Field, InputType, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { newPassword } from '../auth/people/people.types.js';
import { PASSWORD_MAX, PASSWORD_MIN } from '../auth/password.js';
import { codeRule } from '../auth/second-factor/second-factor.types.js';
import { Backup } from '../backup/backup.types.js';
import { Rules } from '../graphql/rules.js';
import { GraphQLDateTime } from '../graphql/scalars.js';
import { User } from '../users/user.types.js';

const setupCode = z.string().max(100, 'setupCode has at most 100 characters.');
const email = z.email('email must be an e-mail address.').max(190, 'email has at most 190 characters.');
const SETUP_CODE = 'The one-time code that the program wrote into its log.';

@ObjectType({ description: 'Whether this installation waits for its first administrator.' })
export class Setup {
  @Field(() => Boolean, { description: 'Whether there is no user yet.' })
  isNeeded!: boolean;
}

@InputType({ description: 'The set-up code.' })
@Rules(z.object({ setupCode }))
export class CheckSetupCodeInput {
  @Field(() => String, { description: SETUP_CODE })
  setupCode!: string;
}

@ObjectType({ description: 'The code is right. It is not used up yet.' })
export class CheckSetupCodePayload {
  @Field(() => GraphQLDateTime, { description: 'Until when the code can be used.' })
  expiresAt!: Date;

  @Field(() => [Backup], {
    description:
      'The backups in BACKUP_DIR, newest first. They are restored with a command, while the program is stopped.',
  })
  backups!: Backup[];
}

@InputType({ description: 'Who will be the first administrator.' })
@Rules(z.object({ setupCode, email }))
export class BeginSetupInput extends CheckSetupCodeInput {
  @Field(() => String, { description: 'The e-mail address to sign in with.' })
  email!: string;
}

@ObjectType({ description: 'A secret for an authenticator app. It is the same until the set-up is done.' })
export class BeginSetupPayload {
  @Field(() => String, { description: 'The secret, for apps without a camera (base 32).' })
  secret!: string;

  @Field(() => String, { description: 'The otpauth:// address of the QR code.' })
  uri!: string;

  @Field(() => String, { description: 'The QR code as a data URL (SVG).' })
  qrCode!: string;
}

@InputType({ description: 'The first administrator.' })
@Rules(
  z.object({
    ...{ setupCode, email, password: newPassword('password'), code: codeRule },
    fullName: z
      .string()
      .max(190, 'fullName has at most 190 characters.')
      .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]*$/u, 'fullName must not contain control or direction characters.')
      .nullish(),
  }),
)
export class CompleteSetupInput extends BeginSetupInput {
  @Field(() => String, { description: `The password, ${PASSWORD_MIN} to ${PASSWORD_MAX} characters.` })
  password!: string;

  @Field(() => String, { description: 'The six digits that the authenticator app shows.' })
  code!: string;

  @Field(() => String, { nullable: true, description: 'The display name.' })
  fullName?: string | null;
}

@ObjectType({ description: 'The first administrator was made and is signed in.' })
export class CompleteSetupPayload {
  @Field(() => User, { description: 'The administrator.' })
  user!: User;

  @Field(() => [String], { description: 'Ten recovery codes, shown only here. Each replaces the app once.' })
  recoveryCodes!: string[];
}
