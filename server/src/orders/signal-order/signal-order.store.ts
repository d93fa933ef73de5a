import type { OrderSide } from '../../core/domain.js';
import type { Close, EarlierBuy, LiveStatus } from '../../core/plan/signal-order.js';
import type { Batch } from '../../infra/database/database.js';

type Row = Record<string, unknown>;

/** The columns of a claimed job about the order of signals. */
export interface Waiting {
  /** The job it waits for, or waited for last. */
  waitsForJobId: number | null;
  /** ms since 1970; null when it never waited. */
  waitingSince: number | null;
  /** Set when the job is the rest of a close: it sells what this one buy bought. */
  closesJobId: number | null;
}

/** The earlier and later jobs of the other side, for the same account and symbol. */
export interface Around {
  /** SELL: earlier buys that have not ended. */
  earlierBuys: EarlierBuy[];
  /** BUY: earlier closes that have neither ended nor rest in the order book, and all later closes. */
  earlierCloses: { jobId: number }[];
  laterCloses: Close[];
}

const INDEX = 'FORCE INDEX (trade_jobs_exchange_account_id_symbol_side_status_id_idx)';
const LIVE = "('PENDING', 'EXECUTING', 'PENDING_LIMIT', 'PARTIALLY_FILLED')";
/** Sells of a signal, without rests of closes: a rest concerns one earlier buy and no later job. */
const IS_CLOSE = "origin = 'WEBHOOK' AND closes_job_id IS NULL";
/** Refused before it was executed. */
const WAS_REFUSED =
  "reason_code IN ('STALE_SIGNAL', 'ACCOUNT_INACTIVE', 'MODE_MISMATCH', 'REAL_NOT_AVAILABLE', 'TRADING_HALTED')";

/**
 * Reads the earlier and later jobs of jobs of one symbol and side, without locks. A claim runs it after the lock of the
 * parameters, which claims of both sides take: of two concurrent claims, the later one sees the decision of the earlier
 * one. After that, a job only moves towards its end.
 */
export function addAroundRead(
  batch: Batch,
  { accountIds, symbol, side }: { accountIds: readonly number[]; symbol: string; side: OrderSide },
  jobIds: readonly number[],
): (results: unknown[]) => (job: { accountId: number; jobId: number }) => Around {
  const at = batch.size;
  const [first, last] = [Math.min(...jobIds), Math.max(...jobIds)];
  if (side === 'SELL') {
    batch.add(
      `SELECT id, exchange_account_id, status, admitted_at IS NOT NULL AS was_tried FROM trade_jobs ${INDEX}
       WHERE exchange_account_id IN (?) AND symbol = ? AND side = 'BUY' AND status IN ${LIVE} AND id < ?`,
      [accountIds, symbol, last],
    );
  } else {
    batch.add(
      `SELECT id, exchange_account_id, status, claimed_at IS NOT NULL AS was_claimed, waiting_since FROM trade_jobs ${INDEX}
       WHERE exchange_account_id IN (?) AND symbol = ? AND side = 'SELL' AND status IN ('PENDING', 'EXECUTING') AND id < ?
         AND ${IS_CLOSE}
       UNION
       SELECT id, exchange_account_id, status, claimed_at IS NOT NULL AS was_claimed, waiting_since FROM trade_jobs ${INDEX}
       WHERE exchange_account_id IN (?) AND symbol = ? AND side = 'SELL' AND id > ? AND ${IS_CLOSE}
         AND status IN ('PENDING', 'EXECUTING', 'PENDING_LIMIT', 'PARTIALLY_FILLED', 'FILLED', 'CANCELED', 'FAILED', 'SKIPPED')
         AND (status = 'PENDING' OR claimed_at IS NOT NULL) AND NOT (status = 'SKIPPED' AND ${WAS_REFUSED})`,
      [...[accountIds, symbol, last], ...[accountIds, symbol, first]],
    );
  }
  return (results) => {
    const rows = results[at] as Row[];
    return ({ accountId, jobId }) => {
      const mine = rows.filter((row) => row.exchange_account_id === accountId);
      const before = mine.filter((row) => Number(row.id) < jobId);
      if (side === 'SELL') return { earlierBuys: before.map(toBuy), earlierCloses: [], laterCloses: [] };
      return {
        earlierBuys: [],
        earlierCloses: before.filter(isOnItsWay).map((row) => ({ jobId: Number(row.id) })),
        laterCloses: mine.filter((row) => Number(row.id) > jobId).map(toClose),
      };
    };
  };
}

const isOnItsWay = ({ status }: Row): boolean => status === 'PENDING' || status === 'EXECUTING';

const toBuy = (row: Row): EarlierBuy => ({
  jobId: Number(row.id),
  status: String(row.status) as LiveStatus,
  wasTried: Boolean(row.was_tried),
});

const toClose = (row: Row): Close => ({
  jobId: Number(row.id),
  isDecided: row.status !== 'PENDING' || Boolean(row.was_claimed),
  waitingSince: row.waiting_since === null ? null : (row.waiting_since as Date).getTime(),
});

export const toWaiting = (row: Row): Waiting => ({
  waitsForJobId: row.waits_for_job_id === null ? null : Number(row.waits_for_job_id),
  waitingSince: row.waiting_since === null ? null : (row.waiting_since as Date).getTime(),
  closesJobId: row.closes_job_id === null ? null : Number(row.closes_job_id),
});
export const WAITING_COLUMNS = 'waits_for_job_id, waiting_since, closes_job_id';
