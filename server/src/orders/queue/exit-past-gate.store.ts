import type { Database } from '../../infra/database/database.js';
import type { JobAddress } from '../claim/job-address.store.js';

const OPEN = "('SENDING', 'UNKNOWN', 'NEW', 'PARTIALLY_FILLED')";

/**
 * Whether a job may pass the gate of an account whose orders were not compared yet: it is a sell, and no other order
 * for what it sells is open. The comparison cannot change anything for such a sell, and reservations limit how much it
 * may sell of each position; so an exit does not wait for unrelated orders. A sell without a size may be meant for what
 * a buy in its market is just opening, so all orders of the market are checked.
 */
export async function mayExit(
  db: Pick<Database, 'query'>,
  { jobId, side, symbol, account, isSized }: Pick<JobAddress, 'jobId' | 'side' | 'symbol' | 'account' | 'isSized'>,
): Promise<boolean> {
  if (side !== 'SELL') return false;
  const rows = isSized
    ? await db.query<{ id: number }[]>(
        `SELECT e.id FROM position_reservations sold JOIN trade_positions p ON p.id = sold.position_id
           JOIN trade_executions e ON e.trade_job_id = p.trade_job_id_open
             OR e.trade_job_id IN (SELECT o.trade_job_id FROM position_reservations o WHERE o.position_id = p.id)
          WHERE sold.trade_job_id = ? AND e.trade_job_id <> ? AND e.status_exchange IN ${OPEN} LIMIT 1`,
        [jobId, jobId],
      )
    : await db.query<{ id: number }[]>(
        `SELECT e.id FROM trade_executions e JOIN trade_jobs j ON j.id = e.trade_job_id
          WHERE e.status_exchange IN ${OPEN} AND e.exchange_account_id = ? AND j.symbol = ? AND j.id <> ? LIMIT 1`,
        [account.id, symbol, jobId],
      );
  return rows.length === 0;
}
