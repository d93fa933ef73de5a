import type { Context } from '../context.js';
import type { OrderSide } from '../core/domain.js';
import type { TradeTicket } from './trade-queue.js';
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
  return rows.filter((row) => runner.offer(ticketOf(row, now))).length;
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
  const rows = await ctx.db.query<PendingRow[]>(
    `SELECT id, committed_at, created_at FROM trade_jobs WHERE status = 'PENDING' AND exchange_account_id = ? AND side = ?
      ORDER BY id LIMIT ?`,
    [accountId, side, room],
  );
  const queuedAt = ctx.clock.now();
  await Promise.allSettled(rows.map((row) => runner.run(ticketOf(row, queuedAt))));
}

interface PendingRow {
  id: number;
  committed_at: Date | null;
  created_at: Date;
}

const ticketOf = ({ id, committed_at, created_at }: PendingRow, queuedAt: number): TradeTicket => ({
  jobId: id,
  committedAt: (committed_at ?? created_at).getTime(),
  queuedAt,
});
