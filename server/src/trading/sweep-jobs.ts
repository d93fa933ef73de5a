import type { Context } from '../context.js';
import type { TradeRunner } from './trade-runner.js';

/** A job this old that is still PENDING was forgotten by whoever should have handed it over, or waits for a price. */
const OVERDUE_MS = 2_000;

/**
 * Hands overdue PENDING jobs to this process's runner, straight from MySQL: what Redis forgot, what was committed a
 * moment before a crash, what recovery put back. Those of accounts that may not trade yet would only be in the way.
 * Answers how many the runner took.
 */
export async function sweepJobs(
  ctx: Pick<Context, 'db' | 'clock'>,
  runner: TradeRunner,
  { heldBack = [] }: { heldBack?: readonly number[] } = {},
): Promise<number> {
  const room = runner.room();
  if (room <= 0) return 0;
  const now = ctx.clock.now();
  const others = heldBack.length > 0 ? `AND exchange_account_id NOT IN (${heldBack.map(() => '?').join(', ')})` : '';
  const rows = await ctx.db.query<PendingRow[]>(
    `SELECT id, committed_at, created_at FROM trade_jobs WHERE status = 'PENDING' AND created_at <= ? ${others}
      ORDER BY id LIMIT ?`,
    [new Date(now - OVERDUE_MS), ...heldBack, room],
  );
  return offer(runner, rows, now);
}

/** Hands over what waited for this account: exits and other sells first, then in the order in which they came. */
export async function sweepAccountJobs(
  ctx: Pick<Context, 'db' | 'clock'>,
  runner: TradeRunner,
  accountId: number,
): Promise<number> {
  const rows = await ctx.db.query<PendingRow[]>(
    `SELECT id, committed_at, created_at FROM trade_jobs WHERE status = 'PENDING' AND exchange_account_id = ?
      ORDER BY side = 'SELL' DESC, id LIMIT ?`,
    [accountId, runner.room()],
  );
  return offer(runner, rows, ctx.clock.now());
}

interface PendingRow {
  id: number;
  committed_at: Date | null;
  created_at: Date;
}

function offer(runner: TradeRunner, rows: readonly PendingRow[], now: number): number {
  let taken = 0;
  for (const { id, committed_at, created_at } of rows) {
    if (runner.offer({ jobId: id, committedAt: (committed_at ?? created_at).getTime(), queuedAt: now })) taken++;
  }
  return taken;
}
