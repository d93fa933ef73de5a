import type { Context } from '../context.js';
import { deleteLinks } from './people/user-link.store.js';
import { deleteSessions } from './session.store.js';
import { revokeTokens } from './tokens/api-token.store.js';

/**
 * Ends every way into a user's account: sessions, API tokens and one-time links. Sockets notice it within 5 s. Every
 * change of credentials calls this, so that nothing that was opened with the old ones survives.
 */
export async function endAccess(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  userId: number,
  { keepSession }: { keepSession?: string } = {},
): Promise<{ sessions: number; tokens: number }> {
  const sessions = await deleteSessions(db, userId, keepSession ?? null);
  const tokens = await revokeTokens(db, userId, new Date(clock.now()));
  await deleteLinks(db, userId);
  return { sessions, tokens };
}
