import type { Context } from '../context.js';
import { isRemote } from '../exchange/exchange.js';
import type { BalanceRefresher } from '../ports.js';
import { readRemoteAccount } from './balances.store.js';
import { syncBalances } from './sync-balances.js';

/** Fills come in bursts, and the exchange updates its balance a moment later. */
const SETTLE_MS = 2_000;

/**
 * Reads the balances of a real account again, two seconds after the last fill of a burst and at most ten seconds after
 * the first. If the process stops before that, the reading every five minutes makes up for it.
 */
export function createBalanceRefresher(
  ctx: Pick<Context, 'db' | 'clock' | 'log' | 'exchanges' | 'live'>,
  { settleMs = SETTLE_MS }: { settleMs?: number } = {},
): BalanceRefresher {
  const waiting = new Map<number, { timer: NodeJS.Timeout; since: number }>();
  const running = new Set<Promise<void>>();
  let isStopped = false;

  const read = async (id: number): Promise<void> => {
    waiting.delete(id);
    try {
      const account = await readRemoteAccount(ctx.db, { id });
      if (account) await syncBalances(ctx, account);
    } catch (err) {
      ctx.log.warn({ err, accountId: id }, 'balances could not be read after a fill');
    }
  };
  return {
    touch(account) {
      const { id } = account;
      if (isStopped) return;
      const found = ctx.exchanges.forReading(account);
      if (!found.ok || !isRemote(found.exchange)) return;
      const earlier = waiting.get(id);
      const since = earlier?.since ?? ctx.clock.now();
      // Continuous fills must not delay the reading forever.
      if (earlier && ctx.clock.now() - since >= 4 * settleMs) return;
      clearTimeout(earlier?.timer);
      const timer = setTimeout(() => {
        const work = read(id).finally(() => running.delete(work));
        running.add(work);
      }, settleMs);
      waiting.set(id, { timer, since });
    },
    async stop() {
      isStopped = true;
      for (const { timer } of waiting.values()) clearTimeout(timer);
      waiting.clear();
      await Promise.all(running);
    },
  };
}
