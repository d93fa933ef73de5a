import type { Context } from '../context.js';
import { holdSharedLeases } from '../infra/redis/shared-leases.js';
import { readSyncedAccounts, type SyncedAccount } from './account-sync.store.js';
import { isRemote } from '../exchange/exchange.js';
import { watchAccount, type AccountWatch, type AccountWatchContext } from './watch-account.js';

export interface AccountsWatch {
  /** The accounts that this process watches. */
  watched(): number[];
  stop(): Promise<void>;
}

/**
 * Follows the orders of every account at a real exchange by its user stream. Each account is watched by one of the
 * monitors. New, removed or re-keyed accounts are noticed within seconds, without a restart.
 */
export function watchAccounts(
  ctx: AccountWatchContext & Pick<Context, 'redis'>,
  options: { lease?: { ttlMs: number; everyMs: number }; pollMs?: number } = {},
): AccountsWatch {
  const { lease, ...timing } = options;
  let accounts = new Map<string, SyncedAccount>();
  const watches = new Map<string, AccountWatch>();
  const ending = new Set<Promise<void>>();
  const end = (watch: AccountWatch): void => {
    const stopped = watch.stop().finally(() => ending.delete(stopped));
    ending.add(stopped);
  };
  const readNames = async (): Promise<string[]> => {
    const synced = (await readSyncedAccounts(ctx.db)).filter((account) => {
      const found = ctx.exchanges.forReading(account);
      return found.ok && isRemote(found.exchange);
    });
    accounts = new Map(synced.map((account) => [String(account.id), account]));
    for (const watch of watches.values()) watch.refresh();
    return [...accounts.keys()];
  };
  const leases = holdSharedLeases({
    ...{ redis: ctx.redis, log: ctx.log, room: 'accounts', names: readNames, ...lease },
    onGain(name) {
      const account = accounts.get(name);
      if (account) watches.set(name, watchAccount(ctx, account, timing));
    },
    onLoss(name) {
      const watch = watches.get(name);
      watches.delete(name);
      if (watch) end(watch);
    },
  });
  return {
    watched: () => [...watches.keys()].map(Number),
    async stop() {
      await leases.stop();
      await Promise.all(ending);
    },
  };
}
