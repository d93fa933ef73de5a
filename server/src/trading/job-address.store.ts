import type { OrderSide, TradeMode } from '../core/domain.js';
import { ACCOUNT_REF_COLUMNS, toAccountRef } from '../exchange/account-ref.store.js';
import type { AccountRef } from '../exchange/exchange.js';
import type { Database } from '../infra/database.js';

/** What of a job never changes: enough to look up its market and price before anything is locked. */
export interface JobAddress {
  jobId: number;
  side: OrderSide;
  symbol: string;
  tradeMode: TradeMode;
  /** ms since 1970 */
  createdAt: number;
  /** It was sized before: an exit, an order somebody asked for with its size, a second attempt. It needs no plan. */
  isSized: boolean;
  account: AccountRef & { userId: number; isActive: boolean };
}

/** For a SELECT over `trade_jobs j` joined with `exchange_accounts a`; `toJobAddress` reads its rows. */
export const JOB_ADDRESS_COLUMNS = `j.id AS job_id, j.side, j.symbol, j.trade_mode, j.created_at,
  j.admitted_at IS NOT NULL AND j.base_quantity IS NOT NULL AS is_sized,
  ${ACCOUNT_REF_COLUMNS}, a.user_id, a.is_active`;

export const toJobAddress = (row: Record<string, unknown>): JobAddress => ({
  jobId: Number(row.job_id),
  side: String(row.side) as OrderSide,
  symbol: String(row.symbol),
  tradeMode: String(row.trade_mode) as TradeMode,
  createdAt: (row.created_at as Date).getTime(),
  isSized: Boolean(row.is_sized),
  account: { ...toAccountRef(row), userId: Number(row.user_id), isActive: Boolean(row.is_active) },
});

/** undefined when there is no such job or somebody else has taken it already. */
export async function readPendingJob(db: Pick<Database, 'query'>, jobId: number): Promise<JobAddress | undefined> {
  const [row] = await db.query<Record<string, unknown>[]>(
    `SELECT ${JOB_ADDRESS_COLUMNS}
       FROM trade_jobs j JOIN exchange_accounts a ON a.id = j.exchange_account_id WHERE j.id = ? AND j.status = 'PENDING'`,
    [jobId],
  );
  return row && toJobAddress(row);
}
