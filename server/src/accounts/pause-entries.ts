import type { Context } from '../context.js';

/**
 * Pauses or resumes new entries, of one account or of everything the user has: executors then skip BUY jobs as
 * ENTRIES_PAUSED, while sells and exits go on. Once this has returned no buy is decided any more, because claims hold
 * a share of the same rows to their commit. Pausing twice keeps the first moment. False: there is no such account.
 */
export async function pauseEntries(
  ctx: Pick<Context, 'db' | 'clock'>,
  ownerUserId: number,
  { accountId, isPaused }: { accountId: number | undefined; isPaused: boolean },
): Promise<boolean> {
  const now = isPaused ? new Date(ctx.clock.now()) : null;
  const set = isPaused ? 'entries_paused_at = COALESCE(entries_paused_at, ?)' : 'entries_paused_at = ?';
  if (accountId === undefined) {
    await ctx.db.query(`UPDATE users SET ${set} WHERE id = ?`, [now, ownerUserId]);
    return true;
  }
  const owned = await ctx.db.query<{ id: number }[]>('SELECT id FROM exchange_accounts WHERE id = ? AND user_id = ?', [
    ...[accountId, ownerUserId],
  ]);
  if (owned.length === 0) return false;
  await ctx.db.query(`UPDATE exchange_accounts SET ${set} WHERE id = ?`, [now, accountId]);
  return true;
}
