import type { Context } from '../context.js';
import type { TradeRunner } from './trade-runner.js';

/** A job this old that is still PENDING was forgotten by whoever should have handed it over, or waits for a price. */
const OVERDUE_MS = 2_000;

/**
 * Hands overdue PENDING jobs to this process's runner, straight from MySQL: what Redis forgot, what was committed a
 * moment before a crash, what recovery put back. Answers how many the runner took.
 */
export async function sweepJobs(ctx: Pick<Context, 'db' | 'clock'>, runner: TradeRunner): Promise<number> {
  const room = runner.room();
  if (room <= 0) return 0;
  const now = ctx.clock.now();
  const rows = await ctx.db.query<{ id: number; committed_at: Date | null; created_at: Date }[]>(
    "SELECT id, committed_at, created_at FROM trade_jobs WHERE status = 'PENDING' AND created_at <= ? ORDER BY id LIMIT ?",
    [new Date(now - OVERDUE_MS), room],
  );
  let taken = 0;
  for (const { id, committed_at, created_at } of rows) {
    if (runner.offer({ jobId: id, committedAt: (committed_at ?? created_at).getTime(), queuedAt: now })) taken++;
  }
  return taken;
}
