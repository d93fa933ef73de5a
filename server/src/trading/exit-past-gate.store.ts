import type { Database } from '../infra/database.js';
import type { JobAddress } from './job-address.store.js';

/**
 * Whether a job may pass the gate of an account that was not compared yet: it is a sell, and no other order of the
 * positions it sells is open. What the gate waits for cannot change them then, and how much may be sold of each is held by
 * its promises; so an exit waits for nobody else's orders.
 */
export async function mayExit(
  db: Pick<Database, 'query'>,
  { jobId, side, symbol, account, isSized }: Pick<JobAddress, 'jobId' | 'side' | 'symbol' | 'account' | 'isSized'>,
): Promise<boolean> {
  if (side !== 'SELL') return false;
  const sold = isSized ? 'AND p.id IN (SELECT position_id FROM position_promises WHERE trade_job_id = ?)' : '';
  const rows = await db.query<{ id: number }[]>(
    `SELECT e.id FROM trade_executions e JOIN trade_positions p ON p.exchange_account_id = e.exchange_account_id
      WHERE e.status_exchange IN ('SENDING', 'UNKNOWN', 'NEW', 'PARTIALLY_FILLED') AND e.exchange_account_id = ?
        AND e.trade_job_id <> ? AND p.symbol = ? AND p.status = 'OPEN' ${sold}
        AND (e.trade_job_id = p.trade_job_id_open
          OR EXISTS (SELECT 1 FROM position_promises o WHERE o.position_id = p.id AND o.trade_job_id = e.trade_job_id))
      LIMIT 1`,
    [account.id, jobId, symbol, ...(isSized ? [jobId] : [])],
  );
  return rows.length === 0;
}
