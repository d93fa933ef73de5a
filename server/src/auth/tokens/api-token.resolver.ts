import { Arg, Ctx, Mutation, Query, Resolver } from 'type-graphql';
import type { TokenScope } from '../../core/access/decide-access.js';
import { Access, Audit } from '../../graphql/access.js';
import { viewerId, type GraphqlContext } from '../../graphql/context.js';
import { apiError, badInput, notFound } from '../../graphql/errors.js';
import { mustBe } from '../../graphql/owned.js';
import { rowId } from '../../graphql/pages.js';
import { requirePassword } from '../require-password.js';
import { readToken, readTokens, revokeToken } from './api-token.store.js';
import {
  ApiToken,
  CreateApiTokenInput,
  CreateApiTokenPayload,
  RevokeApiTokenInput,
  RevokeApiTokenPayload,
  toApiToken,
} from './api-token.types.js';
import { createApiToken, TOKENS_MAX } from './create-api-token.js';

@Resolver()
export class ApiTokenResolver {
  @Query(() => [ApiToken], { description: 'Your API tokens, newest first, without those that were revoked.' })
  @Access('user')
  async apiTokens(@Ctx() ctx: GraphqlContext): Promise<ApiToken[]> {
    return (await readTokens(ctx.app.db, viewerId(ctx))).map(toApiToken);
  }

  @Mutation(() => CreateApiTokenPayload, {
    description: 'Creates an API token; needs your password. At most 50 at once. A token cannot create another.',
  })
  @Access('user')
  @Audit('api_token')
  async createApiToken(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => CreateApiTokenInput, { description: 'The token.' }) input: CreateApiTokenInput,
  ): Promise<CreateApiTokenPayload> {
    const scopes = input.scopes.map((scope) => scope.toLowerCase() as TokenScope);
    if (scopes.includes('admin') && !ctx.viewer?.roles.includes('admin'))
      throw badInput({ path: 'scopes', message: 'Only administrators may create a token with the scope ADMIN.' });
    const expiresAt = input.expiresAt ?? null;
    if (expiresAt && expiresAt.getTime() <= ctx.app.clock.now())
      throw badInput({ path: 'expiresAt', message: 'expiresAt must be in the future.' });
    await requirePassword(ctx, input.password, 'createApiToken');
    const { name, allowedIps } = input;
    const token = { name: name.trim(), scopes, allowedIps: allowedIps ?? [], expiresAt };
    const created = await createApiToken(ctx.app, viewerId(ctx), token);
    if (!created) throw apiError('CONFLICT', `You have ${TOKENS_MAX} tokens. Revoke one first.`);
    const row = mustBe(await readToken(ctx.app.db, viewerId(ctx), created.tokenId));
    return { apiToken: toApiToken(row), token: created.token };
  }

  @Mutation(() => RevokeApiTokenPayload, { description: 'Revokes one of your API tokens at once and for good.' })
  @Access('user')
  @Audit('api_token')
  async revokeApiToken(
    @Ctx() ctx: GraphqlContext,
    @Arg('input', () => RevokeApiTokenInput, { description: 'Which token.' }) { tokenId }: RevokeApiTokenInput,
  ): Promise<RevokeApiTokenPayload> {
    const id = rowId(tokenId) ?? 0;
    if (!(await revokeToken(ctx.app.db, viewerId(ctx), id, new Date(ctx.app.clock.now())))) throw notFound('API token');
    return { apiToken: toApiToken(mustBe(await readToken(ctx.app.db, viewerId(ctx), id))) };
  }
}
