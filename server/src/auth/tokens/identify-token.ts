import type { Context } from '../../context.js';
import { TOKEN_SCOPES, type TokenScope } from '../../core/access/decide-access.js';
import type { TokenViewer } from '../auth.js';
import { isInAddressList } from './address-list.js';
import { apiTokenHash } from './api-token.js';
import { readTokenUse, writeTokenUse } from './api-token.store.js';

/** The last use is written at most once in this time, so that reads do not become writes. */
const USE_EVERY_MS = 60_000;

const isScope = (text: string): text is TokenScope => text in TOKEN_SCOPES;

/** The viewer of a token that is used from `ip`; null when the token is not valid there. */
export async function identifyToken(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  token: string,
  ip: string | null,
): Promise<TokenViewer | null> {
  const nowMs = clock.now();
  const use = await readTokenUse(db, apiTokenHash(token), nowMs);
  if (!use || (use.allowedIps && !isInAddressList(ip, use.allowedIps))) return null;
  if (!use.lastUsedAt || nowMs - use.lastUsedAt.getTime() >= USE_EVERY_MS)
    await writeTokenUse(db, use.id, { at: new Date(nowMs), ip });
  const { userId, email, roles, mustChangePassword } = use;
  return {
    kind: 'token',
    tokenId: use.id,
    userId,
    email,
    roles,
    mustChangePassword,
    scopes: use.scopes.filter(isScope),
  };
}
