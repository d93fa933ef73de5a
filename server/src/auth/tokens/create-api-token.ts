import type { Context } from '../../context.js';
import type { TokenScope } from '../../core/access/decide-access.js';
import { apiTokenHash, apiTokenHint, newApiToken } from './api-token.js';
import { insertToken } from './api-token.store.js';

/** Usable tokens that a user may have at once. */
export const TOKENS_MAX = 50;

/** Creates a token. The text is returned here and never again, because only its hash is stored. Null = too many. */
export async function createApiToken(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  userId: number,
  input: { name: string; scopes: readonly TokenScope[]; allowedIps: readonly string[]; expiresAt: Date | null },
): Promise<{ tokenId: number; token: string } | null> {
  const token = newApiToken();
  const tokenId = await insertToken(
    db,
    userId,
    {
      ...{ name: input.name, hash: apiTokenHash(token), hint: apiTokenHint(token) },
      ...{ scopes: [...new Set(input.scopes)], expiresAt: input.expiresAt },
      allowedIps: input.allowedIps.length > 0 ? input.allowedIps : null,
    },
    { now: new Date(clock.now()), max: TOKENS_MAX },
  );
  return tokenId === undefined ? null : { tokenId, token };
}
