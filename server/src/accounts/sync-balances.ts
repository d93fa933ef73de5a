import type { Context } from '../context.js';
import { ExchangeFault, toExchangeFault } from '../exchange/exchange-fault.js';
import { isRemote } from '../exchange/exchange.js';
import { checkVaultCoverage } from '../vaults/check-vault-coverage.js';
import { arePermissionsDue, readPermissions } from './keys/read-permissions.js';
import { claimDueBalances, writeBalances, writeBalancesFault, type RemoteRef } from './balances.store.js';

export type SyncContext = Pick<Context, 'db' | 'clock' | 'log' | 'exchanges' | 'live'>;

/**
 * SYNCED also when a newer reading was already stored. NOT_REMOTE: the account has no exchange to ask, or asking is not
 * allowed.
 */
export type SyncOutcome = 'SYNCED' | 'NOT_REMOTE' | ExchangeFault;

/**
 * Reads the balances of an account from the exchange and stores them with the time of the request. Then it checks
 * whether the account still covers what the owner's vaults set aside. Never rejects because of the exchange: a fault is
 * a result.
 */
export async function syncBalances(ctx: SyncContext, account: RemoteRef): Promise<SyncOutcome> {
  const found = ctx.exchanges.forReading(account);
  if (!account.hasKeys || !found.ok || !isRemote(found.exchange)) return 'NOT_REMOTE';
  // The time before the request, because the answer may or may not include what happens while it is on the network.
  const readAt = ctx.clock.now();
  const balances = await found.exchange.balances().catch(toExchangeFault);
  if (balances instanceof ExchangeFault) {
    const { code, exchangeCode } = balances;
    ctx.log.warn(
      { accountId: account.id, exchange: account.exchange, code, exchangeCode },
      'balances could not be read',
    );
    await writeBalancesFault(ctx.db, account, code);
    ctx.live.notify(account.userId);
    return balances;
  }
  if (!(await writeBalances(ctx.db, account, { balances, readAt }))) return 'SYNCED';
  await checkVaultCoverage(ctx, account.userId);
  ctx.live.notify(account.userId);
  return 'SYNCED';
}

export const BALANCES_EVERY_MS = 5 * 60_000;
const AT_ONCE = 4;
const ROUND_MAX = 200;

/**
 * Reads the balances of all real accounts that are due, a few at a time. Returns how many were read and how many
 * failed. Once a day it also reads what their keys may do.
 */
export async function syncDueBalances(
  ctx: SyncContext,
  { everyMs = BALANCES_EVERY_MS }: { everyMs?: number } = {},
): Promise<{ synced: number; failed: number }> {
  const now = ctx.clock.now();
  const waiting = await claimDueBalances(ctx.db, { now, before: now - everyMs, limit: ROUND_MAX });
  const counts = { synced: 0, failed: 0 };
  const work = async (): Promise<void> => {
    for (let account = waiting.shift(); account; account = waiting.shift()) {
      try {
        const isSynced = (await syncBalances(ctx, account)) === 'SYNCED';
        counts[isSynced ? 'synced' : 'failed']++;
        if (isSynced && arePermissionsDue(account, now)) await readPermissions(ctx, account);
      } catch (err) {
        counts.failed++;
        ctx.log.error({ err, accountId: account.id }, 'balances could not be written');
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return counts;
}
