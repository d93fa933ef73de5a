import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { pauseUser } from '../users/user.store.js';
import { readAccountsById } from './account.store.js';
import { pauseAccount } from './account-writes.store.js';

/**
 * Pauses or resumes new entries of one account or of all the user's accounts. While paused, executors skip BUY jobs as
 * ENTRIES_PAUSED; sells and exits continue. After this returns, no more buys are decided, because claims hold a shared
 * lock on the same rows until their commit. Pausing twice keeps the first time. Refusals: ACCOUNT_NOT_FOUND, and
 * KEY_MAY_WITHDRAW when the pause ends only by another key or by accepting this one.
 */
export async function pauseEntries(
  ctx: Pick<Context, 'db' | 'clock'>,
  ownerUserId: number,
  { accountId, isPaused }: { accountId: number | undefined; isPaused: boolean },
): Promise<{ ok: true } | Refusal> {
  const at = isPaused ? new Date(ctx.clock.now()) : null;
  if (accountId === undefined) {
    await pauseUser(ctx.db, ownerUserId, at);
    return { ok: true };
  }
  if (await pauseAccount(ctx.db, { id: accountId, ownerUserId, at })) return { ok: true };
  const [own] = await readAccountsById(ctx.db, ownerUserId, [accountId]);
  return refuse(own ? 'KEY_MAY_WITHDRAW' : 'ACCOUNT_NOT_FOUND');
}
