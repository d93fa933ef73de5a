import type { OrderSide } from '../../core/domain.js';
import type { Database } from '../../infra/database/database.js';
import type { JobMessage } from '../../ports.js';

type Db = Pick<Database, 'query'>;

/** An unclaimed job; it lacks only the time of its hand-over to be a message to an executor. */
export type PendingJob = Omit<JobMessage, 'queuedAt' | 'address'>;

interface Row {
  id: number;
  is_urgent: number;
  committed_at: Date | null;
  created_at: Date;
}

/** A sell that already has a size, as in `JobMessage.isUrgent`. */
const IS_URGENT = "side = 'SELL' AND admitted_at IS NOT NULL AND base_quantity IS NOT NULL";

const read = async (db: Db, where: string, values: readonly unknown[], limit: number): Promise<PendingJob[]> => {
  const rows = await db.query<Row[]>(
    `SELECT id, committed_at, created_at, ${IS_URGENT} AS is_urgent FROM trade_jobs WHERE status = 'PENDING' AND ${where}
      ORDER BY id LIMIT ?`,
    [...values, limit],
  );
  return rows.map(({ id, is_urgent, committed_at, created_at }) => ({
    ...{ jobId: id, committedAt: (committed_at ?? created_at).getTime() },
    ...(is_urgent && { isUrgent: true }),
  }));
};

/**
 * Jobs that have waited since before `before`, oldest first: urgent sells or the others; no buys of blocked accounts.
 */
export const readOverdueJobs = (
  db: Db,
  {
    before,
    isUrgent,
    blockedAccounts,
    sellsOnly,
    limit,
  }: { before: number; isUrgent: boolean; blockedAccounts: readonly number[]; sellsOnly: boolean; limit: number },
): Promise<PendingJob[]> =>
  read(
    db,
    `created_at <= ? ${sellsOnly ? "AND side = 'SELL'" : ''}
       ${blockedAccounts.length > 0 ? "AND (side = 'SELL' OR exchange_account_id NOT IN (?))" : ''}
       AND ${isUrgent ? IS_URGENT : `NOT (${IS_URGENT})`}`,
    [new Date(before), ...(blockedAccounts.length > 0 ? [blockedAccounts] : [])],
    limit,
  );

/** Urgent sells created between these times (ms since 1970). */
export const readRecentExits = (
  db: Db,
  { from, to, limit }: { from: number; to: number; limit: number },
): Promise<PendingJob[]> =>
  read(db, `${IS_URGENT} AND created_at BETWEEN ? AND ?`, [new Date(from), new Date(to)], limit);

/** The waiting jobs of an account, oldest first. */
export const readPendingOf = (
  db: Db,
  { accountId, side, limit }: { accountId: number; side: OrderSide; limit: number },
): Promise<PendingJob[]> => read(db, 'exchange_account_id = ? AND side = ?', [accountId, side], limit);
