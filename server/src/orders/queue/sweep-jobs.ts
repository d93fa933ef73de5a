import type { Context } from '../../context.js';
import type { OrderSide } from '../../core/domain.js';
import type { JobMessage } from '../../ports.js';
import type { TradeRunner } from './trade-runner.js';

/** A job this old that is still PENDING was forgotten by whoever should have handed it over, or waits for a price. */
const OVERDUE_MS = 2_000;

/** An exit that is this old was not taken by whoever was told; older than the second, the sweep of all jobs has it. */
const EXIT_OVERDUE_MS = 200;
const EXIT_AGE_MAX_MS = 6_000;

/** Sells that a sweep takes however many other jobs wait. */
const URGENT_MAX = 200;
/** A sell whose size stands, as `JobMessage.isUrgent` means it. */
const IS_URGENT = "side = 'SELL' AND admitted_at IS NOT NULL AND base_quantity IS NOT NULL";

/**
 * Hands overdue PENDING jobs to this process's runner, straight from MySQL: what Redis forgot, what was committed a
 * moment before a crash, what recovery put back; urgent sells first. Buys of accounts that may not trade yet would only be in the way.
 * `sellsOnly`: no others, and none younger. Answers how many the runner took.
 */
export async function sweepJobs(
  ctx: Pick<Context, 'db' | 'clock'>,
  runner: TradeRunner,
  { blockedAccounts = [], sellsOnly }: { blockedAccounts?: readonly number[]; sellsOnly?: { olderThanMs: number } } = {},
): Promise<number> {
  const now = ctx.clock.now();
  const overdueMs = Math.max(OVERDUE_MS, sellsOnly?.olderThanMs ?? 0);
  const sides = sellsOnly ? "AND side = 'SELL'" : '';
  const others =
    blockedAccounts.length > 0
      ? `AND (side = 'SELL' OR exchange_account_id NOT IN (${blockedAccounts.map(() => '?').join(', ')}))`
      : '';
  const take = async (which: string, limit: number): Promise<number> => {
    if (limit <= 0) return 0;
    const rows = await ctx.db.query<PendingRow[]>(
      `SELECT ${PENDING_COLUMNS} FROM trade_jobs WHERE status = 'PENDING' AND created_at <= ? ${sides} ${others} ${which}
        ORDER BY id LIMIT ?`,
      [new Date(now - overdueMs), ...blockedAccounts, limit],
    );
    return rows.filter((row) => runner.offer(ticketOf(row, now))).length;
  };
  const urgent = await take(`AND ${IS_URGENT}`, URGENT_MAX);
  return urgent + (await take(`AND NOT (${IS_URGENT})`, runner.room()));
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
  const now = ctx.clock.now();
  const rows = await ctx.db.query<PendingRow[]>(
    `SELECT ${PENDING_COLUMNS} FROM trade_jobs WHERE status = 'PENDING' AND ${IS_URGENT} AND created_at BETWEEN ? AND ?
      ORDER BY id LIMIT ?`,
    [new Date(now - EXIT_AGE_MAX_MS), new Date(now - olderThanMs), URGENT_MAX],
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
    `SELECT ${PENDING_COLUMNS} FROM trade_jobs WHERE status = 'PENDING' AND exchange_account_id = ? AND side = ?
      ORDER BY id LIMIT ?`,
    [accountId, side, room],
  );
  const queuedAt = ctx.clock.now();
  await Promise.allSettled(rows.map((row) => runner.run(ticketOf(row, queuedAt))));
}

const PENDING_COLUMNS = `id, committed_at, created_at, ${IS_URGENT} AS is_urgent`;
interface PendingRow {
  id: number;
  is_urgent: number;
  committed_at: Date | null;
  created_at: Date;
}

const ticketOf = ({ id, is_urgent, committed_at, created_at }: PendingRow, queuedAt: number): JobMessage => ({
  jobId: id,
  committedAt: (committed_at ?? created_at).getTime(),
  queuedAt,
  ...(is_urgent && { isUrgent: true }),
});
