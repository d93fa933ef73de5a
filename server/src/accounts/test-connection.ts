import type { Context } from '../context.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { readRemoteAccount } from './balances.store.js';
import { readPermissions } from './keys/read-permissions.js';
import { syncBalances } from './sync-balances.js';

/**
 * Asks the exchange for the permissions of an account's keys and stores the result. It also reads the balances when the
 * keys permit it. Works while trading with real money is switched off. A fault of the exchange is stored as well.
 * Refusals: ACCOUNT_NOT_FOUND, MODE_MISMATCH for a simulated account, REAL_NOT_AVAILABLE.
 */
export async function testConnection(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'exchanges' | 'live'>,
  ownerUserId: number,
  accountId: number,
): Promise<{ ok: true } | Refusal> {
  const account = await readRemoteAccount(ctx.db, { id: accountId, ownerUserId });
  if (!account) return refuse('ACCOUNT_NOT_FOUND');
  const read = await readPermissions(ctx, account);
  if (!read.ok) return read;
  if (read.result.ok && read.result.canRead) await syncBalances(ctx, account);
  return { ok: true };
}
