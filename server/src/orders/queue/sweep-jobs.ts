import type { Context } from '../../context.js';
import type { OrderSide } from '../../core/domain.js';
import { readOverdueJobs, readPendingOf, readRecentExits } from './pending-job.store.js';
import type { TradeRunner } from './trade-runner.js';

/** A job that is still PENDING at this age was lost on its way to an executor, or waits for a price. */
const OVERDUE_MS = 2_000;

/**
 * An exit of this age was not taken by any executor; once it is older than `OVERDUE_MS`, the general sweep takes it.
 */
const EXIT_OVERDUE_MS = 200;
const EXIT_AGE_MAX_MS = 6_000;

/** The most urgent sells that a sweep takes, however many other jobs wait. */
const URGENT_MAX = 200;

/**
 * Passes overdue PENDING jobs to this process's runner, straight from MySQL: jobs that Redis lost, that were committed
 * just before a crash, or that recovery put back. Urgent sells go first. Buys of accounts that may not trade yet would
 * only take up room. `sellsOnly`: takes only sells, and only those older than `olderThanMs`. Returns how many jobs the
 * runner took.
 */
export async function sweepJobs(
  ctx: Pick<Context, 'db' | 'clock'>,
  runner: TradeRunner,
  {
    blockedAccounts = [],
    sellsOnly,
  }: { blockedAccounts?: readonly number[]; sellsOnly?: { olderThanMs: number } } = {},
): Promise<number> {
  const queuedAt = ctx.clock.now();
  const before = queuedAt - Math.max(OVERDUE_MS, sellsOnly?.olderThanMs ?? 0);
  const take = async (isUrgent: boolean, limit: number): Promise<number> => {
    if (limit <= 0) return 0;
    const which = { before, isUrgent, blockedAccounts, sellsOnly: !!sellsOnly, limit };
    const jobs = await readOverdueJobs(ctx.db, which);
    return jobs.filter((job) => runner.offer({ ...job, queuedAt })).length;
  };
  const urgent = await take(true, URGENT_MAX);
  return urgent + (await take(false, runner.room()));
}

/**
 * The same for only the urgent sells of the last seconds, at least twice a second: we cannot know whether Redis lost
 * one or hangs, and an exit must not wait for the general sweep. Returns how many were new to the runner.
 */
export async function sweepExits(
  ctx: Pick<Context, 'db' | 'clock'>,
  runner: Pick<TradeRunner, 'offer'>,
  { olderThanMs = EXIT_OVERDUE_MS }: { olderThanMs?: number } = {},
): Promise<number> {
  const queuedAt = ctx.clock.now();
  const range = { from: queuedAt - EXIT_AGE_MAX_MS, to: queuedAt - olderThanMs, limit: URGENT_MAX };
  const jobs = await readRecentExits(ctx.db, range);
  return jobs.filter((job) => runner.offer({ ...job, queuedAt })).length;
}

/** Runs the waiting jobs of this account, oldest first, while there is room; the sweep finds the rest. */
export async function runWaitingJobs(
  ctx: Pick<Context, 'db' | 'clock'>,
  runner: TradeRunner,
  { accountId, side }: { accountId: number; side: OrderSide },
): Promise<void> {
  // Negative when more jobs came than requested: through the queue, or for other accounts that just opened.
  const room = runner.room();
  if (room <= 0) return;
  const jobs = await readPendingOf(ctx.db, { accountId, side, limit: room });
  const queuedAt = ctx.clock.now();
  await Promise.allSettled(jobs.map((job) => runner.run({ ...job, queuedAt })));
}
