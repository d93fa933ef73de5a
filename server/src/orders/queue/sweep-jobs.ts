import type { Context } from '../../context.js';
import type { OrderSide } from '../../core/domain.js';
import { readOverdueJobs, readPendingOf, readRecentExits } from './pending-job.store.js';
import type { TradeRunner } from './trade-runner.js';

/** A job this old that is still PENDING was forgotten by whoever should have handed it over, or waits for a price. */
const OVERDUE_MS = 2_000;

/** An exit that is this old was not taken by whoever was told; older than the second, the sweep of all jobs has it. */
const EXIT_OVERDUE_MS = 200;
const EXIT_AGE_MAX_MS = 6_000;

/** Sells that a sweep takes however many other jobs wait. */
const URGENT_MAX = 200;

/**
 * Hands overdue PENDING jobs to this process's runner, straight from MySQL: what Redis forgot, what was committed a
 * moment before a crash, what recovery put back; urgent sells first. Buys of accounts that may not trade yet would only be in the way.
 * `sellsOnly`: no others, and none younger. Answers how many the runner took.
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
 * The same for the urgent sells of the last seconds alone, which is asked twice a second and more: whether Redis forgot one,
 * hangs, or never heard of it is known to nobody, and an exit must not wait for the sweep of all. Answers how many were new
 * to the runner.
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

/** Runs what waited for this account, in the order in which it came, as far as there is room; the sweep finds the rest. */
export async function runWaitingJobs(
  ctx: Pick<Context, 'db' | 'clock'>,
  runner: TradeRunner,
  { accountId, side }: { accountId: number; side: OrderSide },
): Promise<void> {
  // Below nothing when more came than was asked for: through the queue, or for other accounts that opened just now.
  const room = runner.room();
  if (room <= 0) return;
  const jobs = await readPendingOf(ctx.db, { accountId, side, limit: room });
  const queuedAt = ctx.clock.now();
  await Promise.allSettled(jobs.map((job) => runner.run({ ...job, queuedAt })));
}
