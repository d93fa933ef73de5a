import type { TradeMode } from '../../core/domain.js';
import { add } from '../../infra/metrics/metrics.js';
import { inParallel } from '../../infra/in-parallel.js';
import { withTimeout } from '../../infra/with-timeout.js';
import { bookOutcome } from '../outcome/book-outcome.js';
import { readResting, readStaleRetries, readUnresolved, type OpenOrder } from './open-order.store.js';
import { NOTHING_RECOVERED, recoverAccount, type Recovered } from './recover-account.js';
import type { RecoveryContext } from './recover-order.js';
import { createRecoverer, type Recoverer } from './recoverer.js';

const BOTH_MODES = ['REAL', 'SIMULATION'] as const;
/** Each account has its own connections: a dead one does not delay the others. */
const ACCOUNTS_AT_ONCE = 32;
/** The next sweep waits at most this long for a slow account, whose work continues. */
const ACCOUNT_TIMEOUT_MS = 5_000;
const FOUND = ['booked', 'absent', 'retried', 'failed', 'unreachable'] as const;
/** A job younger than this never counts as waiting too long for its next attempt. */
const STALE_AFTER_MS = 60_000;

/**
 * Looks up the orders that are in flight according to the database: first those with unknown outcomes whose sender has
 * given up, then the resting ones that are due. Jobs that waited too long for their next attempt fail. `limit` bounds
 * each group; the least recently looked up orders come first.
 *
 * Each account is handled separately. When its exchange does not answer, its other orders wait for the next sweep: a
 * dead exchange gets one question at a time, and its recovery is noticed at once. `recoverer` remembers between sweeps
 * which accounts it holds and when an order is due; without one every order is due and no account stays held. Safe to
 * run concurrently.
 */
export async function recoverOrders(
  ctx: RecoveryContext,
  {
    limit,
    tradeModes = BOTH_MODES,
    recoverer: kept,
  }: { limit: number; tradeModes?: readonly TradeMode[]; recoverer?: Recoverer },
): Promise<Recovered> {
  // Two absences are a proof, and each is judged by a freshly read time.
  await ctx.clock.sync?.();
  const recoverer = kept ?? createRecoverer();
  const recovered: Recovered = { ...NOTHING_RECOVERED };
  const query = { now: ctx.clock.now(), limit, tradeModes };
  const unresolved = await readUnresolved(ctx.db, query);
  recoverer.keep(unresolved.map(({ executionId }) => executionId));
  const accounts = byAccount([...unresolved, ...(await readResting(ctx.db, query))]);
  try {
    await inParallel([...accounts.values()], ACCOUNTS_AT_ONCE, async (orders) => {
      const work = recoverAccount(ctx, orders, { recoverer, recovered });
      if (kept) await patiently(ctx, work);
      else await work;
    });
    for (const executionId of await readStaleRetries(ctx.db, { ...query, before: query.now - STALE_AFTER_MS })) {
      const { isBooked } = await bookOutcome(ctx, { executionId, answer: { kind: 'too old' } });
      if (isBooked) recovered.failed++;
    }
  } finally {
    if (!kept) await recoverer.stop(ctx.db);
    else await recoverer.keepAccounts(ctx.db, new Set(unresolved.map(({ account }) => account.id)));
  }
  for (const found of FOUND) add('orders_recovered_total', recovered[found], { found });
  return recovered;
}

function byAccount(orders: readonly OpenOrder[]): Map<number, OpenOrder[]> {
  const accounts = new Map<number, OpenOrder[]>();
  for (const order of orders) accounts.set(order.account.id, [...(accounts.get(order.account.id) ?? []), order]);
  return accounts;
}

/** The next sweep of the other accounts does not wait for a slow one. */
async function patiently(ctx: RecoveryContext, work: Promise<void>): Promise<void> {
  const told = work.catch((err: unknown) => ctx.log.warn({ err }, 'the orders of an account could not be looked up'));
  await withTimeout(told, ACCOUNT_TIMEOUT_MS).catch(() => undefined);
}
