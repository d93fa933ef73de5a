import { setTimeout as delay } from 'node:timers/promises';
import { readUnresolved } from './open-order.store.js';
import { NOTHING_RECOVERED, recoverAccount } from './recover-account.js';
import type { RecoveryContext } from './recover-order.js';
import { createRecoverer } from './recoverer.js';

const LIMIT = 200;
/** How often to read again while another process looks. */
const AGAIN_MS = 250;

/**
 * Looks once for the orders of an account with unknown outcomes. While another process does so, `waits` says whether to
 * wait for it: fills that happened while we were down are booked then. Returns false when another process is working on
 * it or took longer than `patienceMs`; recovery continues. Rejects when the exchange cannot be asked.
 */
export async function lookOnce(
  ctx: RecoveryContext,
  { accountId, timeoutMs, waits }: { accountId: number; timeoutMs: number; waits: boolean },
): Promise<boolean> {
  const until = performance.now() + timeoutMs;
  const recoverer = createRecoverer();
  const late = setTimeout(() => void recoverer.stop(ctx.db), timeoutMs);
  try {
    while (performance.now() < until) {
      const query = { now: ctx.clock.now(), limit: LIMIT, tradeModes: ['REAL', 'SIMULATION'] as const, accountId };
      const orders = await readUnresolved(ctx.db, query);
      if (orders.length === 0) return true;
      const recovered = { ...NOTHING_RECOVERED };
      await recoverAccount(ctx, orders, { recoverer, recovered });
      if (performance.now() >= until) break;
      if (recovered.unreachable > 0)
        throw new Error('the exchange could not be asked for orders with unknown outcomes');
      if (recovered.looked > 0) return true;
      if (!waits) break;
      await delay(AGAIN_MS);
    }
    return false;
  } finally {
    clearTimeout(late);
    await recoverer.stop(ctx.db);
  }
}
