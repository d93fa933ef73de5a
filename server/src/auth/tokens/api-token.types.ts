import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { z } from 'zod';
import { ApiTokenScope, type ApiTokenScopeName } from '../../graphql/enums.js';
import { fromJson } from '../../infra/database/database.js';
import { Rules } from '../../graphql/rules.js';
import { GraphQLDateTime } from '../../graphql/scalars.js';
import { visibleText } from '../../graphql/visible-text.js';
import { PASSWORD_AGAIN } from '../require-password.js';
import { isAddressRange } from './address-list.js';
import type { TokenRow } from './api-token.store.js';

@ObjectType({ description: 'An API token. The token itself is shown only once, when it is created.' })
export class ApiToken {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => String, { description: 'The name its owner gave it.' })
  name!: string;

  @Field(() => String, { description: 'The last four characters of the token.' })
  hint!: string;

  @Field(() => [ApiTokenScope], { description: 'What it may do.' })
  scopes!: ApiTokenScopeName[];

  @Field(() => [String], { description: 'The addresses and CIDR ranges it may be used from; empty = all.' })
  allowedIps!: string[];

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it ends; null = when it is revoked.' })
  expiresAt!: Date | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it was last used, to the minute; null = never.' })
  lastUsedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'The address it was last used from.' })
  lastUsedIp!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it was created.' })
  createdAt!: Date;
}

export const toApiToken = (row: TokenRow): ApiToken => ({
  ...{ id: row.id, name: row.name, hint: row.token_hint },
  scopes: row.scopes.split(',').map((scope) => scope.toUpperCase() as ApiTokenScopeName),
  allowedIps: fromJson<string[]>(row.allowed_ips_json) ?? [],
  ...{ expiresAt: row.expires_at, lastUsedAt: row.last_used_at, lastUsedIp: row.last_used_ip },
  createdAt: row.created_at,
});

const RANGES_MAX = 20;

@InputType({ description: 'A new API token.' })
@Rules(
  z.object({
    name: visibleText('name', 120),
    scopes: z.array(z.string()).min(1, 'scopes must name at least one scope.'),
    allowedIps: z
      .array(z.string().refine(isAddressRange, 'allowedIps takes addresses and CIDR ranges such as 10.0.0.0/8.'))
      .max(RANGES_MAX, `allowedIps has at most ${RANGES_MAX} entries.`)
      .nullish(),
  }),
)
export class CreateApiTokenInput {
  @Field(() => String, { description: 'A name, 1 to 120 characters.' })
  name!: string;

  @Field(() => [ApiTokenScope], { description: 'What it may do.' })
  scopes!: ApiTokenScopeName[];

  @Field(() => [String], {
    nullable: true,
    description: 'The addresses and CIDR ranges it may be used from, at most 20; empty or null = all.',
  })
  allowedIps?: string[] | null;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When it ends; null = when it is revoked.' })
  expiresAt?: Date | null;

  @Field(() => String, { nullable: true, description: PASSWORD_AGAIN })
  password?: string | null;
}

@InputType({ description: 'Which token.' })
export class RevokeApiTokenInput {
  @Field(() => ID, { description: 'The token.' })
  tokenId!: string;
}

@ObjectType({ description: 'The token was created.' })
export class CreateApiTokenPayload {
  @Field(() => ApiToken, { description: 'The token as it is listed.' })
  apiToken!: ApiToken;

  @Field(() => String, {
    description: 'The token itself. Send it as `Authorization: Bearer <token>`. It is shown only here.',
  })
  token!: string;
}

@ObjectType({ description: 'The token was revoked.' })
export class RevokeApiTokenPayload {
  @Field(() => ApiToken, { description: 'The token, which works no more. Its sockets are closed within 5 s.' })
  apiToken!: ApiToken;
}
